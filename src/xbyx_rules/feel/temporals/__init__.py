"""The temporal values of FEEL: years to ±999,999,999, nanoseconds, offsets and named zones.

Takes: ISO text, whole numbers, or values of Python's `datetime` at the boundary.
Gives: `Date`, `Time`, `DateTime`, `YearsMonths`, `DaysTime`; immutable, `str` prints as FEEL does.
May assume: the time zone database of the machine (`zoneinfo`).
Refuses: what is no date or time: parsing gives None, constructing raises ValueError.
"""

from __future__ import annotations

from .conversion import from_python, to_python
from .dates import DAY_NANOSECONDS, GREATEST_OFFSET, Date, DateTime, Time
from .durations import NANOSECONDS, DaysTime, YearsMonths
from .text import (
    Temporal,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)

__all__ = [
    "DAY_NANOSECONDS",
    "GREATEST_OFFSET",
    "NANOSECONDS",
    "Date",
    "DateTime",
    "DaysTime",
    "Temporal",
    "Time",
    "YearsMonths",
    "from_python",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_temporal",
    "parse_time",
    "to_python",
]
