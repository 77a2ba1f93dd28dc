"""Law: with the value that a remedy gives, its condition holds; with one a unit nearer, it doesn't.

The unit is the last decimal place of the fact, a day of a date, an item of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from xbyx_rules import (
    Case,
    ExecutablePolicy,
    Finding,
    Outcome,
    Subject,
    compile_policy,
    decide,
    read_policy,
)
from xbyx_rules.checking import check_policy
from xbyx_rules.deciding import Remedy, load_policies
from xbyx_rules.errors import CaseError
from xbyx_rules.feel.temporals import Date
from xbyx_rules.policy import read_vocabulary
from xbyx_rules.testing.examples import PreparedExample, prepare_examples, select_clauses

ON = date(2025, 10, 1)
UNITS = {"甲": Decimal("0.01"), "乙": Decimal(1), "丙": Decimal("0.1")}
TERMS = """# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 甲 | first | 数(2) | 元 | [-1000..1e6] | | 公开 | | |
| 乙 | second | 整数 | | [-1000..1e6] | | 公开 | | |
| 丙 | third | 数(1) | 学时 | | | 公开 | | |
| 起 | start | 日期 | | | | 公开 | | |
| 止 | end | 日期 | | | | 公开 | | |
| 主题 | themes | 列表<文本> | | | | 公开 | | |
"""
HEAD = """---
policy: cn/trial
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

## 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 比例 | 7% | 2025-01-01 | | 一 | 已核实 |

## 折算 {#converted}

- 类别: 计算
- 对象: 学校
- 结果: 折算 数

| U | 乙 | → 折算 |
|---|---|---|
| 1 | < 10 | 0 |
| 2 | [10..40] | 乙 / 10 |
| 3 | > 40 | 4 |

## 条 {#rule}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
"""

FIGURES = st.sampled_from(["甲", "乙", "丙"])
NUMBERS = st.sampled_from(["0", "1", "3", "7", "-2", "0.5", "2.25", "1000", "比例"])


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, st.sampled_from([" + ", " - "]), inner)
    scaled = st.tuples(inner, st.sampled_from([" * ", " / "]), NUMBERS)
    return st.one_of(
        two.map(lambda parts: f"({''.join(parts)})"),
        scaled.map(lambda parts: f"({''.join(parts)})"),
        st.tuples(NUMBERS, inner).map(lambda parts: f"({parts[0]} / {parts[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"min({parts[0]}, {parts[1]})"),
        inner.map(lambda part: f"floor({part})"),
        st.tuples(FIGURES, NUMBERS, inner, inner).map(
            lambda parts: "(if {} > {} then {} else {})".format(*parts)
        ),
    )


EXPRESSIONS = st.recursive(st.one_of(FIGURES, NUMBERS, st.just("折算")), wider, max_leaves=5)
COMPARED = st.sampled_from([" >= ", " > ", " <= ", " < ", " = ", " != "])
PLAIN = st.tuples(EXPRESSIONS, COMPARED, EXPRESSIONS).map("".join)
DATED = st.sampled_from(
    [
        "起 <= 止",
        "起 > 止",
        '起 + duration("P30D") <= 止',
        '止 - 起 >= duration("P14D")',
        '起 + duration("P1M") <= 止',
        "起 <= 判定日 and 止 >= 判定日",
    ]
)
LISTED = st.sampled_from(
    [
        'every 题 in ["一", "二", "三"] satisfies list contains(主题, 题)',
        'list contains(主题, "二")',
    ]
)
RULES = st.one_of(
    PLAIN,
    st.tuples(PLAIN, PLAIN).map(" or ".join),
    st.tuples(EXPRESSIONS, NUMBERS, NUMBERS).map(lambda p: f"{p[0]} between {p[1]} and {p[2]}"),
    EXPRESSIONS.map(lambda part: f"{part} in (< -5, [3..8), 100)"),
    PLAIN.map(lambda part: f"not({part})"),
    DATED,
    LISTED,
)
FACTS = st.fixed_dictionaries(
    {
        "甲": st.decimals(-1000, 1000, places=2),
        "乙": st.integers(-100, 100).map(Decimal),
        "丙": st.decimals(-100, 100, places=1),
        "起": st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "止": st.dates(date(2025, 1, 1), date(2026, 12, 31)),
        "主题": st.lists(st.sampled_from(["一", "二", "三", "四"]), max_size=4),
    }
)
VOCABULARY = read_vocabulary(TERMS, "vocabulary.md")[0]


def decide_rule(text: str, facts: dict[str, Any]) -> Finding:
    policy, _ = read_policy(f"{HEAD}{text}\n```\n", "policy.md")
    assert policy is not None
    assert VOCABULARY is not None
    checked, _ = check_policy(policy, VOCABULARY, [])
    assert checked is not None
    case = Case(Subject("学校", "1"), facts)
    return decide(compile_policy(checked), case, on=ON)["rule"]


def nearer(remedy: Remedy, old: Any) -> list[Any]:
    """The values one unit nearer to the old one."""
    value = remedy.value
    if isinstance(value, Decimal):
        return [value - UNITS[remedy.fact].copy_sign(value - old)]
    if isinstance(value, Date):
        day = date(value.year, value.month, value.day)
        return [day - timedelta(days=1 if day > old else -1)]
    if isinstance(value, list):
        return [[one for one in value if one != left] for left in value if left not in old]
    return []


def of_host(value: Any) -> Any:
    return date(value.year, value.month, value.day) if isinstance(value, Date) else value


@given(RULES, FACTS)
@settings(max_examples=200)
def test_with_its_value_the_rule_is_met_and_with_one_unit_less_it_is_not(
    text: str, facts: dict[str, Any]
) -> None:
    note(text)
    finding = decide_rule(text, facts)
    assume(finding.outcome is Outcome.NOT_MET and len(finding.conditions) == 1)
    for remedy in finding.remedies:
        note(remedy.prose["zh"])
        if not remedy.fact:
            continue
        changed = {**facts, remedy.fact: of_host(remedy.value)}
        assert decide_rule(text, changed).outcome is Outcome.MET
        for less in nearer(remedy, facts[remedy.fact]):
            assert decide_rule(text, {**facts, remedy.fact: less}).outcome is not Outcome.MET


def test_a_simple_comparison_always_has_a_remedy_for_each_of_its_figures() -> None:
    facts = {"甲": Decimal("1.00"), "乙": Decimal(3), "丙": Decimal("0.5")}
    finding = decide_rule("甲 >= 乙 * 比例 + 丙 * 2 + 10", facts)
    assert [one.fact for one in finding.remedies] == ["甲", "乙", "丙"]


def bundled_cases() -> Iterator[tuple[ExecutablePolicy, PreparedExample, Finding]]:
    """The examples of every bundled rule that isn't met in them."""
    for policy in load_policies().values():
        for clause in select_clauses(policy, None):
            for one in prepare_examples(policy, clause):
                try:
                    finding = decide(policy, one.case, on=one.on, only=[clause])[clause]
                except CaseError:
                    continue
                if finding.outcome is Outcome.NOT_MET:
                    yield policy, one, finding


