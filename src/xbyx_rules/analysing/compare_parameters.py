"""Parameters of two versions as histories: for which days a value is another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xbyx_rules.feel.respelling import respell
from xbyx_rules.policy import ParameterRow, Parameters, Period, Policy

from .difference import Change, Part, Sort

__all__ = ["compare_parameters"]

_DAY = timedelta(days=1)
# What a row says of its parameter, besides when.
_COLUMNS = ("值", "依据", "核实", "English")


def compare_parameters(
    old: Policy,
    new: Policy,
    values: Sequence[Mapping[tuple[str, date | None], object]] = ({}, {}),
) -> Iterator[Change]:
    """The days for which a parameter is another, wherever its rows stand.

    Args:
        old: the old version.
        new: the new one.
        values: of each version, where it was checked, the values by name and first day: two
            that are written in two ways (``5%``, ``0.05``) are equal by them.
    """
    mine, theirs = _histories(old), _histories(new)
    for name in dict.fromkeys((*theirs, *mine)):
        before, after = mine.get(name, _NEVER), theirs.get(name, _NEVER)
        for column in _COLUMNS:
            yield from _compare_history(name, column, before, after, values)


@dataclass(frozen=True, slots=True)
class _History:
    """The rows of one parameter; no two have a day in common."""

    rows: tuple[ParameterRow, ...]
    starts: tuple[date, ...]

    def on(self, day: date) -> ParameterRow | None:
        at = bisect_right(self.starts, day) - 1
        return self.rows[at] if at >= 0 and day in self.rows[at].period else None


_NEVER = _History((), ())


def _histories(policy: Policy) -> dict[str, _History]:
    by_name: dict[str, list[ParameterRow]] = {}
    for clause in policy.clauses:
        if isinstance(clause.body, Parameters):
            for row in clause.body.rows:
                by_name.setdefault(row.name, []).append(row)
    histories: dict[str, _History] = {}
    for name, rows in by_name.items():
        rows.sort(key=lambda one: one.period.start or date.min)
        starts = tuple(one.period.start or date.min for one in rows)
        histories[name] = _History(tuple(rows), starts)
    return histories


def _compare_history(
    name: str,
    column: str,
    old: _History,
    new: _History,
    values: Sequence[Mapping[tuple[str, date | None], object]],
) -> Iterator[Change]:
    """Stretches of days, as long as they can be, for which a column differs."""
    started: tuple[date, ParameterRow | None, ParameterRow | None] | None = None
    days = _days(old, new)
    for day in days:
        before, after = old.on(day), new.on(day)
        differs = _differs(column, before, after)
        if started is not None and (
            not differs or not _is_same_change(column, started[1:], (before, after))
        ):
            yield _change(name, column, started, day - _DAY, values)
            started = None
        if differs and started is None:
            started = (day, before, after)
    if started is not None:
        yield _change(name, column, started, None, values)


def _days(old: _History, new: _History) -> list[date]:
    """The days on which anything begins, and those after which it has ended."""
    days: set[date] = set()
    for row in (*old.rows, *new.rows):
        days.add(row.period.start or date.min)
        if row.period.end is not None and row.period.end < date.max:
            days.add(row.period.end + _DAY)
    return sorted(days)


def _read(column: str, row: ParameterRow | None) -> str:
    if row is None:
        return ""
    if column == "值":
        return respell(row.value.value)
    if column == "核实":
        return "已核实" if row.is_verified else "未核实"
    return row.basis if column == "依据" else row.english


def _differs(column: str, old: ParameterRow | None, new: ParameterRow | None) -> bool:
    if (old is None or new is None) and column != "值":
        return False  # WHY: that it is new, or gone, is said once, with its value
    return (old is None) != (new is None) or _read(column, old) != _read(column, new)


def _is_same_change(
    column: str,
    one: tuple[ParameterRow | None, ParameterRow | None],
    other: tuple[ParameterRow | None, ParameterRow | None],
) -> bool:
    return all(
        (mine is None) == (theirs is None) and _read(column, mine) == _read(column, theirs)
        for mine, theirs in zip(one, other, strict=True)
    )


def _change(
    name: str,
    column: str,
    started: tuple[date, ParameterRow | None, ParameterRow | None],
    end: date | None,
    values: Sequence[Mapping[tuple[str, date | None], object]],
) -> Change:
    start, old, new = started
    sort: Sort = "added" if old is None else "removed" if new is None else "changed"
    is_equal = False
    if column == "值" and old is not None and new is not None:
        key = (name, old.period.start), (name, new.period.start)
        is_known = key[0] in values[0] and key[1] in values[1]
        is_equal = is_known and values[0][key[0]] == values[1][key[1]]
    return Change(
        Part.PARAMETER,
        sort,
        name,
        column,
        _read(column, old),
        _read(column, new),
        old.place if old else None,
        new.place if new else None,
        period=Period(None if start == date.min else start, end),
        is_equivalent=is_equal,
    )
