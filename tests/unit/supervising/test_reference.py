"""Hash joins: what they find, what they can't tell, and that they never compare every pair."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.strategies.checks import Row, compile_text, write_document
from xbyx_rules import UNKNOWN, Complete, Incomplete
from xbyx_rules.deciding import CheckFinding, decide_check
from xbyx_rules.errors import CaseError
from xbyx_rules.policy import Outcome
from xbyx_rules.supervising import search_by_reference

ON = date(2026, 3, 2)
MANY = 1_000
SAME = (("甲类", "a", ""), ("乙类", "b", "b.组 = a.组"))
NONE = (("甲类", "a", ""), ("无 乙类", "b", "b.组 = a.组"))


def search(rows: tuple[Row, ...], steps: int = 1_000_000, **records: Any) -> CheckFinding:
    policy = compile_text(write_document(rows))
    lists = {name: one if isinstance(one, list) else Complete(one) for name, one in records.items()}
    return decide_check(policy, "c0", lists, on=ON, search=search_by_reference, steps=steps)


def some(*groups: Any) -> tuple[dict[str, Any], ...]:
    return tuple({"号": str(number), "组": group} for number, group in enumerate(groups))


def pairs(found: CheckFinding) -> list[tuple[str, ...]]:
    return [tuple(record["号"] for record in hit.records.values()) for hit in found.hits]


def test_hits_come_in_the_order_of_the_rows() -> None:
    found = search(SAME, 甲类=some("q", "p"), 乙类=some("p", "q", "p", "q"))
    assert pairs(found) == [("0", "1"), ("0", "3"), ("1", "0"), ("1", "2")]


def test_a_key_that_is_not_known_leaves_it_open() -> None:
    found = search(SAME, 甲类=some("q"), 乙类=some("p", UNKNOWN))
    assert found.finding.outcome is Outcome.UNDETERMINED
    assert found.finding.missing


def test_a_key_that_is_not_known_takes_no_hit_away() -> None:
    found = search(SAME, 甲类=some(UNKNOWN, "q"), 乙类=some("q", UNKNOWN))
    assert found.finding.outcome is Outcome.NOT_MET
    assert pairs(found) == [("1", "0")]


def test_other_conditions_may_rule_out_a_record_whose_key_is_not_known() -> None:
    rows = (SAME[0], ("乙类", "b", "b.组 = a.组 and b.号 != a.号"))
    found = search(rows, 甲类=some("q"), 乙类=some(UNKNOWN))
    assert found.finding.outcome is Outcome.MET


def test_one_that_may_be_there_is_not_absent() -> None:
    assert search(NONE, 甲类=some("q"), 乙类=some("p")).finding.outcome is Outcome.NOT_MET
    for listed in (Incomplete(some("p")), Complete(some("p", UNKNOWN))):
        found = search(NONE, 甲类=some("q"), 乙类=listed)
        assert found.finding.outcome is Outcome.UNDETERMINED
        assert found.finding.missing


def test_one_that_is_there_rules_the_hit_out_whatever_else_is_not_known() -> None:
    for make in (Complete, Incomplete):
        found = search(NONE, 甲类=some("q"), 乙类=make(some(UNKNOWN, "q")))
        assert found.finding.outcome is Outcome.MET


@pytest.mark.parametrize("rows", [SAME, NONE])
@pytest.mark.parametrize("group", [None, UNKNOWN])
def test_work_grows_with_the_records_and_not_with_their_pairs(
    rows: tuple[Row, ...], group: Any
) -> None:
    # Each record meets at most one; with `group` nobody filled in the second list's column.
    one = some(*map(str, range(MANY)))
    other = some(*(UNKNOWN if group is UNKNOWN else str(n) for n in range(MANY)))
    steps = MANY * 40
    found = search(rows, steps=steps, 甲类=one, 乙类=other)
    wanted = Outcome.NOT_MET if rows is SAME else Outcome.MET
    assert found.finding.outcome is (Outcome.UNDETERMINED if group is UNKNOWN else wanted)
    assert len(found.hits) == (MANY if rows is SAME and group is None else 0)
    # The rule itself compares pairs, so the bound says something.
    lists = {"甲类": Complete(one), "乙类": Complete(other)}
    with pytest.raises(CaseError, match="XR305"):
        decide_check(compile_text(write_document(rows)), "c0", lists, on=ON, steps=steps)
