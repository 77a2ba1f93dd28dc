"""Each law holds of a rule for which it ought to, and fails on a mutated one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.testing.drafts import HEAD, VOCABULARY, compile_draft, requirement
from xbyx_rules import compile_policy, load_policies, read_policy
from xbyx_rules.checking import LawKind, check_policy
from xbyx_rules.errors import PolicyError
from xbyx_rules.policy import Outcome
from xbyx_rules.testing import laws, run_examples, try_law
from xbyx_rules.testing.law_changes import CHANGES, DUE

MONEY = """
| 例 | 公用经费年度预算总额 | 教师培训经费预算 | 专项列支 | 结果 |
|---|---|---|---|---|
| 恰好 | 100 | 5 | true | 符合 |
"""
RECORDS = """
| 例 | 培训记录 | 结果 |
|---|---|---|
| 一次 | [{活动编号: "a", 学时: 2}] | 2 |
"""
HOURS = """
| 例 | 学时 | 结果 |
|---|---|---|
| 一次 | 2 | 1 |
"""
FLOOR = "教师培训经费预算 >= 公用经费年度预算总额 * 0.05 and 专项列支"


def calculation(expression: str, examples: str, subject: str, result: str = "数") -> str:
    return f"""## 一-1 试 {{#rule}}

- 类别: 计算
- 对象: {subject}
- 结果: 试的数 {result}

