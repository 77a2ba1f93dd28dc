"""The adapter agrees with the vocabulary, with the flow and with the platform's own tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, create_engine, select, update

from xbyx_demo_platform import Planted, build, tables
from xbyx_demo_platform.adapter import ADAPTER, MAPPING
from xbyx_demo_platform.codes import CODES
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Subject, decide, load_policies
from xbyx_rules.errors import HostError
from xbyx_rules.feel.values import Complete
from xbyx_rules.hosting import (
    MappedHost,
    check_flow,
    check_mapping,
    check_tables,
    find_adapter,
    list_adapters,
)
from xbyx_rules.policy import Outcome

DAY = date(2024, 9, 9)


@pytest.fixture(scope="module")
def policy() -> ExecutablePolicy:
    return load_policies()["cn/beijing/school-based-training"]


@pytest.fixture(scope="module")
def host(policy: ExecutablePolicy) -> MappedHost:
    return ADAPTER.host(policy.checked.vocabulary)


@pytest.fixture
def platform() -> Iterator[tuple[Engine, Planted]]:
    engine = create_engine("sqlite://")
    yield engine, build(engine, 7)
    engine.dispose()


def test_the_adapter_is_found_by_its_name() -> None:
    assert "demo-platform" in list_adapters()
    assert find_adapter("demo-platform") is ADAPTER


def test_the_mapping_agrees_with_the_vocabulary(policy: ExecutablePolicy) -> None:
    assert check_mapping(MAPPING, policy.checked.vocabulary) == ()


def test_the_mapping_agrees_with_the_five_flows(policy: ExecutablePolicy) -> None:
    assert [one.lifecycle for one in MAPPING.flows] == [
        "multi-year-plan",
        "annual-plan",
        "scheme-filing",
        "training-year",
        "credit-recognition",
    ]
    for flow in MAPPING.flows:
        assert check_flow(flow, policy.checked.lifecycles[flow.lifecycle]) == ()


def test_every_role_of_every_flow_has_an_organisation(policy: ExecutablePolicy) -> None:
    for flow in MAPPING.flows:
        steps = policy.checked.lifecycles[flow.lifecycle].transitions
        assert {one.role for one in flow.responsible} == {
            role for one in steps for role in one.roles
        }


def test_an_approval_feeds_what_rests_on_it(
    host: MappedHost, platform: tuple[Engine, Planted]
) -> None:
    engine, planted = platform
    code, plan = planted.clean[0].code, planted.clean[0].plan
    mine = tables.yx_jhsb.c.jhbh == plan
    with engine.begin() as connection:
        connection.execute(
            update(tables.yx_ghsb).where(tables.yx_ghsb.c.xxbsm == code).values(pzrq="2024-05-22")
        )
        connection.execute(
            update(tables.yx_jhsb).where(mine).values(tjrq="20240909", pzrq=date(2024, 9, 18))
        )
        connection.execute(
            tables.yx_xfrd.insert().values(
                rdbh="XF1",
                xxbsm=code,
                xn=tables.SCHOOL_YEAR,
                jhbh=plan,
                ghbh=f"GH2024{code}",
                zt="A",
                rdyj="145",
                shjgdm=tables.INSTITUTION,
            )
        )
        facts = host.case(connection, Subject("年度计划", plan), on=DAY).facts
        year = host.case(connection, Subject("研修年度", f"ND2024{code}"), on=DAY).facts
        recognition = host.case(connection, Subject("年度学分认定", "XF1"), on=DAY).facts
    assert facts["规划批准日期"] == date(2024, 5, 22)
    assert (year["计划提交日期"], year["计划批准日期"]) == (date(2024, 9, 9), date(2024, 9, 18))
    assert recognition["计划批准日期"] == date(2024, 9, 18)
    assert year["规划批准日期"] == recognition["规划批准日期"] == date(2024, 5, 22)
    assert recognition["学分记录"] == Complete([])


def test_a_plan_that_names_no_multi_year_plan_has_no_such_date(
    host: MappedHost, platform: tuple[Engine, Planted]
) -> None:
    engine, planted = platform
    plan = next(one.plan for one in planted.schools if "multi-year-plan-not-named" in one.defects)
    with engine.begin() as connection:
        connection.execute(update(tables.yx_ghsb).values(pzrq="2024-05-22"))
        case = host.case(connection, Subject("年度计划", plan), on=DAY)
    assert "规划批准日期" not in case.facts


def test_the_mapping_agrees_with_the_tables(
    policy: ExecutablePolicy, platform: tuple[Engine, Planted]
) -> None:
    with platform[0].connect() as connection:
        assert check_tables(MAPPING, policy.checked.vocabulary, connection) == ()


def test_the_platforms_dictionary_holds_the_codes_of_the_mapping(
    platform: tuple[Engine, Planted],
) -> None:
    with platform[0].connect() as connection:
        rows = connection.execute(select(tables.sys_dict)).all()
    kept: dict[str, dict[str, str]] = {}
    for kind, code, name in rows:
        kept.setdefault(kind, {})[code] = name
    assert kept == dict(CODES)


def test_a_plan_is_read_with_its_school_in_yuan_words_and_dates(
    host: MappedHost, platform: tuple[Engine, Planted]
) -> None:
    engine, planted = platform
    clean = planted.clean[0]
    with engine.connect() as connection:
        case = host.case(connection, Subject("年度计划", clean.plan), on=DAY)
        fen = connection.scalar(
            select(tables.cw_gyjf.c.gyjfze).where(tables.cw_gyjf.c.xxbsm == clean.code)
        )
    school = case.facts["学校"]
    assert school["学校标识码"] == clean.code
    assert school["公用经费年度预算总额"] == Decimal(fen or 0) / 100
    assert school["领导小组"] == {"已成立": True, "组长": school["校长"]}
    assert school["研修负责人"]["职务"] in ("副校长", "主任")
    assert isinstance(school["教职工"], Complete)
    assert all(one["上级"] == "" for one in school["教职工"] if one["职务"] == "校长")
    assert sum(one["金额"] for one in school["校本研修经费明细"]) == school["校本研修经费预算"]
    assert {one["失效日期"] for one in school["研修文件"]} >= {date(9999, 12, 31)}
    assert case.facts["审核机构所属区"] == school["所属区"]
    assert "批准日期" not in case.facts
    assert case.records == {"研修活动": [], "有效批准": []}


def test_somebody_who_left_is_not_on_the_staff(
    host: MappedHost, platform: tuple[Engine, Planted]
) -> None:
    engine, _ = platform
    with engine.connect() as connection:
        person, school = connection.execute(
            select(tables.jcxx_jzg.c.gh, tables.jcxx_jzg.c.xxbsm).where(
                tables.jcxx_jzg.c.zzbz == "0"
            )
        ).first() or ("", "")
        staff = host.case(connection, Subject("学校", school), on=DAY).facts["教职工"]
    assert person
    assert person not in [one["工号"] for one in staff]


def test_a_code_that_the_platform_never_declared_stops_the_reading(
    host: MappedHost, platform: tuple[Engine, Planted]
) -> None:
    engine, planted = platform
    with engine.begin() as connection:
        connection.execute(update(tables.yx_wj).values(wjlx="77"))
        with pytest.raises(HostError, match=r"yx_wj\.wjlx"):
            host.case(connection, Subject("学校", planted.schools[0].code), on=DAY)


@pytest.mark.parametrize(
    ("defect", "clause", "outcome"),
    [
        ("funding-short", "funding-floor", Outcome.NOT_MET),
        ("funding-one-fen-short", "funding-floor", Outcome.NOT_MET),
        ("funding-not-itemised", "funding-floor", Outcome.NOT_MET),
        ("funding-total-missing", "funding-floor", Outcome.UNDETERMINED),
        ("group-missing", "group-headed-by-principal", Outcome.NOT_MET),
        ("group-headed-by-deputy", "leading-group", Outcome.NOT_MET),
        ("principal-missing", "group-headed-by-principal", Outcome.UNDETERMINED),
        ("themes-short", "required-themes", Outcome.NOT_MET),
        ("themes-missing", "required-themes", Outcome.UNDETERMINED),
        ("document-absent", "four-documents", Outcome.NOT_MET),
        ("document-expired", "four-documents", Outcome.NOT_MET),
        ("mechanism-absent", "mechanisms", Outcome.NOT_MET),
        ("reporting-broken", "layered-network", Outcome.NOT_MET),
        ("reporting-missing", "layered-network", Outcome.UNDETERMINED),
        ("manager-of-wrong-post", "manager", Outcome.NOT_MET),
        ("items-one-fen-off", "budget-made", Outcome.NOT_MET),
        ("school-budget-too-high", "budget-made", Outcome.NOT_MET),
        ("reviewer-of-other-district", "reviewed-in-own-district", Outcome.NOT_MET),
        ("held-before-approval", "approved-before-activity", Outcome.UNDETERMINED),
    ],
)
def test_each_defect_is_found_by_its_rule(
    host: MappedHost,
    policy: ExecutablePolicy,
    platform: tuple[Engine, Planted],
    defect: str,
    clause: str,
    outcome: Outcome,
) -> None:
    engine, planted = platform
    having = [one for one in planted.schools if one.defects == (defect,)]
    if not having:  # this seed plants it only together with others, which don't share its rule
        having = [one for one in planted.schools if defect in one.defects]
    with engine.connect() as connection:
        for one in having:
            case = host.case(connection, Subject("年度计划", one.plan), on=DAY)
            assert decide(policy, case, on=DAY, only=[clause])[clause].outcome is outcome


def test_a_school_at_exactly_five_percent_meets_the_floor(
    host: MappedHost, policy: ExecutablePolicy, platform: tuple[Engine, Planted]
) -> None:
    engine, planted = platform
    exact = [one for one in planted.schools if one.boundaries]
    assert exact
    with engine.connect() as connection:
        for one in exact:
            case = host.case(connection, Subject("学校", one.code), on=DAY)
            assert case.facts["教师培训经费预算"] * 20 == case.facts["公用经费年度预算总额"]
            found = decide(policy, case, on=DAY, only=["funding-floor"])["funding-floor"]
            assert found.outcome is Outcome.MET


@pytest.mark.parametrize(
    ("defect", "entity", "clause", "outcome"),
    [
        (
            "multi-year-plan-sent-elsewhere",
            "规划",
            "multi-year-plan-reviewed-in-own-district",
            Outcome.NOT_MET,
        ),
        ("survey-after-plan", "研修年度", "survey-held", Outcome.NOT_MET),
        ("goals-missing", "研修年度", "themes-and-goals", Outcome.UNDETERMINED),
        ("goals-empty", "研修年度", "themes-and-goals", Outcome.NOT_MET),
    ],
)
def test_each_defect_of_the_other_flows_records_is_found_by_its_rule(
    host: MappedHost,
    policy: ExecutablePolicy,
    platform: tuple[Engine, Planted],
    defect: str,
    entity: str,
    clause: str,
    outcome: Outcome,
) -> None:
    engine, planted = platform
    having = [one for one in planted.schools if defect in one.defects]
    assert having
    prefix = {"规划": "GH2024", "研修年度": "ND2024"}[entity]
    with engine.connect() as connection:
        for one in having:
            case = host.case(connection, Subject(entity, f"{prefix}{one.code}"), on=DAY)
            assert decide(policy, case, on=DAY, only=[clause])[clause].outcome is outcome
