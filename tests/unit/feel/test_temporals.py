"""Dates, times and durations: what is read, how it is printed, and where it ends."""

import datetime as python
from zoneinfo import ZoneInfo

import pytest

from xbyx_rules.feel.temporals import (
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
    from_python,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
    to_python,
)

READ_AND_PRINTED = [
    ("2022-06-02", "2022-06-02"),
    ("-0044-03-15", "-0044-03-15"),
    ("0000-02-29", "0000-02-29"),
    ("999999999-12-31", "999999999-12-31"),
    ("-999999999-01-01", "-999999999-01-01"),
    ("11:22:33", "11:22:33"),
    ("11:22:33.4440", "11:22:33.444"),
    ("11:22:33.000000001Z", "11:22:33.000000001Z"),
    ("11:22:33-00:00", "11:22:33Z"),
    ("11:22:33+02:45:55", "11:22:33+02:45:55"),
    ("11:22:33-05:30", "11:22:33-05:30"),
    ("10:15:00@Etc/GMT", "10:15:00@Etc/GMT"),
    ("24:00:00", "00:00:00"),
    ("2021-12-31T24:00:00", "2022-01-01T00:00:00"),
    ("2017-12-31T11:22:33.456+01:35", "2017-12-31T11:22:33.456+01:35"),
    ("2011-12-31T10:15:30@Asia/Shanghai", "2011-12-31T10:15:30@Asia/Shanghai"),
    ("-99999-12-31T11:22:33", "-99999-12-31T11:22:33"),
    ("P1Y", "P1Y"),
    ("P0Y", "P0M"),
    ("-P0M", "P0M"),
    ("P26M", "P2Y2M"),
    ("-P100M", "-P8Y4M"),
    ("P0D", "PT0S"),
    ("PT0.S", "PT0S"),
    ("PT1000M0.999999999S", "PT16H40M0.999999999S"),
    ("P2DT274M", "P2DT4H34M"),
    ("PT240H", "P10D"),
    ("-PT1H2M", "-PT1H2M"),
]

NOT_READ = [
    "",
    "第一学期",
    "2012/12/25",
    "2017-13-10",
    "2021-02-29",
    "2017-00-10",
    "01211-12-31",
    "998-12-31",
    "+2012-12-02",
    "-0000-01-01",
    "9999999999-12-25",
    "２０２２-06-02",
    "2012-12-25T",
    "7:00:00",
    "07:20",
    "24:00:01",
    "23:60:00",
    "23:59:60",
    "11:22:33.",
    "11:22:33.1234567890",
    "13:20:00+19:00",
    "13:20:00+01:60",
    "13:20:00+5",
    "13:20:00@xyz/abc",
    "13:20:00@Europe",
    "13:20:00@../../etc/passwd",
    "13:20:00@localtime",
    "13:20:00+02:00@Europe/Paris",
    "9999999999-12-27T11:22:33",
    "999999999-12-31T24:00:00",
    "P",
    "-P",
    "PT",
    "P1DT",
    "1Y",
    "P1H",
    "P1Y1D",
    "P-1D",
    "P99999999999999999999Y",
    "PT0.1234567890S",
    "P" + "9" * 400 + "D",
]


@pytest.mark.parametrize(("text", "printed"), READ_AND_PRINTED)
def test_iso_text_is_read_and_printed_in_canonical_form(text: str, printed: str) -> None:
    assert str(parse_temporal(text)) == printed


@pytest.mark.parametrize("text", NOT_READ)
def test_text_that_is_no_temporal_value_is_not_read(text: str) -> None:
    assert parse_temporal(text) is None


