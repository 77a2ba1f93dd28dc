"""The guard against patterns that keep the engine of regular expressions busy."""

from __future__ import annotations

import pytest

from tests.evaluating import check
from xbyx_rules.feel.functions.regex import count_tries, is_usable_pattern, matches_pattern
from xbyx_rules.feel.functions.tries import GREATEST_TRIES

BOMBS = [
    ("(a+)+$", "a" * 40 + "b"),
    ("(a|a)*$", "a" * 40 + "b"),
    ("(?:a|b)*?c", "ab" * 40),
    ("((a{0,5}){0,5}){0,5}b", "a" * 60),
    ("(a?){40}a{40}", "a" * 39),
    ("^(.*?,){25}P", "1," * 40),
    ("a*a*a*a*a*b", "a" * 1000),
    (".*.*=.*", "a" * 50_000),
    ("x*$", "x" * 90_000 + "y"),
]
PLAIN = [
    ("^[0-9]{17}[0-9X]$", "11010519491231002X", True),
    ("^[0-9]{4}-[0-9]{4}$", "2025-2026", True),
    (r"^[\w.]+@[\w.]+$", "a.b@example.cn", True),
    ("(甲|乙)?丙", "乙丙", True),
    ("x*$", "x" * 1000 + "y", True),
    (r"^\d+$", "1" * 50_000, True),
]


@pytest.mark.parametrize(("pattern", "text"), BOMBS)
def test_a_pattern_with_too_many_ways_has_no_value(pattern: str, text: str) -> None:
    assert count_tries(text, pattern) > GREATEST_TRIES
    assert matches_pattern(text, pattern) is None


@pytest.mark.parametrize(("pattern", "text", "found"), PLAIN)
def test_an_everyday_pattern_is_tried(pattern: str, text: str, found: bool) -> None:
    assert matches_pattern(text, pattern) is found


def test_the_ways_count_flags_and_length() -> None:
    assert count_tries("abcd", "^a*$") == 5
    assert count_tries("abcd", "^a*$", "m") == 25
    assert count_tries("abcd", "(a*)*", "q") == 4
    assert count_tries("abcd", "(a") == 0


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('matches(文, "(a+)+$")', ["XR222"]),
        ('replace(文, "[z-a]", "")', ["XR222"]),
        ('split(文, "(")', ["XR222"]),
        ('matches(文, "(a+)+$", "q")', []),
        ('matches(文, "^[0-9]+$")', []),
        ("matches(文, 文)", []),
    ],
)
def test_a_pattern_written_out_is_checked_with_the_document(text: str, codes: list[str]) -> None:
    _, problems = check(text)
    assert [one.code for one in problems] == codes


def test_a_usable_pattern_is_one_for_a_sentence() -> None:
    assert is_usable_pattern("(ab)*c")
    assert not is_usable_pattern("(a|b)*c")
