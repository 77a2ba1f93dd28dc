"""What chinesecalendar says, against the notices; and what is said without it."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from xbyx_rules.calendars import (
    Deadline,
    WorkingCalendar,
    due_day,
    read_day_table,
    read_published_days,
)

NOTICES = Path(__file__).parents[2] / "cases" / "calendars" / "notices-2024-2026.csv"


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_is_what_the_notice_says(year: int) -> None:
    noticed, _ = read_day_table(NOTICES.read_text("utf-8"))
    published, diagnostics = read_published_days()
    assert noticed is not None
    assert published is not None
    assert not diagnostics
    ours, theirs = WorkingCalendar(noticed), WorkingCalendar(published)
    days = [date(year, 1, 1) + timedelta(days=one) for one in range(365)]
    assert [day for day in days if ours.is_working(day) != theirs.is_working(day)] == []


def test_a_year_that_the_package_does_not_know_is_provisional() -> None:
    published, _ = read_published_days()
    assert published is not None
    unknown = max(published.notices) + 1
    calendar = WorkingCalendar(published)
    assert due_day(date(unknown, 3, 1), Deadline(5, "工作日"), calendar).is_provisional
    assert not due_day(date(unknown - 1, 3, 1), Deadline(5, "工作日"), calendar).is_provisional
    assert 2003 not in published.notices
    assert set(range(2004, 2027)) <= published.notices.keys()


def test_without_the_package_nothing_is_put_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    table, diagnostics = read_published_days()
    assert table is None
    assert [one.code for one in diagnostics] == ["XR660"]


def test_a_year_of_which_the_package_knows_new_year_only_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holidays = dict.fromkeys([date(2026, 1, 1), date(2026, 10, 1), date(2027, 1, 1)], "")
    package = SimpleNamespace(
        holidays=holidays, workdays={date(2026, 10, 10): ""}, __version__="9+x"
    )
    monkeypatch.setitem(sys.modules, "chinese_calendar", package)
    table, _ = read_published_days()
    assert table is not None
    assert list(table.notices) == [2026]
    calendar = WorkingCalendar(table)
    assert calendar.version.startswith("cc-9-x+")
    assert calendar.is_certain(date(2027, 1, 1))
    assert not calendar.is_certain(date(2027, 1, 4))
