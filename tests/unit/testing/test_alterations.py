"""Every way in which a tree may be altered, and the trees that are the same all the same."""

from __future__ import annotations

import pytest

from tests.evaluating import type_text
from tests.strategies.typed_expressions import SCOPE
from xbyx_rules.compiling.equivalence import is_equivalent
from xbyx_rules.feel.inference import Source, infer_unary_tests
from xbyx_rules.feel.parser import parse_expression, parse_unary_tests
from xbyx_rules.feel.printer import print_expression, print_unary_tests
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import UnaryTests
from xbyx_rules.testing.alterations import alter

ALTERED = [
    ("m > n", ["m = n", "m != n", "m < n", "m <= n", "m >= n"]),
    ("b and c", ["b or c"]),
    ("b or c", ["b and c"]),
    ("b and c and b", ["b or c and b", "b and c or b"]),
    ("b or c or b", ["b and c or b", "b or c and b"]),
    ("not(b)", ["b"]),
    ("-m", ["m"]),
    ("m + n", ["m - n"]),
    ("m - n", ["m + n"]),
    ("m * n", ["m / n"]),
    ("m / n", ["m * n"]),
    ("m ** n", ["m * n"]),
    ("some v in 数列 satisfies b", ["every v in 数列 satisfies b"]),
    ("every v in 数列 satisfies b", ["some v in 数列 satisfies b"]),
    ("20", ["21", "19"]),
    ("0.5", ["0.6", "0.4", "1.5", "-0.5"]),
    ("5%", ["0.06", "0.04", "1.05", "-0.95"]),
    ("50.00", ["50.01", "49.99", "51.00", "49.00"]),
    ("true", ["false"]),
    ('"甲"', ['"甲x"']),
    ('""', ['"x"']),
    ('@"2025-02-28"', ['@"2025-03-01"', '@"2025-02-27"']),
    ('@"P1Y"', ['@"P1Y1M"', '@"P11M"']),
    ('@"P2D"', ['@"P3D"', '@"P1D"']),
    ('@"PT1H"', ['@"PT1H1S"', '@"PT59M59S"']),
    ('@"08:00:00"', ['@"08:00:01"', '@"07:59:59"']),
    ("[m, n]", ["[n]", "[m]"]),
    ("[m..n)", ["(m..n)", "[m..n]"]),
    ("m between n and k", ["m > n and m <= k", "m >= n and m < k"]),
    ("m in (n, k)", ["m in k", "m in n"]),
    ("m in (> n)", [f"m in ({one} n)" for one in ("=", "!=", "<", "<=", ">=")]),
    ("人员[在职]", []),
    ("负责人.学时", []),
    ("if b then m else n", []),
]


@pytest.mark.parametrize(("text", "altered"), ALTERED, ids=[one[0] for one in ALTERED])
def test_a_part_is_altered_in_every_way(text: str, altered: list[str]) -> None:
    found = list(alter(type_text(text)))
    trees = [parse_expression(one, SCOPE.with_names({"v": SCOPE.names["n"]}))[0] for one in altered]
    assert [one.tree for one in found] == trees, [print_expression(one.tree) for one in found]


def test_a_text_becomes_another_value_of_the_term_it_is_compared_with() -> None:
    assert [one.changed for one in alter(type_text('职 = "主任"'))][-1] == '"教师"'
    assert [one.changed for one in alter(type_text('"教师" = 负责人.职务'))][-1] == '"校长"'
    assert [one.changed for one in alter(type_text('文 = "主任"'))][-1] == '"主任x"'


def test_a_text_among_others_becomes_one_that_is_not_there_yet() -> None:
    found = [one.changed for one in alter(type_text('职 in ("校长", "主任")'))]
    assert found == ['"主任"', '"校长"', '"教师"', '"教师"']
    everything = [one.changed for one in alter(type_text('职 in ("校长", "主任", "教师")'))]
    assert '"校长"' not in everything[3:]


def test_the_cell_of_a_table_is_altered_by_the_type_of_its_column() -> None:
    tested = type_text("职")
    tree, _ = parse_unary_tests('not("校长")', SCOPE)
    assert tree is not None
    cell, _ = infer_unary_tests(tree, tested, SCOPE, Source(""))
    found = list(alter(cell, tested.type))
    printed = [print_unary_tests(one.tree) for one in found if isinstance(one.tree, UnaryTests)]
    assert printed == ['"校长"', 'not("主任")']


def test_an_alteration_says_where_it_stands_and_how_it_reads() -> None:
    text = "m > 20 and 负责人.在职"
    found = list(alter(type_text(text)))
    assert (found[0].original, found[0].changed) == (
        "m > 20 and 负责人.在职",
        "m > 20 or 负责人.在职",
    )
    number = next(one for one in found if one.changed == "21")
    assert text[number.start : number.end] == number.original == "20"


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("m >= 20", ["m > 20"]),
        ("20 < m", ["20 <= m"]),
        ("m = 20", []),
        ("m in [1..20)", ["(1..20)", "[1..20]"]),
        ("m in (< 5)", ["<= 5"]),
        ("m between 1 and 20", ["m > 1 and m <= 20", "m >= 1 and m < 20"]),
    ],
)
def test_moving_a_bound_is_told_from_other_alterations(text: str, moved: list[str]) -> None:
    assert [one.changed for one in alter(type_text(text)) if one.is_boundary] == moved


def test_the_tree_itself_is_not_altered() -> None:
    tree = type_text("m > 20 and (b or not(c))")
    before = print_expression(tree)
    list(alter(tree))
    assert print_expression(tree) == before


# m is in [0..40], k in [-5..-1], 职 one of 校长, 主任, 教师
SAME = [
    ("m > 0", "m != 0"),
    ("0 < m", "m != 0"),
    ("m <= 0", "m = 0"),
    ("m < 40", "40 != m"),
    ("m > k", "m >= k"),
    ("m > k", "m != k"),
    ("m >= 0", "m >= -1"),
    ("m > 40", "m > 41"),
    ("m * 1", "m / 1"),
    ("m / 20", "m * 0.05"),
    ('职 >= "校长"', '职 = "校长"'),
    ('职 != "校长"', '职 < "校长"'),
    ('职 in ("教师", "主任")', '职 != "校长"'),
    ('职 in ["教师", "主任"]', '"校长" != 职'),
    ("1 + 1", "2"),
]
DIFFERENT = [
    ("m > 0", "m >= 0"),
    ("m > 0", "m > 1"),
    ("n > 0", "n != 0"),
    ("m >= 0", "n >= 0"),
    ("m >= 0", "true"),
    ('文 != "校长"', '文 < "校长"'),
    ('职 in ("教师", "主任")', '职 in ("教师", "校长")'),
    ('职 != "校长"', '职 != "主任"'),
    ("b and c", "c and b"),
    ("m in 数列", "m in [1]"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_what_provably_is_the_same_counts_as_the_same(left: str, right: str) -> None:
    assert is_equivalent(type_text(left), type_text(right))


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_what_can_differ_counts_as_different(left: str, right: str) -> None:
    assert not is_equivalent(type_text(left), type_text(right))


def test_the_bounds_of_another_scope_prove_nothing() -> None:
    open_scope = Scope({"m": SCOPE.names["n"]})
    assert not is_equivalent(type_text("m > 0", open_scope), type_text("m != 0", open_scope))
