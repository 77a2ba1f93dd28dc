"""The grammar: each construct gives the tree that the standard says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xbyx_rules.feel import Scope, parse_expression, parse_type_name, print_expression, walk
from xbyx_rules.feel.syntax import (
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
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import ANY

SCOPE = Scope(dict.fromkeys(("a", "b", "c", "d"), ANY))
A, B, C, D = (Name(name) for name in "abcd")
ONE, TWO, THREE = (Number(Decimal(value)) for value in (1, 2, 3))


def parse(text: str, scope: Scope = SCOPE) -> Node:
    tree, problems = parse_expression(text, scope)
    assert tree is not None, problems[0].render("en")
    return tree


def as_tests(*values: Node) -> UnaryTests:
    return UnaryTests(tuple(map(UnaryExpression, values)))


LITERALS = {
    "0.05": Number(Decimal("0.05")),
    ".5": Number(Decimal("0.5")),
    "1.5e3": Number(Decimal(1500)),
    "5%": Number(Decimal("0.05")),
    "-5%": Number(Decimal("-0.05")),
    "- 1": Number(Decimal(-1)),
    "２０": Number(Decimal(20)),
    "1e6143": Number(Decimal("1e6143")),
    '"校长"': String("校长"),
    "“校长”": String("校长"),
    "true": Boolean(True),
    "false": Boolean(False),
    "null": Null(),
    '@"2022-06-02"': Temporal("2022-06-02"),
    '@ "P1Y"': Temporal("P1Y"),
    "[]": List(()),
    "[a, [1]]": List((A, List((ONE,)))),
    "{}": Context(()),
    '{a: 1, "b c": 2, d e: 3}': Context((("a", ONE), ("b c", TWO), ("d e", THREE))),
    "{x: {y: 1}}": Context((("x", Context((("y", ONE),))),)),
}

OPERATORS = {
    "a + b - c": Arithmetic("-", Arithmetic("+", A, B), C),
    "a + b * c": Arithmetic("+", A, Arithmetic("*", B, C)),
    "(a + b) * c": Arithmetic("*", Arithmetic("+", A, B), C),
    "a / b / c": Arithmetic("/", Arithmetic("/", A, B), C),
    "a ** b ** c": Arithmetic("**", Arithmetic("**", A, B), C),
    "-a ** b": Arithmetic("**", Negation(A), B),
    "-2 ** 2": Arithmetic("**", Number(Decimal(-2)), TWO),
    "a ** -b": Arithmetic("**", A, Negation(B)),
    "--a": Negation(Negation(A)),
    "-(2)": Negation(TWO),
    "-a.b": Negation(Path(A, "b")),
    "a -b": Arithmetic("-", A, B),
    "a × b ÷ c": Arithmetic("/", Arithmetic("*", A, B), C),
    "a = b": Comparison("=", A, B),
    "a ≠ b": Comparison("!=", A, B),
    "a ≥ b": Comparison(">=", A, B),
    "a = b = c": Comparison("=", Comparison("=", A, B), C),
    "a < b + 1": Comparison("<", A, Arithmetic("+", B, ONE)),
    "a or b and c": Or((A, And((B, C)))),
    "a and b and c": And((A, B, C)),
    "(a and b) and c": And((And((A, B)), C)),
    "a and (b or c)": And((A, Or((B, C)))),
    "a between b and c and d": And((Between(A, B, C), D)),
    "a + 1 between b and c + 1": Between(Arithmetic("+", A, ONE), B, Arithmetic("+", C, ONE)),
    "a instance of number": InstanceOf(A, TypeName("number")),
    "-a instance of number": Negation(InstanceOf(A, TypeName("number"))),
    "-1 instance of number": InstanceOf(Number(Decimal(-1)), TypeName("number")),
    "a instance of list<list<b>>= c": Comparison(
        "=", InstanceOf(A, TypeName("list", (TypeName("list", (TypeName("b"),)),))), C
    ),
}

IN = {
    "a in b": In(A, as_tests(B)),
    "a in (b, c)": In(A, as_tests(B, C)),
    "a in [b, c]": In(A, as_tests(List((B, C)))),
    "a in (1..2]": In(A, as_tests(Range(ONE, TWO, False, True))),
    "a in ((1..2], 3)": In(A, as_tests(Range(ONE, TWO, False, True), THREE)),
    "a in < 1 and b": And((In(A, UnaryTests((UnaryComparison("<", ONE),))), B)),
    "a in (< 1, b, != 2)": In(
        A, UnaryTests((UnaryComparison("<", ONE), UnaryExpression(B), UnaryComparison("!=", TWO)))
    ),
    "a in ((< 1))": In(A, as_tests(Range(None, ONE, False, False))),
    "a in (b + c).d": In(A, as_tests(Path(Arithmetic("+", B, C), "d"))),
    "a in (b) + 1": In(A, as_tests(Arithmetic("+", B, ONE))),
    "a in b or c": Or((In(A, as_tests(B)), C)),
}

RANGES = {
    "[1..2]": Range(ONE, TWO),
    "(1..2)": Range(ONE, TWO, False, False),
    "]1..2[": Range(ONE, TWO, False, False),
    "[a..b[": Range(A, B, True, False),
    "]a..b[1]]": Range(A, Filter(B, ONE), False, True),
    "]1..a[ = b": Comparison("=", Range(ONE, A, False, False), B),
    "[a.b..c.d]": Range(Path(A, "b"), Path(C, "d")),
    "(< 1)": Range(None, ONE, False, False),
    "(>= 1)": Range(ONE, None, True, False),
    "(= 1)": Range(ONE, ONE),
    "[<= 1]": List((Range(None, ONE, False, True),)),
}

NAVIGATION = {
    "a.b.c": Path(Path(A, "b"), "c"),
    "a[b].c": Path(Filter(A, B), "c"),
    "a[1][2]": Filter(Filter(A, ONE), TWO),
    "a(1)(2)": Call(Call(A, (ONE,)), (TWO,)),
    "a()": Call(A, ()),
    "a(b: 1, start position: 2)": Call(A, (ONE, TWO), ("b", "start position")),
    '@"2022-06-02".year': Path(Temporal("2022-06-02"), "year"),
    "100[1]": Filter(Number(Decimal(100)), ONE),
    "(a + b).c": Path(Arithmetic("+", A, B), "c"),
    "date and time(a)": Call(Name("date and time"), (A,)),
    "not(a)": Call(Name("not"), (A,)),
}

CONSTRUCTS = {
    "if a then b else c": If(A, B, C),
    "if a then b else if c then 1 else 2": If(A, B, If(C, ONE, TWO)),
    "1 + if a then b else c + 1": Arithmetic("+", ONE, If(A, B, Arithmetic("+", C, ONE))),
    "for x in a return x": For((Iterator("x", A),), Name("x")),
    "for x in 1..2, y in a return x": For((Iterator("x", ONE, TWO), Iterator("y", A)), Name("x")),
    "some x in a, y in b satisfies x and y": Quantified(
        "some", (Iterator("x", A), Iterator("y", B)), And((Name("x"), Name("y")))
    ),
    "every x in a satisfies x > 1": Quantified(
        "every", (Iterator("x", A),), Comparison(">", Name("x"), ONE)
    ),
    "a and some x in b satisfies x or c": And(
        (A, Quantified("some", (Iterator("x", B),), Or((Name("x"), C))))
    ),
    "function(x, y: number) x": Function(
        (Parameter("x"), Parameter("y", TypeName("number"))), Name("x")
    ),
    "function() external {java: a}": Function((), Context((("java", A),)), True),
    "(function(x) x)(1)": Call(Function((Parameter("x"),), Name("x")), (ONE,)),
}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        *LITERALS.items(),
        *OPERATORS.items(),
        *IN.items(),
        *RANGES.items(),
        *NAVIGATION.items(),
        *CONSTRUCTS.items(),
    ],
)
def test_a_text_has_the_tree_of_the_grammar(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        *LITERALS,
        *OPERATORS,
        *IN,
        *RANGES,
        *NAVIGATION,
        *CONSTRUCTS,
        "-(5[1])",
        "function() (external)",
    ],
)
def test_a_canonical_text_parses_to_the_same_tree(text: str) -> None:
    tree = parse(text)
    assert parse(print_expression(tree)) == tree


def test_a_percentage_keeps_how_it_was_written() -> None:
    tree = parse("5%")
    assert isinstance(tree, Number)
    assert (tree.value, tree.text) == (Decimal("0.05"), "5%")


def test_an_at_literal_holds_its_value() -> None:
    tree = parse('@"2022-06-02"')
    assert isinstance(tree, Temporal)
    assert tree.value == Date(2022, 6, 2)


def test_each_node_knows_its_place() -> None:
    text = "if (a + b) ≥ c then f(1) else [a..b]"
    found = {text[node.start : node.end] for node in walk(parse(text))}
    assert {"(a + b) ≥ c", "a + b", "f(1)", "[a..b]", text} <= found


def test_comments_and_line_breaks_stand_anywhere() -> None:
    assert parse("a // first\n + /* second\n */ b") == Arithmetic("+", A, B)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("number", TypeName("number")),
        ("date and time", TypeName("date and time")),
        ("tns.学校", TypeName("tns.学校")),
        ("list<date and time>", TypeName("list", (TypeName("date and time"),))),
        ("range<a>", TypeName("range", (TypeName("a"),))),
        (
            "context<a b: x, c: y>",
            TypeName("context", (TypeName("x"), TypeName("y")), ("a b", "c")),
        ),
        ("function<>->x", TypeName("function", (TypeName("x"),))),
        (
            "function<x, y> -> z",
            TypeName("function", (TypeName("x"), TypeName("y"), TypeName("z"))),
        ),
        ("context", TypeName("context")),
        ("Loan Product", TypeName("Loan Product")),
    ],
)
def test_a_type_is_read_as_written(text: str, tree: TypeName) -> None:
    assert parse_type_name(text, Scope(types=frozenset({"Loan Product"}))) == (tree, ())
