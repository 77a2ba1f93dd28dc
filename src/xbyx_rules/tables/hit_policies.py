"""What a table's hit policy makes of its rows' matches, where a match may be Unknown.

Source: DMN 1.5 §8.2.8 and table 33; docs/decisions/0002 (Unknown).
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.types import StringType
from xbyx_rules.feel.values import UNKNOWN, Unknown

from .model import Output

__all__ = ["HIT_POLICIES", "OverlapError", "aggregate_outputs", "rank_outputs", "select_rows"]

HIT_POLICIES: Final = MappingProxyType(
    {
        "U": "unique",
        "A": "any",
        "P": "priority",
        "F": "first",
        "R": "rule order",
        "O": "output order",
        "C": "collect",
        "C+": "collect, sum",
        "C<": "collect, least",
        "C>": "collect, greatest",
        "C#": "collect, count",
    }
)
"""The hit policies by their letter."""

_AGGREGATORS: Final = MappingProxyType({"C+": "sum", "C<": "min", "C>": "max", "C#": "count"})


class OverlapError(Exception):
    """Two rows of a unique table match the same inputs; `rows` are their indexes from 0."""

    def __init__(self, rows: tuple[int, ...]) -> None:
        self.rows = rows
        super().__init__(f"rows {', '.join(str(row + 1) for row in rows)} both apply")


def select_rows(hit_policy: str, matches: Sequence[bool | Unknown]) -> tuple[int, ...] | Unknown:
    """The rows that count, in the order of the table; UNKNOWN when an unknown match decides.

    With U a row that matches decides alone, since no other can; with F an unknown row above the
    first match leaves the answer open; with every other policy any unknown row does.

    Raises:
        OverlapError: the policy is U and two rows match.

    Example:
        >>> select_rows("F", [False, True, True])
        (1,)
        >>> select_rows("F", [UNKNOWN, True])
        UNKNOWN
    """
    hits = tuple(index for index, match in enumerate(matches) if match is True)
    if hit_policy == "U":
        if len(hits) > 1:
            raise OverlapError(hits)
        return UNKNOWN if not hits and _has_unknown(matches) else hits
    if hit_policy == "F":
        before = matches[: hits[0]] if hits else matches
        return UNKNOWN if _has_unknown(before) else hits[:1]
    return UNKNOWN if _has_unknown(matches) else hits


def aggregate_outputs(hit_policy: str, outputs: list[Any]) -> Any:
    """The table's value from the outputs of its matching rows.

    Args:
        hit_policy: a key of `HIT_POLICIES`.
        outputs: the outputs in the order of the rows; for P and O ranked before.

    Returns:
        One value, or a list with R, O and C; UNKNOWN when no row matches a policy that needs one,
        when rows of an A table differ, or when an aggregate has no value.
    """
    if hit_policy in ("R", "O", "C"):
        return outputs
    if any(one is UNKNOWN for one in outputs):
        return UNKNOWN
    if hit_policy in _AGGREGATORS:
        if not outputs and hit_policy != "C#":
            return UNKNOWN
        value = BUILTINS[_AGGREGATORS[hit_policy]].signatures[0].apply(outputs)
        return UNKNOWN if value is None else value
    if not outputs or (hit_policy == "A" and any(one != outputs[0] for one in outputs)):
        return UNKNOWN
    return outputs[0]


def rank_outputs(outputs: list[Any], columns: Sequence[Output]) -> list[Any] | Unknown:
    """The outputs of a P or O table, the one of highest priority first.

    Args:
        outputs: one value a matching row; a context where the table has several columns.
        columns: the output columns, whose types list the allowed values, highest first.

    Returns:
        The outputs sorted by the first column, then the second and so on; UNKNOWN when one of
        them is, since its rank is not known.

    Source: DMN 1.5 §8.2.10 (priority and output order).
    """

    def rank(output: Any) -> tuple[int, ...]:
        values = [output] if len(columns) == 1 else [output[one.name] for one in columns]
        return tuple(
            one.type.values.index(value)
            for one, value in zip(columns, values, strict=True)
            if isinstance(one.type, StringType) and one.type.values is not None
        )

    if any(one is UNKNOWN or _holds_unknown(one) for one in outputs):
        return UNKNOWN
    return sorted(outputs, key=rank)


def _holds_unknown(output: Any) -> bool:
    return isinstance(output, dict) and any(one is UNKNOWN for one in output.values())


def _has_unknown(matches: Sequence[bool | Unknown]) -> bool:
    return any(match is UNKNOWN for match in matches)
