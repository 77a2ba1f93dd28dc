"""The days that the State Council's notices arrange, from the package chinesecalendar."""

from __future__ import annotations

from datetime import date

from xbyx_rules.errors import Diagnostic

from .day_table import DayTable

__all__ = ["read_published_days"]


def read_published_days() -> tuple[DayTable | None, tuple[Diagnostic, ...]]:
    """Read the holidays and working weekends that the installed chinesecalendar knows.

    Release 1.11.0 knows 2004 to 2026; a release with the next year follows each notice.

    Returns:
        The table, or None with XR660 where the extra `calendar` is not installed: nothing is put in
        its place, so a host that goes on without it does so knowingly.

    Example:
        >>> table, diagnostics = read_published_days()
        >>> table.days[date(2026, 10, 10)], 2026 in table.notices  # a Saturday, worked
        (True, True)

    Source: https://github.com/LKI/chinese-calendar (MIT); 国务院办公厅关于部分节假日安排的通知.
    """
    try:
        import chinese_calendar as package
    except ImportError:
        return None, (Diagnostic("XR660"),)
    # WHY not its `is_workday`: it raises for a year it doesn't know, and takes every year between
    # its first and its last holiday as known.
    days: dict[date, bool] = dict.fromkeys(package.holidays, False)
    days |= dict.fromkeys(package.workdays, True)
    # WHY both ends: a year of which only the first days are there would pass for a whole one.
    years = sorted({one.year for one in days})
    whole = [year for year in years if {date(year, 1, 1), date(year, 10, 1)} <= days.keys()]
    version = str(package.__version__)
    notices = dict.fromkeys(whole, f"chinesecalendar {version}")
    return DayTable(days, notices, f"cc-{version.replace('+', '-')}"), ()
