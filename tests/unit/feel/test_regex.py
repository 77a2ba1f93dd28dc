"""Regular expressions in XPath's flavour."""

import pytest

from tests.unit.feel.calls import call
from xbyx_rules.feel.functions.regex import GREATEST_INPUT, GREATEST_PATTERN

MATCHES = [
    ("banana", "[a-z]{3}", None, True),
    ("abracadabra", "^a.*a$", None, True),
    ("abracadabra", "^bra", None, False),
    ("abcd\n\ndefg\n ", "^$", "m", True),
    ("bra\n", "bra$", None, False),
    ("Mary\rJones", "Mary.Jones", None, False),
    ("Mary\rJones", "Mary.Jones", "s", True),
    ("abc", "ABC", "i", True),
    ("\u212a", "k", "i", True),
    ("x", "[A-Z-[OI]]", "i", True),
    ("i", "[A-Z-[OI]]", "i", False),
    ("b", "^[^a-[b]]$", "", False),
    ("q", "[^Q]", "i", False),
    ("hello world", "hello\\ sworld", "x", True),
    ("hello world", " hello[ ]world", "x", True),
    ("hello world", "\\p{ I s B a s i c L a t i n }+", "x", True),
    ("aA", "(a)\\1", "i", True),
    ("ab1", "(a)(b)\\11", "", False),
    ("aba1", "(a)(b)\\11", "", True),
    ("校本研修", "^\\p{IsCJKUnifiedIdeographs}+$", "", True),
    ("校本a", "^\\p{Lo}+$", "", False),
    ("校本", "^\\P{Lu}+$", "", True),
    ("_", "\\w", "", False),
    ("５", "^\\d$", "", True),
    ("\u00a0", "\\s", "", False),
    ("京A-1", "^[\\i-[A-Z]]\\c+$", "", True),
    ("a-]", "^[a\\]-]+$", "", True),
    ("a.b", "a.b", "q", True),
    ("axb", "a.b", "q", False),
    ("[[--&&||~~", "^[\\[&~|-]+$", "", True),
]

WRONG = [
    ("h", "(.)\\3", None),
    ("h", "(.\\1)", None),
    ("abcd", "(asd)[\\1]", None),
    ("h", "\\p{ IsBasicLatin}+", None),
    ("h", "\\p{IsKlingon}", None),
    ("h", "\\p{Xx}", None),
    ("h", "\\e", None),
    ("h", "a**", None),
    ("h", "a*+", None),
    ("h", "*a", None),
    ("h", "(a", None),
    ("h", "a)", None),
    ("h", "(?=a)", None),
    ("h", "(?P<x>a)", None),
    ("h", "[", None),
    ("h", "[]", None),
    ("h", "[z-a]", None),
    ("h", "[a-\\d]", None),
    ("h", "[a[b]]", None),
    ("h", "a{2,1}", None),
    ("h", "a{99999}", None),
    ("h", "a{", None),
    ("h", "a}", None),
    ("h", "a\\", None),
    ("h", "a", "p"),
    ("h", "a", "X"),
    ("h", "a", " "),
    ("h", "a" * (GREATEST_PATTERN + 1), None),
    ("h" * (GREATEST_INPUT + 1), "h", None),
]

REPLACED = [
    ("banana", "[aeiouy]", "[$0]", "b[a]n[a]n[a]"),
    ("abracadabra", "a.*?a", "*", "*c*bra"),
    ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
    ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
    ("abc", "(b)", "$12", "ab2c"),
    ("abc", "(b)|(c)", "<$2>", "a<><c>"),
    ("abc", "b", "\\$\\\\", "a$\\c"),
    ("abc", "b", "$", None),
    ("abc", "b", "\\n", None),
    ("abc", "x*", "-", None),
    ("abc", "b", "$9", "ac"),
]


@pytest.mark.parametrize(("text", "pattern", "flags", "answer"), MATCHES)
def test_patterns_match(text: str, pattern: str, flags: str | None, answer: bool) -> None:
    assert call("matches", text, pattern, flags) is answer


@pytest.mark.parametrize(("text", "pattern", "flags"), WRONG)
def test_wrong_or_oversized_patterns_have_no_value(
    text: str, pattern: str, flags: str | None
) -> None:
    assert call("matches", text, pattern, flags) is None
    assert call("replace", text, pattern, "", flags) is None


@pytest.mark.parametrize(("text", "pattern", "replacement", "result"), REPLACED)
def test_matches_are_replaced(
    text: str, pattern: str, replacement: str, result: str | None
) -> None:
    assert call("replace", text, pattern, replacement) == result


def test_a_literal_pattern_has_a_literal_replacement() -> None:
    assert call("replace", "a.b", ".", "$0", "q") == "a$0b"


def test_splitting_keeps_empty_parts() -> None:
    assert call("split", "a;b;c;;", ";") == ["a", "b", "c", "", ""]
    assert call("split", "John Doe", "\\s") == ["John", "Doe"]
    assert call("split", "甲、乙，丙", "[、，]") == ["甲", "乙", "丙"]
    assert call("split", "a", "x*") is None
    assert call("split", "a1b", "([0-9])") == ["a", "b"]
