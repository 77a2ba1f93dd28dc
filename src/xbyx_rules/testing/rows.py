"""A case as a row of a clause's table of examples, ready to paste."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from xbyx_rules.checking import CheckedClause
from xbyx_rules.feel import print_expression
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import from_python
from xbyx_rules.policy import Outcome

__all__ = ["columns_of", "print_literal", "print_row"]

Inputs = Mapping[tuple[str, ...], Any]


def columns_of(clause: CheckedClause) -> tuple[tuple[str, ...], ...]:
    """The paths of a clause's table of examples, in its order; () where it has none."""
    examples = clause.clause.examples
    if not examples:
        return ()
    headings = (heading.value for heading, _ in examples[0].inputs)
    return tuple(tuple(part.strip() for part in one.split(".")) for one in headings)


def print_row(
    columns: Collection[tuple[str, ...]], name: str, inputs: Inputs, expected: object
) -> str:
    """The row of one example: a cell a column, blank where the fact is missing."""
    cells = [print_literal(inputs[one]) if one in inputs else "" for one in columns]
    due = expected.zh if isinstance(expected, Outcome) else print_literal(expected)
    escaped = (one.replace("|", "\\|") for one in (name, *cells, due))
    return "|" + "|".join(f" {one} " if one else " " for one in escaped) + "|"


def print_literal(value: object) -> str:
    """A value as a document types it.

    Example:
        >>> print_literal([{"活动编号": "a", "日期": date(2018, 3, 1)}])
        '[{活动编号: "a", 日期: @"2018-03-01"}]'
    """
    return print_expression(_tree(value))


def _tree(value: object) -> s.Node:
    match value:
        case bool():
            return s.Boolean(value)
        case Decimal() | int():
            number = Decimal(value)
            if number == number.to_integral_value():
                number = Decimal(int(number))
            return s.Negation(s.Number(-number)) if number < 0 else s.Number(number)
        case str():
            return s.String(value)
        case list():
            return s.List(tuple(_tree(one) for one in value))
        case dict():
            return s.Context(tuple((key, _tree(one)) for key, one in value.items()))
        case date() | datetime() | time() | timedelta():
            return s.Temporal(str(from_python(value)))
    return s.Temporal(str(value))