```feel
{expression}
```
{examples}"""


def of_school(condition: str) -> str:
    return requirement(condition, MONEY)


def of_cycle(expression: str) -> str:
    return calculation(expression, RECORDS, "周期学分")


def of_record(expression: str) -> str:
    return calculation(expression, HOURS, "培训记录")


# A law, a rule of which it holds, and the same rule mutated so that it doesn't.
PAIRS = {
    LawKind.MORE_IS_MET: (
        "教师培训经费预算 越多越符合",
        of_school(FLOOR),
        of_school(FLOOR.replace(">=", "<=")),
    ),
    LawKind.LESS_IS_MET: (
        "公用经费年度预算总额 越少越符合",
        of_school(FLOOR),
        of_school(FLOOR.replace(">=", "<=")),
    ),
    LawKind.MORE_IS_LARGER: ("学时 越多越大", of_record("学时 / 2"), of_record("10 - 学时")),
    LawKind.MORE_IS_SMALLER: ("学时 越多越小", of_record("10 - 学时"), of_record("学时 / 2")),
    LawKind.UPPER_BOUND: ("学时 为上限", of_record("学时 / 2"), of_record("学时 * 2")),
    LawKind.NEVER_NEGATIVE: ("不为负", of_record("max(0, 学时 - 3)"), of_record("学时 - 3")),
    LawKind.ORDER_FREE: (
        "培训记录 次序无关",
        of_cycle("sum(concatenate([0], 培训记录.学时))"),
        of_cycle("sum(concatenate([0], [培训记录[1].学时]))"),
    ),
    LawKind.DUPLICATES_ONCE: (
        "培训记录 重复无关",
        of_cycle("count(distinct values(培训记录.活动编号))"),
        of_cycle("count(培训记录)"),
    ),
}


def test_every_law_has_what_it_changes_and_what_is_due() -> None:
    assert set(CHANGES) == set(DUE) == set(LawKind)


@pytest.mark.parametrize("kind", PAIRS, ids=lambda kind: kind.en)
def test_a_law_fails_on_a_mutated_rule_and_its_row_fails_there(kind: LawKind) -> None:
    law, good, bad = PAIRS[kind]
    kept = compile_draft(good)
    assert try_law(kept, "rule", laws.state(kept, "rule", law)).passed

    mutated = compile_draft(bad)
    against = try_law(mutated, "rule", laws.state(mutated, "rule", law)).counterexample
    assert against is not None
    assert not against.is_new_table
    pasted = compile_draft(bad.rstrip("\n") + "\n" + against.row + "\n")
    assert [one.passed for one in run_examples(pasted)][1:] == [False]
    assert against.row in pasted.policy.text


def test_a_law_that_no_case_tries_does_not_pass() -> None:
    policy = compile_draft(of_school("教师培训经费预算 < 0"))
    result = try_law(policy, "rule", laws.state(policy, "rule", "教师培训经费预算 越多越符合"))
    assert (result.exercised, result.counterexample, result.passed) == (0, None, False)


def test_the_cases_are_the_same_every_time() -> None:
    law, _, bad = PAIRS[LawKind.MORE_IS_MET]
    policy = compile_draft(bad)
    stated = laws.state(policy, "rule", law)
    assert try_law(policy, "rule", stated) == try_law(policy, "rule", stated)


def test_the_case_is_the_smallest() -> None:
    law, _, bad = PAIRS[LawKind.UPPER_BOUND]
    policy = compile_draft(bad)
    against = try_law(policy, "rule", laws.state(policy, "rule", law)).counterexample
    assert against is not None
    hours, due = (cell.strip() for cell in against.row.split("|")[2:4])
    assert hours == due
    assert 0 < float(hours) <= 1


def test_a_fact_learnt_flips_nothing() -> None:
    policy = compile_draft(of_school(FLOOR))
    laws.learning_keeps_decided("rule", policy)()


def test_learning_fails_where_a_decision_rests_on_what_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No rule that passes checking breaks this law; so an engine that takes the unknown for unmet.
    from xbyx_rules.testing import trying

    def take_unknown_for_unmet(*arguments: object) -> object:
        result = real(*arguments)
        is_open = result.found is Outcome.UNDETERMINED
        return replace(result, found=Outcome.NOT_MET) if is_open else result

    real = trying.run_example
    monkeypatch.setattr(trying, "run_example", take_unknown_for_unmet)
    policy = compile_draft(of_school(FLOOR))
    with pytest.raises(AssertionError, match="XR895"):
        laws.learning_keeps_decided("rule", policy)()


def overlay(condition: str, authority: str = ""):
    base = compile_draft(of_school(FLOOR))
    head = HEAD.replace("cn/draft", "cn/draft/below").replace(
        "status:", "refines: [cn/draft]\nstatus:"
    )
    text = requirement(condition, MONEY, f"- 细化: cn/draft#rule\n{authority}")
    policy, problems = read_policy(head + text, "below/policy.md")
    assert policy is not None, problems
    checked, found = check_policy(policy, VOCABULARY, [base.checked])
    assert checked is not None, found
    return compile_policy(checked)


def test_an_overlay_that_loosens_is_found() -> None:
    laws.never_loosens("rule", overlay(FLOOR.replace("0.05", "0.06")))()
    with pytest.raises(AssertionError, match="不放宽上位规定"):
        # Authorised, or it would not even load (XR880).
        laws.never_loosens("rule", overlay(FLOOR.replace("0.05", "0.04"), "- 授权: 第一条\n"))()


PARAMETERS = """
## 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
"""


def amended(*rows: str):
    floor = of_school(FLOOR.replace("0.05", "比例"))
    return compile_draft(floor + PARAMETERS + "\n".join(rows) + "\n")


def test_an_amendment_that_changes_the_past_is_found() -> None:
    old = amended("| 比例 | 5% | 2025-01-01 | | 一 | 已核实 |")
    good = amended(
        "| 比例 | 5% | 2025-01-01 | 2025-12-31 | 一 | 已核实 |",
        "| 比例 | 6% | 2026-01-01 | | 一 | 已核实 |",
    )
    bad = amended("| 比例 | 6% | 2025-01-01 | | 一 | 已核实 |")
    laws.amendment_keeps_past(old, good, since=date(2026, 1, 1))()
    with pytest.raises(AssertionError, match="rule"):
        laws.amendment_keeps_past(old, bad, since=date(2026, 1, 1))()


def test_a_law_that_does_not_suit_a_clause_is_refused() -> None:
    policy = load_policies()["cn/beijing/school-based-training"]
    with pytest.raises(PolicyError, match="XR891"):
        laws.state(policy, "funding-floor", "教师培训经费 越多越符合")
    with pytest.raises(ValueError, match="either"):
        laws.monotone("funding-floor")


test_more_money_never_harms = laws.monotone(
    "funding-floor", increasing="教师培训经费预算", max_examples=50
)
