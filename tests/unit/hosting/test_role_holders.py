"""Who holds a role is read from a mapping: by code, organisation, period, in the declared order."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from tests.integration.year_plan import OPENED
from tests.unit.hosting.mapping_fixture import VOCABULARY
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import HostError
from xbyx_rules.hosting import (
    Adapter,
    Column,
    Constant,
    EntityMapping,
    Flow,
    Holders,
    HostMapping,
    MappedHost,
    Responsible,
    RoleDirectory,
    check_tables,
)

TABLES = """
CREATE TABLE plan (plan_id INTEGER PRIMARY KEY, school VARCHAR(10), state VARCHAR(4));
CREATE TABLE school (school VARCHAR(10), head VARCHAR(12));
CREATE TABLE post (person VARCHAR(12), code VARCHAR(2), office VARCHAR(10), first_day CHAR(8),
                   last_day CHAR(8), active CHAR(1), place INTEGER);
INSERT INTO plan VALUES (1, 's1', '10'), (2, 's2', '10');
INSERT INTO school VALUES ('s1', 't-01 '), ('s2', NULL);
INSERT INTO post VALUES
  ('d-3', '21', 'j1', '20200101', NULL, 'Y', 2),
  ('d-2', '21', 'j1', '20200101', '20251231', 'Y', 1),
  ('d-1', '31', 'j1', '20260301', '', 'Y', 3),
  ('d-1', '21', 'j1', '20200101', '20200102', 'Y', 3),
  ('d-4', '21', 'j1', '20200101', '00000000', 'N', 4),
  ('d-5', '21', 'j2', '20200101', '00000000', 'Y', 5),
  ('d-6', '99', 'j1', '20200101', NULL, 'Y', 6)
"""
OFFICERS = Holders(
    "post",
    "person",
    {"21": "审核员", "31": "审核员", "22": "备案员"},
    role="code",
    organisation="office",
    valid_from="first_day",
    valid_until="last_day",
    form="YYYYMMDD",
    missing=("00000000",),
    where={"active": "Y"},
    order_by=("place",),
)
HEADS = Holders("school", "head", "校长", organisation="school")
PLAN = EntityMapping("计划", "plan", "plan_id", {}, key_is_number=True)
FLOW = Flow(
    "计划",
    "doc",
    "flow",
    "state",
    {"10": "草稿"},
    responsible=(
        Responsible("审核员", Constant("j1")),
        Responsible("备案员", Constant("j1")),
        Responsible("校长", Column("school")),
    ),
)
ONE, TWO = Subject("计划", "1"), Subject("计划", "2")


@pytest.fixture
def engine():
    made = create_engine("sqlite://", poolclass=StaticPool)
    OPENED.append(made)
    with made.begin() as connection:
        for statement in TABLES.split(";\n"):
            connection.execute(text(statement))
    return made


def host_with(*holders):
    return MappedHost(HostMapping((PLAN,), (FLOW,), holders), VOCABULARY)


@pytest.fixture
def ask(engine):
    host = host_with(OFFICERS, HEADS)

    def ask(role, on=date(2025, 9, 1), subject=ONE, host=host):
        with engine.connect() as connection:
            return host.holders(connection, subject, role, on=on)

    return ask


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 9, 1), ("d-2", "d-3")),
        (date(2025, 12, 31), ("d-2", "d-3")),
        (date(2026, 1, 1), ("d-3",)),
        (date(2026, 2, 28), ("d-3",)),
        (date(2026, 3, 1), ("d-3", "d-1")),
        (date(2020, 1, 2), ("d-2", "d-3", "d-1")),
        (date(2019, 12, 31), ()),
    ],
)
def test_holders_are_those_of_the_day_both_ends_included_in_the_declared_order(ask, on, expected):
    assert ask("审核员", on) == expected


def test_a_role_that_nobody_holds_is_empty_and_one_not_declared_is_unknown(ask):
    assert ask("备案员") == ()
    assert ask("督导员") is None


def test_a_role_has_the_people_of_the_organisation_that_acts(ask):
    assert ask("校长") == ("t-01",)
    assert ask("校长", subject=TWO) == ()


def test_where_any_organisation_may_act_all_who_hold_the_role_do(ask):
    flow = Flow("计划", "doc", "flow", "state", {"10": "草稿"})
    host = MappedHost(HostMapping((PLAN,), (flow,), (OFFICERS,)), VOCABULARY)
    assert ask("审核员", host=host) == ("d-2", "d-3", "d-5")


def test_several_tables_may_be_about_one_role_and_a_person_counts_once(ask):
    both = Holders("school", "head", "审核员"), OFFICERS, OFFICERS
    assert ask("审核员", host=host_with(*both)) == ("t-01", "d-2", "d-3")


def test_a_day_that_is_none_says_where_it_stands(engine, ask):
    with engine.begin() as connection:
        connection.execute(text("UPDATE post SET last_day = '2025年底' WHERE person = 'd-2'"))
    with pytest.raises(HostError, match="XR621") as caught:
        ask("审核员")
    assert "post" in str(caught.value)
    assert "last_day" in str(caught.value)
    assert "d-2" not in str(caught.value)


def test_only_a_mapping_that_says_who_holds_roles_makes_a_directory():
    assert isinstance(host_with(HEADS), RoleDirectory)
    assert not isinstance(host_with(), RoleDirectory)
    mapping = HostMapping((PLAN,), (FLOW,), (HEADS,))
    assert isinstance(Adapter("a", "甲", mapping).host(VOCABULARY), RoleDirectory)


def test_columns_that_are_not_there_are_found_when_the_tables_are_compared(engine):
    wrong = Holders("post", "persons", {"21": "审核员"}, role="code", order_by=("rank",))
    mapping = HostMapping((PLAN,), (FLOW,), (wrong,))
    with engine.connect() as connection:
        found = check_tables(mapping, VOCABULARY, connection)
    assert [one.values["name"] for one in found] == ["post.persons", "post.rank"]


@pytest.mark.parametrize(
    ("roles", "column"), [("校长", "code"), ({"21": "审核员"}, None)], ids=["no codes", "no column"]
)
def test_codes_and_their_column_are_declared_together(roles, column):
    with pytest.raises(ValueError, match="both"):
        Holders("post", "person", roles, role=column)


def test_codes_may_be_whole_numbers(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbered (person VARCHAR(9), code INTEGER)"))
        connection.execute(text("INSERT INTO numbered VALUES ('d-7', 21), ('d-8', 22)"))
        numbered = Holders(
            "numbered", "person", {"21": "审核员"}, role="code", codes_are_numbers=True
        )
        host = host_with(numbered)
        assert host.holders(connection, ONE, "审核员", on=date(2025, 9, 1)) == ("d-7",)
