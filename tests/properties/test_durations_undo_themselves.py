"""Law: what adding a duration does, the difference measures and subtracting undoes."""

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.temporal_values import date_times, dates, seconds
from xbyx_rules.feel.operators import ARITHMETIC, compare_values
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, YearsMonths
from xbyx_rules.feel.values import kind_of

YEAR = 366 * 86_400


def calculate(left: object, operator: str, right: object) -> object:
    return ARITHMETIC[operator, kind_of(left), kind_of(right)].apply(left, right)


@given(dates(), st.integers(-100_000, 100_000))
def test_days_added_to_a_date_are_the_difference(date: Date, days: int) -> None:
    duration = DaysTime.of(days=days)
    later = calculate(date, "+", duration)
    assume(later is not None)
    assert calculate(later, "-", date) == duration
    assert calculate(later, "-", duration) == date


@given(date_times(), seconds(YEAR))
def test_time_added_to_an_instant_is_the_difference(start: DateTime, duration: DaysTime) -> None:
    end = calculate(start, "+", duration)
    assume(isinstance(end, DateTime))
    assert isinstance(end, DateTime)
    # WHY: a repeated hour is written once, so an hour may be lost where clocks go back.
    difference = calculate(end, "-", start)
    assert isinstance(difference, DaysTime)
    lost = abs(difference.nanoseconds - duration.nanoseconds)
    assert lost == 0 or (start.time.zone is not None and lost <= 3600 * 10**9)
    if duration.nanoseconds >= 3601 * 10**9 or (duration.nanoseconds > 10**9 and lost == 0):
        assert compare_values(">", end, start) is True


@given(dates(), st.integers(-24_000, 24_000))
def test_months_added_and_taken_away_lose_at_most_three_days(date: Date, months: int) -> None:
    there = calculate(date, "+", YearsMonths(months))
    assume(isinstance(there, Date))
    back = calculate(there, "-", YearsMonths(months))
    assert isinstance(back, Date)
    assert 0 <= date.ordinal - back.ordinal <= 3
    assert back == date or date.day > 28
