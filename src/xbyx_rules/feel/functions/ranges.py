"""How points and ranges lie to each other: before, meets, overlaps, during and so on.

A missing end of a range lies beyond every value.  A relation is None when two ends can't be
compared.

Source: DMN 1.5 §10.3.4.6 and table 78 (range functions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from xbyx_rules.feel.operators import (
    Truth,
    all_true,
    any_true,
    compare_values,
    is_in_range,
)
from xbyx_rules.feel.types import ANY, BOOLEAN, RangeType, Type
from xbyx_rules.feel.values import Interval

from .signature import Builtin, make_signature

__all__ = ["RANGE_FUNCTIONS"]


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a range; `side` is -1 for the lower and 1 for the upper end."""

    value: Any
    is_closed: bool
    side: int


def _low(value: Interval) -> _End:
    return _End(value.low, value.is_low_closed, -1)


def _high(value: Interval) -> _End:
    return _End(value.high, value.is_high_closed, 1)


def _is_less(left: _End, right: _End) -> Truth:
    if left.value is None or right.value is None:
        return _infinity(left) < _infinity(right)
    return compare_values("<", left.value, right.value)


def _is_equal(left: _End, right: _End) -> Truth:
    if left.value is None or right.value is None:
        return _infinity(left) == _infinity(right)
    return compare_values("=", left.value, right.value)


def _infinity(end: _End) -> int:
    return end.side if end.value is None else 0


def _as_range(value: Any) -> Interval:
    """A point as the range of itself alone."""
    return value if isinstance(value, Interval) else Interval(value, value)


def _before(left: Interval, right: Interval) -> Truth:
    end, start = _high(left), _low(right)
    touches = not (end.is_closed and start.is_closed) and _is_equal(end, start)
    return any_true((_is_less(end, start), touches))


def _meets(left: Interval, right: Interval) -> Truth:
    end, start = _high(left), _low(right)
    return all_true((end.is_closed and start.is_closed, _is_equal(end, start)))


def _overlaps(left: Interval, right: Interval) -> Truth:
    return all_true((_reaches(left, right), _reaches(right, left)))


def _reaches(left: Interval, right: Interval) -> Truth:
    """Whether the first range's end reaches the second's start."""
    end, start = _high(left), _low(right)
    touches = all_true((end.is_closed and start.is_closed, _is_equal(end, start)))
    return any_true((_is_less(start, end), touches))


def _starts_no_later(left: Interval, right: Interval, *, is_strict: bool = False) -> Truth:
    mine, other = _low(left), _low(right)
    is_wider = mine.is_closed and not other.is_closed
    fits = is_wider if is_strict else mine.is_closed or not other.is_closed
    return any_true((_is_less(mine, other), all_true((fits, _is_equal(mine, other)))))


def _ends_no_later(left: Interval, right: Interval) -> Truth:
    mine, other = _high(left), _high(right)
    fits = not mine.is_closed or other.is_closed
    return any_true((_is_less(mine, other), all_true((fits, _is_equal(mine, other)))))


def _overlaps_before(left: Interval, right: Interval) -> Truth:
    return all_true(
        (
            _starts_no_later(left, right, is_strict=True),
            _reaches(left, right),
            _ends_no_later(left, right),
        )
    )


def _includes(left: Interval, right: Interval) -> Truth:
    return all_true((_starts_no_later(left, right), _ends_no_later(right, left)))


def _includes_point(left: Interval, point: Any) -> Truth:
    return is_in_range(point, left)


def _same_end(left: _End, right: _End) -> Truth:
    return all_true((left.is_closed == right.is_closed, _is_equal(left, right)))


def _starts(left: Interval, right: Interval) -> Truth:
    return all_true((_same_end(_low(left), _low(right)), _ends_no_later(left, right)))


def _finishes(left: Interval, right: Interval) -> Truth:
    return all_true((_same_end(_high(left), _high(right)), _starts_no_later(right, left)))


def _point_starts(point: Interval, right: Interval) -> Truth:
    start = _low(right)
    return all_true((start.is_closed, _is_equal(_low(point), start)))


def _point_finishes(point: Interval, right: Interval) -> Truth:
    end = _high(right)
    return all_true((end.is_closed, _is_equal(_high(point), end)))


def _coincides(left: Interval, right: Interval) -> Truth:
    return all_true((_same_end(_low(left), _low(right)), _same_end(_high(left), _high(right))))


Relation = Callable[[Any, Any], Truth]


def _reversed(relation: Relation) -> Relation:
    return lambda left, right: relation(right, left)


def _on_ranges(relation: Relation) -> Relation:
    """A relation of ranges, applied to points and ranges."""
    return lambda left, right: relation(_as_range(left), _as_range(right))


def _by_kind(of_ranges: Relation, of_point: Relation) -> Relation:
    """A relation of a first range or point to a second range."""

    def apply(left: Any, right: Any) -> Truth:
        if not isinstance(right, Interval):
            return None
        if isinstance(left, Interval):
            return of_ranges(left, right)
        return of_point(_as_range(left), right)

    return apply


_POINT: Final = ANY
_RANGE: Final = RangeType(ANY)
_SHAPES: Final[dict[str, tuple[tuple[str, Type], tuple[str, Type]]]] = {
    "rr": (("range1", _RANGE), ("range2", _RANGE)),
    "rp": (("range", _RANGE), ("point", _POINT)),
    "pr": (("point", _POINT), ("range", _RANGE)),
    "pp": (("point1", _POINT), ("point2", _POINT)),
}


def _relation(name: str, apply: Relation, *shapes: str) -> Builtin:
    # WHY this order: a point may be of any type, so ranges are tried first.
    return Builtin(name, tuple(make_signature(apply, BOOLEAN, *_SHAPES[shape]) for shape in shapes))


_START_RELATION: Final = _by_kind(_starts, _point_starts)
_FINISH_RELATION: Final = _by_kind(_finishes, _point_finishes)
_INCLUSION: Final = _by_kind(_reversed(_includes), lambda p, r: _includes_point(r, p.low))

RANGE_FUNCTIONS: Final = (
    _relation("before", _on_ranges(_before), "rr", "rp", "pr", "pp"),
    _relation("after", _on_ranges(_reversed(_before)), "rr", "rp", "pr", "pp"),
    _relation("meets", _meets, "rr"),
    _relation("met by", _reversed(_meets), "rr"),
    _relation("overlaps", _overlaps, "rr"),
    _relation("overlaps before", _overlaps_before, "rr"),
    _relation("overlaps after", _reversed(_overlaps_before), "rr"),
    _relation("finishes", _FINISH_RELATION, "rr", "pr"),
    _relation("finished by", _reversed(_FINISH_RELATION), "rr", "rp"),
    _relation("includes", _reversed(_INCLUSION), "rr", "rp"),
    _relation("during", _INCLUSION, "rr", "pr"),
    _relation("starts", _START_RELATION, "rr", "pr"),
    _relation("started by", _reversed(_START_RELATION), "rr", "rp"),
    _relation("coincides", _on_ranges(_coincides), "rr", "pp"),
)
