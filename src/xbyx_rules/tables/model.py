"""A decision table as a node of the tree.

WHY: it is never written out as nested `if`: parsers and interpreters of other targets overflow
at a few dozen rows, and how a table runs (tests, index, join) is each target's own plan.

Source: DMN 1.5 §8; docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.feel.types import Type

__all__ = ["DecisionTable", "Output", "Rule"]


@dataclass(frozen=True, slots=True)
class Output:
    """One output column: its name and the type of its values."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input, an expression for each output.

    Args:
        number: the row's number as written.
        tests: in the order of the table's inputs.
        outputs: in the order of the table's outputs.
        annotation: the annotation cells, joined.
        line: the row's line in its document.
    """

    number: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Node, ...]
    annotation: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DecisionTable(Node):
    """A decision table.

    Args:
        hit_policy: U, A, P, F, R, O, C, C+, C<, C> or C# (DMN 1.5 table 33).
        inputs: the tested expressions.
        outputs: names and types; a single output's value is the table's value, several make a
            context.
        rules: the rows.
    """

    hit_policy: str
    inputs: tuple[Node, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
