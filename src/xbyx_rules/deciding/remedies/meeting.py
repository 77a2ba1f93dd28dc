"""From a condition that fails to the ways of meeting it, through and, or, if, every and some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from xbyx_rules.compiling import Budget, ExecutableCondition, StepLimitError
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.findings import Condition, Remedy
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import ListType, NumberType
from xbyx_rules.feel.values import NUMBERS, UNKNOWN
from xbyx_rules.tables import DecisionTable

from .changes import change_figures, change_value
from .computed import change_computed
from .figures import Goal, Trial
from .gone_by import has_come, is_gone_by, is_item_gone_by
from .totals import change_contents, change_totals
from .wording import (
    MOST_SHOWN,
    Way,
    join_ways,
    list_items,
    measure_of,
    name_item,
    say_all,
    say_body,
    say_off,
    say_state,
    say_with,
)

__all__ = ["find_remedies", "find_table_remedies"]

_MOST_WAYS = 6
_STEPS = 2_000_000
"""Steps that looking for the ways to satisfy one condition may take."""


def find_remedies(
    parts: Sequence[ExecutableCondition],
    conditions: Sequence[Condition],
    names: Evaluation,
    gates: Sequence[ExecutableCondition] = (),
) -> tuple[Remedy, ...]:
    """The ways to satisfy each condition that is false, in order; the plainest way first.

    Args:
        parts: the conditions of a rule.
        conditions: what each of them gave.
        names: the evaluation that gave it.
        gates: what has to stay true for the rule to be asked at all: 适用条件, 前提.
    """
    found: list[Remedy] = []
    for part, condition in zip(parts, conditions, strict=True):
        if condition.outcome is not False:
            continue
        ways = _find_ways(part.node, names, gates)
        for number, way in enumerate(ways[:_MOST_WAYS]):
            found.append(_to_remedy(way, is_alternative=number > 0))
    return tuple(found)


def find_table_remedies(
    table: DecisionTable, names: Evaluation, gates: Sequence[ExecutableCondition] = ()
) -> tuple[Remedy, ...]:
    """The ways to make a requirement true that is written as a decision table and gives false."""
    ways = _find_ways(table, names, gates)
    return tuple(_to_remedy(one, is_alternative=n > 0) for n, one in enumerate(ways[:_MOST_WAYS]))


def _find_ways(node: s.Node, names: Evaluation, gates: Sequence[ExecutableCondition]) -> list[Way]:
    budget = Budget(_STEPS)
    trial = Trial(names.with_facts({}, budget), budget, gates)
    search = _Search(trial)
    try:
        return search.meet(node, Goal(node))
    except StepLimitError:
        # WHY: what could be done is worth some work, but never the explanation itself.
        return [] if isinstance(node, DecisionTable) else [search.say(node, True)]


def _to_remedy(way: Way, *, is_alternative: bool) -> Remedy:
    if len(way.changed) != 1:
        return Remedy("", UNKNOWN, way.prose, way.change, is_alternative)
    ((path, value),) = way.changed.items()
    return Remedy(".".join(path), value, way.prose, way.change, is_alternative)


class _Search:
    """Looks for ways to make conditions what they ought to be."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._names = trial.names

    def meet(self, node: s.Node, goal: Goal, *, wanted: bool = True) -> list[Way]:
        """The ways to make a condition true, or false where that is `wanted`.

        Args:
            node: the condition, which isn't as wanted.
            goal: what has to be reached in the end.
            wanted: what `node` itself ought to be.
        """
        match node:
            case s.And() | s.Or():
                return self._meet_junction(node, goal, wanted)
            case s.Call(function=s.Name(name="not"), arguments=(inner,)):
                return self.meet(inner, goal, wanted=not wanted)
            case s.If():
                return self._meet_if(node, goal, wanted)
            case s.Quantified(iterators=(s.Iterator(last=None),)):
                return self._meet_quantified(node, goal, wanted)
        return self._meet_plain(node, goal, wanted)

    def _meet_plain(self, node: s.Node, goal: Goal, wanted: bool) -> list[Way]:
        trial = self._trial
        ways = [
            *change_value(node, goal, trial),
            *change_contents(node, goal, trial),
            *change_figures(node, goal, trial),
            *change_totals(node, goal, trial),
        ]
        if isinstance(node, DecisionTable):
            # WHY figures first: they are more easily changed than what kind of school it is.
            # It has no words of its own; its rows are shown.
            return sorted(ways, key=lambda one: one.change is None)
        return ways or [*change_computed(node, goal, trial)] or [self._say_plain(node, wanted)]

    def _say_plain(self, node: s.Node, wanted: bool) -> Way:
        """That a condition has to hold, or that it can't be made to any more."""
        if not is_gone_by(node, self._names):
            return self.say(node, wanted)
        return Way({}, say_all("gone", body=self._say_wanted(node, wanted)))

    def _say_wanted(self, node: s.Node, wanted: bool) -> Callable[[Language], str]:
        return lambda language: say_state(node, wanted, self._names, language)

    def say(self, node: s.Node, wanted: bool) -> Way:
        """That a condition has to hold, or not to, in its own words."""
        return Way({}, say_all("hold" if wanted else "deny", body=say_with(node, self._names)))

    def _meet_junction(self, node: s.And | s.Or, goal: Goal, wanted: bool) -> list[Way]:
        wrong = [one for one in node.operands if self._trial.value(one) is not wanted]
        if isinstance(node, s.And) is not wanted:
            # One of them is enough: each is a way of its own.
            ways = [self.meet(one, goal, wanted=wanted) for one in wrong]
            found = [way for several in ways for way in several[:2]]
            once = list({one.prose["zh"]: one for one in found}.values())
            valued = [one for one in once if one.changed]
            return (valued + [one for one in once if not one.changed])[:_MOST_WAYS]
        if len(wrong) == 1:
            return self.meet(wrong[0], goal, wanted=wanted)
        return self._meet_all([(one, wanted) for one in wrong], goal)

    def _meet_all(self, parts: Sequence[tuple[s.Node, bool]], goal: Goal) -> list[Way]:
        """The one way to make several conditions what they ought to be."""
        firsts = [self.meet(one, Goal(one, wanted), wanted=wanted)[0] for one, wanted in parts]
        joined = join_ways(firsts, self._names)
        if joined.changed and not self._trial.reaches(goal, joined.changed):
            joined = Way({}, joined.prose)
        return [joined]

    def _meet_if(self, node: s.If, goal: Goal, wanted: bool) -> list[Way]:
        holds = self._trial.value(node.condition)
        if holds is UNKNOWN:
            return [self.say(node, wanted)]
        branch = node.consequence if holds is True else node.alternative
        ways = [] if isinstance(branch, s.Boolean) else self.meet(branch, goal, wanted=wanted)
        turned = self.meet(node.condition, goal, wanted=holds is not True)
        ways += [one for one in turned if one.changed]
        return ways or [self.say(node, wanted)]

    # Lists

    def _meet_quantified(self, node: s.Quantified, goal: Goal, wanted: bool) -> list[Way]:
        (iterator,) = node.iterators
        items = self._trial.value(iterator.domain)
        if not isinstance(items, list):
            return [self.say(node, wanted)]
        is_every = node.quantifier == "every"
        if is_every is not wanted:
            return self._meet_one(node, iterator, wanted)
        wrong = [one for one in items if self._holds_of(node, one) is not wanted]
        if not wrong:
            return [self.say(node, wanted)]
        if all(isinstance(one, str) for one in wrong):
            bodies = [
                self._trial.substitute(
                    node.condition, s.Name(iterator.name), _literal(one, iterator)
                )
                for one in wrong
            ]
            return self._meet_all([(one, wanted) for one in bodies], goal)
        gone = [one for one in wrong if self._is_gone_by(node, one, wanted)]
        open_ones = [one for one in wrong if not any(one is other for other in gone)]
        ways = []
        if gone:
            # A day itself can't be left out, as a record of it can.
            key = "days_gone" if isinstance(gone[0], Date) else "each_gone"
            ways.append(self._say_items(node, iterator, gone, wanted, key=key))
        if open_ones:
            ways.append(self._say_items(node, iterator, open_ones, wanted))
        return [join_ways(ways, self._names)]

    def _is_gone_by(self, node: s.Quantified, item: Any, wanted: bool) -> bool:
        """Whether a record, or a day itself, can't be made to fit any more."""
        if isinstance(item, Date):
            return wanted and has_come(item, self._names, is_today_past=False)
        failing = self._failing(node, [item], wanted)
        return wanted and is_item_gone_by(failing, node.iterators[0].name, item, self._names)

    def _holds_of(self, node: s.Quantified, item: Any) -> Any:
        alias = node.iterators[0].name

        def read(name: str) -> Any:
            return item if name == alias else self._names.read(name)

        return self._trial.run(node.condition, read)

    def _meet_one(self, node: s.Quantified, iterator: s.Iterator, wanted: bool) -> list[Way]:
        """What record would do, where one is enough."""
        prose = say_all(
            "such" if wanted else "such_not",
            fact=say_with(iterator.domain, self._names),
            measure=measure_of(iterator.domain, self._names),
            body=say_body(node.condition, iterator, self._names),
        )
        return [Way({}, prose)]

    def _say_items(
        self,
        node: s.Quantified,
        iterator: s.Iterator,
        wrong: Sequence[Any],
        wanted: bool,
        *,
        key: str = "",
    ) -> Way:
        """Which records stand in the way, by their keys."""
        failing = self._failing(node, wrong, wanted)
        off = [self._amount_off(failing, iterator.name, one) for one in wrong]
        prose = say_all(
            key or ("each" if wanted else "none_such"),
            fact=say_with(iterator.domain, self._names),
            items=lambda language: list_items(
                [
                    name_item(one, iterator.domain, self._names, language)
                    + say_off(amount, language)
                    for one, amount in zip(wrong, off, strict=True)
                ],
                language,
                MOST_SHOWN,
            ),
            body=say_body(failing, iterator, self._names),
        )
        return Way({}, prose)

    def _amount_off(self, node: s.Node, alias: str, item: Any) -> tuple[Decimal, str] | None:
        """By how much two numbers are apart for a record, with their unit; None of other values."""
        if not isinstance(node, s.Comparison):
            return None

        def read(name: str) -> Any:
            return item if name == alias else self._names.read(name)

        left, right = (self._trial.run(side, read) for side in (node.left, node.right))
        if not isinstance(left, Decimal) or not isinstance(right, Decimal) or left == right:
            return None
        unit = node.right.type.unit if isinstance(node.right.type, NumberType) else ""
        return NUMBERS.abs(NUMBERS.subtract(left, right)), unit

    def _failing(self, node: s.Quantified, wrong: Sequence[Any], wanted: bool) -> s.Node:
        """Of the conditions joined by ``and`` those in which a record fails."""
        if not isinstance(node.condition, s.And) or not wanted:
            return node.condition
        failing = tuple(
            one
            for one in node.condition.operands
            if any(self._holds_of(replace(node, condition=one), item) is not True for item in wrong)
        )
        return failing[0] if len(failing) == 1 else s.And(failing, type=node.condition.type)


def _literal(item: str, iterator: s.Iterator) -> s.Node:
    kind = iterator.domain.type
    return s.String(item, type=kind.element if isinstance(kind, ListType) else kind)
