"""From tree to text: canonical FEEL with as few parentheses as the binding of operators allows.

``parse(print(tree)) == tree`` for every tree that the parser can give, in the same scope.  Names
are printed as they are: if ``a - b`` is itself a name in scope, a subtraction of ``a`` and ``b``
can't be told from it; the standard has the same gap.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from .formatting import quote_string
from .parsing.levels import ARITHMETIC, Level
from .parsing.names import is_name
from .syntax import (
    And,
    Arithmetic,
    Between,
    Boolean,
    Call,
    Comparison,
    Context,
    Filter,
    For,
    Function,
    If,
    In,
    InstanceOf,
    Iterator,
    List,
    Name,
    Negation,
    Node,
    Null,
    Number,
    Or,
    Parameter,
    Path,
    Quantified,
    Range,
    String,
    Temporal,
    TypeName,
    UnaryComparison,
    UnaryExpression,
    UnaryTests,
)

__all__ = ["print_expression", "print_type_name", "print_unary_tests"]

_PLAIN_EXPONENT: Final = 40


def print_expression(node: Node) -> str:
    """The canonical text of an expression.

    Example:
        >>> from xbyx_rules.feel import Scope, parse_expression
        >>> tree, _ = parse_expression("(甲+乙)×(２)", Scope())
        >>> print_expression(tree)
        '(甲 + 乙) * 2'
    """
    return _print(node)[0]


def print_unary_tests(node: UnaryTests) -> str:
    """The canonical text of unary tests; ``-`` where there are none."""
    if not node.tests:
        return "-"
    tests = ", ".join(map(_print_test, node.tests))
    if node.is_negated:
        return f"not({tests})"
    # WHY: `not(a)` alone would be read as a negated test.
    return f"({tests})" if len(node.tests) == 1 and _is_call_of_not(node.tests[0]) else tests


def print_type_name(node: TypeName) -> str:
    """The text of a type, such as ``list<number>`` or ``function<string>->boolean``."""
    arguments = [print_type_name(argument) for argument in node.arguments]
    if not arguments:
        return node.name
    if node.name == "function":
        return f"function<{', '.join(arguments[:-1])}>->{arguments[-1]}"
    if node.keys:
        pairs = zip(node.keys, arguments, strict=True)
        return f"context<{', '.join(f'{key}: {argument}' for key, argument in pairs)}>"
    return f"{node.name}<{', '.join(arguments)}>"


def _print(node: Node) -> tuple[str, Level]:
    """A node's text, and how strongly its outermost operator binds."""
    match node:
        case Arithmetic() | Comparison() | And() | Or() | Negation() | Between() | In():
            return _print_operator(node)
        case InstanceOf(value, expected):
            text = f"{_within(value, Level.INSTANCE)} instance of {print_type_name(expected)}"
            return text, Level.INSTANCE
        case Path() | Filter() | Call():
            return _print_postfix(node), Level.POSTFIX
        case If() | For() | Quantified() | Function():
            return _print_construct(node), Level.EXPRESSION
        case List() | Context() | Range():
            return _print_bracketed(node), Level.PRIMARY
        case _:
            return _print_literal(node), Level.PRIMARY


def _within(node: Node, least: Level) -> str:
    """A node's text where an operator of at least some level is needed."""
    text, level = _print(node)
    return f"({text})" if level < least else text


def _print_operator(node: Node) -> tuple[str, Level]:
    match node:
        case Arithmetic(operator, left, right):
            level = ARITHMETIC[operator]
        case Comparison(operator, left, right):
            level = Level.COMPARISON
        case And(operands):
            return " and ".join(
                _within(one, Level.COMPARISON) for one in operands
            ), Level.CONJUNCTION
        case Or(operands):
            return " or ".join(
                _within(one, Level.CONJUNCTION) for one in operands
            ), Level.DISJUNCTION
        case Between(value, low, high):
            low_text, high_text = _within(low, Level.ADDITION), _within(high, Level.ADDITION)
            text = f"{_within(value, Level.COMPARISON)} between {low_text} and {high_text}"
            return text, Level.COMPARISON
        case In(value, tests):
            text = f"{_within(value, Level.COMPARISON)} in {_print_tests_after_in(tests)}"
            return text, Level.COMPARISON
        case Negation(operand):
            text = _within(operand, Level.NEGATION)
            return f"-({text})" if _begins_with_digit(text) else f"-{text}", Level.NEGATION
        case _:
            raise TypeError(f"no operator: {type(node).__name__}")
    return f"{_within(left, level)} {operator} {_within(right, Level(level + 1))}", level


