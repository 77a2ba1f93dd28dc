"""A column's type compared with what the mapping says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, create_engine, text

from tests.unit.hosting.mapping_fixture import FLOW, PLAN, SCHOOL, STAFF, VOCABULARY, fill, mapping
from xbyx_rules.hosting import Column, Constant, DateTimes, HostMapping, check_column_types
from xbyx_rules.hosting.filling import list_entries, list_filled, list_joining
from xbyx_rules.hosting.mapping import ToMany

SOUND = mapping(flows=(replace(FLOW, stamps=()),))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        fill(opened)
        yield opened
    engine.dispose()


def add_column(connection: Connection, table: str, kind: str) -> None:
    connection.execute(text(f"ALTER TABLE {table} ADD COLUMN added {kind}"))


def found(connection: Connection, checked: HostMapping) -> list[tuple[str, str]]:
    diagnostics = check_column_types(checked, VOCABULARY, connection)
    return [(one.code, one.values["name"]) for one in diagnostics]


def test_types_that_can_be_read_are_not_told(connection: Connection) -> None:
    assert found(connection, SOUND) == []


@pytest.mark.parametrize(
    ("table", "entry", "term", "kind"),
    [
        ("school", SCHOOL, "经费", "FLOAT"),
        ("school", SCHOOL, "经费", "DOUBLE PRECISION"),
        ("school", SCHOOL, "经费", "BOOLEAN"),
        ("school", SCHOOL, "名称", "DATE"),
        ("school", SCHOOL, "类别", "BOOLEAN"),
        ("plan", PLAN, "批准", "FLOAT"),
        ("plan", PLAN, "主题", "BLOB"),
    ],
)
def test_a_type_that_the_conversion_cannot_read_is_told(
    connection: Connection, table: str, entry: object, term: str, kind: str
) -> None:
    add_column(connection, table, kind)
    way = replace(entry.terms[term], name="added")  # type: ignore[attr-defined]
    wrong = replace(entry, terms={**entry.terms, term: way})  # type: ignore[attr-defined,type-var]
    assert found(connection, replace(SOUND, entities=mapping(wrong).entities)) == [
        ("XR596", f"{table}.added")
    ]


def test_a_date_alone_is_no_date_and_time(connection: Connection) -> None:
    add_column(connection, "plan", "DATE")
    wrong = replace(PLAN, terms={"批准": Column("added", DateTimes())})
    assert found(connection, replace(SOUND, entities=mapping(wrong).entities)) == [
        ("XR596", "plan.added")
    ]


def test_a_type_that_nobody_knows_is_left_to_the_reading(connection: Connection) -> None:
    connection.execute(text("CREATE VIEW seen AS SELECT person_id, post || '' AS post FROM person"))
    viewed = replace(STAFF, table="seen", terms={"职务": STAFF.terms["职务"]})
    of_all = ToMany(on={"school_id": "person_id"}, is_complete=False)
    school = replace(SCHOOL, terms={"职员": of_all})
    assert found(connection, replace(SOUND, entities=mapping(viewed, school).entities)) == []


def test_a_key_of_numbers_and_a_state_of_numbers_must_be_declared(connection: Connection) -> None:
    entities = mapping(replace(PLAN, key_is_number=False)).entities
    flow = replace(SOUND.flows[0], states_are_numbers=False)
    assert found(connection, HostMapping(entities, (flow,))) == [
        ("XR597", "plan.plan_id"),
        ("XR597", "plan.state"),
    ]
    connection.execute(text("ALTER TABLE plan ADD COLUMN code TEXT"))
    entities = mapping(replace(PLAN, key="code")).entities
    assert found(connection, HostMapping(entities, SOUND.flows)) == [("XR597", "plan.code")]


def test_a_stamp_must_fit_its_column(connection: Connection) -> None:
    assert found(connection, mapping()) == [("XR598", "plan.approved")]


def test_a_code_must_fit_the_state_column(connection: Connection) -> None:
    add_column(connection, "plan", "VARCHAR(1)")
    flow = replace(SOUND.flows[0], column="added", states_are_numbers=False)
    flow = replace(flow, states={"1": "草稿", "22": "已批准"})
    assert found(connection, HostMapping(SOUND.entities, (flow,))) == [("XR599", "plan.added")]


def test_what_is_not_there_is_for_another_check_to_tell(connection: Connection) -> None:
    wrong = mapping(replace(STAFF, table="persons"), flows=SOUND.flows)
    assert found(connection, wrong) == []


def test_entries_inside_relations_are_listed_once_each() -> None:
    inside = replace(STAFF, table="former")
    way = ToMany(on={"school_id": "school_id"}, of=inside, is_complete=True)
    school = replace(SCHOOL, terms={**SCHOOL.terms, "职员": way, "所属区": Constant("1")})
    listed = list_entries(mapping(school), VOCABULARY)
    assert [one.table for one in listed].count("former") == 1
    assert len(listed) == len({id(one) for one in listed})


def test_every_column_that_fills_a_term_is_listed_with_its_table() -> None:
    listed = {(one.at, one.term.name, one.within) for one in list_filled(SCHOOL, VOCABULARY)}
    assert listed == {
        ("school.name", "名称", ""),
        ("school.kind", "类别", ""),
        ("school.group_yn", "成立", "小组"),
        ("school.group_head", "组长", "小组"),
        ("school.training_yuan", "经费", ""),
        ("budget.total_fen", "总额", ""),
        ("budget.itemised", "列支", ""),
    }


def test_columns_by_which_rows_are_found_are_listed() -> None:
    listed = list_joining(mapping(), VOCABULARY)
    assert {("school", "person_in_charge"), ("person", "person_id"), ("person", "active")} <= listed
    assert {("budget", "year"), ("budget", "school_id"), ("plan", "plan_id")} <= listed
    assert ("school", "kind") not in listed
