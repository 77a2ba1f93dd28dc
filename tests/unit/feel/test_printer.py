"""The printer: canonical spacing, and parentheses only where the binding needs them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xbyx_rules.feel import Scope, parse_expression, print_expression, print_type_name
from xbyx_rules.feel.syntax import (
    And,
    Call,
    Filter,
    Function,
    Name,
    Negation,
    Node,
    Number,
    Path,
    String,
    TypeName,
    UnaryExpression,
    UnaryTests,
)
from xbyx_rules.feel.types import ANY

SCOPE = Scope(dict.fromkeys(("a", "b", "c", "days in weekend"), ANY))

CANONICAL = [
    ("a+b*c", "a + b * c"),
    ("((a)+(b))*c", "(a + b) * c"),
    ("a-(b-c)", "a - (b - c)"),
    ("(a-b)-c", "a - b - c"),
    ("a**(b**c)", "a ** (b ** c)"),
    ("-(-a)", "--a"),
    ("-(a+b)", "-(a + b)"),
    ("-(5)[1]", "-(5[1])"),
    ("-5[1]", "-5[1]"),
    ("(a and b) and c", "(a and b) and c"),
    ("a and (b or c)", "a and (b or c)"),
    ("(a and b) or c", "a and b or c"),
    ("a ≥ ５", "a >= 5"),
    ("5%", "0.05"),
    ("1e30", "1" + "0" * 30),
    ("1e100", "1e+100"),
    ('“他说\\"好\\"”', '"他说\\"好\\""'),
    (r'"\\d\u000B\n"', r'"\\d\u000B\n"'),
    ('{"a":1,"b c":2,"if":3,"x(":4}', '{a: 1, b c: 2, "if": 3, "x(": 4}'),
    ("]1..2[", "(1..2)"),
    ("[1 .. 2]", "[1..2]"),
    ("(<=5)", "(<= 5)"),
    ("(=5)", "[5..5]"),
    ("a in(b,c)", "a in (b, c)"),
    ("a in <5", "a in (< 5)"),
    ("a in (b)", "a in b"),
    ("a in (b + c)", "a in (b + c)"),
    ("a in ((b + c).d)", "a in ((b + c).d)"),
    ("a in ([1..2])", "a in [1..2]"),
    ("a in (1..2)", "a in (1..2)"),
    ("a in ((<5))", "a in ((< 5))"),
    ("if(a)then b else(c)", "if a then b else c"),
    ("1+(if a then b else c)", "1 + (if a then b else c)"),
    ("for x in 1 .. 3,y in a return x*y", "for x in 1..3, y in a return x * y"),
    ("every x in a satisfies(x>1)", "every x in a satisfies x > 1"),
    ("function(x:list<number>,y)x+y", "function(x: list<number>, y) x + y"),
    ("(function(x)x)(1)", "(function(x) x)(1)"),
    ("sum(list:[1,2])", "sum(list: [1, 2])"),
    ("a[ 1 ] . b", "a[1].b"),
    ("a instance of function<>->number", "a instance of function<>->number"),
    ("a instance of context<x y:string>", "a instance of context<x y: string>"),
    ("(a instance of number)=true", "a instance of number = true"),
    ("days  in\tweekend", "days in weekend"),
    ('@ "P1Y"', '@"P1Y"'),
]


@pytest.mark.parametrize(("text", "printed"), CANONICAL)
def test_a_text_is_printed_in_its_canonical_form(text: str, printed: str) -> None:
    tree, problems = parse_expression(text, SCOPE)
    assert tree is not None, problems[0].render("en")
    assert print_expression(tree) == printed
    assert parse_expression(printed, SCOPE)[0] == tree


@pytest.mark.parametrize(
    ("tree", "printed"),
    [
        (Negation(Filter(Number(Decimal(5)), Number(Decimal(1)))), "-(5[1])"),
        (Negation(Number(Decimal(-5))), "--5"),
        (Path(Negation(Name("a")), "b"), "(-a).b"),
        (Function((), Name("external")), "function() (external)"),
        (And((And((Name("a"), Name("b"))), Name("c"))), "(a and b) and c"),
        (String('\\ " \n'), r'"\\ \" \n"'),
        (Number(Decimal("1.50")), "1.50"),
        (UnaryTests((UnaryExpression(Call(Name("not"), (Name("a"),))),)), "(not(a))"),
        (TypeName("list", (TypeName("number"),)), "list<number>"),
    ],
)
def test_a_tree_that_was_built_is_printed(tree: Node, printed: str) -> None:
    assert print_expression(tree) == printed


def test_a_type_without_parameters_is_its_name() -> None:
    assert print_type_name(TypeName("date and time")) == "date and time"


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(TypeError, match="not a FEEL expression: Node"):
        print_expression(Node())
