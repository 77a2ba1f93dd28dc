"""What the conformance suite can be told of a platform, and what its samples must reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import CHAR, Engine, Integer, String, create_engine, text
from sqlalchemy.pool import StaticPool

from tests.unit.testing.adapters.sample_platform import ADAPTER, SAMPLES, SCHOOL, fill
from xbyx_rules.deciding import Subject, load_policies
from xbyx_rules.hosting import ToOne
from xbyx_rules.testing.adapters.altering import find_strange_value
from xbyx_rules.testing.adapters.moving import check_flows, check_joining, check_state_column
from xbyx_rules.testing.adapters.platforms import Platform
from xbyx_rules.testing.adapters.reading import check_unknown_codes, check_words
from xbyx_rules.testing.adapters.walking import walk_case

TRIGGER = (
    "CREATE TRIGGER touch AFTER UPDATE OF status ON t_plan "
    "BEGIN UPDATE t_plan SET changed = 'now' WHERE plan_id = NEW.plan_id; END"
)


@pytest.fixture(scope="module")
def policies() -> object:
    return load_policies()


@pytest.fixture
def platform(policies: dict[str, object]) -> Iterator[Platform]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    fill(engine)
    vocabulary = policies["cn/beijing/school-based-training"].checked.vocabulary
    host, mapping = ADAPTER.host(vocabulary), ADAPTER.mapping
    yield Platform(host, mapping, policies, vocabulary, engine, SAMPLES, date(2025, 9, 8))
    engine.dispose()


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_column_that_a_trigger_writes_must_be_named(platform: Platform) -> None:
    run(platform.engine, TRIGGER)
    assert [one.partition("：")[2] for one in check_state_column(platform)] == [
        "t_plan.changed 也变了 · t_plan.changed was changed too"
    ] * 2
    assert list(check_state_column(platform, frozenset({"changed"}))) == []


def test_a_code_list_that_no_sample_reaches_is_told(platform: Platform) -> None:
    run(platform.engine, "DELETE FROM t_paper")
    (told,) = check_unknown_codes(platform)
    assert "t_paper.kind" in told
    assert "no sample reads a code of it" in told


def test_a_view_named_with_its_schema_is_told(platform: Platform) -> None:
    with platform.engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS books")
        connection.exec_driver_sql("CREATE TABLE books.kept (code, public_fen, itemised)")
        connection.exec_driver_sql("INSERT INTO books.kept VALUES ('9900000001', 1, 'Y')")
        connection.exec_driver_sql("CREATE VIEW books.v_budget AS SELECT * FROM kept")
        connection.commit()
    school = replace(SCHOOL, beside=(replace(SCHOOL.beside[0], schema="books"),))
    mapping = replace(platform.mapping, entities=(school, *platform.mapping.entities[1:]))
    host = replace(ADAPTER, mapping=mapping).host(platform.vocabulary)
    told = list(check_unknown_codes(replace(platform, host=host, mapping=mapping)))
    assert told[0].startswith("books.v_budget：")
    assert "leave the schema to the connection" in told[0]


def test_a_flow_without_a_sample_is_told(platform: Platform) -> None:
    schools = tuple(one for one in SAMPLES if one.entity == "学校")
    assert list(check_flows(replace(platform, samples=schools))) == [
        "年度计划：没有样本 · no sample of it"
    ]


def test_samples_none_of_which_can_be_moved_are_told(platform: Platform) -> None:
    run(platform.engine, "UPDATE t_plan SET status = '90'")
    (told,) = check_joining(platform)
    assert "no sample can take its next step" in told


def test_a_sample_that_is_not_there_is_told(platform: Platform) -> None:
    missing = replace(platform, samples=(Subject("年度计划", "P9"),))
    (told,) = check_words(missing)
    assert told.startswith("年度计划/P9: XR622")


def test_a_record_that_stands_for_an_absent_row_is_not_walked(platform: Platform) -> None:
    way = ToOne(on={"head": "staff_id"}, when_absent={"职务": "校长"})
    school = replace(SCHOOL, terms={**SCHOOL.terms, "研修负责人": way})
    entities = (school, *platform.mapping.entities[1:])
    mapping = replace(platform.mapping, entities=entities)
    host = replace(ADAPTER, mapping=mapping).host(platform.vocabulary)
    with platform.engine.connect() as connection:
        for key, records in (("9900000001", 1), ("9900000002", 0)):
            case = host.case(connection, Subject("学校", key), on=platform.day)
            walked = list(walk_case(mapping, platform.vocabulary, case))
            by_head = [one for one in walked if one.record is case.facts["研修负责人"]]
            assert len(by_head) == records


@pytest.mark.parametrize(
    ("kind", "known", "value"),
    [
        (None, (), "zq7w"),
        (String(), (), "zq7w"),
        (CHAR(1), (), "~"),
        (CHAR(1), ("~", "^"), "q"),
        (CHAR(1), ("~", "^", "q"), None),
        (Integer(), ("97",), 89),
    ],
)
def test_a_strange_value_fits_the_column_and_means_nothing(
    kind: object, known: tuple[str, ...], value: object
) -> None:
    assert find_strange_value(kind, known) == value
