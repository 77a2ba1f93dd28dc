"""Canonical text, digests, and the strict reader of JSON from outside."""

from __future__ import annotations

import time

import pytest

from xbyx_rules.policy import canonical_text, digest_text, parse_strictly


def test_one_value_has_one_text() -> None:
    assert canonical_text({"b": [True, None], "a": "学校"}) == '{"a":"学校","b":[true,null]}'


def test_parts_that_join_to_one_text_have_digests_of_their_own() -> None:
    assert digest_text("ab", "c") != digest_text("a", "bc") != digest_text("abc")
    assert digest_text("").startswith("sha256:")


def test_strict_text_is_read() -> None:
    text = '{"甲": [1, -2, true, null, "乙"]}'
    assert parse_strictly(text, largest=100, deepest=2) == {"甲": [1, -2, True, None, "乙"]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ('{"a": 1, "a": 1}', "stands twice"),
        ('[{"b": {"a": 1, "a": 1}}]', "stands twice"),
        ("[1.0]", "not whole"),
        ("[1e3]", "not whole"),
        ("[NaN]", "not whole"),
        ("[-Infinity]", "not whole"),
        ("[1234567890123456]", "too long"),
        ("[[[[[[1]]]]]]", "levels"),
        ('{"a":{"a":{"a":{"a":{"a":{}}}}}}', "levels"),
        ('"' + "x" * 1000 + '"', "characters"),
        ("[1] 2", "Extra data"),
    ],
)
def test_what_leaves_anything_open_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_strictly(text, largest=1000, deepest=5)


@pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 500_000, "9" * 1_000_000])
def test_hostile_text_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"levels|too long"):
        parse_strictly(text, largest=10_000_000, deepest=50)
    assert time.perf_counter() - start < 5
