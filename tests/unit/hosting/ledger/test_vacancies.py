"""Tasks that nobody can do: said when they are opened, and listed while they wait."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData, update
from structlog.testing import capture_logs

from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    POLICY,
    SCHOOL,
    PlanHost,
    add_plan,
    make_policy,
    open_platform,
    stand_in_deciding,
    walk,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Ledger, RoleDirectory, Vacancy
from xbyx_rules.hosting.doubts.host import HostWithDoubts
from xbyx_rules.hosting.doubts.store import DoubtStore
from xbyx_rules.hosting.doubts.tables import doubt_tables


class Directory(PlanHost):
    """A platform that knows who holds which role."""

    def __init__(self, **roles):
        super().__init__()
        self.roles = {"分管负责人": (DEPUTY.id,), "校长": (HEAD.id,), **roles}
        self.asked = []

    def holders(self, _connection, subject, role, *, on):
        self.asked.append((subject.key, role))
        return self.roles.get(role, ())


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


def open_directory(**roles):
    engine, _, _ = open_platform(None)
    host = Directory(**roles)
    ledger = Ledger({POLICY: make_policy()}, host, tenant="110108", clock=lambda: NINE)
    return engine, ledger, host


def warnings(log):
    return [one for one in log if one["event"] == "role_vacant"]


def test_a_task_for_a_role_that_nobody_holds_is_told_by_role_and_flow_alone():
    engine, ledger, _ = open_directory(校长=())
    with capture_logs() as log:
        walk(ledger, engine, 1)
    assert warnings(log) == [
        {
            "event": "role_vacant",
            "log_level": "warning",
            "role": "校长",
            "flow": f"{POLICY}#annual-plan",
        }
    ]


def test_nothing_is_told_while_somebody_holds_each_role():
    engine, ledger, _ = open_directory()
    with capture_logs() as log:
        walk(ledger, engine, 1)
    assert warnings(log) == []
    assert ledger.vacancies(engine, at=NINE) == ()


def test_a_vacancy_lasts_until_somebody_holds_the_role():
    engine, ledger, host = open_directory(校长=())
    walk(ledger, engine, 1)
    expected = Vacancy(PLAN, "待校级审核", "校长", SCHOOL, None, NINE)
    assert ledger.vacancies(engine, at=NINE) == (expected,)
    host.roles["校长"] = ("t-02",)
    assert ledger.vacancies(engine, at=NINE) == ()


def test_a_task_of_one_who_holds_its_role_no_more_is_vacant():
    engine, ledger, host = open_directory()
    walk(ledger, engine, 1)
    task = ledger.tables.task
    with engine.begin() as connection:
        connection.execute(
            update(task).where(task.c.task_status == "open").values(assignee=HEAD.id)
        )
    assert ledger.vacancies(engine, at=NINE) == ()
    host.roles["校长"] = ("t-02",)
    (found,) = ledger.vacancies(engine, at=NINE)
    assert (found.role, found.assignee) == ("校长", HEAD.id)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"task_kind": "copy"}, 0),
        ({"task_status": "lapsed"}, 0),
        ({"task_status": "waiting"}, 1),
        ({"tenant": "110105"}, 0),
    ],
)
def test_what_somebody_still_has_to_do_counts_and_nothing_else(values, count):
    engine, ledger, _ = open_directory(校长=())
    walk(ledger, engine, 1)
    task = ledger.tables.task
    with engine.begin() as connection:
        connection.execute(update(task).where(task.c.role_name == "校长").values(**values))
    assert len(ledger.vacancies(engine, at=NINE)) == count


def test_a_platform_that_knows_no_holders_says_so():
    engine, ledger, _ = open_platform(None)
    with capture_logs() as log:
        walk(ledger, engine, 1)
    assert warnings(log) == []
    assert ledger.vacancies(engine, at=NINE) is None


def test_more_than_one_page_is_gone_through_and_each_role_asked_of_once():
    engine, ledger, host = open_directory(分管负责人=())
    subjects = [Subject("年度计划", f"p{number:03}") for number in range(205)]
    with engine.begin() as connection, capture_logs():
        for number, one in enumerate(subjects):
            add_plan(connection, one.key)
            ledger.start(connection, one, actor=DEPUTY, command_id=f"c-{number}", at=NINE)
    host.asked.clear()
    assert sorted(one.subject.key for one in ledger.vacancies(engine, at=NINE)) == [
        one.key for one in subjects
    ]
    assert len(host.asked) == len(set(host.asked)) == 205


# --- beside doubts --------------------------------------------------------------------------------


def with_doubts(host):
    store = DoubtStore(doubt_tables(metadata=MetaData()), "110108")
    return HostWithDoubts(host, store, (POLICY, "doubt"))


def test_a_host_with_doubts_knows_holders_exactly_when_the_platforms_host_does():
    assert isinstance(with_doubts(Directory()), RoleDirectory)
    assert not isinstance(with_doubts(PlanHost()), RoleDirectory)


def test_who_holds_a_role_on_a_doubt_is_asked_of_what_it_is_about(monkeypatch):
    host = Directory(督学=("i-1",))
    both = with_doubts(host)
    school = Subject("学校", SCHOOL)
    doubt = type("Found", (), {"about": school})()
    monkeypatch.setattr(DoubtStore, "find", lambda *_: doubt)
    assert both.holders(None, Subject("疑点", "d-1"), "督学", on=NINE.date()) == ("i-1",)
    assert both.holders(None, PLAN, "督学", on=NINE.date()) == ("i-1",)
    assert [key for key, _ in host.asked] == [SCHOOL, PLAN.key]
