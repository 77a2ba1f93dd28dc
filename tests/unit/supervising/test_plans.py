"""A check's rows are split into what concerns one record and what joins several."""

from __future__ import annotations

import pytest

from tests.strategies.checks import Row, compile_text, write_document
from xbyx_rules import load_policies
from xbyx_rules.feel.printer import print_expression
from xbyx_rules.supervising.plans import Plan, plan_check


def plan(*rows: Row) -> Plan:
    return plan_check(compile_text(write_document(rows)).clauses["c0"].checked)


def test_each_condition_goes_to_the_records_that_it_reads() -> None:
    found = plan(
        ("甲类", "a", "a.真"),
        ("乙类", "b", "b.组 = a.组 and b.次数 < 2 and b.日 > a.日"),
        ("无 乙类", "c", "a.名 = c.名 and (c.数额 > b.数额 or c.日 = a.日)"),
    )
    first, second, third = found.rows
    assert (len(first.own), first.joins, first.cross) == (1, (), ())
    assert (len(second.own), len(second.joins), len(second.cross)) == (1, 1, 2)
    assert (len(third.own), len(third.joins), len(third.cross)) == (0, 1, 2)
    assert [one.alias for one in found.present] == ["a", "b"]
    assert third.is_absent


def test_an_equality_is_a_join_whichever_side_the_earlier_record_stands_on() -> None:
    for condition in ("b.名 = a.名", "a.名 = b.名"):
        (join,) = plan(("甲类", "a", ""), ("乙类", "b", condition)).rows[1].joins
        assert print_expression(join.here.node) == "b.名"
        assert print_expression(join.there.node) == "a.名"


def test_arithmetic_of_one_record_can_be_a_key() -> None:
    (join,) = plan(("甲类", "a", ""), ("乙类", "b", "b.数额 * 2 = a.数额 + 1")).rows[1].joins
    assert join.here.aliases == {"b"}
    assert join.there.aliases == {"a"}


@pytest.mark.parametrize(
    "condition",
    [
        "b.名 != a.名",
        "b.数额 + a.数额 = 3",
        "(b.名 = a.名 or b.组 = a.组)",
        "b.数额 - a.数额 = b.次数",
    ],
)
def test_what_is_no_equality_of_two_sides_is_no_join(condition: str) -> None:
    row = plan(("甲类", "a", ""), ("乙类", "b", condition)).rows[1]
    assert row.joins == ()
    assert len(row.cross) == 1


def test_a_clause_without_rows_is_refused() -> None:
    policy = load_policies()["cn/beijing/school-based-training"]
    with pytest.raises(ValueError, match="funding-floor"):
        plan_check(policy.clauses["funding-floor"].checked)
