"""Which way a condition moves with its parameters; and what only looks as if it moved one way."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules.deciding import check_library
from xbyx_rules.deciding.strictness.implying import normalise
from xbyx_rules.deciding.strictness.inlining import Reading
from xbyx_rules.deciding.strictness.monotone import SAME, Direction, direct
from xbyx_rules.policy import load_library
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
| 下限 | {least} | {since} | | 已核实 |
| 系数 | {factor} | | | 已核实 |
| 起日 | @"{first}" | | | 已核实 |
| 类别 | "{kind}" | | | 已核实 |

## 规则 {{#rule}}

- 类别: 要求
- 对象: 周期学分
- 规范用语: 应当

```feel
{condition}
```
"""
BEFORE = {"least": "1", "factor": "0.3", "first": "2024-01-01", "kind": "教研", "since": ""}
AFTER = {"least": "2", "factor": "0.5", "first": "2024-02-01"}
"""Every number and every day grows."""


def tree(condition: str, mark: str, **values: str) -> tuple[object, frozenset[str]]:
    text = DOCUMENT.format(condition=condition, **(BEFORE | values))
    library, found = build_library([VOCABULARY], {"cn/upper": Written("cn/upper", text)})
    assert library is not None, found
    checked, found = check_library(library)
    assert "cn/upper" in checked, found
    policy = checked["cn/upper"]
    changed = frozenset(policy.parameters) if mark else frozenset()
    reading = Reading(policy, ON, "周期学分", changed, mark)
    read = reading.read(policy.clauses["rule"].condition)
    assert read is not None
    return normalise(read), reading.valueless


def move(condition: str, **values: str) -> Direction:
    old, _ = tree(condition, "")
    new, valueless = tree(condition, "′", **(AFTER | values))
    return direct(old, new, valueless)  # type: ignore[arg-type]


STRICTER = {
    "a floor": "已认定学分 >= 下限",
    "a floor from the other side": "下限 < 已认定学分",
    "a share": "已认定学分 >= 近五年培训学时 * 系数",
    "a share that is rounded": "已认定学分 >= 近五年培训学时 / 3 * 系数",
    "a ratio": "已认定学分 / 近五年培训学时 >= 系数",
    "two floors": "已认定学分 >= 下限 and 近五年培训学时 > 下限",
    "an alternative": "已认定学分 >= 下限 or 是新任教师",
    "what must not be under it": "not(已认定学分 < 下限)",
    "a first day": "入职日期 >= 起日",
    "a floor of each record": "every 记 in 培训记录 satisfies 记.学时 >= 下限",
    "a floor of one record": "some 记 in 培训记录 satisfies 记.学时 >= 下限",
    "one of fewer records": 'some 记 in 培训记录[学时 >= 下限] satisfies 记.培训类别 = "教研"',
    "each of more records": "every 记 in 培训记录[学时 < 下限] satisfies 记.认定学分 > 1",
    "fewer that count": "count(培训记录[学时 >= 下限]) >= 2",
    "fewer that count, of which one part is taken": "count(培训记录[学时 >= 下限].日期) >= 2",
    "more that count": "count(培训记录[学时 < 下限]) <= 2",
    "less of each": "sum(for 记 in 培训记录 return 记.学时 * (1 - 系数)) >= 2",
    "either branch": "if 是新任教师 then 已认定学分 >= 下限 else 已认定学分 >= 2 * 下限",
    "a floor out of two": "已认定学分 >= 下限 + 近五年培训学时 * 系数",
    "a negative side": "-已认定学分 <= -下限",
}
LOOSER = {
    "a ceiling": "已认定学分 <= 下限",
    "a floor that must not be met": "not(已认定学分 >= 下限)",
    "a last day": "入职日期 < 起日",
    "each of fewer records": 'every 记 in 培训记录[学时 >= 下限] satisfies 记.培训类别 = "教研"',
    "one of more records": 'some 记 in 培训记录[学时 < 下限] satisfies 记.培训类别 = "教研"',
    "fewer of which there may be few": "count(培训记录[学时 >= 下限]) <= 2",
    "what is taken away": "已认定学分 >= 近五年培训学时 - 下限",
    "a divisor": "已认定学分 >= 近五年培训学时 / (下限 + 已认定学分)",
    "a negative factor": "已认定学分 >= (0 - 近五年培训学时) * 系数",
}
UNTOLD = {
    "an equality": "已认定学分 = 下限",
    "what is no equality": "已认定学分 != 下限",
    "a floor and a ceiling": "已认定学分 >= 下限 and 近五年培训学时 <= 下限",
    "both sides": "已认定学分 - 下限 * 系数 >= 近五年培训学时 - 下限",
    "a factor of either sign": "已认定学分 >= (近五年培训学时 - 500) * 系数 + 600",
    "a factor that moves as well": "已认定学分 >= (近五年培训学时 - 下限) * 系数 + 10",
    "which branch": "if 已认定学分 >= 下限 then 是新任教师 else 近五年培训学时 > 1",
    "which element": "培训记录[下限].学时 >= 2",
    "the greatest of what is left": "max(培训记录[学时 >= 下限].学时) >= 2",
    "the sum of what is left": "sum(培训记录[学时 >= 下限].学时) >= 2",
    "another text": "some 记 in 培训记录 satisfies 记.培训类别 = 类别",
    "a function": "已认定学分 >= modulo(近五年培训学时, 下限)",
}
UNKNOWN = {
    "that it counts for less hides what isn't known": (
        'count(培训记录[学时 >= 下限 and 培训类别 = "教研"]) <= 2'
    ),
    "that it counts for more hides what isn't known": (
        'count(培训记录[学时 < 下限 or 培训类别 = "教研"]) >= 2'
    ),
    "what is tested of the rest only": "count(培训记录[学时 >= 下限][认定学分 > 1]) <= 2",
    "within each record": (
        'count(培训记录[学时 >= 下限 and 培训类别 = "教研" or 认定学分 > 1]) >= 2'
    ),
}


