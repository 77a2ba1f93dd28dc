"""Compiled expressions and tables, as callables on a reader of names."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from xbyx_rules.compiling.lowering import lower
from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.tables import (
    DecisionTable,
    Output,
    Rule,
    aggregate_outputs,
    rank_outputs,
    select_rows,
)

from . import calls, expressions, lists, tests
from .builder import Builder, load
from .expressions import Visitor, join
from .runtime import Budget, make_context
from .tests import visit_tests

__all__ = ["PythonFunction", "PythonTable", "compile_expression", "compile_table"]


_RULES = {**expressions.RULES, **lists.RULES, **calls.RULES, **tests.RULES}


@dataclass(frozen=True, slots=True)
class PythonFunction:
    """A compiled expression.

    Args:
        names: the free names it reads, in order of first use.
        run: takes the `Budget` and the values of `names` in order; gives the value or UNKNOWN.
    """

    names: tuple[str, ...]
    run: Callable[..., Any]

    def __call__(self, read: Callable[[str], Any], budget: Budget) -> Any:
        """The value, with each name's value from `read`."""
        return self.run(budget, *[read(name) for name in self.names])


@dataclass(frozen=True, slots=True)
class PythonTable:
    """A compiled decision table: all rows' matches in one function, each row's outputs in another.

    Calling it gives the value of the table: of its one output, or a context of several.
    """

    hit_policy: str
    names: tuple[str, ...]
    matches: PythonFunction
    outputs: tuple[PythonFunction, ...]
    columns: tuple[Output, ...]

    def __call__(self, read: Callable[[str], Any], budget: Budget) -> Any:
        """The table's value, or UNKNOWN.

        Raises:
            OverlapError: the table is unique and two rows match.
        """
        rows = select_rows(self.hit_policy, self.matches(read, budget))
        if not isinstance(rows, tuple):
            return rows
        outputs = [self.outputs[row](read, budget) for row in rows]
        if self.hit_policy in ("P", "O"):
            ranked = rank_outputs(outputs, self.columns)
            if not isinstance(ranked, list):
                return ranked
            outputs = ranked
        return aggregate_outputs(self.hit_policy, outputs)


def compile_expression(node: Node) -> PythonFunction:
    """One function for one expression."""
    return _finish(lambda visitor: visitor.visit(lower(node)).code)


def compile_table(table: DecisionTable) -> PythonTable:
    """The functions of a table: one for the matches, one for each row's outputs."""
    matches = _finish(partial(_write_matches, table))
    outputs = tuple(_finish(partial(_write_outputs, table, rule)) for rule in table.rules)
    names = dict.fromkeys((*matches.names, *(name for one in outputs for name in one.names)))
    return PythonTable(table.hit_policy, tuple(names), matches, outputs, table.outputs)


_LONG = 10
"""Steps from which on a function takes its own off the budget; a call itself counts ten."""


def _finish(write: Callable[[Visitor], ast.expr]) -> PythonFunction:
    visitor = Visitor(Builder(), _RULES)
    result = write(visitor)
    steps = visitor.builder.steps
    if steps > _LONG:
        spend = ast.Attribute(load("budget"), "spend", ast.Load())
        charge = ast.Expr(ast.Call(spend, [ast.Constant(steps)], []))
        visitor.builder.statements.insert(0, charge)
    parameters = ["budget", *visitor.parameters.values()]
    return PythonFunction(tuple(visitor.parameters), visitor.builder.finish(parameters, result))


def _write_matches(table: DecisionTable, visitor: Visitor) -> ast.expr:
    inputs = [(visitor.visit(lower(one)), one.type) for one in table.inputs]
    rows: list[ast.expr] = []
    for rule in table.rules:
        tests: list[UnaryTests] = [lower(test) for test in rule.tests]  # type: ignore[misc]
        parts = [
            partial(visit_tests, visitor, test, value, kind)
            for test, (value, kind) in zip(tests, inputs, strict=True)
        ]
        rows.append(join(visitor, parts, is_conjunction=True).code)
    return ast.Tuple(rows, ast.Load())


def _write_outputs(table: DecisionTable, rule: Rule, visitor: Visitor) -> ast.expr:
    values = [visitor.visit(lower(one)).code for one in rule.outputs]
    if len(values) == 1:
        return values[0]
    names = visitor.builder.constant(tuple(one.name for one in table.outputs))
    return visitor.builder.call(make_context, names, ast.Tuple(values, ast.Load()))
