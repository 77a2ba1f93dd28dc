"""A run over schools: no doubt is lost, none is opened twice, and no school stops the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from tests.servers.databases import Database
from xbyx_rules import Complete, ExecutablePolicy, load_policies
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Doubt, Supervised, Supervisor
from xbyx_rules.lifecycle import Actor, Command

DAY = date(2025, 8, 1)
AT = datetime(2025, 8, 1, 2, tzinfo=UTC)
Records = dict[str, Sequence[Mapping[str, Any]]]


@cache
def policies() -> Mapping[str, ExecutablePolicy]:
    return load_policies()


class Platform:
    """A host that holds records and nothing else."""

    def __init__(self, records: Mapping[str, Records]) -> None:
        self.records = dict(records)

    def case(self, _connection: Connection, subject: Subject, *, on: date) -> Case:
        assert on == DAY
        facts = {"学校标识码": subject.key, "所属区": "110199"}
        return Case(subject, facts, records=self.records[subject.key])

    def read_state(self, _connection: Connection, _subject: Subject) -> str | None:
        return None

    def write_state(self, _connection: Connection, _subject: Subject, _old: str, _new: str) -> int:
        return 0

    def responsible(self, _connection: Connection, _subject: Subject, _role: str) -> str:
        return "110199"

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        raise KeyError(entity)


class Run:
    """A platform with a supervisor, looked at minute by minute."""

    def __init__(self, database: Database, *subjects: Subject, **records: Records) -> None:
        self.subjects = subjects or tuple(Subject("学校", key) for key in records)
        self.platform = Platform(records)
        self.engine: Engine = database.open()
        self.supervisor = Supervisor(
            policies(), self.platform, tenant="110199", evaluator="reference"
        )
        self.supervisor.create_tables(self.engine)
        self.minutes = 0

    def look(self, **records: Records) -> tuple[Supervised, ...]:
        self.platform.records.update(records)
        self.minutes += 1
        at = AT + timedelta(minutes=self.minutes)
        return self.supervisor.supervise(self.engine, self.subjects, at=at, on=DAY)

    def act(
        self,
        doubt: Doubt,
        action: str,
        roles: set[str],
        *,
        person: str = "",
        comment: str = "已核对",
    ) -> None:
        """One step of a doubt; a role's person is named after it unless another is given."""
        self.minutes += 1
        actor = Actor(person or min(roles), frozenset(roles), "110199", "110199")
        at = AT + timedelta(minutes=self.minutes)
        name = f"c{self.minutes}"
        command = Command(Subject("疑点", doubt.id), action, actor, name, at, comment=comment)
        self.supervisor.ledger.act(self.engine, command)

    def stands(self) -> list[tuple[str, tuple[str, ...], bool]]:
        doubts = self.supervisor.doubts(self.engine)
        return sorted((one.about.key, one.records, one.stands) for one in doubts)

    def count_events(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM xbyx_event")).scalar_one())


def activity(key: str, name: str = "甲", **more: object) -> dict[str, Any]:
    known = {"活动编号": key, "学校": "s1", "名称": name, "日期": date(2025, 3, 1)}
    return {**known, "学年": "2024-2025", **more}


def kinds(found: Sequence[Supervised]) -> list[str]:
    return [change.kind for one in found for change in one.changes]


def test_two_schools_with_a_staff_id_in_common_have_a_doubt_each(database: Database) -> None:
    staff = Complete([{"工号": "1", "职务": "教师", "上级": "9"}])
    run = Run(database, s1={"教职工": staff}, s2={"教职工": staff})
    assert kinds(run.look()) == ["opened", "opened"]
    assert run.stands() == [("s1", ("教职工:1",), True), ("s2", ("教职工:1",), True)]
    assert len({one.id for one in run.supervisor.doubts(run.engine)}) == 2
    dealt = run.look(s2={"教职工": Complete([{"工号": "1", "职务": "校长", "上级": ""}])})
    assert kinds(dealt) == ["gone"]
    assert run.stands() == [("s1", ("教职工:1",), True), ("s2", ("教职工:1",), False)]


@pytest.mark.parametrize("names", [("甲", "甲"), ("甲", "乙")])
def test_a_record_that_the_platform_has_twice_is_one_doubt(
    database: Database, names: tuple[str, str]
) -> None:
    listed = [activity("a", name, 已评价=False) for name in names]
    run = Run(database, s1={"研修活动": Complete(listed)})
    assert kinds(run.look()) == ["opened"]
    before = run.count_events()
    more = activity("b", 已评价=True)  # so that the school is looked at again
    assert kinds(run.look(s1={"研修活动": Complete([*reversed(listed), more])})) == ["stands"]
    assert run.count_events() == before


def test_what_one_of_two_records_says_anew_is_found_anew(database: Database) -> None:
    first = activity("a", "甲", 已评价=False)
    run = Run(database, s1={"研修活动": Complete([first, activity("a", "乙", 已评价=False)])})
    run.look()
    before = run.count_events()
    run.look(s1={"研修活动": Complete([first, activity("a", "丙", 已评价=False)])})
    assert run.count_events() == before + 1


@pytest.mark.parametrize(
    "listed",
    [
        Complete([activity("a", 已评价=False), activity("b")]),
        [activity("a", 已评价=False)],
    ],
    ids=["a field went missing", "a record is not in a list that may have gaps"],
)
def test_a_doubt_that_cannot_be_told_stands_although_other_records_are_a_hit(
    database: Database,
    listed: Sequence[Mapping[str, Any]],
) -> None:
    both = [activity("a", 已评价=False), activity("b", 已评价=False)]
    run = Run(database, s1={"研修活动": Complete(both)})
    assert kinds(run.look()) == ["opened", "opened"]
    assert kinds(run.look(s1={"研修活动": listed})) == ["stands"]
    assert run.stands() == [("s1", ("研修活动:a",), True), ("s1", ("研修活动:b",), True)]


@pytest.mark.parametrize(
    "listed",
    [
        Complete([activity("a", 已评价=False), activity("b", 已评价=True)]),
        Complete([activity("a", 已评价=False)]),
        [activity("a", 已评价=False), activity("b", 已评价=True)],
    ],
    ids=["set right", "taken off a complete list", "set right in a list that may have gaps"],
)
def test_a_doubt_that_was_set_right_is_gone_although_other_records_are_a_hit(
    database: Database,
    listed: Sequence[Mapping[str, Any]],
) -> None:
    both = [activity("a", 已评价=False), activity("b", 已评价=False)]
    run = Run(database, s1={"研修活动": Complete(both)})
    run.look()
    assert sorted(kinds(run.look(s1={"研修活动": listed}))) == ["gone", "stands"]
    assert run.stands() == [("s1", ("研修活动:a",), True), ("s1", ("研修活动:b",), False)]


def test_a_doubt_over_several_records_is_gone_only_when_nothing_else_can_be_told(
    database: Database,
) -> None:
    """S7: credits with no record of attendance."""

    def credit(key: str) -> dict[str, Any]:
        return {"登记编号": key, "教师": key, "学校": "s1", "学年": "2024-2025", "活动编号": "a"}

    def presence(**more: object) -> dict[str, Any]:
        return {"参加编号": "p", "教师": "t2", "学校": "s1", "活动编号": "a", **more}

    entries = Complete([credit("t1"), credit("t2")])
    run = Run(database, s1={"学分登记": entries, "参加记录": Complete([])})
    assert kinds(run.look()) == ["opened", "opened"]
    unclear = run.look(s1={"学分登记": entries, "参加记录": Complete([presence()])})
    assert kinds(unclear) == ["stands"]
    present = run.look(s1={"学分登记": entries, "参加记录": Complete([presence(实到=True)])})
    assert sorted(kinds(present)) == ["gone", "stands"]


def test_a_school_whose_list_became_complete_is_looked_at_again(database: Database) -> None:
    listed = [activity("a", 已评价=True)]
    run = Run(database, s1={"研修活动": listed})
    assert run.look()[0].undetermined
    assert run.look()[0].is_unchanged
    (again,) = run.look(s1={"研修活动": Complete(listed)})
    assert not again.is_unchanged
    assert "activity-not-evaluated" not in {one.anchor for one in again.undetermined}


def test_a_doubt_that_persons_ruled_out_opens_anew_when_it_was_set_right_and_comes_back(
    database: Database,
) -> None:
    broken = Complete([activity("a", 已评价=False)])
    run = Run(database, s1={"研修活动": broken})
    run.look()
    (doubt,) = run.supervisor.doubts(run.engine)
    run.act(doubt, "排除", {"区级审核员"})
    assert kinds(run.look(s1={"研修活动": Complete([*broken, activity("b", 已评价=True)])})) == [
        "settled"
    ]
    assert kinds(run.look(s1={"研修活动": Complete([activity("a", 已评价=True)])})) == ["gone"]
    assert kinds(run.look(s1={"研修活动": broken})) == ["opened"]
    found = run.supervisor.doubts(run.engine)
    assert [(one.occurrence, one.state, one.stands) for one in found] == [
        (1, "已排除", False),
        (2, "待核实", True),
    ]


def test_a_doubt_about_a_district_is_rectified_by_the_district_and_accepted_by_another(
    database: Database,
) -> None:
    units = [{"登记编号": f"u{n}", "名称": "某某小学", "学校": f"s{n}"} for n in (1, 2)]
    run = Run(database, Subject("区", "110199"), **{"110199": {"登记单位": Complete(units)}})
    run.look()
    doubt = next(one for one in run.supervisor.doubts(run.engine) if one.about.entity == "区")
    reviewer, inspector, school = {"区级审核员"}, {"区教委督导员"}, {"分管负责人"}
    with pytest.raises(CommandRefused):
        run.act(doubt, "排除", reviewer, comment="")
    run.act(doubt, "核实属实", reviewer)
    for action in ("提交整改", "提出异议"):
        with pytest.raises(CommandRefused):
            run.act(doubt, action, school)
    run.act(doubt, "区内整改", reviewer)
    with pytest.raises(CommandRefused):  # registrations can be merged: words don't close it
        run.act(doubt, "说明后销号", inspector)
    run.look(**{"110199": {"登记单位": Complete(units[:1])}})
    with pytest.raises(CommandRefused):  # the same person, in another post
        run.act(doubt, "销号", inspector, person="区级审核员")
    run.act(doubt, "销号", inspector)
    (closed,) = (one for one in run.supervisor.doubts(run.engine) if one.id == doubt.id)
    assert closed.state == "已销号"


def test_an_explanation_closes_what_has_happened_and_it_opens_anew_when_it_comes_back(
    database: Database,
) -> None:
    teams = {
        count: Complete([{"团队编号": "t", "成员": Complete([f"m{n}" for n in range(count)])}])
        for count in (3, 6)
    }
    run = Run(database, Subject("区", "110199"), **{"110199": {"联盟团队": teams[3]}})
    run.look()
    (doubt,) = run.supervisor.doubts(run.engine)
    run.act(doubt, "核实属实", {"区级审核员"})
    run.act(doubt, "区内整改", {"区级审核员"})
    with pytest.raises(CommandRefused):  # it still stands
        run.act(doubt, "销号", {"区教委督导员"})
    run.act(doubt, "说明后销号", {"区教委督导员"}, comment="暑假前有三人调离")
    assert kinds(run.look()) == []
    assert kinds(run.look(**{"110199": {"联盟团队": teams[6]}})) == ["gone"]
    assert kinds(run.look(**{"110199": {"联盟团队": teams[3]}})) == ["opened"]
    found = run.supervisor.doubts(run.engine)
    assert [(one.occurrence, one.state) for one in found] == [(1, "已销号"), (2, "待核实")]


def test_a_doubt_about_a_school_is_not_rectified_by_the_district(database: Database) -> None:
    run = Run(database, s1={"研修活动": Complete([activity("a", 已评价=False)])})
    run.look()
    (doubt,) = run.supervisor.doubts(run.engine)
    run.act(doubt, "核实属实", {"区级审核员"})
    with pytest.raises(CommandRefused):
        run.act(doubt, "区内整改", {"区级审核员"})
    run.act(doubt, "提交整改", {"分管负责人"})
