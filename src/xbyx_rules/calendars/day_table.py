"""`DayTable`: days that somebody states to be working days or days of rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

__all__ = ["DayTable"]

_NAME: Final = re.compile("[A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class DayTable:
    """What one source states of single days, and the years it states completely.

    Args:
        days: True for a working day, False for a day of rest.  A day that is left out is what its
            weekday says: for certain in a year of `notices`, provisionally in any other.
        notices: year → the official notice that arranges it, entered completely.
        name: what a calendar's version starts with, such as ``cc-1.11.0``: ASCII letters, digits,
            points and hyphens.

    Raises:
        ValueError: the name has other characters; some databases count their bytes.
        TypeError: a day is an instant, or what is said of it is not a bool: such a day would never
            be found, or ``"0"`` be taken for a working day.

    Example:
        >>> school = DayTable({date(2026, 9, 8): False})  # a school's own day of rest
        >>> school.days[date(2026, 9, 8)]
        False
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    notices: Mapping[int, str] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        for day, is_working in self.days.items():
            if type(day) is not date or type(is_working) is not bool:
                raise TypeError(f"a date and True or False are wanted: {day!r}: {is_working!r}")
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"a table's name is of ASCII letters, digits, . and -: {self.name!r}")
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "notices", MappingProxyType(dict(self.notices)))
