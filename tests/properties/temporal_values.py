"""Strategies: any date, time, date and time, or duration of FEEL."""

from hypothesis import strategies as st

from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths
from xbyx_rules.feel.temporals.calendar import GREATEST_YEAR, days_in_month
from xbyx_rules.feel.temporals.durations import GREATEST_DURATION, NANOSECONDS

ZONES = ("Asia/Shanghai", "Europe/Paris", "Australia/Melbourne", "Etc/UTC", "America/New_York")


@st.composite
def dates(draw: st.DrawFn, greatest_year: int = GREATEST_YEAR) -> Date:
    """Any day to plus or minus the greatest year; near ones as often as far ones."""
    far = st.integers(-greatest_year, greatest_year)
    year = draw(st.one_of(st.integers(1900, 2100), far))
    month = draw(st.integers(1, 12))
    return Date(year, month, draw(st.integers(1, days_in_month(year, month))))


def times() -> st.SearchStrategy[Time]:
    """Any time of day: local, at an offset, or in a zone."""
    clock = (
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.one_of(st.just(0), st.integers(0, NANOSECONDS - 1)),
    )
    return st.one_of(
        st.builds(Time, *clock),
        st.builds(Time, *clock, offset=st.integers(-18 * 3600, 18 * 3600)),
        st.builds(Time, *clock, zone=st.sampled_from(ZONES)),
    )


def date_times() -> st.SearchStrategy[DateTime]:
    """Any date with any time."""
    return st.builds(DateTime, dates(), times())


def months() -> st.SearchStrategy[YearsMonths]:
    """Any years and months duration."""
    return st.builds(YearsMonths, st.integers(-GREATEST_DURATION, GREATEST_DURATION))


def seconds(greatest: int = GREATEST_DURATION) -> st.SearchStrategy[DaysTime]:
    """Any days and time duration to plus or minus so many seconds."""
    count = st.integers(-greatest * NANOSECONDS, greatest * NANOSECONDS)
    return st.builds(DaysTime, st.one_of(count, st.integers(-(10**15), 10**15)))


def temporals() -> st.SearchStrategy[Date | Time | DateTime | YearsMonths | DaysTime]:
    """Any temporal value."""
    return st.one_of(dates(), times(), date_times(), months(), seconds())
