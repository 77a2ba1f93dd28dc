"""The types of unary tests: the cells of tables, and what stands after ``in``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.operators import EQUALITY
from xbyx_rules.feel.types import BOOLEAN, ListType, RangeType, Type
from xbyx_rules.feel.walking import children

from .environment import Environment, Rule, expect_boolean, infer, mark, phrase_type
from .expressions import check_comparison, check_domain, check_records, is_always_told

__all__ = ["RULES", "infer_tests", "uses_question_mark"]


def infer_tests(tests: s.UnaryTests, tested: s.Node, env: Environment) -> s.UnaryTests:
    """Type tests inside an expression; ``?`` is the tested value."""
    known = frozenset({"?"}) if not tested.may_be_unknown else frozenset()
    inner = env.with_names({"?": tested.type}, known)
    typed = tuple(_infer_test(one, tested, inner) for one in tests.tests)
    unknown = any(one.may_be_unknown for one in typed)
    return mark(tests, BOOLEAN, unknown=unknown, tests=typed)  # type: ignore[return-value]


def uses_question_mark(node: s.Node) -> bool:
    """Whether a test speaks of the tested value by ``?``: then it must be true by itself."""
    if isinstance(node, s.Name):
        return node.name == "?"
    # WHY: in the tests of an inner ``in`` the sign means what stands left of that one.
    parts = (node.value,) if isinstance(node, s.In) else children(node)
    return any(map(uses_question_mark, parts))


def _infer_test(
    test: s.UnaryComparison | s.UnaryExpression, tested: s.Node, env: Environment
) -> s.Node:
    value = infer(test.value, env)
    typed = mark(test, BOOLEAN, unknown=value.may_be_unknown, value=value)
    if isinstance(test, s.UnaryComparison):
        check_comparison(test.operator, tested, value, value, env)
    elif uses_question_mark(test.value):
        expect_boolean(value, env)
    else:
        _check_membership(value, tested, env)
    return typed


def _check_membership(value: s.Node, tested: s.Node, env: Environment) -> None:
    if not (env.require_type(value) and env.require_type(tested)):
        return
    kind: Type = value.type
    if isinstance(kind, ListType) and kind.greatest_length == 0 and tested.type.kind != "list":
        return
    if isinstance(kind, ListType | RangeType) and tested.type.kind not in ("list", "range"):
        kind = kind.element
        if isinstance(value, s.List):
            for item in value.items:
                check_domain(item, tested, env)
    check_domain(value, tested, env)
    pair = ("=", tested.type.kind, kind.kind)
    if kind.kind == "Any":
        if not env.diagnostics:
            env.report("XR221", value)
    elif pair not in EQUALITY:
        left, right = phrase_type(tested.type), phrase_type(kind)
        env.report("XR207", value, operator="in", left=left, right=right)
    else:
        check_records(value, tested.type, kind, env)


def infer_in(node: s.In, env: Environment) -> s.Node:
    """``value in tests``."""
    inner = env.without_knowledge()
    value = infer(node.value, inner)
    tests = infer_tests(node.tests, value, inner)
    unknown = value.may_be_unknown or tests.may_be_unknown or not is_always_told(value)
    return mark(node, BOOLEAN, unknown=unknown, value=value, tests=tests)


RULES: Final[Mapping[type[s.Node], Rule]] = {s.In: infer_in}
