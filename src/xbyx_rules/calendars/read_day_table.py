"""Read a table of days that a host keeps: a year's notice, a province's or school's own days."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from xbyx_rules.errors import Diagnostic, Place

from .day_table import DayTable

__all__ = ["read_day_table"]

_MOST_CHARACTERS: Final = 200_000
_MOST_DAYS: Final = 20_000
_LONGEST_STRETCH: Final = 366
_MOST_FOUND: Final = 20
_HEADERS: Final = ("日期", "date")
_KINDS: Final = {"休": False, "班": True, "rest": False, "work": True}
_NOTICE: Final = ("通知", "notice")
_YEAR: Final = re.compile(r"([0-9]{4})年?")
# WHY so many spellings: spreadsheets rewrite 2027-02-05 as 2027/2/5 when they save.
_DAY: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ALWAYS_REST: Final = ((1, 1), (5, 1), (10, 1))


class _BadLine(Exception):
    """What is wrong with a line, in both languages."""


def read_day_table(
    text: str, *, file: str = "days.csv", name: str = ""
) -> tuple[DayTable | None, tuple[Diagnostic, ...]]:
    """Read a table of days from comma-separated text.

    A line is a day or a stretch of days, 休 or 班, and a remark; or a year, 通知 and the notice's
    number, which says that all of that notice is entered.  Blank lines, lines that begin with ``#``
    and the heading 日期,安排,说明 are skipped.  English: rest, work, notice.

    Args:
        text: at most 200,000 characters and 20,000 days.
        file: how diagnostics name the text.
        name: the table's name, see `DayTable`.

    Returns:
        The table, or None with up to 20 diagnostics: XR661 for a line that can't be read, XR662 for
        a day with two meanings, XR663 for a notice without the holidays that every year has.

    Example:
        >>> table, diagnostics = read_day_table("2027-02-06至2027-02-08,休,校历")
        >>> sorted(day.isoformat() for day in table.days)
        ['2027-02-06', '2027-02-07', '2027-02-08']

    Source: 全国年节及纪念日放假办法 第二条, for the three days that every notice gives.
    """
    reading = _Reading(file)
    if len(text) > _MOST_CHARACTERS:
        reading.report(
            1, "", f"超过 {_MOST_CHARACTERS} 个字符", f"over {_MOST_CHARACTERS} characters"
        )
    else:
        reading.read(text.removeprefix("\ufeff").split("\n"))
    if reading.found:
        return None, tuple(reading.found[:_MOST_FOUND])
    return DayTable(reading.days, reading.notices, name), ()


class _Reading:
    """One text being read: what it states so far, on which lines, and what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []
        self.days: dict[date, bool] = {}
        self.notices: dict[int, str] = {}
        self._lines: dict[date | int, int] = {}

    def report(self, line: int, excerpt: str, what: str, what_en: str) -> None:
        """Note a line that can't be read."""
        self._say("XR661", line, excerpt, what=what, what_en=what_en)

    def read(self, lines: list[str]) -> None:
        """Read all lines, or as many as are needed to fill the list of what is wrong."""
        # WHY: a quotation mark in a comment is nothing that has to pair.
        written = ("" if one.lstrip().startswith("#") else one for one in lines)
        rows = csv.reader(written, strict=True)
        while len(self.found) < _MOST_FOUND:
            try:
                fields = next(rows, None)
                if fields is None:
                    break
                self._read_row([one.strip() for one in fields], rows.line_num, lines)
            except csv.Error:
                excerpt = lines[rows.line_num - 1]
                what_en = "quotation marks don't pair, or a field is too long"
                self.report(rows.line_num, excerpt, "引号不成对，或者一栏太长", what_en)
            except _BadLine as bad:
                self.report(rows.line_num, lines[rows.line_num - 1], *map(str, bad.args))
        self._check_notices()

    def _read_row(self, fields: list[str], line: int, lines: list[str]) -> None:
        while fields and not fields[-1]:
            fields.pop()
        if not fields or fields[0].startswith("#") or fields[0] in _HEADERS:
            return
        if not 2 <= len(fields) <= 3:
            raise _BadLine("要有两栏或三栏", "two or three fields are wanted")
        when, kind = unicodedata.normalize("NFKC", fields[0]), fields[1]
        if kind in _NOTICE:
            self._read_notice(when, fields[2] if len(fields) == 3 else "", line)
        elif kind in _KINDS:
            for day in _read_days(when):
                self._state(day, _KINDS[kind], line, lines[line - 1])
        else:
            raise _BadLine("第二栏不是休、班、通知", "the second field is not rest, work or notice")

    def _read_notice(self, when: str, source: str, line: int) -> None:
        match = _YEAR.fullmatch(when)
        if match is None or int(match[1]) == 0:
            raise _BadLine("通知的第一栏应是年份", "a notice begins with a year")
        if not source:
            raise _BadLine("没有写明通知的文号", "the notice's number is missing")
        year = int(match[1])
        self.notices[year] = source
        self._lines.setdefault(year, line)

    def _state(self, day: date, is_working: bool, line: int, excerpt: str) -> None:
        first = self._lines.setdefault(day, line)
        if self.days.setdefault(day, is_working) != is_working:
            self._say("XR662", line, excerpt, day=day.isoformat(), first=str(first))
        elif len(self.days) > _MOST_DAYS:
            raise _BadLine(f"到这里超过 {_MOST_DAYS} 天", f"more than {_MOST_DAYS} days by now")

    def _check_notices(self) -> None:
        """Report a year that is said to be entered, but lacks what every year has.

        WHY: such a year would be counted by its weekdays without a word.
        """
        for year in self.notices:
            always = (date(year, month, day) for month, day in _ALWAYS_REST)
            missing = [one.isoformat() for one in always if self.days.get(one, True)]
            if missing:
                days = ", ".join(missing)
                self._say("XR663", self._lines[year], "", year=str(year), days=days)

    def _say(self, code: str, line: int, excerpt: str, **values: str) -> None:
        self.found.append(Diagnostic(code, Place(self.file, line), values, excerpt[:200].rstrip()))


def _read_days(when: str) -> Iterator[date]:
    """The days of ``2027-02-05`` or ``2027-02-05~2027-02-13``."""
    ends = [_read_day(one.strip()) for one in re.split("[至~]", when, maxsplit=1)]
    length = (ends[-1] - ends[0]).days + 1
    if not 1 <= length <= _LONGEST_STRETCH:
        most = _LONGEST_STRETCH
        raise _BadLine(f"起止日期应为 1 至 {most} 天", f"a stretch has 1 to {most} days")
    return (ends[0] + timedelta(days=count) for count in range(length))


def _read_day(text: str) -> date:
    match = _DAY.fullmatch(text)
    try:
        if match is not None:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    raise _BadLine("没有这样的日期", "there is no such date")
