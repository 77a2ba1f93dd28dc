"""The least change of each figure in a condition, and the right value of a text or a yes or no.

Places where the condition may turn over are computed exactly (`lines`); each is rounded to the
unit of the figure, put in, and the condition evaluated again.  What is offered holds, and with one
unit less of a change it doesn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from xbyx_rules.compiling.prose import say_value
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import NumberType, StringType, Type
from xbyx_rules.feel.values import NUMBERS, UNKNOWN
from xbyx_rules.tables import DecisionTable

from .figures import (
    Dependence,
    Goal,
    Trial,
    definition_of,
    definitions,
    find_fact,
    find_figures,
)
from .gone_by import has_come
from .lines import Lines, find_crossings
from .wording import Way, list_items, say_all, say_change, say_with

__all__ = ["change_figures", "change_value", "difference", "try_places"]

_MOST_FIGURES: Final = 4
_MOST_PLACES: Final = 64
_NEAR_DAYS: Final = 3


def change_figures(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    """For each number and date that a condition reads, its least change that reaches the goal.

    Args:
        node: the condition that fails.
        goal: what has to hold in the end: the condition, or one that it is a part of.
        trial: evaluates it.
    """
    tried = 0
    for path, fact in find_figures(node, trial):
        old = trial.value(fact)
        if old is UNKNOWN or tried == _MOST_FIGURES or has_come(old, trial.names):
            continue
        tried += 1
        new = _least_change(path, fact, old, goal, trial)
        if new is not None and not has_come(new, trial.names, is_today_past=False):
            yield Way({path: new}, say_change(fact, old, new, trial.names), difference(old, new))


def difference(old: Any, new: Any) -> Decimal:
    """How much a number has to grow, or a date to move in days; negative where less."""
    if isinstance(new, Date):
        return Decimal(new.ordinal - old.ordinal)
    return NUMBERS.subtract(new, old)


def _least_change(
    path: tuple[str, ...], fact: s.Node, old: Any, goal: Goal, trial: Trial
) -> Any | None:
    names = trial.names
    lines = Lines(
        lambda one: find_fact(one, names) == path,
        Dependence(path, names),
        trial.value,
        lambda one: definition_of(one, names),
        trial.budget,
    )
    places = find_crossings((goal.node, *definitions(goal.node, names)), lines)
    return try_places(places, fact.type, old, lambda new: trial.reaches(goal, {path: new}))


def try_places(
    places: Iterable[Fraction], kind: Type, old: Any, is_enough: Callable[[Any], bool]
) -> Any | None:
    """The value nearest to the old one that is enough, while one a unit nearer isn't.

    Args:
        places: where the condition may turn over.
        kind: the type of the figure, with its unit and bounds.
        old: its value now.
        is_enough: whether the condition is as wanted with another value.
    """
    for new, nearer in _candidates(places, kind, old):
        if is_enough(new) and (nearer is None or not is_enough(nearer)):
            return new
    return None


def _candidates(places: Iterable[Fraction], kind: Type, old: Any) -> list[tuple[Any, Any | None]]:
    """Values to try, those nearest to the old one first, each with the one a unit nearer to it."""
    found: dict[Any, Any | None] = {}
    now = Fraction(old.ordinal if isinstance(old, Date) else old)
    for at in sorted(set(places), key=lambda one: abs(one - now))[:_MOST_PLACES]:
        if isinstance(old, Date):
            found |= _days_near(at, old)
        elif isinstance(kind, NumberType) and kind.scale is not None:
            found |= _numbers_near(at, kind, old)
        else:
            exact = _exactly(at)
            if exact is not None:
                found[exact] = None
    if isinstance(old, Date):
        return sorted(found.items(), key=lambda one: abs(one[0].ordinal - old.ordinal))
    allowed = ((new, near) for new, near in found.items() if _allows(kind, new) and new != old)
    return sorted(allowed, key=lambda one: abs(Fraction(one[0]) - Fraction(old)))


def _days_near(at: Fraction, old: Date) -> dict[Date, Date | None]:
    found: dict[Date, Date | None] = {}
    for shift in range(-_NEAR_DAYS, _NEAR_DAYS + 1):
        ordinal = at.__floor__() + shift
        if ordinal == old.ordinal:
            continue
        towards = -1 if ordinal > old.ordinal else 1
        new, near = Date.from_ordinal(ordinal), Date.from_ordinal(ordinal + towards)
        if new is not None:
            found[new] = near
    return found


def _numbers_near(at: Fraction, kind: NumberType, old: Decimal) -> dict[Decimal, Decimal | None]:
    scale = kind.scale or 0
    whole = (at * 10**scale).__floor__()
    was = Fraction(old) * 10**scale
    found: dict[Decimal, Decimal | None] = {}
    for count in range(whole - 1, whole + 3):
        new = _scaled(count, scale)
        near = _scaled(count - 1 if count > was else count + 1, scale)
        if new is not None:
            found[new] = near
    return found


def _scaled(count: int, scale: int) -> Decimal | None:
    # WHY: what has more digits than a number can have isn't exact any more.
    if len(str(abs(count))) > NUMBERS.prec:
        return None
    return Decimal(count).scaleb(-scale, NUMBERS)


def _exactly(at: Fraction) -> Decimal | None:
    try:
        value = NUMBERS.divide(Decimal(at.numerator), Decimal(at.denominator))
    except ArithmeticError:
        return None
    return value if Fraction(value) == at else None


def _allows(kind: Type, value: Decimal) -> bool:
    if not isinstance(kind, NumberType):
        return True
    is_low = kind.low is not None and value < kind.low
    return not is_low and not (kind.high is not None and value > kind.high)


def change_value(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    """The right value of a text or of a yes or no that stands by itself in a condition."""
    for fact in _bare(node):
        path = find_fact(fact, trial.names)
        old = trial.value(fact) if path else UNKNOWN
        if old is UNKNOWN or fact.type.kind not in ("boolean", "string"):
            continue
        options = [not old] if fact.type.kind == "boolean" else _texts(node, fact, trial)
        fitting = [one for one in options if one != old and trial.reaches(goal, {path: one})]
        if not fitting:
            continue
        if len(fitting) == 1:
            yield Way({path: fitting[0]}, say_change(fact, old, fitting[0], trial.names))
        else:
            yield Way({}, _say_any(fact, old, fitting, trial))
        # WHY only one: of two texts that ought to agree, the first is the one that is asked about.
        return


def _say_any(fact: s.Node, old: Any, fitting: list[Any], trial: Trial) -> dict[Language, str]:
    return say_all(
        "any",
        fact=say_with(fact, trial.names),
        old=lambda language: say_value(old, language),
        new=lambda language: list_items([say_value(one, language) for one in fitting], language),
    )


def _bare(node: s.Node) -> tuple[s.Node, ...]:
    match node:
        case s.Comparison():
            return (node.left, node.right)
        case s.In():
            return (node.value,)
        case DecisionTable():
            return node.inputs
        case s.Call(function=s.Name(name="list contains"), arguments=(_, element)):
            return (element,)
    return (node,)


def _texts(node: s.Node, fact: s.Node, trial: Trial) -> list[str]:
    """The texts that a fact might have: what it is compared with, then what it may be."""
    found: dict[str, None] = {}
    for one in _others(node):
        value = trial.value(one)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                found[text] = None
    kind = fact.type
    allowed = kind.values if isinstance(kind, StringType) else None
    if allowed is None:
        return list(found)
    return [one for one in dict.fromkeys((*found, *allowed)) if one in allowed]


def _texts_of(tests: s.UnaryTests) -> Iterator[s.Node]:
    for test in tests.tests:
        if isinstance(test, s.UnaryExpression) and not isinstance(test.value, s.Range):
            yield test.value


def _others(node: s.Node) -> Iterator[s.Node]:
    match node:
        case s.Comparison():
            yield from (node.left, node.right)
        case s.In():
            yield from _texts_of(node.tests)
        case DecisionTable():
            for rule in node.rules:
                for tests in rule.tests:
                    yield from _texts_of(tests)
        case s.Call(arguments=(listed, _)):
            yield listed
