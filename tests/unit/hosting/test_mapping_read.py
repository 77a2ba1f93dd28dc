"""A host made of a mapping: rows read as records, states compared and set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.dialects import postgresql

from tests.unit.hosting.mapping_fixture import (
    FLOW,
    PLAN,
    SCHOOL,
    STAFF,
    VOCABULARY,
    fill,
    mapping,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import HostError
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.hosting.conversions import Codes
from xbyx_rules.hosting.mapping import Beside, Column, EntityMapping, ToMany, ToOne
from xbyx_rules.hosting.reading import MappedHost
from xbyx_rules.hosting.table_check import check_tables

DAY = date(2025, 9, 20)
FIRST, SECOND, THIRD = Subject("计划", "7"), Subject("计划", "8"), Subject("计划", "9")
HOST = MappedHost(mapping(), VOCABULARY)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        fill(opened)
        yield opened
    engine.dispose()


def host(*entities: EntityMapping) -> MappedHost:
    return MappedHost(mapping(*entities), VOCABULARY)


def facts(connection: Connection, subject: Subject = FIRST, of: MappedHost = HOST) -> Any:
    return of.case(connection, subject, on=DAY).facts


def failure(connection: Connection, subject: Subject = FIRST, of: MappedHost = HOST) -> HostError:
    with pytest.raises(HostError) as caught:
        of.case(connection, subject, on=DAY)
    return caught.value


def run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


def test_a_case_has_the_vocabularys_words_and_values(connection: Connection) -> None:
    assert facts(connection) == {
        "编号": "7",
        "学校": {
            "标识码": "S1",
            "名称": "示例一校",
            "类别": "小学",
            "所属区": "110199",
            "小组": {"成立": True, "组长": "11"},
            "负责人": {"工号": "12", "职务": "教师", "上级": "11"},
            "职员": [
                {"工号": "11", "职务": "校长", "上级": ""},
                {"工号": "12", "职务": "教师", "上级": "11"},
            ],
            "经费": Decimal("49999.99"),
            "总额": Decimal("1000000.00"),
            "列支": True,
        },
        "主题": ["乙", "甲"],
        "批准": DAY,
        "失效": date(2026, 8, 31),
        "活动": [
            {"日期": date(2025, 10, 1), "学时": Decimal(4)},
            {"日期": date(2025, 10, 2), "学时": Decimal("2.5")},
        ],
    }


def test_what_is_null_or_marked_missing_is_left_out(connection: Connection) -> None:
    plan = facts(connection, SECOND)
    assert "主题" not in plan
    assert "批准" not in plan
    assert set(plan["学校"]) == {"标识码", "名称", "类别", "所属区", "小组", "职员"}
    assert plan["学校"]["小组"] == {"成立": False}


def test_null_means_what_the_mapping_says(connection: Connection) -> None:
    assert facts(connection, SECOND)["失效"] == date(9999, 12, 31)


def test_empty_text_is_an_empty_list(connection: Connection) -> None:
    assert facts(connection, THIRD)["主题"] == []


def test_a_relation_from_null_leads_to_nothing_known(connection: Connection) -> None:
    assert "学校" not in facts(connection, THIRD)


def test_a_reference_to_no_row_leaves_the_record_unknown(connection: Connection) -> None:
    run(connection, "UPDATE school SET person_in_charge = 99")
    assert "负责人" not in facts(connection)["学校"]


def test_the_absence_of_a_row_says_what_the_mapping_says(connection: Connection) -> None:
    run(connection, "UPDATE school SET person_in_charge = 99")
    way = ToOne(on={"person_in_charge": "person_id"}, when_absent={"职务": "教师"})
    of = host(replace(SCHOOL, terms={**SCHOOL.terms, "负责人": way}))
    assert facts(connection, of=of)["学校"]["负责人"] == {"职务": "教师"}


def test_a_list_is_complete_only_when_the_adapter_vouches(connection: Connection) -> None:
    assert isinstance(facts(connection)["学校"]["职员"], Complete)
    assert isinstance(facts(connection)["活动"], Incomplete)


def test_a_list_asked_from_null_is_never_complete(connection: Connection) -> None:
    staff = ToMany(on={"person_in_charge": "person_id"}, is_complete=True)
    of = host(replace(SCHOOL, terms={**SCHOOL.terms, "职员": staff}))
    assert isinstance(facts(connection, SECOND, of)["学校"]["职员"], Incomplete)


def test_only_the_terms_asked_for_are_read(connection: Connection) -> None:
    plan = replace(
        PLAN,
        terms={"学校": ToOne(on={"school_id": "school_id"}, only=("名称", "总额", "标识码"))},
    )
    assert facts(connection, of=host(plan)) == {
        "编号": "7",
        "学校": {"标识码": "S1", "名称": "示例一校", "总额": Decimal("1000000.00")},
    }


def test_a_relation_may_join_on_several_columns(connection: Connection) -> None:
    run(connection, "ALTER TABLE plan ADD COLUMN year INTEGER DEFAULT 2024")
    beside = Beside(
        table="budget",
        on={"school_id": "school_id", "year": "year"},
        terms={"编号": Column("total_fen")},
    )
    terms = {name: way for name, way in PLAN.terms.items() if name == "主题"}
    of = host(replace(PLAN, terms=terms, beside=(beside,)))
    assert facts(connection, of=of)["编号"] == "5"


def test_records_for_checks_are_read_along(connection: Connection) -> None:
    records = {"活动": ToMany(on={"plan_id": "plan_id"}, filled=("held",), is_complete=True)}
    run(connection, "INSERT INTO activity VALUES (3, 7, NULL, 1)")
    case = host(replace(PLAN, records=records)).case(connection, FIRST, on=DAY)
    assert [one["日期"].day for one in case.records["活动"]] == [2, 1]


def test_many_subjects_cost_as_many_statements_as_one(connection: Connection) -> None:
    def statements(keys: list[str]) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        cases = list(HOST.cases(connection, "计划", keys, on=DAY))
        event.remove(connection, "before_cursor_execute", note)
        assert [one.subject.key for one in cases] == keys
        return len(seen)

    assert statements(["7", "8", "9"]) == statements(["7"])


def test_more_subjects_than_one_statement_takes_are_all_read(connection: Connection) -> None:
    for number in range(100, 1100):
        run(connection, f"INSERT INTO plan VALUES ({number}, 1, 'A', NULL, NULL, 1, NULL)")
    keys = [str(number) for number in range(100, 1100)]
    cases = list(HOST.cases(connection, "计划", keys, on=DAY))
    assert [one.subject.key for one in cases] == keys
    assert all(one.facts["学校"]["标识码"] == "S1" for one in cases)


@pytest.mark.parametrize(
    ("statement", "code", "where", "shown"),
    [
        ("UPDATE school SET kind = 'K'", "XR620", "school.kind", "`K`"),
        ("UPDATE plan SET themes = 'A,C'", "XR620", "plan.themes", "`A,C`"),
        ("UPDATE budget SET itemised = 3", "XR620", "budget.itemised", "`3`"),
        ("UPDATE plan SET approved = '20250920'", "XR621", "plan.approved", "`20250920`"),
        ("UPDATE school SET training_yuan = '五万'", "XR621", "school.training_yuan", "`五万`"),
        ("UPDATE budget SET total_fen = 1.5", "XR621", "budget.total_fen", "`1.5`"),
        ("UPDATE activity SET held = '2025-10-01 08:00:00'", "XR621", "activity.held", "08:00"),
    ],
)
def test_a_value_that_the_mapping_does_not_explain_is_an_error(
    connection: Connection, statement: str, code: str, where: str, shown: str
) -> None:
    run(connection, statement)
    (found,) = failure(connection).diagnostics
    assert found.code == code
    assert where in found.message("zh")
    assert shown in found.message("zh")


def test_a_personal_value_and_key_stay_out_of_the_message(connection: Connection) -> None:
    run(connection, "UPDATE person SET post = 987 WHERE person_id = 11")
    (found,) = failure(connection).diagnostics
    assert found.code == "XR620"
    for language in ("zh", "en"):
        assert "987" not in found.render(language)
        assert "11" not in found.render(language)
        assert "学校/S1" in found.render(language)


def test_a_word_that_the_vocabulary_does_not_allow_is_an_error(connection: Connection) -> None:
    run(connection, "UPDATE school SET kind = '大学'")
    of = host(replace(SCHOOL, terms={**SCHOOL.terms, "类别": Column("kind")}))
    assert failure(connection, of=of).diagnostics[0].code == "XR620"


@pytest.mark.parametrize("key", ["10", "07", "x", "7 OR 1=1", "", "7.0"])
def test_a_subject_that_is_not_there_is_an_error(connection: Connection, key: str) -> None:
    assert failure(connection, Subject("计划", key)).diagnostics[0].code == "XR622"


def test_an_entity_that_is_not_mapped_is_an_error(connection: Connection) -> None:
    (found,) = failure(connection, Subject("方案", "1")).diagnostics
    assert found.code == "XR624"
    assert "计划" in found.help("zh")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO plan SELECT * FROM plan WHERE plan_id = 7",
        "INSERT INTO person SELECT * FROM person WHERE person_id = 12",
        "INSERT INTO budget VALUES (1, 2025, 1, 1)",
    ],
)
def test_two_rows_where_one_is_meant_are_an_error(connection: Connection, statement: str) -> None:
    run(connection, statement)
    assert failure(connection).diagnostics[0].code == "XR623"


def test_a_row_that_the_database_alone_takes_as_equal_is_an_error(connection: Connection) -> None:
    run(connection, "CREATE TABLE other (code TEXT COLLATE NOCASE, kind TEXT)")
    run(connection, "INSERT INTO other VALUES ('s1', 'P')")
    beside = Beside(table="other", on={"code": "code"}, terms={"类别": Column("kind", KIND)})
    terms = {name: way for name, way in SCHOOL.terms.items() if name != "类别"}
    of = host(replace(SCHOOL, terms=terms, beside=(*SCHOOL.beside, beside)))
    assert failure(connection, of=of).diagnostics[0].code == "XR627"


KIND = Codes({"P": "小学"})


def test_a_state_is_read_in_the_policys_words(connection: Connection) -> None:
    assert HOST.read_state(connection, FIRST) == "草稿"
    assert HOST.read_state(connection, SECOND) == "已批准"
    assert HOST.read_state(connection, THIRD) is None
    assert HOST.read_state(connection, Subject("计划", "404")) is None


def test_many_states_are_read_with_one_statement(connection: Connection) -> None:
    asked = [FIRST, SECOND, THIRD]
    sent: list[str] = []
    event.listen(
        connection, "before_cursor_execute", lambda _c, _u, statement, *_: sent.append(statement)
    )
    found = HOST.read_states(connection, asked)
    assert len(sent) == 1
    assert found == {one: HOST.read_state(connection, one) for one in asked}


def test_states_of_records_that_are_not_there_are_none(connection: Connection) -> None:
    absent = [Subject("计划", "404"), Subject("计划", "x"), Subject("计划", "01")]
    assert HOST.read_states(connection, [*absent, FIRST]) == {
        **dict.fromkeys(absent),
        FIRST: "草稿",
    }


def test_a_state_code_among_many_that_is_not_mapped_is_an_error(connection: Connection) -> None:
    run(connection, "UPDATE plan SET state = 5")
    with pytest.raises(HostError, match=r"plan\.state"):
        HOST.read_states(connection, [SECOND, FIRST])


def test_a_state_code_that_is_not_mapped_is_an_error(connection: Connection) -> None:
    run(connection, "UPDATE plan SET state = 5")
    with pytest.raises(HostError, match=r"plan\.state"):
        HOST.read_state(connection, FIRST)


def test_a_state_is_set_only_from_the_state_before(connection: Connection) -> None:
    assert HOST.write_state(connection, FIRST, "已批准", "草稿") == 0
    assert HOST.write_state(connection, FIRST, "草稿", "已批准") == 1
    assert HOST.write_state(connection, FIRST, "草稿", "已批准") == 0
    assert HOST.read_state(connection, FIRST) == "已批准"
    assert HOST.read_state(connection, SECOND) == "已批准"
    assert HOST.write_state(connection, Subject("计划", "x"), "草稿", "已批准") == 0


def test_a_state_without_a_code_is_an_error(connection: Connection) -> None:
    with pytest.raises(HostError) as caught:
        HOST.write_state(connection, FIRST, "草稿", "已备案")
    assert caught.value.diagnostics[0].code == "XR626"


def test_who_is_responsible_comes_from_a_column_or_a_constant(connection: Connection) -> None:
    assert HOST.responsible(connection, SECOND, "校长") == "2"
    assert HOST.responsible(connection, SECOND, "审核员") == "JX"
    assert HOST.responsible(connection, SECOND, "督学") == "D1"
    assert HOST.responsible(connection, SECOND, "访客") == ""


def test_an_empty_responsible_organisation_is_not_anybody(connection: Connection) -> None:
    with pytest.raises(HostError) as caught:
        HOST.responsible(connection, FIRST, "督学")
    assert caught.value.diagnostics[0].code == "XR628"


def test_an_entitys_flow_is_named_or_unknown() -> None:
    assert HOST.lifecycle_of("计划") == ("cn/test", "plan")
    with pytest.raises(KeyError):
        HOST.lifecycle_of("学校")


def test_a_transition_stamps_its_columns_of_its_row_alone(connection: Connection) -> None:
    at = datetime(2025, 9, 25, 9, 30, tzinfo=UTC)
    approve: Any = SimpleNamespace(action="批准")
    HOST.on_transition(connection, FIRST, approve, at)
    assert facts(connection)["批准"] == date(2025, 9, 25)
    assert facts(connection)["失效"] == date(2025, 9, 25)
    assert "批准" not in facts(connection, SECOND)
    take_back: Any = SimpleNamespace(action="退回")
    HOST.on_transition(connection, FIRST, take_back, at)
    assert "批准" not in facts(connection)
    other: Any = SimpleNamespace(action="其他")
    HOST.on_transition(connection, FIRST, other, at)


def test_rows_are_locked_where_the_database_has_row_locks() -> None:
    statements: list[str] = []

    class Recorded:
        dialect = postgresql.dialect()

        def execute(self, statement: Any, *_: Any) -> Any:
            statements.append(str(statement.compile(dialect=self.dialect)))
            row = {"r_plan_id": 7, "r_school_id": None}
            row |= {f"v{number}": None for number in range(9)}
            return SimpleNamespace(mappings=lambda: [row] if "FROM plan" in statements[-1] else [])

    recorded: Any = Recorded()
    HOST.lock_case(recorded, FIRST, on=DAY)
    assert len(statements) == 2
    assert all(statement.endswith("FOR UPDATE") for statement in statements)


def test_on_sqlite_there_is_nothing_to_lock(connection: Connection) -> None:
    read = HOST.case(connection, FIRST, on=DAY)
    assert HOST.lock_case(connection, FIRST, on=DAY) == read


def test_the_tables_of_the_host_have_what_the_mapping_names(connection: Connection) -> None:
    assert check_tables(mapping(), VOCABULARY, connection) == ()


def test_a_table_or_column_that_is_not_there_is_found(connection: Connection) -> None:
    wrong = mapping(
        replace(SCHOOL, terms={**SCHOOL.terms, "名称": Column("names")}),
        replace(STAFF, table="persons"),
    )
    wrong = replace(wrong, flows=(replace(FLOW, column="status"),))
    found = check_tables(wrong, VOCABULARY, connection)
    assert [one.values["name"] for one in found] == ["persons", "plan.status", "school.names"]
    assert {one.code for one in found} == {"XR616"}
    assert "`person`" in found[0].help("zh")
    assert "`name`" in found[2].help("zh")
