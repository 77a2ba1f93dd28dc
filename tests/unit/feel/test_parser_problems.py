"""What a drafter is told: the code, the place, and what to write instead."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from importlib import resources

import pytest

from xbyx_rules.errors import CATALOGUE, Diagnostic
from xbyx_rules.feel import MAX_DEPTH, MAX_LENGTH, Scope, parse_expression, parse_type_name
from xbyx_rules.feel.types import ANY, ContextType

SCOPE = Scope(dict.fromkeys(("a", "b", "专任教师数", "date of birth"), ANY)).with_names(
    {"person": ContextType((("first name", ANY),))}
)


Parse = Callable[[str, Scope], tuple[object, tuple[Diagnostic, ...]]]


def problem_of(text: str, parse: Parse = parse_expression) -> Diagnostic:
    tree, problems = parse(text, SCOPE)
    assert tree is None
    (problem,) = problems
    return problem


CASES = [
    # text, code, column, what the English rendering says
    ("", "XR101", 1, "no expression"),
    (" // only a comment", "XR101", 1, "no expression"),
    ("a ; b", "XR102", 3, "`;`"),
    ("a + \x00", "XR102", 5, "`U+0000`"),
    ("{a： 1}", "XR103", 3, "write `:`"),
    ("a ^ 2", "XR103", 3, "write `**`"),
    ("a － 1", "XR103", 3, "write `-`"),
    ("a > 1 并且 b", "XR103", 7, "write `and`"),
    ("a 不少于 1", "XR103", 3, "write `>=`"),
    ('a = "校长', "XR104", 5, "does not end on its line"),
    ("a = “校长", "XR104", 5, "close it with `”`"),
    (r'"\uD800"', "XR105", 2, r"`\uD800`"),
    ("a = '校长'", "XR106", 5, "double quotes"),
    ("a = ‘校长’", "XR106", 5, "double quotes"),
    ("a /* b", "XR107", 3, "`*/`"),
    ("a * (b + 1", "XR108", 5, "`(` opened on line 1"),
    ("a[1", "XR108", 2, "`[` opened on line 1"),
    ("{a: 1", "XR108", 1, "`{` opened on line 1"),
    ("sum(a", "XR108", 4, "`(` opened on line 1"),
    ("[1..5", "XR108", 1, "`[` opened on line 1"),
    ("(a]", "XR109", 3, "does not close the `(`"),
    ("[a, b}", "XR109", 6, "does not close the `[`"),
    ("a + )", "XR110", 5, "not `)`"),
    ("if then b", "XR110", 4, "not `then`"),
    ("[1, ]", "XR110", 5, "not `]`"),
    ("a +", "XR111", 4, "ends where a value is expected"),
    ("a and", "XR111", 6, "ends where a value is expected"),
    ("if a else b", "XR112", 6, "no `then`"),
    ("if a then b", "XR112", 12, "no `else`"),
    ("for x in a x", "XR112", 12, "no `return`"),
    ("for x a", "XR112", 8, "no `in`"),
    ("some x in a", "XR112", 12, "`some` on line 1 has no `satisfies`"),
    ("a between 1 or 2", "XR112", 13, "`between` on line 1 has no `and`"),
    ("a == b", "XR113", 3, "write one `=`"),
    ("a && b", "XR114", 3, "write `and`"),
    ("a || b", "XR115", 3, "write `or`"),
    ("a := 1", "XR116", 3, "cannot be assigned"),
    ("! a", "XR117", 1, "write `not(…)`"),
    ("a <> b", "XR118", 3, "write `!=`"),
    ("a => b", "XR118", 3, "write `>=`"),
    ("a =< b", "XR118", 3, "write `<=`"),
    ("a % 2", "XR119", 3, "modulo"),
    ("7%2", "XR119", 2, "modulo"),
    ("{a 1}", "XR120", 5, "`:` is expected here, not `}`"),
    ("@a", "XR120", 2, '`"` is expected here'),
    ("{a", "XR121", 3, "`:` is expected"),
    ("{if: 1}", "XR122", 2, "`if` cannot be a name"),
    ("for in in a return 1", "XR122", 5, "`in` cannot be a name"),
    ("{" + "a " * 101 + ": 1}", "XR123", 2, "more than 100 parts"),
    ("专任 教师数 > 20", "XR124", 1, "did you mean `专任教师数`"),
    ("if 专任 教师数 > 20 then 1 else 2", "XR124", 4, "did you mean `专任教师数`"),
    ("date of brith", "XR124", 1, "did you mean `date of birth`"),
    ("甲 乙 > 1", "XR125", 1, "no name `甲 乙`"),
    ("a > 20人", "XR126", 5, "`20人`"),
    ("{1a: 2}", "XR126", 2, "begin with a digit"),
    ("a and > 5", "XR127", 7, "no value on the left of `>`"),
    ("> 5 and < 10", "XR127", 1, "no value on the left of `>`"),
    ("a b", "XR128", 3, "over before `b`"),
    ('a "b"', "XR128", 3, "over before `b`"),
    ("a) + 1", "XR129", 2, "closes nothing"),
    ("sum(a: 1, 2)", "XR130", 11, "some arguments are named"),
    ("sum(1, a: 2)", "XR130", 8, "some arguments are named"),
    ("(" * 200 + "1" + ")" * 200, "XR131", 101, "more than 100 levels"),
    ("1" + " + 1" * 150, "XR131", 1, "more than 100 levels"),
    ("1" * 35, "XR132", 1, "more than 34 significant digits"),
    ("1e6144", "XR133", 1, "exponent is beyond 6143"),
    ("person.first nam", "XR124", 8, "did you mean `first name`"),
    ("0.5e-99999999999999999999", "XR133", 1, "exponent is beyond 6143"),
    ("1e-99999999999999999999", "XR133", 1, "exponent is beyond 6143"),
    ('@"第一学期"', "XR134", 2, "no date, time or duration"),
    ("[" + "1," * 10_000 + "1]", "XR135", 1, "more than 10000 items"),
    ("(!= 5)", "XR136", 2, "makes no range"),
    ("1..5", "XR137", 2, "no brackets"),
    ("a instance of 5", "XR138", 15, "a type is expected"),
    ("a" * (MAX_LENGTH + 1), "XR139", 1, "more than 100000"),
]


@pytest.mark.parametrize(("text", "code", "column", "says"), CASES)
def test_a_problem_is_reported_at_its_place(text: str, code: str, column: int, says: str) -> None:
    problem = problem_of(text)
    assert problem.place is not None
    assert (problem.code, problem.place.line, problem.place.column) == (code, 1, column)
    assert says in problem.render("en")


@pytest.mark.parametrize(("text", "code"), [(case[0], case[1]) for case in CASES])
def test_a_problem_is_told_in_chinese_too(text: str, code: str) -> None:
    problem = problem_of(text)
    assert problem.code == code
    for told in (problem.message("zh"), problem.help("zh")):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told)


def test_every_code_of_the_layer_has_a_case() -> None:
    codes = resources.files("xbyx_rules.errors").joinpath("codes", "feel.toml").read_text("utf-8")
    assert {code for code in CATALOGUE if f"[{code}]" in codes} == {case[1] for case in CASES}


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("list<number", "XR108", 5),
        ("list<>", "XR138", 5),
        ("function<a>", "XR121", 12),
        ("", "XR101", 1),
    ],
)
def test_a_wrong_type_is_reported(text: str, code: str, column: int) -> None:
    problem = problem_of(text, parse_type_name)
    assert problem.place is not None
    assert (problem.code, problem.place.column) == (code, column)


def test_a_place_counts_lines_and_columns_of_the_document() -> None:
    text = "专任教师数 > 20\r\nand 校长 == a"
    _, problems = parse_expression(text, SCOPE, file="policy.md", line=41, column=5, indent=2)
    assert str(problems[0].place) == "policy.md:42:10"
    assert problems[0].excerpt == "  and 校长 == a"


def test_the_excerpt_is_the_line_of_the_document_where_that_is_given() -> None:
    source = ["# 标题", "| 1 | > 20 and < 30 | x |"]
    _, problems = parse_expression(
        "> 20 and < 30", SCOPE, file="p.md", line=2, column=7, source=source
    )
    assert problems[0].render("zh").splitlines()[2:4] == [
        " 2 | | 1 | > 20 and < 30 | x |",
        "   |       ^",
    ]


def test_without_the_document_the_excerpt_is_shifted_to_the_column() -> None:
    _, problems = parse_expression("a == b", SCOPE, column=4)
    assert (problems[0].excerpt, problems[0].place and problems[0].place.column) == ("   a == b", 6)


def test_a_bracket_is_named_with_the_line_where_it_opened() -> None:
    _, problems = parse_expression("(a\n + b\n]", SCOPE, line=10)
    assert "第 10 行的 `(` 遇到了 `]`" in problems[0].message("zh")


def test_a_control_character_is_not_shown_as_it_is() -> None:
    assert "\x1b" not in problem_of("a + \x1b[31m").render("zh")


def test_a_very_long_line_is_not_shown_whole() -> None:
    assert len(problem_of("a == " + "b" * 5000).excerpt) < 200


def test_the_deepest_tree_that_is_allowed_parses() -> None:
    tree, problems = parse_expression("[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1), SCOPE)
    assert problems == ()
    assert tree is not None


def test_a_host_with_little_stack_left_gets_a_diagnostic() -> None:
    limit = sys.getrecursionlimit()
    depth = _stack_depth()
    sys.setrecursionlimit(depth + 150)
    try:
        tree, problems = parse_expression("(" * 60 + "1" + ")" * 60, SCOPE)
    finally:
        sys.setrecursionlimit(limit)
    assert tree is None
    assert [problem.code for problem in problems] == ["XR131"]


def _stack_depth() -> int:
    return len(inspect.stack(0))
