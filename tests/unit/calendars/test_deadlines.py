"""Deadlines: what documents write, where counting starts and ends, and when it is too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
import yaml

from xbyx_rules.calendars import (
    DayTable,
    Deadline,
    WorkingCalendar,
    day_before,
    due_day,
    due_instant,
    parse_deadline,
    read_day_table,
)
from xbyx_rules.errors import HostError

CASES = Path(__file__).parents[2] / "cases" / "calendars"
BY_HAND: list[dict[str, Any]] = yaml.safe_load((CASES / "due_days.yaml").read_text("utf-8"))
NOTICES, _ = read_day_table((CASES / "notices-2024-2026.csv").read_text("utf-8"))
UNITS: tuple[Literal["工作日", "日"], ...] = ("工作日", "日")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("case", BY_HAND, ids=[one["name"] for one in BY_HAND])
def test_a_due_day_is_the_one_counted_by_hand(case: dict[str, Any]) -> None:
    assert NOTICES is not None
    deadline = parse_deadline(case["deadline"])
    assert deadline is not None
    due = due_day(case["start"], deadline, WorkingCalendar(NOTICES))
    assert (due.day, due.is_provisional) == (case["due"], case.get("provisional", False))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("5 工作日", "5 工作日"),
        ("15个工作日", "15 工作日"),
        (" １０ 日 ", "10 日"),
        ("9999日", "9999 日"),
        ("0 日", None),
        ("05 日", None),
        ("10000 日", None),
        ("1٣ 日", None),
        ("五日", None),
        ("5 天", None),
        ("-5 日", None),
        ("", None),
    ],
)
def test_a_deadline_is_read_as_documents_write_it(text: str, written: str | None) -> None:
    found = parse_deadline(text)
    assert (str(found) if found else None) == written


@pytest.mark.parametrize("count", [0, -1, 10_000])
def test_a_deadline_out_of_bounds_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        Deadline(count, "日")


def test_the_statutory_move_happens_only_where_declared() -> None:
    calendar = WorkingCalendar(DayTable({}, {2026: "通知", 2027: "通知"}))
    friday = date(2026, 11, 27)
    assert due_day(friday, Deadline(1, "日"), calendar).day == date(2026, 11, 28)
    moved = due_day(friday, Deadline(1, "日", is_moved_on=True), calendar)
    assert (moved.day, moved.is_provisional) == (date(2026, 11, 30), False)


def test_a_moved_day_is_provisional_when_the_year_is_not_known() -> None:
    moved = due_day(date(2026, 11, 27), Deadline(1, "日", is_moved_on=True), WorkingCalendar())
    assert (moved.day, moved.is_provisional) == (date(2026, 11, 30), True)


@pytest.mark.parametrize(
    "deadline",
    [Deadline(1, "工作日"), Deadline(1, "日"), Deadline(9999, "日"), Deadline(1, "日", True)],
)
def test_a_due_day_beyond_the_year_9999_is_one_diagnostic(deadline: Deadline) -> None:
    """The very last day is a Friday, but has no end: no next day starts."""
    start = date(9999, 12, 29) if deadline.is_moved_on else date(9999, 12, 30)
    calendar = WorkingCalendar(DayTable({date(9999, 12, 30): False}))
    with pytest.raises(HostError) as caught:
        due_day(start, deadline, calendar)
    assert [one.code for one in caught.value.diagnostics] == ["XR664"]
    assert str(deadline) in caught.value.diagnostics[0].message("zh")


def test_the_last_due_day_has_an_end() -> None:
    due = due_day(date(9999, 12, 28), Deadline(2, "日"), WorkingCalendar())
    assert due.day == date(9999, 12, 30)
    assert due_instant(due.day, SHANGHAI).isoformat() == "9999-12-31T00:00:00+08:00"
    with pytest.raises(HostError, match="XR664"):
        due_instant(date.max, SHANGHAI)


def test_a_reminder_before_the_year_1_is_one_diagnostic() -> None:
    for unit in UNITS:
        assert day_before(date(1, 1, 3), Deadline(2, unit), WorkingCalendar()).day == date.min
        for due, count in ((date(1, 1, 3), 3), (date.min, 1)):
            with pytest.raises(HostError) as caught:
                day_before(due, Deadline(count, unit), WorkingCalendar())
            assert [one.code for one in caught.value.diagnostics] == ["XR664"]


def test_a_reminder_calendar_days_ahead_falls_where_it_falls() -> None:
    found = day_before(date(2026, 12, 1), Deadline(2, "日"), WorkingCalendar())
    assert (found.day, found.is_provisional) == (date(2026, 11, 29), False)


def test_it_is_too_late_when_the_next_day_begins_in_the_zone() -> None:
    too_late = due_instant(date(2026, 12, 1), SHANGHAI)
    assert too_late.astimezone(UTC) == datetime(2026, 12, 1, 16, tzinfo=UTC)
    last = too_late - timedelta(microseconds=1)
    assert last.astimezone(SHANGHAI).date() == date(2026, 12, 1)


def test_a_night_without_midnight_ends_when_the_clock_was_put_forward() -> None:
    """Beirut 2025: at the end of 29 March the clock went from 24:00 to 1:00."""
    too_late = due_instant(date(2025, 3, 29), ZoneInfo("Asia/Beirut"))
    assert too_late.astimezone(UTC) == datetime(2025, 3, 29, 22, tzinfo=UTC)


def test_an_instant_is_not_taken_for_a_date() -> None:
    instant = datetime(2026, 11, 27, 17, tzinfo=UTC)
    with pytest.raises(TypeError, match="zone"):
        due_day(instant, Deadline(1, "日"), WorkingCalendar())
    with pytest.raises(TypeError, match="zone"):
        day_before(instant, Deadline(1, "日"), WorkingCalendar())
    with pytest.raises(TypeError, match="zone"):
        due_instant(instant, SHANGHAI)


def test_a_day_that_is_not_counted_makes_nothing_provisional() -> None:
    """The day of arrival, and the due day when a reminder is counted back from it."""
    calendar = WorkingCalendar(DayTable({}, {2026: "通知"}))
    thursday, friday = date(2026, 12, 24), date(2026, 12, 25)
    assert not day_before(friday, Deadline(1, "工作日"), calendar).is_provisional
    assert due_day(thursday, Deadline(1, "工作日"), calendar).is_provisional
    new_year = due_day(date(2025, 12, 31), Deadline(1, "工作日"), calendar)
    assert (new_year.day, new_year.is_provisional) == (date(2026, 1, 1), False)


def test_a_due_day_names_the_calendar_that_gave_it() -> None:
    calendar = WorkingCalendar(DayTable({date(2026, 11, 30): False}, name="school"))
    for deadline in (Deadline(1, "工作日"), Deadline(1, "日"), Deadline(1, "日", True)):
        assert due_day(date(2026, 11, 27), deadline, calendar).calendar_version == calendar.version
