"""Periods in few words."""

from __future__ import annotations

from xbyx_rules.errors import Language
from xbyx_rules.policy import Period

__all__ = ["say_period"]


def say_period(period: Period, language: Language = "zh") -> str:
    """A period in few words, for a cell.

    Example:
        >>> from datetime import date
        >>> say_period(Period(date(2022, 6, 2))), say_period(Period())
        ('2022-06-02 起', '—')
    """
    start, end = period.start, period.end
    if start and end:
        return f"{start} 至 {end}" if language == "zh" else f"{start} to {end}"
    if start:
        return f"{start} 起" if language == "zh" else f"from {start}"
    if end:
        return f"至 {end}" if language == "zh" else f"until {end}"
    return "—"
