"""Adapters and hosts, each broken in one way; what the suite must say stands beside each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from tests.unit.testing.adapters.sample_platform import FLOW, MAPPING, PLAN, SCHOOL
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting import (
    Column,
    Constant,
    EntityMapping,
    Holders,
    HostMapping,
    MappedHost,
    Number,
    Responsible,
    Stamp,
)
from xbyx_rules.policy import Vocabulary

__all__ = ["BROKEN", "Broken"]


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken adapter.

    Args:
        fault: in a few words.
        test: the one test of the suite that must find it; others may, too.
        says: what its message must have in it.
        host: made instead of `MappedHost`.
        mapping: instead of the sound one.
        first: run on the database before.
    """

    fault: str
    test: str
    says: tuple[str, ...]
    host: Callable[..., MappedHost] = MappedHost
    mapping: HostMapping = MAPPING
    first: str = ""


def having(*entities: EntityMapping, **more: Any) -> HostMapping:
    own = {one.entity: one for one in (*MAPPING.entities, *entities)}
    return replace(MAPPING, entities=tuple(own.values()), **more)


def run(connection: Connection, statement: str, subject: Subject) -> int:
    return connection.execute(text(statement), {"key": subject.key}).rowcount


class SetsWithoutComparing(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        code = next(code for code, word in FLOW.states.items() if word == new)
        return run(connection, f"UPDATE t_plan SET status = '{code}' WHERE plan_id = :key", subject)


class AlwaysSaysOne(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        super().write_state(connection, subject, old, new)
        return 1


class ChangesAnotherColumn(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        done = super().write_state(connection, subject, old, new)
        if done:
            run(connection, "UPDATE t_plan SET changed = 'now' WHERE plan_id = :key", subject)
        return done


class ChangesEveryRow(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        done = super().write_state(connection, subject, old, new)
        if done:
            run(connection, "UPDATE t_plan SET changed = 'x' WHERE plan_id <> :key", subject)
        return done


class WritesALog(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        run(connection, "INSERT INTO t_budget (code) VALUES (:key)", subject)
        return super().write_state(connection, subject, old, new)


class Commits(MappedHost):
    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        done = super().write_state(connection, subject, old, new)
        connection.commit()
        return done


class RollsBack(MappedHost):
    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        connection.rollback()
        return super().read_state(connection, subject)


class CommitsWhenStamping(MappedHost):
    def on_transition(self, connection: Connection, *about: Any) -> None:
        super().on_transition(connection, *about)
        connection.connection.commit()


class SwallowsErrors(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        try:
            return super().case(connection, subject, on=on)
        except HostError:
            return Case(subject, {"计划编号": subject.key})


class Names(MappedHost):
    people: tuple[str, ...] = ()

    def __init__(self, mapping: HostMapping, vocabulary: Vocabulary) -> None:
        super().__init__(mapping, vocabulary)
        self.holders = lambda *_about, **_on: self.people


class NamesTwice(Names):
    people = ("t-1", "t-2", "t-1")


class NamesNobody(Names):
    people = (" ",)


class ForgetsPeriods(MappedHost):
    def __init__(self, mapping: HostMapping, vocabulary: Vocabulary) -> None:
        for_ever = tuple(replace(one, valid_until=None) for one in mapping.holders)
        super().__init__(replace(mapping, holders=for_ever), vocabulary)


class WritesWhenAsked(MappedHost):
    def __init__(self, mapping: HostMapping, vocabulary: Vocabulary) -> None:
        super().__init__(mapping, vocabulary)
        self.holders = self._holders_and_more

    def _holders_and_more(
        self, connection: Connection, subject: Subject, role: str, *, on: date
    ) -> tuple[str, ...] | None:
        run(connection, "UPDATE t_plan SET changed = 'x' WHERE plan_id = :key", subject)
        return self._holders(connection, subject, role, on=on)


class RaisesAnything(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        try:
            return super().case(connection, subject, on=on)
        except HostError as error:
            raise LookupError(subject.key) from error


class ShowsPersons(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        try:
            return super().case(connection, subject, on=on)
        except HostError as error:
            staff = connection.scalar(text("SELECT staff_id FROM t_staff"))
            hours = connection.scalar(text("SELECT hours FROM t_credit"))
            values = {"table": "", "column": "", "row": staff, "value": hours}
            raise HostError([*error.diagnostics, Diagnostic("XR620", values=values)]) from error


class NullIsZero(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        case = super().case(connection, subject, on=on)
        school = case.facts.get("学校", case.facts)
        facts = {"专项列支": False, **school}
        if "学校" in case.facts:
            facts = {**case.facts, "学校": facts}
        return Case(subject, facts, case.records)


class MissingIsFar(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        case = super().case(connection, subject, on=on)
        for paper in case.facts.get("学校", case.facts).get("研修文件", ()):
            paper.setdefault("失效日期", date(9999, 12, 31))
        return case


class SaysMore(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        case = super().case(connection, subject, on=on)
        return Case(subject, {**case.facts, "备注": "x"}, case.records)


class LocksTooLittle(MappedHost):
    def lock_case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        case = super().lock_case(connection, subject, on=on)
        facts = {name: value for name, value in case.facts.items() if name != "学校"}
        return Case(subject, facts, case.records)


class ReadsManyAsDrafts(MappedHost):
    def read_states(self, connection: Connection, subjects: Any) -> dict[Subject, str | None]:
        return dict.fromkeys(subjects, "草稿")


class CountsReadings(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        run(connection, "UPDATE t_plan SET changed = 'read' WHERE plan_id = :key", subject)
        return super().case(connection, subject, on=on)


class TakesTheFirstRow(MappedHost):
    def cases(self, connection: Connection, entity: str, keys: Iterable[str], *, on: date) -> Any:
        try:
            yield from super().cases(connection, entity, keys, on=on)
        except HostError as error:
            if error.diagnostics[0].code != "XR623":
                raise
            yield from (Case(Subject(entity, key), {}) for key in keys)


class InventsRecords(MappedHost):
    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        if "nobody" in subject.key:
            return Case(subject, {})
        return super().case(connection, subject, on=on)


class MixesStates(MappedHost):
    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        found = super().read_state(connection, subject)
        return "待校级审核" if found == "待区级审核" else found


class TakesUnknownStatesForDrafts(MappedHost):
    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        try:
            return super().read_state(connection, subject)
        except HostError:
            return "草稿"


class TakesNoStateForDraft(MappedHost):
    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        return super().read_state(connection, subject) or "草稿"


class KnowsNobody(MappedHost):
    def responsible(self, connection: Connection, subject: Subject, role: str) -> str:
        return {"校长": "9900000001", "分管负责人": "9900000001"}[role]


BROKEN = (
    Broken(
        "sets the state without comparing it",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("年度计划/P1", "yet was changed"),
        SetsWithoutComparing,
    ),
    Broken(
        "says that a row was changed when none was",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("yet 1 row was reported",),
        AlwaysSaysOne,
    ),
    Broken(
        "changes another column beside the state",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("t_plan.changed",),
        ChangesAnotherColumn,
    ),
    Broken(
        "changes other rows",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("1 other rows changed",),
        ChangesEveryRow,
    ),
    Broken(
        "writes into another table",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("INSERT INTO t_budget",),
        WritesALog,
    ),
    Broken(
        "commits the host's transaction",
        "test_the_state_is_compared_and_set_and_nothing_else",
        ("the host's transaction was ended: commit",),
        Commits,
    ),
    Broken(
        "commits on the driver's connection, behind SQLAlchemy",
        "test_a_command_joins_the_hosts_transaction",
        ("the ledger keeps it after a roll-back", "t_plan"),
        CommitsWhenStamping,
    ),
    Broken(
        "swallows what it can't read",
        "test_an_unknown_code_stops_the_reading",
        ("t_school.kind", "t_staff.post", "v_budget.itemised", "was read without an error"),
        SwallowsErrors,
    ),
    Broken(
        "raises an error of another kind",
        "test_an_unknown_code_stops_the_reading",
        ("LookupError instead of HostError",),
        RaisesAnything,
    ),
    Broken(
        "shows a person's data in an error",
        "test_an_unknown_code_stops_the_reading",
        (
            "t_staff.post：报错里有个人的主键 · the error shows the key of a person",
            "t_credit.hours：报错里有个人信息 · the error shows a personal value",
        ),
        ShowsPersons,
    ),
    Broken(
        "reads NULL as no",
        "test_null_stays_unknown",
        ("v_budget.itemised", "NULL was read as `False`"),
        NullIsZero,
    ),
    Broken(
        "doesn't know a value that means missing",
        "test_null_stays_unknown",
        ("t_paper.to_day", "was read as `9999-12-31`"),
        MissingIsFar,
    ),
    Broken(
        "says more than the vocabulary has",
        "test_samples_are_read_in_the_vocabularys_words",
        ("备注",),
        SaysMore,
    ),
    Broken(
        "reads less when it locks",
        "test_locking_reads_the_same",
        ("年度计划/P1", "lock_case is not what case gives"),
        LocksTooLittle,
    ),
    Broken(
        "says of many that they are drafts",
        "test_many_states_are_read_as_each_is",
        ("xbyx-0-nobody", "read_states is not read_state"),
        ReadsManyAsDrafts,
    ),
    Broken(
        "writes when it reads",
        "test_reading_writes_nothing",
        ("reading wrote: UPDATE t_plan",),
        CountsReadings,
    ),
    Broken(
        "takes one of two rows",
        "test_two_rows_are_not_one_record",
        ("学校/9900000001", "has two rows, and one was taken"),
        TakesTheFirstRow,
        first="ALTER TABLE t_school RENAME TO t_base; CREATE VIEW t_school AS SELECT * FROM t_base",
    ),
    Broken(
        "reads a record that is not there",
        "test_a_record_that_is_not_there_is_refused",
        ("a record that is not there was read",),
        InventsRecords,
    ),
    Broken(
        "reads one state as another",
        "test_every_state_is_read_as_it_was_written",
        ("待区级审核", "written, then read as another"),
        MixesStates,
    ),
    Broken(
        "takes an unknown state for a draft",
        "test_every_state_is_read_as_it_was_written",
        ("t_plan.status", "an unknown code was read as 草稿"),
        TakesUnknownStatesForDrafts,
    ),
    Broken(
        "takes an empty state for a draft",
        "test_every_state_is_read_as_it_was_written",
        ("t_plan.status", "NULL was read as 草稿"),
        TakesNoStateForDraft,
    ),
    Broken(
        "rolls the host's transaction back",
        "test_reading_writes_nothing",
        ("年度计划/P1", "reading ended the transaction: rollback"),
        RollsBack,
    ),
    Broken(
        "has no answer for a role",
        "test_every_role_has_an_organisation",
        ("区级审核员", "no answer: "),
        KnowsNobody,
    ),
    Broken(
        "leaves a role to anybody",
        "test_every_role_has_an_organisation",
        ("区教委备案员", "anybody of any organisation may act"),
        mapping=replace(MAPPING, flows=(replace(FLOW, responsible=FLOW.responsible[:3]),)),
    ),
    Broken(
        "names a column that is not there",
        "test_every_table_and_column_is_there",
        ("t_school.names", "XR616"),
        mapping=having(replace(SCHOOL, terms={**SCHOOL.terms, "学校名称": Column("names")})),
    ),
    Broken(
        "reads money from a float",
        "test_the_columns_types_go_with_the_mapping",
        ("XR596", "t_school.own_float"),
        mapping=having(
            replace(
                SCHOOL,
                terms={**SCHOOL.terms, "校本研修经费预算": Column("own_float", Number())},
            )
        ),
        first="ALTER TABLE t_school ADD COLUMN own_float FLOAT",
    ),
    Broken(
        "compares a number with text",
        "test_the_columns_types_go_with_the_mapping",
        ("XR597", "key_is_number=False"),
        mapping=having(replace(PLAN, key_is_number=True)),
    ),
    Broken(
        "stamps a date column with text",
        "test_the_columns_types_go_with_the_mapping",
        ("XR598", "t_plan.approved_on"),
        mapping=replace(
            MAPPING,
            flows=(replace(FLOW, stamps=(Stamp("审核通过", "approved_on", form="YYYYMMDD"),)),),
        ),
    ),
    Broken(
        "has a code longer than the column",
        "test_the_columns_types_go_with_the_mapping",
        ("XR599", "`100`"),
        mapping=replace(
            MAPPING,
            flows=(
                replace(
                    FLOW,
                    states={
                        ("100" if code == "10" else code): word
                        for code, word in FLOW.states.items()
                    },
                ),
            ),
        ),
    ),
    Broken(
        "misspells a term",
        "test_the_mapping_agrees_with_the_vocabulary",
        ("XR602", "学校名字"),
        mapping=having(replace(SCHOOL, terms={"学校名字": Column("name")})),
    ),
    Broken(
        "gives a role that the flow hasn't",
        "test_the_flows_agree_with_their_definitions",
        ("XR614", "校长室"),
        mapping=replace(
            MAPPING,
            flows=(
                replace(
                    FLOW, responsible=(*FLOW.responsible, Responsible("校长室", Constant("x")))
                ),
            ),
        ),
    ),
    Broken(
        "says who holds a role that no flow has",
        "test_holders_of_roles_are_persons",
        ("t_school", "校长室"),
        mapping=replace(MAPPING, holders=(Holders("t_school", "head", "校长室"),)),
    ),
    Broken(
        "names a person twice",
        "test_holders_of_roles_are_persons",
        ("校长", "named twice"),
        host=NamesTwice,
    ),
    Broken(
        "names nobody's id",
        "test_holders_of_roles_are_persons",
        ("校长", "is no id"),
        host=NamesNobody,
    ),
    Broken(
        "goes on counting whoever's period is over",
        "test_holders_of_roles_are_persons",
        ("t_role.last_day", "区级审核员"),
        host=ForgetsPeriods,
    ),
    Broken(
        "writes while reading who holds a role",
        "test_holders_of_roles_are_persons",
        ("writes", "UPDATE t_plan"),
        host=WritesWhenAsked,
    ),
)
