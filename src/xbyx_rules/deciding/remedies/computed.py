"""By how much a calculated number is off, in its own words: nobody reports it, but it can be short.

Which record would make it up is nobody's to say; the amount is exact, since the condition is
evaluated again with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from xbyx_rules.compiling import FactPath
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.missing import follow_calculations
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import NumberType, Type
from xbyx_rules.feel.values import NUMBERS
from xbyx_rules.feel.walking import children, walk

from .changes import difference, try_places
from .figures import Goal, Trial, definition_of
from .lines import Lines, find_crossings
from .wording import Way, list_items, say_all, say_node, say_number

__all__ = ["change_computed", "contains", "is_same"]


def change_computed(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    """For each calculated number that a comparison reads, how much it lacks or has too much.

    A sum of nothing but calculated numbers is said as a whole: any of them may make it up.

    Args:
        node: the condition that fails.
        goal: what has to hold in the end: the condition, or one that it is a part of.
        trial: evaluates it.
    """
    if not isinstance(node, s.Comparison | s.Between | s.In):
        return
    ways = list(_change_each(node, goal, trial))
    raising = [one for one in ways if one.change > 0]
    # WHY: where something can be added, nobody is advised to do with less on the other side.
    yield from raising or ways


def _change_each(node: s.Node, goal: Goal, trial: Trial) -> Iterator[Way]:
    for figure in dict.fromkeys(_find_computed(node, trial)):
        old = trial.value(figure)
        if not isinstance(old, Decimal):
            continue
        lines = Lines(
            partial(is_same, figure),
            partial(contains, figure),
            trial.value,
            lambda _: None,
            trial.budget,
        )
        kind = _kind_of(figure)
        enough = partial(_is_enough, goal, figure, kind, trial)
        new = try_places(find_crossings((node,), lines), kind, old, enough)
        if new is not None:
            yield Way({}, _say(figure, old, new, trial.names), difference(old, new))


def is_same(figure: s.Node, node: s.Node) -> bool:
    """Whether a node is a figure."""
    return node == figure


def contains(figure: s.Node, node: s.Node) -> bool:
    """Whether a figure is a part of a node."""
    return any(one == figure for one in walk(node))


def _is_enough(goal: Goal, figure: s.Node, kind: Type, trial: Trial, value: Decimal) -> bool:
    number = s.Number(value, type=kind)
    tree = trial.substitute(goal.node, figure, number)
    return trial.value(tree) is goal.wanted and all(
        trial.value(trial.substitute(gate.node, figure, number)) is True for gate in trial.gates
    )


def _find_computed(node: s.Node, trial: Trial) -> Iterator[s.Node]:
    """The sums of calculated numbers that are a side of a comparison, then single such numbers."""
    names = trial.names
    for side in children(node):
        if isinstance(side, s.Arithmetic) and all(_is_computed(one, names) for one in _added(side)):
            yield side
            continue
        found = [one for one in walk(side) if _is_computed(one, names)]
        behind = [_reads(one, names) for one in found]
        for number, one in enumerate(found):
            # WHY: what another calculation in it reads would change that one too.
            others = behind[:number] + behind[number + 1 :]
            if not any(_name_of(one) in reads for reads in others):
                yield one


def _added(node: s.Node) -> Iterator[s.Node]:
    """The operands of a chain of additions."""
    rest = node
    while isinstance(rest, s.Arithmetic) and rest.operator == "+":
        yield rest.right
        rest = rest.left
    yield rest


def _is_computed(node: s.Node, names: Evaluation) -> bool:
    is_number = isinstance(node.type, NumberType)
    return isinstance(node, s.Name) and is_number and definition_of(node, names) is not None


def _name_of(node: s.Node) -> str:
    return node.name if isinstance(node, s.Name) else ""


def _reads(node: s.Node, names: Evaluation) -> set[str]:
    """The roots of what a calculation reads, itself left out."""
    name = _name_of(node)
    return {path.root for path in follow_calculations([FactPath((name,))], names)} - {name}


def _kind_of(figure: s.Node) -> NumberType:
    """The type of a calculated number, or of a sum of such."""
    kinds = [one.type for one in _added(figure) if isinstance(one.type, NumberType)]
    scales = [kind.scale for kind in kinds if kind.scale is not None]
    units = {kind.unit for kind in kinds}
    scale = max(scales) if len(scales) == len(kinds) else None
    return NumberType(scale=scale, unit=units.pop() if len(units) == 1 else "")


def _say(figure: s.Node, old: Decimal, new: Decimal, names: Evaluation) -> dict[Language, str]:
    unit = _kind_of(figure).unit
    parts = list(_added(figure))[::-1]
    return say_all(
        ("short" if new > old else "over") + ("_together" if len(parts) > 1 else ""),
        fact=lambda language: list_items(
            [say_node(one, names, language) for one in parts], language
        ),
        old=say_number(old, unit),
        new=say_number(new, unit),
        change=say_number(NUMBERS.abs(NUMBERS.subtract(new, old)), unit),
    )
