"""What an evaluation carries with it: names by scope, the place of the text, nulls recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from xbyx_rules.dmn.origins import NOWHERE, Origin
from xbyx_rules.dmn.types import ItemType
from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel.syntax import Node, TypeName
from xbyx_rules.feel.temporals import DateTime
from xbyx_rules.feel.values import Interval

__all__ = ["MISSING", "RULES", "Environment", "LimitError", "Run", "evaluate"]

MISSING: Final = object()
"""What `Environment.find` gives for a name that isn't there; null is a value."""

_MOST_WARNINGS: Final = 1_000
_GREATEST_CALL_DEPTH: Final = 60
_PARTS_IN_A_STEP: Final = 3
_CHARACTERS_IN_A_PART: Final = 200
_MOST_HINTS: Final = 50
_MOST_NAMES_IN_A_HINT: Final = 1_000


class LimitError(Exception):
    """An evaluation went beyond a bound; it ends without a value."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(limit)


@dataclass(slots=True)
class Run:
    """One evaluation of a model: its bounds, and the nulls that came from errors.

    Args:
        most_steps: how many turns of loops, rows of tables and parts read there may be in all.
        now: what ``now()`` and ``today()`` answer; None reads the clock at the first.
    """

    most_steps: int = 1_000_000
    now: DateTime | None = None
    warnings: list[Diagnostic] = field(default_factory=list)
    steps: int = 0
    depth: int = 0

    def count(self, steps: int = 1) -> None:
        """Count turns.

        Raises:
            LimitError: there were too many.
        """
        self.steps += steps
        if self.steps > self.most_steps:
            raise LimitError(f"{self.most_steps} steps")

    def count_parts(self, *values: Any) -> int:
        """Count what reading values down to their last parts takes.

        WHY parts, not memory: a list may hold another twice, that one a third twice; forty of
        them take no room, and a lifetime to compare.

        Returns:
            How many parts there are.

        Raises:
            LimitError: there were too many.
        """
        rest = [one for one in values if isinstance(one, list | dict | Interval | str)]
        total = waiting = 0
        while rest:
            one = rest.pop()
            if isinstance(one, str):
                waiting += len(one) // _CHARACTERS_IN_A_PART
                continue
            inner = _parts_of(one)
            waiting += _PARTS_IN_A_STEP + len(inner)  # a container is a step of its own
            if waiting >= _PARTS_IN_A_STEP:
                self.count(waiting // _PARTS_IN_A_STEP)
                total, waiting = total + waiting, 0
            rest.extend(filter(_is_large, inner))
        self.count(waiting // _PARTS_IN_A_STEP)
        return total + waiting

    def descend(self) -> None:
        """Enter a function; `ascend` leaves it.

        Raises:
            LimitError: too many functions called one another.
        """
        self.depth += 1
        if self.depth > _GREATEST_CALL_DEPTH:
            raise LimitError(f"{_GREATEST_CALL_DEPTH} calls within one another")

    def ascend(self) -> None:
        """Leave a function."""
        self.depth -= 1


def _parts_of(value: list[Any] | dict[str, Any] | Interval) -> list[Any] | tuple[Any, ...]:
    if isinstance(value, list):
        return value
    return tuple(value.values()) if isinstance(value, dict) else (value.low, value.high)


def _is_large(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= _CHARACTERS_IN_A_PART
    return isinstance(value, list | dict | Interval)


@dataclass(frozen=True, slots=True)
class Environment:
    """Names in one scope, in front of those of the scopes around it.

    Args:
        names: the innermost names with their values.
        run: the evaluation this belongs to.
        types: finds the type that a name in a text means.
        origin: the text being evaluated.
        outer: the scope around this one.
    """

    names: Mapping[str, Any]
    run: Run
    types: Callable[[TypeName], ItemType | None]
    origin: Origin = NOWHERE
    outer: Environment | None = None

    def find(self, name: str) -> Any:
        """A name's value, from the innermost scope that has it; `MISSING` where none has."""
        scope: Environment | None = self
        while scope is not None:
            value = scope.names.get(name, MISSING)
            if value is not MISSING:
                return value
            scope = scope.outer
        return MISSING

    def with_names(self, names: Mapping[str, Any]) -> Environment:
        """A scope inside this one."""
        return Environment(names, self.run, self.types, self.origin, self)

    def at(self, origin: Origin) -> Environment:
        """The same names while another text is evaluated."""
        return Environment(self.names, self.run, self.types, origin, self.outer)

    def known_names(self) -> Iterator[str]:
        """Every name in scope."""
        scope: Environment | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.outer

    def null(self, code: str, node: Node, **values: str) -> Any:
        """Null, because of an error: recorded with its place."""
        if len(self.run.warnings) < _MOST_WARNINGS:
            place, excerpt = self.origin.place_of(node)
            self.run.warnings.append(Diagnostic(code, place, values, excerpt))
        return None

    def unknown_name(self, node: Node, name: str) -> Any:
        """Null, because nobody knows a name."""
        near = self.hint(name, self.known_names())
        return self.null("XR912", node, name=name, nearest=near)

    def hint(self, name: str, known: Iterable[str]) -> str:
        """The names most like one, for the first warnings: looking for them takes long."""
        if len(self.run.warnings) >= _MOST_HINTS:
            return "–"
        return nearest(name, dict.fromkeys(islice(known, _MOST_NAMES_IN_A_HINT))) or "–"


Rule = Callable[[Any, Environment], Any]

RULES: Final[dict[type[Node], Rule]] = {}
"""What evaluates each kind of node; filled by the package, so its modules needn't form a circle."""


def evaluate(node: Node, env: Environment) -> Any:
    """The value of a tree under the standard's null semantics."""
    return RULES[type(node)](node, env)
