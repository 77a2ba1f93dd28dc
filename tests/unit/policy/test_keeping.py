"""What was read or checked once is kept, by all of its content, within bounds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from xbyx_rules import load_policies
from xbyx_rules.checking import check_policy
from xbyx_rules.checking.names import NO_NAMES, check_expression
from xbyx_rules.errors import Place
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.types import BOOLEAN, NUMBER, STRING
from xbyx_rules.policy import (
    Keeper,
    Text,
    bundled_rules,
    load_library,
    read_policy,
    read_vocabulary,
)

ID = "cn/beijing/school-based-training"
PATH = bundled_rules() / ID / "policy.md"


class Counting:
    """Counts how often it is asked to make something."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def test_an_equal_text_is_found_again_and_another_is_not() -> None:
    make, kept = Counting(), Keeper[int](10)
    text = "".join(["甲", "乙"])
    assert kept.get(make, "甲乙", "a.md", weight=1) == 1
    assert kept.get(make, text, "a.md", weight=1) == 1
    assert kept.get(make, "甲乙 ", "a.md", weight=1) == 2
    assert kept.get(make, "甲乙", "b.md", weight=1) == 3


def test_an_object_is_found_by_being_the_same_not_by_looking_the_same() -> None:
    make, kept = Counting(), Keeper[int](10)
    one, other = [1, 2], [1, 2]
    assert kept.get(make, one, weight=1) == kept.get(make, one, weight=1) == 1
    assert kept.get(make, other, weight=1) == 2


def test_results_that_weigh_nothing_are_not_kept_without_end() -> None:
    make, kept = Counting(), Keeper[int](10, least=5)
    for text in ("甲", "乙", "丙"):
        kept.get(make, text, weight=0)
    assert kept.get(make, "丙", weight=0) == 3
    assert kept.get(make, "甲", weight=0) == 4


def test_an_object_that_is_gone_lends_its_place_to_no_other() -> None:
    make, kept = Counting(), Keeper[int](1_000)
    results = [kept.get(make, [number], weight=1) for number in range(500)]
    assert results == list(range(1, 501))


def test_a_text_is_not_taken_for_an_object() -> None:
    make, kept = Counting(), Keeper[int](10)
    thing = object()
    assert kept.get(make, thing, weight=1) == 1
    assert kept.get(make, str(id(thing)), weight=1) == 2


def test_no_more_is_kept_than_was_allowed_and_the_latest_stays() -> None:
    make, kept = Counting(), Keeper[int](10)
    for name in "abcdef":
        kept.get(make, name, weight=3)
    assert make.made == 6
    assert kept.get(make, "f", weight=3) == 6
    assert kept.get(make, "d", weight=3) == 4
    assert kept.get(make, "a", weight=3) == 7
    assert kept.get(make, "huge", weight=11) == 8
    assert kept.get(make, "huge", weight=11) == 9


def test_what_fails_is_tried_again() -> None:
    kept = Keeper[int](10)

    def fail() -> int:
        raise ValueError("again")

    for _ in range(2):
        with pytest.raises(ValueError, match="again"):
            kept.get(fail, "甲", weight=1)
    assert kept.get(lambda: 5, "甲", weight=1) == 5


def test_threads_get_equal_results() -> None:
    kept = Keeper[str](50)
    with ThreadPoolExecutor(8) as pool:
        asked = [str(number % 70) for number in range(2_000)]
        found = pool.map(lambda one: kept.get(lambda: one * 2, one, weight=1), asked)
    assert list(found) == [one * 2 for one in asked]


def test_a_document_is_read_and_checked_once_for_as_long_as_it_is_the_same() -> None:
    text = PATH.read_text("utf-8")
    vocabulary = load_library().vocabulary
    policy, _ = read_policy(text, "policy.md")
    assert policy is not None
    assert read_policy("".join([text[:9], text[9:]]), "policy.md")[0] is policy
    assert read_policy(text + "\n", "policy.md")[0] is not policy
    assert check_policy(policy, vocabulary)[0] is check_policy(policy, vocabulary)[0]
    assert load_policies()[ID] is load_policies()[ID]


def test_what_is_kept_can_not_be_changed() -> None:
    policy = load_policies()[ID]
    clause = policy.policy.clauses[1]
    for mapping in (
        clause.properties,
        clause.messages,
        policy.policy.places,
        policy.checked.clauses,
        policy.checked.parameters,
        policy.checked.vocabulary.entities,
        policy.checked.vocabulary.fields_of("学校"),
        policy.checked.clauses["funding-floor"].messages,
        policy.checked.lifecycles["annual-plan"].properties,
    ):
        with pytest.raises(TypeError):
            mapping["甲"] = None  # type: ignore[index]


def test_a_changed_vocabulary_is_another_scope() -> None:
    text = (bundled_rules() / "vocabulary.md").read_text("utf-8")
    policy, _ = read_policy(PATH.read_text("utf-8"), "policy.md")
    assert policy is not None
    good, _ = read_vocabulary(text, "v.md")
    bad, _ = read_vocabulary(text.replace("| 专项列支 |", "| 专项列 |"), "v.md")
    assert good is not None
    assert bad is not None
    assert check_policy(policy, good)[0] is not None
    assert check_policy(policy, bad)[0] is None
    assert check_policy(policy, good)[0] is not None


def test_a_text_means_what_its_own_scope_says() -> None:
    text = Text("甲", Place("a.md", 1))
    types = [
        node.type
        for scope in (Scope({"甲": NUMBER}), Scope({"甲": STRING}), Scope({"甲": BOOLEAN}))
        for node in (check_expression(text, scope)[0], check_expression(text, scope)[0])
        if node is not None
    ]
    assert types == [NUMBER, NUMBER, STRING, STRING, BOOLEAN, BOOLEAN]


def test_an_error_is_told_again_at_its_own_place() -> None:
    for line in (3, 9):
        node, found = check_expression(Text("1 +", Place("a.md", line, 5)), NO_NAMES)
        assert node is None
        assert [one.place and one.place.line for one in found] == [line]


def test_what_only_a_precondition_may_ask_is_not_lent_to_others() -> None:
    names = Scope({"甲": NUMBER})
    text = Text("甲 > 1", Place("a.md", 1))
    asked, _ = check_expression(text, names, may_ask_knowledge=True)
    plain, _ = check_expression(text, names)
    assert asked == plain
    assert set(names.typed) == {("甲 > 1", True), ("甲 > 1", False)}


def test_a_scope_keeps_so_many_trees_and_none_of_a_huge_text() -> None:
    names = Scope({"甲": NUMBER})
    for number in range(4_100):
        check_expression(Text(f"甲 > {number}", Place("a.md", 1)), names)
    assert 0 < len(names.typed) <= 4_000
    huge = Text(f"[{', '.join(['甲'] * 400)}]", Place("a.md", 1))
    assert check_expression(huge, names)[0] is not None
    assert (huge.value, False) not in names.typed
