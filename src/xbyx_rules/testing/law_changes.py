"""What each law says: how a case may be changed, and what is then due.

A law compares the answer before a change with the one after it.  `CHANGES` draws the changed case,
`DUE` gives the answer that the law asks for where the one found breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from xbyx_rules.checking import LawKind
from xbyx_rules.feel.operators import equal_values
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import Outcome

__all__ = ["CHANGES", "DUE", "NOT_TRIED", "Inputs", "is_due", "read_numbers"]

Inputs = dict[tuple[str, ...], Any]
Change = Callable[[st.DrawFn, Inputs, tuple[str, ...], st.SearchStrategy[Any]], Inputs | None]

NOT_TRIED = object()
"""A case that a law says nothing of: not an answer that breaks it, nor one that keeps it."""


def _keep(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    return inputs


def _raise(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    """The same with more of one number, of one record where it leads through a list."""
    way = _ways(inputs, path)
    if not way:
        return None
    chosen = draw(st.sampled_from(way))
    old, new = _read(inputs, chosen), draw(number)
    return _write(inputs, chosen, new) if new > old else None


def _lower(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    way = _ways(inputs, path)
    if not way:
        return None
    chosen = draw(st.sampled_from(way))
    old, new = _read(inputs, chosen), draw(number)
    return _write(inputs, chosen, new) if new < old else None


def _reorder(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    column, listed = _list_at(inputs, path)
    if len(listed) < 2:
        return None
    order = draw(st.permutations(range(len(listed))))
    return {**inputs, column: Complete(listed[one] for one in order)}


def _repeat(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    column, listed = _list_at(inputs, path)
    if not listed:
        return None
    return {**inputs, column: Complete([*listed, draw(st.sampled_from(listed))])}


def _learn(
    draw: st.DrawFn, inputs: Inputs, path: tuple[str, ...], number: st.SearchStrategy[Any]
) -> Inputs | None:
    """The inputs are what is learnt; the case before lacks some of them (see `forget`)."""
    return inputs


CHANGES: Mapping[LawKind, Change] = {
    LawKind.MORE_IS_MET: _raise,
    LawKind.LESS_IS_MET: _lower,
    LawKind.MORE_IS_LARGER: _raise,
    LawKind.MORE_IS_SMALLER: _raise,
    LawKind.UPPER_BOUND: _keep,
    LawKind.NEVER_NEGATIVE: _keep,
    LawKind.ORDER_FREE: _reorder,
    LawKind.DUPLICATES_ONCE: _repeat,
    LawKind.LEARNING_KEEPS: _learn,
    LawKind.NEVER_LOOSENS: _keep,
}


def _stays_met(before: object, after: object) -> object:
    if before is not Outcome.MET or after is Outcome.UNDETERMINED:
        return NOT_TRIED
    return Outcome.MET if after is Outcome.NOT_MET else after


def _is_no_less(before: object, after: object) -> object:
    if not (isinstance(before, Decimal) and isinstance(after, Decimal)):
        return NOT_TRIED
    return max(before, after)


def _is_no_more(before: object, after: object) -> object:
    if not (isinstance(before, Decimal) and isinstance(after, Decimal)):
        return NOT_TRIED
    return min(before, after)


def _is_not_negative(before: object, after: object) -> object:
    return max(after, Decimal(0)) if isinstance(after, Decimal) else NOT_TRIED


def _is_the_same(before: object, after: object) -> object:
    return before


def _stays_decided(before: object, after: object) -> object:
    return NOT_TRIED if before is Outcome.UNDETERMINED else before


def _stays_unmet(before: object, after: object) -> object:
    if before is not Outcome.NOT_MET:
        return NOT_TRIED
    return Outcome.NOT_MET if after is Outcome.MET else after


DUE: Mapping[LawKind, Callable[[object, object], object]] = {
    LawKind.MORE_IS_MET: _stays_met,
    LawKind.LESS_IS_MET: _stays_met,
    LawKind.MORE_IS_LARGER: _is_no_less,
    LawKind.MORE_IS_SMALLER: _is_no_more,
    LawKind.UPPER_BOUND: _is_no_more,
    LawKind.NEVER_NEGATIVE: _is_not_negative,
    LawKind.ORDER_FREE: _is_the_same,
    LawKind.DUPLICATES_ONCE: _is_the_same,
    LawKind.LEARNING_KEEPS: _stays_decided,
    LawKind.NEVER_LOOSENS: _stays_unmet,
}


def is_due(found: object, due: object) -> bool:
    """Whether an answer is the one that is due."""
    if isinstance(found, Outcome) or isinstance(due, Outcome):
        return found is due
    return equal_values(found, due) is True


# --- values at a path ----------------------------------------------------------------------------


def read_numbers(inputs: Inputs, path: tuple[str, ...]) -> list[Decimal]:
    """Every number that a path leads to: one, or one a record of a list."""
    return [_read(inputs, one) for one in _ways(inputs, path)]


def _ways(inputs: Inputs, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """Each way to a known number: a column and the keys and places below it."""
    for column in inputs:
        if path[: len(column)] == column:
            below = _below(inputs[column], path[len(column) :])
            return [(column, one) for one in below]
    return []


def _below(value: Any, rest: tuple[str, ...]) -> list[tuple[Any, ...]]:
    if isinstance(value, list):
        return [(n, *one) for n, item in enumerate(value) for one in _below(item, rest)]
    if not rest:
        return [()] if isinstance(value, Decimal) else []
    if isinstance(value, dict) and rest[0] in value:
        return [(rest[0], *one) for one in _below(value[rest[0]], rest[1:])]
    return []


def _read(inputs: Inputs, way: tuple[tuple[str, ...], tuple[Any, ...]]) -> Any:
    value = inputs[way[0]]
    for step in way[1]:
        value = value[step]
    return value


def _write(inputs: Inputs, way: tuple[tuple[str, ...], tuple[Any, ...]], new: Any) -> Inputs:
    return {**inputs, way[0]: _with(inputs[way[0]], way[1], new)}


def _with(value: Any, steps: tuple[Any, ...], new: Any) -> Any:
    if not steps:
        return new
    if isinstance(value, list):
        place = steps[0]
        items = [*value[:place], _with(value[place], steps[1:], new), *value[place + 1 :]]
        return type(value)(items)
    return {**value, steps[0]: _with(value[steps[0]], steps[1:], new)}


def _list_at(inputs: Inputs, path: tuple[str, ...]) -> tuple[tuple[str, ...], list[Any]]:
    listed = inputs.get(path)
    return path, listed if isinstance(listed, list) else []