def test_each_reader_takes_its_own_kind_only() -> None:
    texts = ["2022-06-02", "08:30:00", "2022-06-02T08:30:00", "P1Y"]
    for index, parse in enumerate((parse_date, parse_time, parse_date_time, parse_duration)):
        assert [parse(text) is not None for text in texts] == [i == index for i in range(4)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Date(2022, 2, 29),
        lambda: Date(2022, 0, 1),
        lambda: Date(1_000_000_000, 1, 1),
        lambda: Time(24, 0, 0),
        lambda: Time(1, 0, 0, 1_000_000_000),
        lambda: Time(1, 0, 0, offset=65_000),
        lambda: Time(1, 0, 0, offset=0, zone="Etc/UTC"),
        lambda: Time(1, 0, 0, zone="nowhere"),
        lambda: YearsMonths(2**63),
        lambda: DaysTime(2**63 * 10**9),
    ],
)
def test_what_does_not_exist_cannot_be_made(make: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        make()  # type: ignore[operator]


def test_dates_compare_by_the_calendar() -> None:
    days = [Date(-1, 12, 31), Date(0, 1, 1), Date(2022, 1, 31), Date(2022, 2, 1)]
    assert sorted([days[2], days[0], days[3], days[1]]) == days
    assert days[0] < days[1] <= days[1]
    assert days[3] > days[2] >= days[2]
    assert Date(2022, 6, 2) == Date(2022, 6, 2)
    assert hash(Date(2022, 6, 2)) == hash(Date(2022, 6, 2))
    assert Date(2022, 6, 2) != python.date(2022, 6, 2)
    with pytest.raises(TypeError):
        assert Date(2022, 6, 2) < python.date(2022, 6, 3)


def test_a_date_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Date(2022, 6, 2).year = 2023  # type: ignore[misc]


@pytest.mark.parametrize(
    ("date", "weekday", "day", "week"),
    [
        (Date(2003, 12, 29), 1, 363, 1),
        (Date(2005, 1, 1), 6, 1, 53),
        (Date(2005, 1, 9), 7, 9, 1),
        (Date(2020, 12, 31), 4, 366, 53),
        (Date(2019, 9, 17), 2, 260, 38),
    ],
)
def test_weeks_and_weekdays_follow_iso_8601(date: Date, weekday: int, day: int, week: int) -> None:
    assert (date.weekday, date.day_of_year, date.week_of_year) == (weekday, day, week)


def test_months_added_stop_at_the_end_of_a_shorter_month() -> None:
    assert Date(2024, 1, 31).plus_months(1) == Date(2024, 2, 29)
    assert Date(2024, 3, 31).plus_months(-13) == Date(2023, 2, 28)
    assert Date(1, 1, 1).plus_months(-1) == Date(0, 12, 1)
    assert Date(999_999_999, 12, 1).plus_months(1) is None


def test_time_added_in_a_zone_passes_in_utc() -> None:
    before = parse_date_time("2022-03-27T01:30:00@Europe/Paris")
    assert before is not None
    hour = 3600 * 10**9
    assert str(before.plus_nanoseconds(hour)) == "2022-03-27T03:30:00@Europe/Paris"
    assert before.utc_offset == 3600


def test_zones_have_offsets_in_any_year() -> None:
    for year in ("0001", "9999", "10000", "999999999", "-5000"):
        late = parse_date_time(f"{year}-07-01T00:00:00@Europe/Paris")
        assert late is not None
        assert late.utc_offset == (7200 if year[0] == "9" or year == "10000" else 561)


def test_a_time_of_day_in_a_zone_has_its_standard_offset() -> None:
    assert Time(1, 0, 0, zone="Australia/Melbourne").utc_offset == 36_000
    assert Time(1, 0, 0).utc_offset is None


def test_parts_of_durations_carry_the_sign() -> None:
    assert (YearsMonths(-14).years_part, YearsMonths(-14).months_part) == (-1, -2)
    duration = DaysTime.of(days=-1, seconds=-(2 * 3600 + 3 * 60 + 4))
    parts = (duration.days_part, duration.hours_part, duration.minutes_part, duration.seconds_part)
    assert parts == (-1, -2, -3, -4)
    assert str(duration.seconds) == "-93784.000000000"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (python.date(2022, 6, 2), "2022-06-02"),
        (python.time(8, 30, 0, 5), "08:30:00.000005"),
        (python.datetime(2022, 6, 2, 8, 30), "2022-06-02T08:30:00"),  # noqa: DTZ001
        (python.datetime(2022, 6, 2, tzinfo=python.UTC), "2022-06-02T00:00:00Z"),
        (
            python.datetime(2022, 6, 2, tzinfo=ZoneInfo("Asia/Shanghai")),
            "2022-06-02T00:00:00@Asia/Shanghai",
        ),
        (python.timedelta(days=-1, microseconds=1), "-PT23H59M59.999999S"),
    ],
)
def test_python_values_cross_the_boundary_both_ways(value: object, text: str) -> None:
    converted = from_python(value)  # type: ignore[arg-type]
    assert str(converted) == text
    assert to_python(converted) == value


def test_the_second_reading_of_a_repeated_hour_keeps_its_offset() -> None:
    repeated = python.datetime(2022, 10, 30, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)
    assert str(from_python(repeated)) == "2022-10-30T02:30:00+01:00"


@pytest.mark.parametrize(
    "value",
    [
        YearsMonths(1),
        Date(10_000, 1, 1),
        Time(1, 0, 0, 1),
        DateTime(Date(0, 1, 1), Time(0, 0, 0)),
        DaysTime.of(days=10**10),
    ],
)
def test_values_that_python_lacks_are_refused_at_the_boundary(value: Date) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        to_python(value)
