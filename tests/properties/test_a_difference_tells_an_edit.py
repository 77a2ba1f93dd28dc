"""Law: two versions differ exactly when they say different things, and the same way back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules.analysing import Change, compare_policies, say_change, say_clause
from xbyx_rules.analysing.matching import find_moved, match
from xbyx_rules.policy import Spot, edit, list_places, meaning_of, read_policy

_file = Path(__file__).parents[1] / "cases" / "policy" / "good.md"
_good, _ = read_policy(_file.read_text("utf-8"), "good.md")
assert _good is not None
GOOD = _good
SPOTS = list_places(GOOD)
VALUES = st.one_of(
    st.sampled_from(["1", "5%", '"a|b"', "true", "", "甲", "＞ 1", "2024-12-31", "已核实"]),
    st.text(max_size=8),
)


def reverse(change: Change) -> tuple[object, ...]:
    sorts = {"added": "removed", "removed": "added"}
    return (change.part, sorts.get(change.sort, change.sort), change.new, change.old)


@given(st.lists(st.tuples(st.sampled_from(SPOTS), VALUES), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_what_is_edited_is_told_and_nothing_else(edits: list[tuple[Spot, str]]) -> None:
    policy = GOOD
    for spot, value in edits:
        text, _ = edit(policy, spot.address, value)
        read, _ = (None, ()) if text is None else read_policy(text, "new.md")
        policy = read or policy
    difference = compare_policies(GOOD, policy)
    assert bool(difference) == (meaning_of(policy) != meaning_of(GOOD))
    for language in ("zh", "en"):
        assert all(say_change(one, language) for one in difference.changes())
        assert all(say_clause(one, language) for one in difference.clauses)
    back = compare_policies(policy, GOOD)
    there = sorted(str(reverse(one)) for one in difference.changes())
    again = sorted(str((one.part, one.sort, one.old, one.new)) for one in back.changes())
    assert there == again


@given(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))
def test_pairs_are_equal_and_each_is_used_once(old: list[int], new: list[int]) -> None:
    pairs = match(old, new, [lambda one: one, lambda one: one // 2])
    assert len({one for one, _ in pairs}) == len(pairs) == len({one for _, one in pairs})
    assert all(old[one] // 2 == new[other] // 2 for one, other in pairs)
    assert [other for _, other in pairs] == sorted(other for _, other in pairs)


@given(st.permutations(range(9)))
def test_without_what_moved_the_rest_keeps_its_order(order: list[int]) -> None:
    pairs = [(old, new) for new, old in enumerate(order)]
    moved = find_moved(pairs)
    kept = [old for old, new in pairs if (old, new) not in moved]
    assert kept == sorted(kept)
    assert not moved or order != sorted(order)
