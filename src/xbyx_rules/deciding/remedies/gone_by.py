"""What can't be set right any more: conditions on days that have come.

What happened on a day can't be made to have happened on another; to advise it would be to advise
that a record be falsified.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xbyx_rules.checking import JUDGED_ON
from xbyx_rules.compiling import EACH, FactPath, read_paths
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.missing import find_calculation, follow_calculations, value_at
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.values import UNKNOWN

from .figures import is_changeable

__all__ = ["has_come", "is_gone_by", "is_item_gone_by"]


def has_come(value: Any, names: Evaluation, *, is_today_past: bool = True) -> bool:
    """Whether a date has come by the day that is decided on."""
    if not isinstance(value, Date):
        return False
    today = Date(names.on.year, names.on.month, names.on.day)
    return value.ordinal < today.ordinal + is_today_past


def is_gone_by(node: s.Node, names: Evaluation) -> bool:
    """Whether all that a comparison reads are days that have come, or facts as they are.

    Args:
        node: a condition that isn't as wanted.
        names: the evaluation.
    """
    if not isinstance(node, s.Comparison | s.Between | s.In):
        return False
    paths = follow_calculations(read_paths(node), names)
    if any(path.root == JUDGED_ON for path in paths):
        return False  # one only has to wait
    days = _days_of(paths, names)
    return days is not None and bool(days) and all(has_come(one, names) for one in days)


def is_item_gone_by(node: s.Node, alias: str, item: Any, names: Evaluation) -> bool:
    """Whether a comparison fails for a record because of a day of it that has come.

    Args:
        node: a condition on the record, or several joined by ``and``, each of which it fails.
        alias: what the record is called there.
        item: the record.
        names: the evaluation.
    """
    if isinstance(node, s.And):
        return any(is_item_gone_by(one, alias, item, names) for one in node.operands)
    if not isinstance(node, s.Comparison | s.Between | s.In) or not isinstance(item, dict):
        return False
    paths = read_paths(node)
    own = [_value_in(item, path) for path in paths if path.root == alias]
    # WHY one: a record whose own days contradict each other is recorded wrongly.
    if len(own) != 1 or not has_come(own[0], names):
        return False
    others = [path for path in paths if path.root != alias]
    if any(path.root == JUDGED_ON for path in others):
        return False
    days = _days_of(follow_calculations(others, names), names)
    if days is None:
        return False
    # WHY: no day yet to come can be moved to before one that has come.
    return _compares_days(node) or all(has_come(one, names) for one in days)


def _compares_days(node: s.Node) -> bool:
    """Whether two days are compared as they stand, with nothing added to either."""
    return isinstance(node, s.Comparison) and all(
        isinstance(one, s.Name | s.Path) and one.type.kind == "date"
        for one in (node.left, node.right)
    )


def _value_in(item: Any, path: FactPath) -> Any:
    value = item
    for step in path.steps[1:]:
        value = value.get(step, UNKNOWN) if isinstance(value, dict) else UNKNOWN
    return value


def _days_of(paths: Iterable[FactPath], names: Evaluation) -> list[Date] | None:
    """The days among some facts; None where one of the facts is something else and may change."""
    days: list[Date] = []
    for path in paths:
        if not _is_fact(path, names):
            continue
        value = UNKNOWN if EACH in path.steps else value_at(path, names)
        if isinstance(value, Date):
            days.append(value)
        elif EACH in path.steps or is_changeable(path.steps, names) or value is UNKNOWN:
            return None
    return days


def _is_fact(path: FactPath, names: Evaluation) -> bool:
    """Whether a path is of the subject's facts or of records: no parameter, no calculation."""
    if path.root in names.extra or find_calculation(path.root, names) is not None:
        return False
    vocabulary = names.policy.checked.vocabulary
    terms = vocabulary.fields_of(names.subject) if names.subject else {}
    return path.root in terms or path.root in vocabulary.entities
