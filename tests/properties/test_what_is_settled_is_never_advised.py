"""Law: no remedy advises to change what is as it is: a term marked so (补正: 否), a day gone by.

Of a record whose day has come the explanation says that it can't be set right any more; of one
whose day is yet to come, what it has to be.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from xbyx_rules import Case, Finding, Outcome, Subject, compile_policy, decide, read_policy
from xbyx_rules.checking import check_policy
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import read_vocabulary

ON = date(2025, 10, 1)
TERMS = """# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 补正 | 说明 |
|---|---|---|---|---|---|---|---|---|---|
| 核定 | funds allotted | 数(2) | 元 | [0..1e6] | | 公开 | | 否 | |
| 安排 | funds planned | 数(2) | 元 | [0..1e6] | | 公开 | | | |
| 类别 | kind | 文本 | | 甲、乙 | | 公开 | | 否 | |
| 批准日期 | approved on | 日期 | | | | 公开 | | | |
| 提交日期 | submitted on | 日期 | | | | 公开 | | | |
| 开支 | spending | 开支 | | | 对多 | 公开 | | 否 | |
| 活动 | activities | 活动 | | | 对多 | 公开 | | | |

## 开支 {#spending en="expenditure"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 编号 | id | 文本 | | | 主键 | 公开 | | |
| 金额 | amount | 数(2) | 元 | [0..1e6] | | 公开 | | |

## 活动 {#activity en="activity"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 编号 | id | 文本 | | | 主键 | 公开 | | |
| 日期 | date | 日期 | | | | 公开 | | |
"""
HEAD = """---
policy: cn/trial
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

## 条 {#rule}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
"""
AMOUNTS = st.decimals(0, 1000, places=2)
DAYS = st.dates(ON - timedelta(days=40), ON + timedelta(days=40))
RULES = st.sampled_from(
    [
        "安排 >= 核定 * 0.05",
        "核定 * 0.05 <= 安排 and 安排 <= 核定",
        "核定 < 安排 or 安排 > 500",
        "核定 > 500",
        "sum(concatenate([0], 开支.金额)) <= 安排",
        "sum(concatenate([0], 开支.金额)) = 核定",
        "count(开支) > 3",
        '类别 = "甲" or 安排 > 900',
        '类别 in ("甲")',
        "提交日期 <= 批准日期",
        '批准日期 - 提交日期 >= duration("P14D")',
    ]
)
FACTS = st.fixed_dictionaries(
    {
        "核定": AMOUNTS,
        "安排": AMOUNTS,
        "类别": st.sampled_from(["甲", "乙"]),
        "批准日期": DAYS,
        "提交日期": DAYS,
        "开支": st.lists(AMOUNTS, max_size=3).map(
            lambda found: Complete({"编号": str(n), "金额": one} for n, one in enumerate(found))
        ),
        "活动": st.lists(DAYS, min_size=1, max_size=4).map(
            lambda found: Complete({"编号": f"a{n}", "日期": one} for n, one in enumerate(found))
        ),
    }
)
VOCABULARY = read_vocabulary(TERMS, "vocabulary.md")[0]


def decide_rule(text: str, facts: dict[str, Any]) -> Finding:
    policy, _ = read_policy(f"{HEAD}{text}\n```\n", "policy.md")
    assert policy is not None
    assert VOCABULARY is not None
    checked, _ = check_policy(policy, VOCABULARY, [])
    assert checked is not None
    return decide(compile_policy(checked), Case(Subject("学校", "1"), facts), on=ON)["rule"]


@given(RULES, FACTS)
@settings(max_examples=200)
def test_a_remedy_leaves_settled_facts_and_days_gone_by_as_they_are(
    text: str, facts: dict[str, Any]
) -> None:
    finding = decide_rule(text, facts)
    assume(finding.outcome is Outcome.NOT_MET)
    gone = [one for one in ("批准日期", "提交日期") if facts[one] <= ON]
    for remedy in finding.remedies:
        note(remedy.prose["zh"])
        assert remedy.fact not in ("核定", "类别", *gone)
        for settled in ("核定", "类别", "开支", *gone):
            assert not remedy.prose["zh"].startswith((f"将{settled}由", f"将{settled}的"))


@given(FACTS)
@settings(max_examples=100)
def test_a_record_of_a_day_gone_by_is_to_be_left_out_and_one_to_come_is_to_comply(
    facts: dict[str, Any],
) -> None:
    finding = decide_rule("every 次 in 活动 satisfies 次.日期 >= 批准日期", facts)
    assume(finding.outcome is Outcome.NOT_MET)
    (remedy,) = finding.remedies
    note(remedy.prose["zh"])
    early = [one for one in facts["活动"] if one["日期"] < facts["批准日期"]]
    parts = remedy.prose["zh"].split("；")
    gone = "".join(part for part in parts if "不能补正" in part)
    to_come = "".join(part for part in parts if "须满足" in part)
    for one in early:
        has_come = one["日期"] <= ON
        assert (f"“{one['编号']}”" in gone) is has_come
        assert (f"“{one['编号']}”" in to_come) is not has_come


def test_funds_are_raised_to_the_share_and_the_funds_allotted_stay() -> None:
    facts = {"核定": Decimal(1000), "安排": Decimal("49.99")}
    finding = decide_rule("安排 >= 核定 * 0.05", facts)
    assert [one.fact for one in finding.remedies] == ["安排"]


def test_while_one_only_has_to_wait_nothing_is_said_to_be_past_mending() -> None:
    finding = decide_rule("批准日期 < 判定日", {"批准日期": ON})
    assert not any("不能补正" in one.prose["zh"] for one in finding.remedies)
