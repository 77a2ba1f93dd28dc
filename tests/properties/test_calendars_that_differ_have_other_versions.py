"""Law: two calendars have the same version exactly when they state the same under the same name."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies.working_calendars import days, tables
from xbyx_rules.calendars import DayTable, WorkingCalendar


@given(tables(), days(), st.booleans())
def test_a_day_more_or_changed_is_another_version(
    table: DayTable, day: date, is_working: bool
) -> None:
    before = WorkingCalendar(table)
    after = WorkingCalendar(table, DayTable({day: is_working}))
    assert (before.version == after.version) == (table.days.get(day) is is_working)
    assert len(after.version) <= 32


@given(tables(), st.integers(2022, 2031))
def test_a_year_more_is_another_version(table: DayTable, year: int) -> None:
    after = WorkingCalendar(table, DayTable({}, {year: "另一文号"}))
    assert (WorkingCalendar(table).version == after.version) == (year in table.notices)


@given(tables())
def test_the_order_in_which_days_were_entered_is_no_difference(table: DayTable) -> None:
    turned = DayTable(
        dict(reversed(table.days.items())), dict(reversed(table.notices.items())), table.name
    )
    assert WorkingCalendar(turned).version == WorkingCalendar(table).version
