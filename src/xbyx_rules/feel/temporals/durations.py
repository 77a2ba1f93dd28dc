"""The two kinds of duration: months, and exact nanoseconds.  They never mix.

Source: DMN 1.5 §10.3.2.3.7 and §10.3.2.3.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self, final

__all__ = ["GREATEST_DURATION", "NANOSECONDS", "DaysTime", "YearsMonths"]

NANOSECONDS: Final = 1_000_000_000
"""Nanoseconds in a second."""

GREATEST_DURATION: Final = 2**63 - 1
"""The greatest count of months, and of whole seconds, in a duration of either sign."""

_DAY: Final = 86_400


@final
@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration: a whole number of months, of either sign.

    Args:
        months: all months, so 14 for ``P1Y2M``.

    Raises:
        ValueError: beyond `GREATEST_DURATION` months.

    Example:
        >>> str(YearsMonths(-100))
        '-P8Y4M'
    """

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > GREATEST_DURATION:
            raise ValueError("duration out of range")

    @property
    def years_part(self) -> int:
        """Whole years, with the duration's sign."""
        return _truncated(self.months, 12)

    @property
    def months_part(self) -> int:
        """The months left over from the whole years, with the duration's sign."""
        return self.months - 12 * self.years_part

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        if not years:
            return f"{sign}P{months}M"
        return f"{sign}P{years}Y{months}M" if months else f"{sign}P{years}Y"


@final
@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A days and time duration: a whole number of nanoseconds, of either sign.

    Args:
        nanoseconds: the whole duration in nanoseconds.

    Raises:
        ValueError: beyond `GREATEST_DURATION` seconds.

    Example:
        >>> str(DaysTime.of(days=2, seconds=100 * 60))
        'P2DT1H40M'
    """

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > GREATEST_DURATION * NANOSECONDS:
            raise ValueError("duration out of range")

    @classmethod
    def of(cls, *, days: int = 0, seconds: int = 0, nanoseconds: int = 0) -> Self:
        """A duration from whole counts, added up."""
        return cls((days * _DAY + seconds) * NANOSECONDS + nanoseconds)

    @property
    def seconds(self) -> Decimal:
        """The whole duration in seconds, exact."""
        return Decimal(self.nanoseconds).scaleb(-9)

    @property
    def days_part(self) -> int:
        """Whole days (24 hours each), with the duration's sign."""
        return _truncated(self.nanoseconds, _DAY * NANOSECONDS)

    @property
    def hours_part(self) -> int:
        """Whole hours left over from the days, with the duration's sign."""
        return self._part(3600, 24)

    @property
    def minutes_part(self) -> int:
        """Whole minutes left over from the hours, with the duration's sign."""
        return self._part(60, 60)

    @property
    def seconds_part(self) -> int:
        """Whole seconds left over from the minutes, with the duration's sign."""
        return self._part(1, 60)

    def _part(self, unit: int, count: int) -> int:
        size = abs(self.nanoseconds) // (unit * NANOSECONDS) % count
        return -size if self.nanoseconds < 0 else size

    def __str__(self) -> str:
        if not self.nanoseconds:
            return "PT0S"
        seconds, fraction = divmod(abs(self.nanoseconds), NANOSECONDS)
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        days, hour = divmod(hours, 24)
        text = f"{second}.{fraction:09d}".rstrip("0") if fraction else str(second)
        clock = "".join(
            f"{count}{unit}"
            for count, unit, is_shown in (
                (hour, "H", hour),
                (minute, "M", minute),
                (text, "S", second or fraction),
            )
            if is_shown
        )
        sign = "-" if self.nanoseconds < 0 else ""
        return f"{sign}P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}"


def _truncated(dividend: int, divisor: int) -> int:
    quotient = abs(dividend) // divisor
    return -quotient if dividend < 0 else quotient
