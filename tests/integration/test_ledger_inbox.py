"""An inbox on real databases: whose tasks, in which order, page by page; copies hold nothing up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, event, select

from tests.integration.waiting_tasks import TENANT, add_task
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    HEAD,
    NINE,
    PLAN,
    REVIEWER,
    SCHOOL,
    command,
    open_platform,
    stand_in_deciding,
    tick,
)
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Agency, Inbox, ledger_tables
from xbyx_rules.lifecycle import Actor

TABLES = ledger_tables()
INBOX = Inbox(TABLES, TENANT)
BUSY = Actor("d-05", frozenset({"区级审核员", "区教委备案员"}), DISTRICT)


@pytest.fixture
def engine(database) -> Engine:
    made = database.open()
    TABLES.metadata.create_all(made)
    return made


def keys(page) -> list[str]:
    return [one.subject.key for one in page.items]


def fill(engine: Engine, *rows: tuple[str, dict]) -> None:
    with engine.begin() as connection:
        for number, (role, columns) in enumerate(rows, start=1):
            add_task(connection, TABLES, number, role, **columns)


def whole(engine: Engine, actor: Actor, most: int, **more) -> list[str]:
    """All pages, one after the other."""
    found, after = [], None
    while True:
        page = INBOX.tasks(engine, actor, now=NINE, after=after, most=most, **more)
        assert len(page.items) <= most
        found += keys(page)
        if page.next is None:
            return found
        assert len(page.items) == most
        after = page.next


MIXED = (
    ("区级审核员", {"organisation": DISTRICT, "opened_at": tick(3)}),
    ("区级审核员", {"organisation": DISTRICT, "opened_at": tick(2), "due_at": tick(40)}),
    ("区教委备案员", {"opened_at": tick(1)}),
    ("区级审核员", {"opened_at": tick(4), "due_at": tick(40)}),
    ("区教委备案员", {"assignee": "d-05", "due_at": tick(20)}),
    ("区级审核员", {"organisation": DISTRICT, "opened_at": tick(1), "due_at": tick(40)}),
    ("区教委备案员", {"organisation": DISTRICT, "opened_at": tick(1)}),
    # and what is somebody else's:
    ("校长", {"organisation": SCHOOL}),
    ("区级审核员", {"organisation": "xicheng-training"}),
    ("区级审核员", {"organisation": DISTRICT, "assignee": "d-99"}),
    ("区级审核员", {"organisation": "xicheng-training", "assignee": "d-05"}),
    ("校长", {"assignee": "d-05"}),
    ("区级审核员", {"organisation": DISTRICT, "task_status": "done"}),
    ("区级审核员", {"organisation": DISTRICT, "tenant": "110102"}),
    ("区级审核员", {"organisation": DISTRICT, "task_kind": "copy"}),
)
ORDER = [f"2026-00{number}" for number in (5, 6, 2, 4, 3, 7, 1)]


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_what_is_due_comes_first_and_a_page_goes_on_where_the_last_one_ended(
    engine: Engine, most: int
) -> None:
    fill(engine, *MIXED)
    assert whole(engine, BUSY, most) == ORDER
    page = INBOX.tasks(engine, BUSY, now=NINE, most=most, is_counted=True)
    assert page.total == len(ORDER)


def test_what_was_done_between_two_pages_leaves_no_gap_and_repeats_nothing(engine: Engine) -> None:
    fill(engine, *MIXED)
    first = INBOX.tasks(engine, BUSY, now=NINE, most=3)
    with engine.begin() as connection:
        task = TABLES.task
        done = task.update().where(task.c.instance_id == f"{6:032x}")
        connection.execute(done.values(task_status="done"))
    rest = INBOX.tasks(engine, BUSY, now=NINE, after=first.next, most=50)
    assert keys(first) + keys(rest) == ORDER


def test_who_belongs_nowhere_sees_what_is_anybodys_only(engine: Engine) -> None:
    fill(engine, *MIXED)
    nowhere = Actor("d-77", BUSY.roles)
    assert whole(engine, nowhere, 50) == ["2026-004", "2026-003"]
    assert INBOX.tasks(engine, Actor("d-05"), now=NINE, is_counted=True).total == 0


def test_overdue_is_what_was_due_at_the_instant_asked_for_or_before(engine: Engine) -> None:
    fill(engine, ("校长", {"due_at": tick(5), "due_provisional": 1}), ("校长", {}))
    shanghai = timezone(timedelta(hours=8))
    for now, expected in (
        (tick(5) - timedelta(microseconds=1), [False, False]),
        (tick(5).astimezone(shanghai), [True, False]),
        (tick(6), [True, False]),
    ):
        page = INBOX.tasks(engine, HEAD, now=now)
        assert [one.is_overdue for one in page.items] == expected
        assert [one.due_at for one in page.items] == [tick(5), None]
        assert [one.is_due_provisional for one in page.items] == [True, False]


def test_a_principals_tasks_are_listed_for_their_agent_in_what_was_delegated(
    engine: Engine,
) -> None:
    principal = Actor("t-01", frozenset({"校长", "分管负责人"}), SCHOOL)
    fill(
        engine,
        ("校长", {"organisation": SCHOOL}),
        ("校长", {"organisation": SCHOOL, "assignee": "t-01", "due_at": tick(1)}),
        ("校长", {"organisation": SCHOOL, "assignee": "t-17"}),
        ("分管负责人", {"organisation": SCHOOL}),
        ("校长", {"organisation": SCHOOL, "subject_kind": "实施方案"}),
        ("校长", {"organisation": "2111000002"}),
        ("校长", {}),
    )

    def listed(*agencies: Agency, actor: Actor = DEPUTY) -> list[tuple[str, str]]:
        page = INBOX.tasks(engine, actor, now=NINE, acting_for=agencies, is_counted=True)
        assert page.total == len(page.items)
        return [(one.subject.key, one.on_behalf_of) for one in page.items]

    own = ("2026-004", "")
    assert listed() == [own]
    assert listed(Agency(principal, "校长")) == [
        ("2026-002", "t-01"),
        ("2026-001", "t-01"),
        own,
        ("2026-005", "t-01"),
        ("2026-007", "t-01"),
    ]
    assert listed(Agency(principal, "校长", "实施方案")) == [own, ("2026-005", "t-01")]
    assert listed(Agency(principal, "校长", "年度计划", "2026-001")) == [
        ("2026-001", "t-01"),
        own,
    ]
    # what is one's own is one's own, though a principal could do it too
    assert listed(Agency(principal, "分管负责人")) == [own]
    # a role that the principal hasn't got can't be passed on
    assert listed(Agency(Actor("t-01", frozenset(), SCHOOL), "校长")) == [own]
    twice = listed(Agency(principal, "校长"), Agency(principal, "校长"))
    assert len(twice) == len(set(twice))


def test_a_principals_tasks_come_once_over_pages_too(engine: Engine) -> None:
    one, other = (Actor(name, frozenset({"校长"}), SCHOOL) for name in ("t-01", "t-02"))
    fill(engine, *[("校长", {"organisation": SCHOOL})] * 5)
    agencies = (Agency(one, "校长"), Agency(other, "校长"))
    agent = Actor("t-03", frozenset({"校长"}), SCHOOL)
    for actor in (Actor("t-04"), agent):
        found = whole(engine, actor, 2, acting_for=agencies)
        assert found == [f"2026-00{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"now": datetime(2026, 3, 2)}, "XR518"),  # noqa: DTZ001
        ({"most": 0}, "XR582"),
        ({"most": 1001}, "XR582"),
        ({"after": ""}, "XR678"),
        ({"after": "1.2.3"}, "XR678"),
        ({"after": "1.2.ab.3.9' OR 1=1"}, "XR678"),
        ({"after": "1.2.ab.3.٣"}, "XR678"),
        ({"after": f"{'9' * 400}.1.ab.1.1"}, "XR678"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict, code: str) -> None:
    with pytest.raises(CommandRefused) as caught:
        INBOX.tasks(None, HEAD, **{"now": NINE, **more})  # type: ignore[arg-type]
    assert [one.code for one in caught.value.diagnostics] == [code]


def test_an_inbox_of_more_roles_than_anybody_has_is_refused() -> None:
    many = Actor("x", frozenset(f"r-{number}" for number in range(201)))
    with pytest.raises(CommandRefused, match="XR582"):
        INBOX.tasks(None, many, now=NINE)  # type: ignore[arg-type]


# --- copies ------------------------------------------------------------------------------------


def test_a_copy_is_read_once_and_stands_apart_from_what_is_to_be_done(engine: Engine) -> None:
    fill(
        engine,
        ("校长", {"organisation": SCHOOL, "task_kind": "copy"}),
        ("校长", {"organisation": SCHOOL, "task_kind": "copy", "assignee": "t-99"}),
        ("校长", {"organisation": SCHOOL}),
    )
    page = INBOX.copies(engine, HEAD, now=NINE, is_counted=True)
    assert (keys(page), page.total, page.items[0].kind) == (["2026-001"], 1, "copy")
    assert keys(INBOX.tasks(engine, HEAD, now=NINE)) == ["2026-003"]
    item = page.items[0].id
    assert INBOX.mark_read(engine, item, actor=HEAD, at=tick(1))
    assert not INBOX.mark_read(engine, item, actor=HEAD, at=tick(2))
    assert INBOX.copies(engine, HEAD, now=NINE).items == ()
    task = TABLES.task
    with engine.connect() as connection:
        row = connection.execute(select(task).where(task.c.instance_id == f"{1:032x}")).one()
    assert (row.task_status, row.assignee) == ("done", "t-01")
    assert row.closed_at == int(tick(1).timestamp() * 1_000_000)


def test_only_whom_a_copy_was_sent_to_reads_it(engine: Engine) -> None:
    fill(engine, ("校长", {"organisation": SCHOOL, "task_kind": "copy"}), ("校长", {}))
    copy = INBOX.copies(engine, HEAD, now=NINE).items[0].id
    todo = INBOX.tasks(engine, HEAD, now=NINE).items[0].id
    elsewhere = Actor("t-01", frozenset({"校长"}), "2111000002")
    model = Actor("m-1", HEAD.roles, SCHOOL, kind="model")
    for item, actor, code in (
        (copy, DEPUTY, "XR679"),
        (copy, elsewhere, "XR679"),
        (copy, model, "XR503"),
        (todo, HEAD, "XR679"),
        ("x", HEAD, "XR679"),
        (f"{'0' * 32}/3/1", HEAD, "XR679"),
        (f"{1:032x}/9999999999/1", HEAD, "XR679"),
    ):
        with pytest.raises(CommandRefused) as caught:
            INBOX.mark_read(engine, item, actor=actor, at=NINE)
        assert [one.code for one in caught.value.diagnostics] == [code]
    assert len(INBOX.copies(engine, HEAD, now=NINE).items) == 1


def test_a_copy_outlives_the_step_and_reading_it_bumps_no_version(database) -> None:
    with stand_in_deciding():
        engine, ledger, _ = open_platform(database)
        ledger.act(engine, command("提交校内审核", DEPUTY, 1))
        task, instance = ledger.tables.task, ledger.tables.instance
        with engine.begin() as connection:
            (of_plan,) = connection.execute(select(instance.c.instance_id)).scalars()
            row = {"role_name": "区教委备案员", "task_status": "open", "task_kind": "copy"}
            key = {"instance_id": of_plan, "entry_seq": 2, "task_no": 7, "tenant": TENANT}
            connection.execute(task.insert().values(**row, **key, opened_at=1))
        inbox = Inbox(ledger.tables, TENANT)
        ledger.act(engine, command("签发并报送", HEAD, 2, comment="同意"))
        (copy,) = inbox.copies(engine, CLERK, now=NINE).items
        assert copy.version == 3
        assert inbox.mark_read(engine, copy.id, actor=CLERK, at=tick(1))
        ledger.act(engine, command("审核通过", REVIEWER, 3, expected_version=3))
        assert ledger.verify(engine).is_intact
        assert [one.subject for one in ledger.tasks(engine, "区教委备案员")] == [PLAN]


# --- how it is asked ------------------------------------------------------------------------------


def test_a_page_is_asked_for_by_index_and_never_by_reading_all(engine: Engine) -> None:
    with engine.begin() as connection:
        for number in range(1, 1501):
            more = {"organisation": DISTRICT, "due_at": NINE + timedelta(minutes=number % 700)}
            add_task(connection, TABLES, number, f"r-{number % 15}", **more)
    asked = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, *_more) -> None:
        asked.append((statement, parameters))

    actor = Actor("d-05", frozenset({"r-3", "r-4"}), DISTRICT)
    page = INBOX.tasks(engine, actor, now=datetime(2026, 3, 2, 1, tzinfo=UTC), most=5)
    assert len(page.items) == 5
    rows = [one for one in asked if "xbyx_task" in one[0]]
    # for each of two roles: the organisation's, anybody's, one's own; all that is due suffices
    assert len(rows) == 6
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
        elif engine.dialect.name in ("mysql", "mariadb"):
            connection.exec_driver_sql("ANALYZE TABLE xbyx_task, xbyx_instance").all()
        for statement, parameters in rows:
            explain = {"sqlite": "EXPLAIN QUERY PLAN"}.get(engine.dialect.name, "EXPLAIN")
            plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
            assert "xbyx_task_inbox" in str(plan) or "xbyx_task_assignee" in str(plan), plan
