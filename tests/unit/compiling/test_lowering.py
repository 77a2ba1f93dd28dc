"""Lowering: what is rewritten, and that it means the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.evaluating import evaluate, type_text
from xbyx_rules.compiling import lower
from xbyx_rules.compiling.lowered import Aggregate, ComparedRatios
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete, Record
from xbyx_rules.feel.walking import walk

# Texts whose lowered form can be printed again; m is in [0..40], k in [-5..-1], n anything.
REWRITTEN = [
    ("1 + 2 * 3", "7"),
    ("2 ** 10 - 24", "1000"),
    ("-(3)", "-3"),
    ("1 / 8", "0.125"),
    ("m / 20", "m * 0.05"),
    ("m / -4", "m * -0.25"),
    ("m / (4 * 5)", "m * 0.05"),
    ("m / 3", "m / 3"),
    ("1 / 3", "1 / 3"),
    ("m / 0", "m / 0"),
    ("m / 3 >= 2", "m >= 6"),
    ("2 < m / 3", "6 < m"),
    ("m / 3 = m / 7", "m * 7 = m * 3"),
    ("m / k >= 2", "m <= 2 * k"),
    ("2 = m / k", "2 * k = m"),
    ("m / 3 / 7 > 1", "m > 21"),
    ("文 + 文", "文 + 文"),
    ("时长 / 4", "时长 / 4"),
    ("时长 / 时长 > 2", "时长 / 时长 > 2"),
    ("负责人 = 人员[1]", "负责人.工号 = 人员[1].工号"),
    ("负责人 != 负责人", "负责人.工号 != 负责人.工号"),
]


@pytest.mark.parametrize(("text", "lowered"), REWRITTEN)
def test_an_expression_is_lowered(text: str, lowered: str) -> None:
    assert print_expression(lower(type_text(text))) == lowered


def test_the_source_tree_stays_as_it_is() -> None:
    node = type_text("m / 20 >= 1 + 1")
    before = print_expression(node)
    lower(node)
    assert print_expression(node) == before


@pytest.mark.parametrize("function", ["sum", "count", "min", "max"])
def test_an_aggregate_of_a_list_becomes_a_node(function: str) -> None:
    node = lower(type_text(f"{function}(数列)"))
    assert isinstance(node, Aggregate)
    assert node.function == function
    assert node.domain == s.Name("数列")


@pytest.mark.parametrize("text", ["sum(1, n)", "mean(数列)", "sum(list: 数列)"])
def test_other_calls_stay_calls(text: str) -> None:
    assert not any(isinstance(one, Aggregate) for one in walk(lower(type_text(text))))


def test_a_ratio_of_unknown_sign_is_a_node_that_holds_each_operand_once() -> None:
    node = lower(type_text("n / m >= m / n"))
    assert node == ComparedRatios(">=", s.Name("n"), s.Name("m"), s.Name("m"), s.Name("n"))


def test_products_that_may_be_rounded_are_compared_as_ratios() -> None:
    assert isinstance(lower(type_text("n / 3 > 1")), ComparedRatios)
    assert isinstance(lower(type_text("m / 3 > 1")), s.Comparison)


def test_nested_ratios_do_not_grow() -> None:
    text = "n / n > 1"
    for _ in range(20):
        text = f"(if {text} then n else 1) / n > 1"
    node = type_text(text)
    assert len(list(walk(lower(node)))) <= len(list(walk(node)))


# n / m compared with 2, for each sign and for zero
RATIOS: list[tuple[str, int, int, Any]] = [
    (">=", 4, 2, True),
    (">=", 3, 2, False),
    (">", 4, 2, False),
    ("=", 4, 2, True),
    ("!=", 4, 2, False),
    (">=", -4, -2, True),
    (">=", -3, -2, False),
    (">=", -6, -2, True),
    ("<", -6, -2, False),
    ("<", 4, -2, True),
    ("<=", -4, 2, True),
    (">=", 4, 0, UNKNOWN),
    ("=", 0, 0, UNKNOWN),
    ("!=", 4, 0, UNKNOWN),
]


@pytest.mark.parametrize(("operator", "dividend", "divisor", "expected"), RATIOS)
def test_a_ratio_is_compared_by_the_sign_of_its_divisor(
    operator: str, dividend: int, divisor: int, expected: Any
) -> None:
    known: dict[str, Any] = {"n": Decimal(dividend), "数列": [Decimal(divisor)]}
    assert evaluate(f"n / 数列[1] {operator} 2", **known) is expected
    mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
    assert evaluate(f"2 {mirrored} n / 数列[1]", **known) is expected


@pytest.mark.parametrize("name", ["n", "数列"])
def test_a_ratio_with_an_unknown_part_is_unknown(name: str) -> None:
    known: dict[str, Any] = {"n": Decimal(1), "数列": [Decimal(0)]}
    del known[name]
    assert evaluate("n / 数列[1] >= 2", **known) is UNKNOWN


def test_ratios_are_compared_exactly() -> None:
    known: dict[str, Any] = {"n": Decimal(1), "m": Decimal(3), "数列": [Decimal(2), Decimal(6)]}
    assert evaluate("n / m = 数列[1] / 数列[2]", **known) is True
    assert evaluate("n / m <= 1 / 3", **known) is True
    assert evaluate("n / m >= 1 / 3", **known) is True
    # 49999.99 of 1000000 is less than 5 %, by one cent
    budget: dict[str, Any] = {"n": Decimal("49999.99"), "数列": [Decimal(1_000_000)]}
    assert evaluate("n / 数列[1] >= 5%", **budget) is False
    assert evaluate("n / 数列[1] >= 5%", **{**budget, "n": Decimal(50_000)}) is True


def staff(key: Any, **fields: Any) -> Record:
    """A member of staff."""
    return Record("工号", {"工号": key, **fields})


def test_records_are_the_same_when_their_keys_are() -> None:
    one, other = staff("1", 学时=Decimal(3)), staff("1", 学时=Decimal(4))
    assert evaluate("负责人 = 人员[1]", 负责人=one, 人员=Complete([other])) is True
    assert evaluate("负责人 = 人员[1]", 负责人=one, 人员=Complete([staff("2")])) is False
    assert evaluate("负责人 = 人员[1]", 负责人=one, 人员=Complete([staff(UNKNOWN)])) is UNKNOWN


@pytest.mark.parametrize(
    "text", ["负责人 in 人员", "list contains(人员, 负责人)", "count(人员[item = 负责人]) > 0"]
)
def test_records_are_found_by_their_keys(text: str) -> None:
    one = staff("1", 学时=Decimal(3))
    assert evaluate(text, 负责人=one, 人员=Complete([staff("2"), staff("1")])) is True
    assert evaluate(text, 负责人=one, 人员=Complete([staff("2")])) is False
    assert evaluate(text, 负责人=one, 人员=Complete([staff(UNKNOWN)])) is UNKNOWN
    assert evaluate(text, 负责人=UNKNOWN, 人员=Complete([staff("2")])) is UNKNOWN


def test_an_incomplete_list_decides_only_what_it_holds() -> None:
    held = Incomplete([staff("1")])
    assert evaluate("负责人 in 人员", 负责人=staff("1"), 人员=held) is True
    assert evaluate("负责人 in 人员", 负责人=staff("2"), 人员=held) is UNKNOWN


def test_a_divisor_whose_inverse_is_beyond_the_numbers_is_left() -> None:
    text = "n / (1e-6000 * 1e-170)"
    assert isinstance(lower(type_text(text)), s.Arithmetic)
