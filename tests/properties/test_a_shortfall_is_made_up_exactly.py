"""Law: what a calculated value is said to lack is just what a further record has to bring.

With a record of that amount the rule is met; with one a unit less it isn't.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from xbyx_rules import Case, Finding, Outcome, Subject, compile_policy, decide, read_policy
from xbyx_rules.checking import check_policy
from xbyx_rules.deciding import Remedy
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import read_vocabulary

ON = date(2025, 10, 1)
UNIT = Decimal("0.01")
TERMS = """# 词汇表

## 教师 {#teacher en="teacher"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 记录 | records | 记录 | | | 对多 | 公开 | | |

## 记录 {#record en="record"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 编号 | id | 文本 | | | 主键 | 公开 | | |
| 性质 | part | 文本 | | 必修、选修 | | 公开 | | |
| 学分 | credits | 数(2) | 学分 | [0..1000] | | 公开 | | |
"""
HEAD = """---
policy: cn/trial
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

## 必修 {#compulsory}

- 类别: 计算
- 对象: 教师
- 结果: 必修学分 数(2)
- 单位: 学分

```feel
sum(concatenate([0], 记录[性质 = "必修"].学分))
```

## 选修 {#elective}

- 类别: 计算
- 对象: 教师
- 结果: 选修学分 数(2)
- 单位: 学分

```feel
sum(concatenate([0], 记录[性质 = "选修"].学分))
```

## 条 {#rule}

- 类别: 要求
- 对象: 教师
- 规范用语: 应当

```feel
"""
RULES = st.sampled_from(
    [
        "必修学分 >= 10",
        "必修学分 > 10",
        "选修学分 + max(必修学分 - 10, 0) >= 6",
        "必修学分 + 选修学分 >= 36",
        "选修学分 >= 必修学分 * 0.5",
        "必修学分 between 10 and 12",
        "not(必修学分 < 10)",
    ]
)
RECORDS = st.lists(
    st.tuples(st.sampled_from(["必修", "选修"]), st.decimals(0, 20, places=2)), max_size=5
)
VOCABULARY = read_vocabulary(TERMS, "vocabulary.md")[0]


def decide_rule(text: str, records: list[tuple[str, Decimal]]) -> Finding:
    policy, _ = read_policy(f"{HEAD}{text}\n```\n", "policy.md")
    assert policy is not None
    assert VOCABULARY is not None
    checked, _ = check_policy(policy, VOCABULARY, [])
    assert checked is not None
    facts: dict[str, Any] = {
        "记录": Complete(
            {"编号": str(number), "性质": part, "学分": credits_}
            for number, (part, credits_) in enumerate(records)
        )
    }
    return decide(compile_policy(checked), Case(Subject("教师", "1"), facts), on=ON)["rule"]


def part_of(remedy: Remedy) -> str:
    return "必修" if remedy.prose["zh"].startswith("必修") else "选修"


@given(RULES, RECORDS)
@settings(max_examples=200)
def test_a_record_of_what_is_lacking_meets_the_rule_and_one_of_a_unit_less_does_not(
    text: str, records: list[tuple[str, Decimal]]
) -> None:
    note(text)
    finding = decide_rule(text, records)
    assume(finding.outcome is Outcome.NOT_MET)
    for remedy in finding.remedies:
        note(remedy.prose["zh"])
        lacking = remedy.change
        if lacking is None or lacking < 0 or lacking > 1000:
            continue
        assert "学分" in remedy.prose["zh"]
        enough = [*records, (part_of(remedy), lacking)]
        assert decide_rule(text, enough).outcome is Outcome.MET
        short = [*records, (part_of(remedy), lacking - UNIT)]
        assert decide_rule(text, short).outcome is Outcome.NOT_MET


def test_what_is_lacking_is_said_in_the_values_own_words_and_unit() -> None:
    (remedy,) = decide_rule("必修学分 >= 10", [("必修", Decimal(4))]).remedies
    assert remedy.prose["zh"] == "必修学分还差 6 学分（现为 4 学分，须达到 10 学分）"
    assert remedy.change == Decimal(6)


def test_a_sum_of_calculated_values_is_said_as_a_whole() -> None:
    (remedy,) = decide_rule("必修学分 + 选修学分 >= 36", [("选修", Decimal(1))]).remedies
    assert remedy.prose["zh"] == (
        "必修学分、选修学分合计还差 35 学分（合计现为 1 学分，须达到 36 学分）"
    )


def test_each_value_that_would_do_is_a_way_of_its_own() -> None:
    records = [("必修", Decimal(12)), ("选修", Decimal(3))]
    finding = decide_rule("选修学分 + max(必修学分 - 10, 0) >= 6", records)
    assert [one.prose["zh"] for one in finding.remedies] == [
        "选修学分还差 1 学分（现为 3 学分，须达到 4 学分）",
        "必修学分还差 1 学分（现为 12 学分，须达到 13 学分）",
    ]
