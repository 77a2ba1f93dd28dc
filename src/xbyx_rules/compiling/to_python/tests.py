"""Unary tests: the cells of decision tables, and what stands after ``in``."""

from __future__ import annotations

from functools import partial
from typing import Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.inference import uses_question_mark
from xbyx_rules.feel.operators import is_in_range
from xbyx_rules.feel.types import ListType, RangeType, Type

from . import runtime
from .builder import Operand, load
from .expressions import Rule, Visitor, compare, join, negate

__all__ = ["RULES", "visit_tests"]


def _in(visitor: Visitor, node: s.In) -> Operand:
    return visit_tests(visitor, node.tests, visitor.visit(node.value), node.value.type)


def visit_tests(visitor: Visitor, tests: s.UnaryTests, value: Operand, kind: Type) -> Operand:
    """Whether a value of type `kind` passes one of the tests; ``-`` lets every value pass.

    WHY: ``-`` does not read the value, so it is true of an Unknown one too.
    """
    inner = visitor.binding({"?": value})
    parts = [partial(_visit_test, inner, one, value, kind) for one in tests.tests]
    if not parts:
        return Operand(visitor.builder.constant(True), False)
    passed = join(visitor, parts, is_conjunction=False)
    return negate(visitor, passed) if tests.is_negated else passed


def _visit_test(
    visitor: Visitor, test: s.UnaryComparison | s.UnaryExpression, value: Operand, kind: Type
) -> Operand:
    other = visitor.visit(test.value)
    other_kind = test.value.type
    if isinstance(test, s.UnaryComparison):
        return compare(visitor, test.operator, value, other, (kind.kind, other_kind.kind))
    if uses_question_mark(test.value):
        return other
    builder = visitor.builder
    if isinstance(other_kind, RangeType) and kind.kind != "range":
        made = builder.call(is_in_range, value.code, other.code)
        return builder.strict(made, value, other, is_total=False)
    if isinstance(other_kind, ListType) and kind.kind != "list":
        builder.charge(other.code)
        made = builder.call(runtime.is_member, value.code, other.code)
        return Operand(load(builder.assign(made)), True)
    return compare(visitor, "=", value, other, (kind.kind, other_kind.kind))


RULES: Final[dict[type[s.Node], Rule]] = {s.In: _in}