def put(facts: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    inner = value if len(path) == 1 else put(facts.get(path[0], {}), path[1:], value)
    return {**facts, path[0]: inner}


TABLE = "(table)"


def held_after(policy: ExecutablePolicy, one: PreparedExample, path: str, value: Any) -> set[str]:
    """The conditions that hold once a fact of the example has another value."""
    facts = put(one.case.facts, path.split("."), of_host(value))
    case = Case(one.case.subject, facts, one.case.records)
    after = decide(policy, case, on=one.on, only=[one.clause])[one.clause]
    if not after.conditions:
        return {TABLE} if after.outcome is Outcome.MET else set()
    return {part.text for part in after.conditions if part.outcome is True}


def unit_of(policy: ExecutablePolicy, one: PreparedExample, path: str) -> Decimal:
    """The last decimal place of a figure, by the vocabulary."""
    kind: Any = policy.checked.vocabulary.type_of(one.case.subject.entity)
    for step in path.split("."):
        kind = kind.field(step)
    return Decimal(1).scaleb(-kind.scale)


def test_the_remedies_of_the_bundled_rules_hold_and_one_unit_less_does_not() -> None:
    tried = nearly = 0
    for policy, one, finding in bundled_cases():
        # A rule that is a table has no conditions: it is met or not as a whole.
        failing = {part.text for part in finding.conditions if part.outcome is False} or {TABLE}
        for remedy in finding.remedies:
            if not remedy.fact:
                continue
            mended = failing & held_after(policy, one, remedy.fact, remedy.value)
            assert mended, (one.clause, remedy.prose["zh"])
            tried += 1
            old = value_in(one.case.facts, remedy.fact)
            if isinstance(remedy.value, Decimal):
                unit = unit_of(policy, one, remedy.fact).copy_sign(remedy.value - old)
                less: Any = remedy.value - unit
            elif isinstance(remedy.value, Date):
                day = of_host(remedy.value)
                less = day - timedelta(days=1 if day > of_host(old) else -1)
            else:
                continue
            still = held_after(policy, one, remedy.fact, less)
            assert not mended <= still, (one.clause, remedy.prose["zh"])
            nearly += 1
    assert tried > 30
    assert nearly > 10


def value_in(facts: Mapping[str, Any], path: str) -> Any:
    found: Any = facts
    for step in path.split("."):
        found = found[step]
    return found
