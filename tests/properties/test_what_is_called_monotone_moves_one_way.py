"""Law: where a condition is called monotone in its parameters, no case moves the other way.

Random conditions are read with two sets of values; each claim about them is compared with what
deciding gives by the one and by the other, in what is known as well.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from xbyx_rules import Case, CheckedPolicy, Complete, Incomplete, Subject, compile_policy, decide
from xbyx_rules.deciding import check_library
from xbyx_rules.deciding.strictness.implying import normalise
from xbyx_rules.deciding.strictness.inlining import Reading
from xbyx_rules.deciding.strictness.monotone import Direction, direct
from xbyx_rules.policy import Library, Outcome, load_library
from xbyx_rules.policy.library import Written, build_library

VOCABULARY = Written("v", load_library().vocabulary.texts[0])
ON = date(2025, 6, 1)
DOCUMENT = """---
policy: cn/upper
title: 试
document: 试
in-force: 2025-01-01..
status: in-force
---

# 一

## 参数 {{#values}}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
| 下限 | {下限} | | | {核实} |
| 系数 | {系数} | | | 已核实 |
| 起日 | @"{起日}" | | | 已核实 |

## 规则 {{#rule}}

- 类别: 要求
- 对象: 周期学分
- 规范用语: 应当

```feel
{condition}
```
"""
NUMBERS = [
    "已认定学分",
    "下限",
    "下限 + 1",
    "2 * 下限",
    "近五年培训学时 * 系数",
    "已认定学分 - 下限",
    "-下限",
    "近五年培训学时 / 3",
    "(已认定学分 - 500) * 系数",
    "(if 是新任教师 then 下限 else 2)",
    "count(培训记录)",
    "count(培训记录[学时 >= 下限])",
    "count(培训记录[学时 < 下限])",
    "count(培训记录[not(学时 < 下限)])",
    'count(培训记录[学时 >= 下限 and 培训类别 = "教研"])',
    'count(培训记录[学时 < 下限 or 培训类别 = "教研"])',
    "count(培训记录[日期 >= 起日])",
    "count(培训记录[学时 >= 下限].日期)",
    "count(培训记录[学时 >= 下限][认定学分 > 1])",
    "count(培训记录[学时 < 下限][认定学分 > 1])",
    "sum(for 记 in 培训记录 return 记.学时 * 系数)",
    "sum(for 记 in 培训记录[学时 >= 下限] return 记.学时)",
    "sum(培训记录[学时 >= 下限].学时)",
    "max(培训记录[学时 >= 下限].学时)",
    "max(for 记 in 培训记录 return 记.学时 - 下限)",
]
ATOMS = [
    "是新任教师",
    "入职日期 < 起日",
    "已认定学分 / 近五年培训学时 >= 系数",
    "已认定学分 = 下限",
    "已认定学分 in [下限..10]",
    "some 记 in 培训记录 satisfies 记.学时 >= 下限",
    "every 记 in 培训记录 satisfies 记.学时 >= 下限",
    'every 记 in 培训记录[学时 >= 下限] satisfies 记.培训类别 = "教研"',
    'some 记 in 培训记录[学时 >= 下限] satisfies 记.培训类别 = "教研"',
    "every 记 in 培训记录[日期 >= 起日] satisfies 记.学时 > 系数",
]
COMPARED = st.builds(
    "{} {} {}".format,
    st.sampled_from(NUMBERS),
    st.sampled_from([">=", ">", "<=", "<"]),
    st.sampled_from(["1", "2", "下限", "下限 * 系数", "已认定学分"]),
)
CONDITIONS = st.recursive(
    COMPARED | st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
        st.builds("(if 是新任教师 then {} else {})".format, inner, inner),
    ),
    max_leaves=3,
)
VALUES = st.fixed_dictionaries(
    {
        "下限": st.sampled_from(["0", "1", "2", "2.5"]),
        "系数": st.sampled_from(["0.3", "0.3", "0.5", "1"]),
        "起日": st.sampled_from(["2024-01-01", "2024-01-02"]),
    }
)
SMALL = st.sampled_from([Decimal(one) for one in ("0", "1", "1.5", "2", "3")])
DAYS = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2)])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "学时": SMALL,
            "认定学分": SMALL,
            "日期": DAYS,
            "培训类别": st.sampled_from(["教研", "科研"]),
        },
    ),
    max_size=3,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "已认定学分": SMALL,
        "近五年培训学时": SMALL,
        "入职日期": DAYS,
        "是新任教师": st.booleans(),
        "培训记录": st.builds(
            lambda make, all_: make(all_),
            st.sampled_from([Complete, Complete, Incomplete]),
            RECORDS,
        ),
    },
)
SEEN: Counter[str] = Counter()


def check(condition: str, values: dict[str, str]) -> CheckedPolicy:
    text = DOCUMENT.format(condition=condition, **{"核实": "已核实"} | values)
    library, found = build_library([VOCABULARY], {"cn/upper": Written("cn/upper", text)})
    assert isinstance(library, Library), found
    checked, found = check_library(library)
    assert checked, found
    return checked["cn/upper"]


def move(old: CheckedPolicy, new: CheckedPolicy) -> Direction:
    changed = frozenset(old.parameters)
    above = Reading(old, ON, "周期学分")
    below = Reading(new, ON, "周期学分", changed, "′")
    trees = [one.read(two.clauses["rule"].condition) for one, two in ((above, old), (below, new))]
    assert None not in trees
    return direct(*(normalise(one) for one in trees if one is not None), below.valueless)


@given(
    CONDITIONS,
    VALUES,
    VALUES,
    st.sampled_from(["已核实"] * 5 + ["未核实"]),
    st.lists(FACTS, min_size=12, max_size=12),
)
@settings(max_examples=250, deadline=None)
def test_no_case_moves_against_what_is_called_monotone(
    condition: str,
    before: dict[str, str],
    after: dict[str, str],
    verified: str,
    known: list[dict[str, Any]],
) -> None:
    note(condition)
    old, new = check(condition, before), check(condition, after | {"核实": verified})
    found = move(old, new)
    claims = [found.is_not_above, found.is_not_below, found.is_known]
    kind = "同" if all(claims) else "单" if any(claims[:2]) else "无"
    event(kind)
    SEEN[kind] += 1
    policies = compile_policy(old), compile_policy(new)
    for facts in known:
        case = Case(Subject("周期学分", "1"), facts)
        first, second = (
            decide(one, case, on=ON, only=["rule"])["rule"].outcome for one in policies
        )
        if found.is_not_above and second is Outcome.MET:
            assert first is Outcome.MET, (found, facts)
        if found.is_not_below and second is Outcome.NOT_MET:
            assert first is Outcome.NOT_MET, (found, facts)
        if found.is_known and second is not Outcome.UNDETERMINED:
            assert first is not Outcome.UNDETERMINED, (found, facts)


@pytest.mark.parametrize("kind", ["单", "无"])
def test_the_law_was_tried_on_conditions_of_each_kind(kind: str) -> None:
    """Those that move one way only, and those of which nothing is said."""
    if not SEEN:
        test_no_case_moves_against_what_is_called_monotone()
    assert SEEN[kind] >= 20, SEEN
