"""Cases for two rules, close to where they turn: each threshold, one step below and one above.

The same rules give the same cases on every machine: what is drawn depends on a fixed seed alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from xbyx_rules.deciding.case import Case, Subject
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import EntityType, ListType, NumberType, StringType, Type
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.feel.walking import walk
from xbyx_rules.policy import Vocabulary

__all__ = ["Thresholds", "draw_cases"]

_SEED: Final = 2022
_DEEPEST: Final = 3
_LONGEST: Final = 12
_ROUND: Final = tuple(map(Decimal, (0, 1, 2, 100, 1000, 1_000_000)))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What rules compare with, and the words they read.

    Args:
        numbers: constants and parameters.
        texts: likewise.
        days: likewise, and the days on which a period begins or ends.
        words: terms that the rules mention; nothing else is drawn.
    """

    numbers: tuple[Decimal, ...]
    texts: tuple[str, ...]
    days: tuple[date, ...]
    words: frozenset[str]

    @classmethod
    def of(
        cls, trees: Iterable[s.Node], values: Iterable[object], days: Iterable[date]
    ) -> Thresholds:
        """What trees and parameters' values hold."""
        nodes = [node for tree in trees for node in walk(tree)]
        found: list[object] = [
            one.value for one in nodes if isinstance(one, s.Number | s.String | s.Temporal)
        ]
        found += values
        dates = [date(one.year, one.month, one.day) for one in found if isinstance(one, Date)]
        words = {one.name for one in nodes if isinstance(one, s.Name | s.Path)}
        return cls(
            tuple(dict.fromkeys(one for one in found if isinstance(one, Decimal))),
            tuple(dict.fromkeys(one for one in found if isinstance(one, str))),
            tuple(dict.fromkeys((*dates, *days))),
            frozenset(words),
        )


def draw_cases(
    vocabulary: Vocabulary, subject: str, listed: Iterable[str], thresholds: Thresholds, most: int
) -> Iterator[Case]:
    """Cases about one subject.

    Args:
        vocabulary: gives the terms, their bounds and values.
        subject: the entity.
        listed: entities whose records a check searches.
        thresholds: what is drawn near to.
        most: how many.
    """
    drawing = _Drawing(Random(_SEED), vocabulary, thresholds)  # noqa: S311 - no secrets are drawn
    entities = sorted(set(listed))
    for number in range(most):
        facts = drawing.record(subject, _DEEPEST) if subject else {}
        records = {one: drawing.records(one, _DEEPEST - 1) for one in entities}
        yield Case(Subject(subject or entities[0], f"{number + 1}"), facts, records)


@dataclass(slots=True)
class _Drawing:
    random: Random
    vocabulary: Vocabulary
    thresholds: Thresholds

    def record(self, entity: str, depth: int) -> dict[str, Any]:
        """A record with the fields that the rules mention, some of them unknown."""
        found: dict[str, Any] = {}
        known = self.vocabulary.entities[entity]
        for name, kind in self.vocabulary.fields_of(entity).items():
            is_key = known.key is not None and name == known.key.name
            if not (is_key or name in self.thresholds.words) or self._chance(8):
                continue
            if is_key:
                # WHY few: records are compared by their keys, and some have to be the same.
                found[name] = self.random.choice(("t-1", "t-2", "t-3"))
            elif depth or not isinstance(kind, EntityType | ListType):
                found[name] = self._value(kind, found, depth)
        return found

    def records(self, entity: str, depth: int) -> list[dict[str, Any]]:
        """Records of an entity, now and then without the word that none is missing."""
        counts = [int(one) for one in self.thresholds.numbers if 0 <= one <= _LONGEST]
        near = [one + step for one in counts for step in (-1, 0, 1) if one + step >= 0]
        length = self.random.choice([0, 1, 1, 2, 2, 3, *near])
        items = [self.record(entity, depth) for _ in range(length)]
        return Incomplete(items) if self._chance(10) else Complete(items)

    def _value(self, kind: Type, others: dict[str, Any], depth: int) -> Any:
        match kind:
            case NumberType():
                return self._number(kind, others)
            case StringType(values=values):
                return self.random.choice(values or ("甲", "t-1", "t-2", *self.thresholds.texts))
            case ListType(element=EntityType(entity=entity)):
                return self.records(entity, depth - 1)
            case ListType(element=element):
                length = self.random.randrange(4)
                return [self._value(element, others, depth - 1) for _ in range(length)]
            case EntityType(entity=entity):
                return self.record(entity, depth - 1)
        if kind.kind == "boolean":
            return self.random.random() < 0.7
        if kind.kind == "date":
            day = self.random.choice(self.thresholds.days or (date(2025, 1, 1),))
            return day + self.random.choice((-1, 0, 0, 1)) * _DAY
        return None

    def _number(self, kind: NumberType, others: dict[str, Any]) -> Decimal:
        places = 2 if kind.scale is None else min(kind.scale, 6)
        step = Decimal(1).scaleb(-places)
        numbers = [one for one in others.values() if isinstance(one, Decimal)]
        base = self.random.choice((*self.thresholds.numbers, *_ROUND))
        if numbers and self.random.random() < 0.6:
            # WHY: what is compared is often a share of another figure of the same record.
            base = self.random.choice((base, Decimal(1))) * self.random.choice(numbers)
        elif self.random.random() < 0.1:
            base = Decimal(self.random.randrange(10**7)).scaleb(-places)
        value = base.quantize(step) if abs(base) < Decimal(10) ** 20 else Decimal(0)
        value += self.random.choice((-1, 0, 0, 1)) * step
        low, high = kind.low, kind.high
        if low is not None and value < low:
            return low
        return high if high is not None and value > high else value

    def _chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent
