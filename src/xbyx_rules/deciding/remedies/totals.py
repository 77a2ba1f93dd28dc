"""By how much a sum has to grow or shrink, and how many records a count lacks or has too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

from xbyx_rules.compiling import read_paths
from xbyx_rules.compiling.prose import say_value, summed_list
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import ListType, NumberType, StringType
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import walk

from .changes import difference, try_places
from .computed import contains, is_same
from .figures import Goal, Trial, definition_of, find_fact
from .lines import Lines, find_crossings
from .wording import Way, measure_of, say_addition, say_all, say_amount, say_with

__all__ = ["change_contents", "change_totals"]

_TOTALS: Final = frozenset({"sum", "count"})
_COUNT: Final = NumberType(Decimal(0), None, 0)


def change_totals(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    """For each total that a comparison reads, how much it is off; which item is nobody's to say.

    Args:
        node: the condition that fails.
        goal: what has to hold in the end: the condition, or one that it is a part of.
        trial: evaluates it.
    """
    if not isinstance(node, s.Comparison | s.Between | s.In):
        return
    for total in dict.fromkeys(_find_totals(node, trial)):
        old = trial.value(total)
        if not isinstance(old, Decimal):
            continue
        lines = Lines(
            partial(is_same, total),
            partial(contains, total),
            trial.value,
            lambda _: None,
            trial.budget,
        )
        places = find_crossings((node,), lines)
        new = try_places(places, _kind_of(total), old, partial(_is_enough, goal, total, trial))
        if new is not None:
            yield Way({}, _say(total, old, new, trial), difference(old, new))


def _is_enough(goal: Goal, total: s.Node, trial: Trial, value: Decimal) -> bool:
    tree = trial.substitute(goal.node, total, s.Number(value, type=total.type))
    return trial.value(tree) is goal.wanted


def _find_totals(node: s.Node, trial: Trial) -> Iterator[s.Call]:
    """The sums and numbers of what the school has itself, or of what is worked out of that."""
    for one in walk(node):
        match one:
            case s.Call(function=s.Name(name=name), arguments=(listed,)) if name in _TOTALS:
                roots = [s.Name(path.root) for path in read_paths(listed)]
                is_own = any(
                    find_fact(root, trial.names) or definition_of(root, trial.names)
                    for root in roots
                )
                if is_own and listed.type.kind == "list":
                    yield one


def _kind_of(total: s.Call) -> NumberType:
    kind = _list_of(total).type
    element = kind.element if isinstance(kind, ListType) else kind
    if _is_count(total):
        return _COUNT
    scale = element.scale if isinstance(element, NumberType) else None
    unit = element.unit if isinstance(element, NumberType) else ""
    return NumberType(None, None, scale, unit)


def _list_of(total: s.Call) -> s.Node:
    """What is added up or counted; of a sum that is zero for nothing, without that zero."""
    return summed_list(total) or total.arguments[0]


def _is_count(total: s.Call) -> bool:
    return total.function == s.Name("count")


def _say(total: s.Call, old: Decimal, new: Decimal, trial: Trial) -> dict[Language, str]:
    names = trial.names
    amount = NUMBERS.abs(NUMBERS.subtract(new, old))
    if _is_count(total) and new > old:
        (listed,) = total.arguments
        if isinstance(listed, s.Filter):
            return say_all(
                "lack_such",
                fact=say_with(listed.base, names),
                body=say_with(listed.condition, names),
                change=str(amount),
                measure=measure_of(listed, names),
            )
        return say_all(
            "lack",
            fact=say_with(listed, names),
            change=str(amount),
            measure=measure_of(listed, names),
        )
    said = replace(total, arguments=(_list_of(total),))
    return say_amount(said, old, new, _kind_of(total).unit, names)


def change_contents(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    """What a list lacks, or has and mustn't, where ``list contains`` asks for it."""
    match node:
        case s.Call(function=s.Name(name="list contains"), arguments=(listed, element)):
            yield from _change_list(listed, element, goal, trial)


def _change_list(listed: s.Node, element: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    path, item, old = find_fact(listed, trial.names), trial.value(element), trial.value(listed)
    if not path or not isinstance(old, list) or not isinstance(item, str | Decimal):
        return
    kind = listed.type.element if isinstance(listed.type, ListType) else listed.type
    if isinstance(kind, StringType) and kind.values is not None and item not in kind.values:
        return
    if goal.wanted == (item in old):
        return
    way = _move_item(listed, path, item, old, trial)
    if trial.reaches(goal, way.changed):
        yield way


def _move_item(
    listed: s.Node, path: tuple[str, ...], item: Any, old: list[Any], trial: Trial
) -> Way:
    if item not in old:
        return say_addition(listed, path, [item], trial.names, old)
    fewer = type(old)(one for one in old if one != item)
    prose = say_all(
        "drop",
        fact=say_with(listed, trial.names),
        new=lambda language: say_value(item, language),
    )
    return Way({path: fewer}, prose)