def _begins_with_digit(text: str) -> bool:
    # WHY: `-5[1]` is a filter of minus five, so the negation of `5[1]` needs its parentheses.
    return text[0].isdigit()


def _print_tests_after_in(node: UnaryTests) -> str:
    single = node.tests[0] if len(node.tests) == 1 else None
    if isinstance(single, UnaryExpression):
        text, level = _print(single.value)
        if level >= Level.POSTFIX and (not text.startswith("(") or _is_bounded(single.value)):
            return text
    return f"({', '.join(map(_print_test, node.tests))})"


def _is_bounded(node: Node) -> bool:
    return isinstance(node, Range) and node.low is not None and node.high is not None


def _print_test(test: UnaryComparison | UnaryExpression) -> str:
    if isinstance(test, UnaryComparison):
        return f"{test.operator} {_within(test.value, Level.ADDITION)}"
    return print_expression(test.value)


def _is_call_of_not(test: UnaryComparison | UnaryExpression) -> bool:
    value = test.value
    return isinstance(value, Call) and value.function == Name("not")


def _print_postfix(node: Node) -> str:
    match node:
        case Path(base, name):
            return f"{_within(base, Level.POSTFIX)}.{name}"
        case Filter(base, condition):
            return f"{_within(base, Level.POSTFIX)}[{print_expression(condition)}]"
        case Call(function, arguments, names):
            texts = [print_expression(argument) for argument in arguments]
            if names:
                texts = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
            return f"{_within(function, Level.POSTFIX)}({', '.join(texts)})"
    raise TypeError(f"nothing that follows a value: {type(node).__name__}")


def _print_construct(node: Node) -> str:
    match node:
        case If(condition, consequence, alternative):
            begin = f"if {_closed(condition)} then {_closed(consequence)}"
            return f"{begin} else {print_expression(alternative)}"
        case For(iterators, result):
            return f"for {_print_iterators(iterators)} return {print_expression(result)}"
        case Quantified(quantifier, iterators, condition):
            begin = f"{quantifier} {_print_iterators(iterators)}"
            return f"{begin} satisfies {print_expression(condition)}"
        case Function(parameters, body, is_external):
            names = ", ".join(map(_print_parameter, parameters))
            return f"function({names}) {_print_body(body, is_external=is_external)}"
    raise TypeError(f"no construct: {type(node).__name__}")


def _print_body(body: Node, *, is_external: bool) -> str:
    text = print_expression(body)
    if is_external:
        return f"external {text}"
    return f"({text})" if text.startswith("external") else text


def _closed(node: Node) -> str:
    return _within(node, Level.DISJUNCTION)


def _print_iterators(iterators: tuple[Iterator, ...]) -> str:
    texts = []
    for one in iterators:
        last = "" if one.last is None else f"..{_closed(one.last)}"
        texts.append(f"{one.name} in {_closed(one.domain)}{last}")
    return ", ".join(texts)


def _print_parameter(node: Parameter) -> str:
    return node.name if node.expected is None else f"{node.name}: {print_type_name(node.expected)}"


def _print_bracketed(node: Node) -> str:
    match node:
        case List(items):
            return f"[{', '.join(map(print_expression, items))}]"
        case Context(entries):
            texts = [f"{_print_key(key)}: {print_expression(value)}" for key, value in entries]
            return "{" + ", ".join(texts) + "}"
        case Range():
            return _print_range(node)
    raise TypeError(f"no brackets: {type(node).__name__}")


def _print_range(node: Range) -> str:
    low = None if node.low is None else _within(node.low, Level.ADDITION)
    high = None if node.high is None else _within(node.high, Level.ADDITION)
    if low is None:
        return f"({'<=' if node.is_high_closed else '<'} {high})"
    if high is None:
        return f"({'>=' if node.is_low_closed else '>'} {low})"
    return f"{'[' if node.is_low_closed else '('}{low}..{high}{']' if node.is_high_closed else ')'}"


def _print_key(key: str) -> str:
    return key if is_name(key) else quote_string(key)


def _print_literal(node: Node) -> str:
    match node:
        case Name(name):
            return name
        case Number(value):
            return _print_number(value)
        case String(value):
            return quote_string(value)
        case Boolean(value):
            return "true" if value else "false"
        case Null():
            return "null"
        case Temporal(text):
            return f"@{quote_string(text)}"
        case UnaryTests():
            return print_unary_tests(node)
        case TypeName():
            return print_type_name(node)
    raise TypeError(f"not a FEEL expression: {type(node).__name__}")


def _print_number(value: Decimal) -> str:
    return f"{value:f}" if abs(value.adjusted()) <= _PLAIN_EXPONENT else f"{value:e}"
