"""The synthetic district: the same for the same seed, labelled, with every defect in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, String, cast, create_engine, func, select

from xbyx_demo_platform import Planted, build, tables
from xbyx_demo_platform.codes import CODES
from xbyx_demo_platform.correcting import CORRECTABLE, correct
from xbyx_demo_platform.correcting.plans import FOR_PLANS
from xbyx_demo_platform.defects import DEFECTS
from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.flows import FLOWS
from xbyx_rules.deciding import Subject, load_policies

FIVE_DRAWS = [650, 304, 894, 496, 641]
SHUFFLED = list("adbcfe")
SEEDS = st.integers(min_value=-(2**40), max_value=2**40)


def dump(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {
            table.name: repr(
                connection.execute(
                    select(*(cast(column, String(200)) for column in table.c)).order_by(
                        *table.primary_key.columns
                    )
                ).all()
            )
            for table in tables.METADATA.sorted_tables
        }


OPENED: list[Engine] = []


@pytest.fixture(autouse=True)
def _dispose_of_engines() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().dispose()


def built(seed: int) -> tuple[Engine, Planted]:
    engine = create_engine("sqlite://")
    OPENED.append(engine)
    return engine, build(engine, seed)


def test_the_same_seed_gives_the_same_platform() -> None:
    (first, planted), (second, planted_again) = built(7), built(7)
    assert planted == planted_again
    assert dump(first) == dump(second)
    first.dispose()
    second.dispose()


def test_another_seed_gives_another_platform() -> None:
    (first, planted), (second, other) = built(7), built(8)
    assert planted.schools != other.schools
    assert dump(first) != dump(second)
    first.dispose()
    second.dispose()


def test_draws_are_what_they_were_on_every_python() -> None:
    draws = Draws(7, "fixed")
    assert [draws.below(1000) for _ in range(5)] == FIVE_DRAWS
    assert draws.shuffled("abcdef") == SHUFFLED


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_every_seed_plants_every_defect_and_leaves_a_quarter_of_the_schools_clean(
    seed: int,
) -> None:
    engine, planted = built(seed)
    engine.dispose()
    assert len(planted.schools) == 52
    assert len({one.code for one in planted.schools}) == 52
    assert {name for one in planted.schools for name in one.defects} == {
        defect.name for defect in DEFECTS
    }
    assert len(planted.clean) >= 0.25 * 52
    groups = {defect.name: defect.group for defect in DEFECTS}
    for one in planted.schools:
        assert len({groups[name] for name in one.defects}) == len(one.defects)


def test_everything_is_labelled_synthetic() -> None:
    engine, planted = built(7)
    assert all("合成" in one.name for one in planted.schools)
    with engine.connect() as connection:
        names = [
            *connection.scalars(select(tables.jcxx_jzg.c.xm)),
            *connection.scalars(select(tables.jcxx_jg.c.jgmc)),
            *connection.scalars(select(tables.jcxx_xx.c.bz)),
        ]
    engine.dispose()
    assert names
    assert all("合成" in name for name in names)


def test_a_platform_is_not_built_over_another() -> None:
    engine, _ = built(7)
    with pytest.raises(ValueError, match="already"):
        build(engine, 8)
    engine.dispose()


def test_schools_correct_the_same_things_every_time() -> None:
    def corrected() -> dict[str, tuple[str, ...]]:
        engine, planted = built(7)
        with engine.begin() as connection:
            done = {
                one.plan: correct(connection, Subject("年度计划", one.plan), FOR_PLANS)
                for one in planted.schools
            }
        engine.dispose()
        return done

    first = corrected()
    assert first == corrected()
    shares = [len(done) / len(FOR_PLANS) for done in first.values()]
    assert 0.4 < sum(shares) / len(shares) < 0.9


def test_nothing_is_corrected_that_was_not_found() -> None:
    engine, planted = built(7)
    before = dump(engine)
    with engine.begin() as connection:
        for one in planted.schools:
            plan = Subject("年度计划", one.plan)
            assert correct(connection, plan, ["no-such-rule"]) == ()
            assert correct(connection, plan, []) == ()
    assert dump(engine) == before
    engine.dispose()


def test_a_shortage_of_money_cannot_be_corrected() -> None:
    engine, planted = built(7)
    short = [one for one in planted.schools if "funding-short" in one.defects]
    assert short
    ratio = select(tables.cw_gyjf.c.jspxf * 20 < tables.cw_gyjf.c.gyjfze)
    with engine.begin() as connection:
        for one in short:
            correct(connection, Subject("年度计划", one.plan), ["funding-floor"])
            assert connection.scalar(ratio.where(tables.cw_gyjf.c.xxbsm == one.code))
    engine.dispose()


def test_a_district_has_52_schools_of_every_type() -> None:
    engine, _ = built(7)
    with engine.connect() as connection:
        kinds = connection.scalar(select(func.count(tables.jcxx_xx.c.xxlb.distinct())))
    engine.dispose()
    assert kinds == len(CODES["xxlb"])


def test_what_can_be_corrected_are_rules_and_flows_of_the_document() -> None:
    clauses = load_policies()["cn/beijing/school-based-training"].checked.clauses
    assert set(CORRECTABLE) <= set(clauses)


def test_every_defect_names_an_action_of_its_flow() -> None:
    policy = load_policies()["cn/beijing/school-based-training"]
    actions = {
        (flow.entity, one.action)
        for flow in FLOWS
        for one in policy.checked.lifecycles[flow.lifecycle].transitions
    }
    assert {(one.flow, one.stops_at) for one in DEFECTS} <= actions
