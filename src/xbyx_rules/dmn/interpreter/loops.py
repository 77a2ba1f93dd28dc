"""``for``, ``some`` and ``every`` over lists, ranges and runs of numbers or dates.

Source: DMN 1.5 §10.3.2.14 (for loop) and table 62 (quantified expressions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.dmn.boxed import BoxedQuantifier, Table
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.functions import GREATEST_LIST
from xbyx_rules.feel.operators import Truth
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.values import Interval, kind_of
from xbyx_rules.feel.walking import walk

from .comparing import compare
from .environment import Environment, LimitError, Rule, evaluate

__all__ = ["LOOP_RULES", "iterate"]

_PARTIAL: Final = s.Name("partial")


def _for(node: s.For, env: Environment) -> list[Any] | None:
    results: list[Any] = []
    names_partial = _names_partial(node.result)

    def turn(inner: Environment) -> bool:
        if len(results) >= GREATEST_LIST:
            raise LimitError(f"{GREATEST_LIST} results of a loop")
        if names_partial:
            # WHY a copy: a result may hold `partial`, which goes on growing.
            env.run.count(len(results) // 10)
            inner = inner.with_names({"partial": list(results)})
        results.append(evaluate(node.result, inner))
        return True

    return results if _nest(node.iterators, env, turn) else None


def _names_partial(node: s.Node) -> bool:
    """Whether a loop's result asks for the results before it; a table in it may."""
    return any(isinstance(one, Table) or one == _PARTIAL for one in walk(node))


def _nest(
    iterators: tuple[s.Iterator, ...], env: Environment, turn: Callable[[Environment], bool]
) -> bool:
    """Run `turn` for every combination; False when a domain is none, or `turn` ends it."""
    if not iterators:
        return turn(env)
    first = iterators[0]
    domain = _domain(first, env)
    if domain is None:
        return False
    for item in domain:
        env.run.count()
        if not _nest(iterators[1:], env.with_names({first.name: item}), turn):
            return False
    return True


def _domain(iterator: s.Iterator, env: Environment) -> Iterator[Any] | None:
    value = evaluate(iterator.domain, env)
    if iterator.last is None:
        return iterate(value, iterator, env)
    last = evaluate(iterator.last, env)
    return _run(value, last, iterator, env)


def iterate(value: Any, node: s.Node, env: Environment) -> Iterator[Any] | None:
    """The values that a loop goes through; None where it can't be gone through."""
    if isinstance(value, list):
        return iter(value)
    if not isinstance(value, Interval):
        if value is None:
            env.null("XR924", node, kind="Null")
            return None
        return iter([value])
    if compare(">", value.low, value.high) is True:
        env.null("XR924", node, kind="range")  # only `2..1` counts downwards
        return None
    items = _run(value.low, value.high, node, env)
    if items is None:
        return None
    low = None if value.is_low_closed else value.low
    high = None if value.is_high_closed else value.high
    return (item for item in items if item not in (low, high))


def _run(low: Any, high: Any, node: s.Node, env: Environment) -> Iterator[Any] | None:
    """From low to high, upwards or downwards: whole numbers or dates."""
    made: Callable[[int], Any]
    if isinstance(low, Date) and isinstance(high, Date):
        first, last, made = low.ordinal, high.ordinal, Date.from_ordinal
    elif _is_whole(low) and _is_whole(high):
        first, last, made = int(low), int(high), Decimal
    else:
        env.null("XR924", node, kind=f"{kind_of(low)}..{kind_of(high)}")
        return None
    step = 1 if first <= last else -1
    return (made(one) for one in range(first, last + step, step))


def _is_whole(value: Any) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()


def _quantified(node: s.Quantified, env: Environment) -> Truth:
    """As ``or`` and ``and`` have it: one decisive turn decides, whatever the others give."""
    decisive = node.quantifier == "some"
    result: Truth = not decisive
    is_decided = False

    def turn(inner: Environment) -> bool:
        nonlocal result, is_decided
        truth = evaluate(node.condition, inner)
        if truth is decisive:
            result, is_decided = decisive, True
            return False
        if not isinstance(truth, bool):
            if truth is not None:
                inner.null("XR921", node.condition, kind=kind_of(truth))
            result = None
        return True

    is_complete = _nest(node.iterators, env, turn)
    return result if is_complete or is_decided else None


def _boxed_quantifier(node: BoxedQuantifier, env: Environment) -> Truth:
    truths = []

    def turn(inner: Environment) -> bool:
        truths.append(evaluate(node.condition, inner))
        return True

    if not _nest((node.iterator,), env, turn):
        return None
    for truth in truths:
        if not isinstance(truth, bool):
            env.null("XR921", node, kind=kind_of(truth))
            return None
    return any(truths) if node.quantifier == "some" else all(truths)


LOOP_RULES: Final[Mapping[type[s.Node], Rule]] = MappingProxyType(
    {s.For: _for, s.Quantified: _quantified, BoxedQuantifier: _boxed_quantifier}
)
"""What evaluates loops."""
