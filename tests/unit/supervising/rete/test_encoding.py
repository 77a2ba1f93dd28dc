"""A check as Rete rules: inside the envelope, or refused with its place."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.strategies.checks import Row, compile_text, write_document
from xbyx_rules import UNKNOWN, Complete, Incomplete
from xbyx_rules.deciding import Evaluation
from xbyx_rules.supervising.plans import plan_check
from xbyx_rules.supervising.reference import Joining
from xbyx_rules.supervising.rete import MOST_FACTS, Job, Refused, encode
from xbyx_rules.supervising.rete.encoding import MOST_BRANCHES, MOST_CONDITIONS

ON = date(2026, 3, 2)
FIRST = ("甲类", "a", "")


def job(*rows: Row, **records: Any) -> Job:
    policy = compile_text(write_document(rows))
    lists = {"甲类": Complete([]), "乙类": Complete([]), **records}
    plan = plan_check(policy.clauses["c0"].checked)
    return encode(Joining(plan, Evaluation(policy, "", {}, lists, ON)))


def refusal(*rows: Row, **records: Any) -> str:
    with pytest.raises(Refused) as error:
        job(*rows, **records)
    diagnostic = error.value.diagnostic
    assert diagnostic.place is not None
    assert diagnostic.place.file == "policy.md"
    return diagnostic.code


def patterns(found: Job, rule: str = "r0") -> list[tuple[str, Any]]:
    return [(key, one) for pattern in found.rules[rule]["all"] for key, one in pattern.items()]


def test_the_gate_is_the_first_pattern_and_the_last_fact() -> None:
    found = job(FIRST, ("无 乙类", "b", "b.组 = a.组"), 甲类=Complete([{"组": "p"}]))
    (name, gate), *_ = patterns(found)
    assert gate == {"t": name}
    assert found.facts[-1]["t"] == name
    assert sum(fact["t"] == name for fact in found.facts) == 1


def test_every_pattern_after_the_gate_ends_with_a_comparison_that_is_always_true() -> None:
    found = job(
        FIRST, ("无 乙类", "b", "b.组 = a.组"), ("乙类", "c", "c.日 > a.日 and c.日 < a.日")
    )
    gate = patterns(found)[0][0]
    for _, pattern in patterns(found)[1:]:
        assert pattern["$and"][-1] == {"one": {gate: "one"}}
    assert all(fact["one"] == 1 for fact in found.facts)


def test_absent_rows_come_after_those_that_are_present() -> None:
    found = job(FIRST, ("无 乙类", "b", "b.组 = a.组"), ("乙类", "c", "c.日 > a.日"))
    assert [key.endswith("$not") for key, _ in patterns(found)] == [False, False, False, True]


def test_an_or_over_two_records_becomes_rules() -> None:
    found = job(FIRST, ("乙类", "b", "(b.组 = a.组 or b.日 > a.日)"))
    assert sorted(found.rules) == ["r0", "r1"]
    assert "$or" not in json.dumps(found.rules)


def test_a_condition_on_one_record_inside_an_or_is_a_property() -> None:
    records = Complete([{"真": True, "组": "p"}, {"真": False, "组": "p"}])
    found = job(FIRST, ("乙类", "b", "(b.真 or b.组 = a.组)"), 甲类=records, 乙类=records)
    tested = [one for one in found.facts if one["t"] == "t1"]
    assert [one["p0"] for one in tested] == [1, 0]


def test_values_reach_the_engine_as_whole_numbers_in_their_order() -> None:
    row = ("乙类", "b", "b.数额 > a.数额 and b.日 > a.日 and b.名 = a.名 and b.时 > a.时")
    records = Complete(
        {"数额": amount, "日": day, "名": name, "时": datetime.combine(day, datetime.min.time())}
        for amount, day, name in (
            (1, date(2026, 1, 2), "1e-05"),
            (3, date(2025, 1, 1), "甲" * 2_000),
            (2, date(2026, 1, 2), "1e-05"),
        )
    )
    found = job(FIRST, row, 甲类=records, 乙类=records)
    numbers = [[fact[f"p{n}"] for n in range(4)] for fact in found.facts if fact["t"] == "t1"]
    assert numbers == [[0, 1, 0, 1], [2, 0, 1, 0], [1, 1, 0, 1]]
    kinds = {type(value) for fact in found.facts for key, value in fact.items() if key[0] == "p"}
    assert kinds == {int}


def test_what_one_record_says_by_itself_is_worked_out_before() -> None:
    records = Complete([{"真": True}, {"真": False}, {"真": True}])
    found = job(("甲类", "a", "a.真"), 甲类=records)
    assert found.sources == [("a", 0), ("a", 2)]
    assert found.is_certain


def test_a_record_that_is_not_known_well_enough_is_left_out_and_said_so() -> None:
    records = Complete([{"组": "p"}, {"组": UNKNOWN}])
    found = job(FIRST, ("乙类", "b", "b.组 = a.组"), 甲类=records)
    assert found.sources == [("a", 0)]
    assert (found.is_certain, found.is_exhaustive) == (False, True)
    found = job(FIRST, ("无 乙类", "b", "b.组 = a.组"), 甲类=records)
    assert (found.is_certain, found.is_exhaustive) == (False, False)


def test_an_incomplete_list_is_never_certain() -> None:
    assert not job(FIRST, 甲类=Incomplete([])).is_certain


def test_ten_thousand_facts_are_taken_and_one_more_is_refused() -> None:
    records = [{"组": "p"}] * (MOST_FACTS - 1)
    assert len(job(FIRST, 甲类=Complete(records)).facts) == MOST_FACTS
    assert refusal(FIRST, 甲类=Complete([*records, {"组": "q"}])) == "XR802"


@pytest.mark.parametrize(
    "condition",
    [
        "b.数额 + a.数额 > 3",
        "not(b.组 = a.组)",
        "b.数额 > b.次数 + a.次数",
        "list contains([a.名], b.名)",
        "(b.组 = a.组) = b.真",
    ],
)
def test_what_is_no_comparison_of_two_records_is_refused(condition: str) -> None:
    assert refusal(FIRST, ("乙类", "b", condition)) == "XR803"


def test_a_comparison_that_reads_three_records_is_refused() -> None:
    rows = (FIRST, ("乙类", "b", ""), ("乙类", "c", "c.数额 > a.数额 + b.数额"))
    assert refusal(*rows) == "XR803"


def test_date_times_of_several_zones_are_refused() -> None:
    local = {"时": datetime.fromisoformat("2026-01-01T08:00")}
    instant = {"时": datetime(2026, 1, 1, 8, tzinfo=UTC)}
    row = ("乙类", "b", "b.时 > a.时")
    assert job(FIRST, row, 甲类=Complete([local]), 乙类=Complete([local])).is_certain
    assert refusal(FIRST, row, 甲类=Complete([local]), 乙类=Complete([instant])) == "XR804"


def test_values_without_an_order_are_refused() -> None:
    records = Complete([{"日": date(2026, 1, 1)}])
    row = ("乙类", "b", "b.日 - a.日 = a.日 - a.日")
    assert refusal(FIRST, row) == "XR803"
    row = ("乙类", "b", 'b.日 - date("2026-01-01") = a.日 - date("2026-01-01")')
    assert refusal(FIRST, row, 甲类=records, 乙类=records) == "XR804"


def test_alternatives_are_bounded_within_a_row_and_over_rows() -> None:
    either = "(b.组 = a.组 or b.名 = a.名)"
    fitting = " and ".join([either] * 4)
    assert len(job(FIRST, ("乙类", "b", fitting)).rules) == 16 <= MOST_BRANCHES
    assert refusal(FIRST, ("乙类", "b", f"{fitting} and {either}")) == "XR805"
    other = fitting.replace("b.", "c.").replace(f" and {either.replace('b.', 'c.')}", "", 1)
    assert refusal(FIRST, ("乙类", "b", fitting), ("乙类", "c", other)) == "XR805"


def test_alternatives_that_multiply_inside_an_or_are_refused_before_they_are_made() -> None:
    nested = " and ".join(["(b.组 = a.组 or b.名 = a.名)"] * 60)
    assert refusal(FIRST, ("乙类", "b", f"(b.日 = a.日 or ({nested}))")) == "XR805"


def test_one_bound_of_a_between_may_be_of_the_row_itself() -> None:
    found = job(FIRST, ("乙类", "b", "b.数额 between a.数额 and b.次数"))
    (_, pattern) = patterns(found)[-1]
    assert len(pattern["$and"]) == 4


def test_comparisons_are_bounded() -> None:
    asked = [f"b.数额 > a.数额 + {number}" for number in range(MOST_CONDITIONS)]
    (rule,) = job(FIRST, ("乙类", "b", " and ".join(asked))).rules.values()
    assert len(rule["all"][-1]["a1"]["$and"]) == MOST_CONDITIONS + 2
    asked.append("b.日 > a.日")
    assert refusal(FIRST, ("乙类", "b", " and ".join(asked))) == "XR805"


def test_no_name_or_id_that_is_used_collides_with_another() -> None:
    # WHY: the engine compares names and ids by a hash of 32 bits alone.
    assert fnv("P5723751") == fnv("P6431938")
    names = ["t", "id", "sid", "one", "g", "$m", *(f"p{n}" for n in range(2 * MOST_CONDITIONS))]
    assert len({fnv(one) for one in names}) == len(names)
    ids = ["__boot", *(f"f{number:07d}" for number in range(MOST_FACTS + 1))]
    assert len({fnv(one) for one in ids}) == len(ids)


def fnv(text: str) -> int:
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value