@pytest.mark.parametrize("name", STRICTER)
def test_what_gets_stricter_is_true_only_where_it_was(name: str) -> None:
    found = move(STRICTER[name])
    assert (found.is_not_above, found.is_not_below) == (True, False)


@pytest.mark.parametrize("name", LOOSER)
def test_what_gets_looser_is_false_only_where_it_was(name: str) -> None:
    found = move(LOOSER[name])
    assert (found.is_not_above, found.is_not_below) == (False, True)


@pytest.mark.parametrize("name", UNTOLD)
def test_what_may_move_either_way_is_not_called_monotone(name: str) -> None:
    found = move(UNTOLD[name], kind="科研")
    assert (found.is_not_above, found.is_not_below) == (False, False)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_would_become_known_is_not_called_monotone(name: str) -> None:
    """A list is unknown where one of its elements is; leaving that one out makes it known."""
    found = move(UNKNOWN[name])
    assert (found.is_not_above, found.is_not_below) == (False, False)


@pytest.mark.parametrize("condition", [*STRICTER.values(), *LOOSER.values(), *UNTOLD.values()])
def test_what_keeps_its_values_does_not_move(condition: str) -> None:
    assert move(condition, **BEFORE) == SAME


@pytest.mark.parametrize("condition", ["已认定学分 >= 下限", "not(已认定学分 >= 下限)"])
def test_what_has_no_value_is_never_known_and_so_neither_met_nor_not_met(condition: str) -> None:
    found = move(condition, since="2026-01-01")
    assert (found.is_not_above, found.is_not_below) == (True, True)


def test_what_has_no_value_makes_nothing_true_beside_it() -> None:
    found = move("已认定学分 >= 下限 or 近五年培训学时 <= 系数", since="2026-01-01")
    assert (found.is_not_above, found.is_not_below) == (False, True)


def test_a_condition_that_is_known_of_more_cases_is_not_called_known_where_it_was() -> None:
    assert move("已认定学分 >= 下限").is_known
    assert not move("已认定学分 >= 下限 and 是新任教师").is_known
    assert move("已认定学分 <= 下限 and 是新任教师").is_known
    assert move("已认定学分 >= 下限 or 是新任教师").is_known
    assert not move("已认定学分 <= 下限 or 是新任教师").is_known


def test_a_name_that_means_something_else_is_not_taken_for_the_same() -> None:
    old, _ = tree("已认定学分 >= 下限", "")
    new, valueless = tree("已认定学分 >= 下限", "′", least="0.5", since="2026-01-01")
    assert valueless == {"下限′"}
    assert direct(old, new, valueless).is_not_above  # type: ignore[arg-type]
    assert not direct(old, new).is_not_above  # type: ignore[arg-type]
