"""What checking finds in a document as a whole: one case a code, with its line."""

from __future__ import annotations

import pytest

from xbyx_rules import CheckedPolicy, load_library, read_policy
from xbyx_rules.checking import check_policy
from xbyx_rules.errors import Diagnostic

VOCABULARY = load_library().vocabulary
DOCUMENT = """---
policy: cn/upper/lower
title: 试
document: 试〔2025〕1号
kind: 通知
issuer: 试
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
status: in-force
---

# 一

## 一-1 经费 {#funding}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
教师培训经费预算 >= 公用经费年度预算总额 * 比例
```

> 应不少于 {公用经费年度预算总额 * 比例} 元。

| 例 | 公用经费年度预算总额 | 教师培训经费预算 | 结果 |
|---|---|---|---|
| 够 | 100 | 5 | 符合 |
| 不够 | 100 | 4 | 不符合 |
| 未填 | | 5 | 暂无法判定 |

## 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 比例 | 5% | 2025-01-01 | 2025-12-31 | 一-1 | 已核实 |
| 比例 | 6% | 2026-01-01 | | 一-1 | 已核实 |

## 一-2 折算 {#convert}

- 类别: 计算
- 对象: 研修活动
- 结果: 学分 数

```feel
学时 / 20
```

## 一-3 领域 {#domains}

- 类别: 分类
- 词项: 研修活动.内容领域

| 取值 | 上级 | English | 说明 |
|---|---|---|---|
| 教师发展 | | | |
| 学生发展 | | | |
| 学校发展 | | | |
| 其他 | | | |

## 一-4 重复 {#twice}

- 类别: 核查
- 严重: 中

| 事实 | 记作 | 满足 |
|---|---|---|
| 研修活动 | a | a.学时 > 8 |
| 无 有效批准 | b | b.学校 = a.学校 |

> {a.名称} 没有批准。

## 一-5 流程 {#flow}

- 类别: 办理流程
- 对象: 年度计划
- 初始: 草稿
- 终结: 已备案

| 从 | 动作 | 到 | 由 | 须符合 | 条件 | 时限 | 来源 | 依据 |
|---|---|---|---|---|---|---|---|---|
| 草稿 | 备案 | 已备案 | 校长 | #funding | 经办人 != 提交人 | | 推论 | |

## 一-6 职责 {#duty}

- 类别: 职责
- 主体: 学校
- 流程: flow
"""

# Code, what is replaced in the document and by what, and the text at the place reported.
MISTAKES = (
    ("XR201", "总额 * 比例\n", "总额 * 比列\n", "比列"),
    ("XR201", "{公用经费年度预算总额 * 比例}", "{公用经费 * 比例}", "公用经费"),
    ("XR201", "| 例 | 公用经费年度预算总额 |", "| 例 | 公用经费总额 |", "公用经费总额"),
    ("XR201", "经办人 != 提交人", "经办 != 提交人", "经办"),
    ("XR202", "{a.名称}", "{a.名字}", "a.名字"),
    ("XR202", "b.学校 = a.学校", "b.学校 = a.校名", "a.校名"),
    ("XR204", "a.学时 > 8", "a.学时", "a.学时"),
    ("XR230", "| 6% |", '| "六" |', "| 比例"),
    ("XR231", "| 比例 |", "| 学时 |", "| 学时"),
    ("XR232", "| 5% |", "| 5 + 1 |", "5 + 1"),
    ("XR232", "| 100 | 4 |", "| 100 | 2 + 2 |", "2 + 2"),
    ("XR240", "{公用经费年度预算总额 * 比例}", "{公用经费年度预算总额", "{"),
    ("XR260", "| 研修活动 | a |", "| 研修活动动 | a |", "| 研修活动动"),
    ("XR261", "| 研修活动 | a | a.学时 > 8 |\n", "", "| 无"),
    ("XR271", "| 100 | 5 |", '| 100 | "5" |', '"5"'),
    ("XR272", "| 够 | 100 | 5 | 符合 |", "| 够 | 100 | 5 | 合格 |", "合格"),
    ("XR281", "结果: 学分 数", "结果: sum 数", "sum 数"),
    ("XR282", "结果: 学分 数", "结果: 学分 数目", "学分 数目"),
    ("XR283", "- 流程: flow", "- 流程: flow\n- 细化: cn/upper#funding", "cn/upper#funding"),
    ("XR284", "- 对象: 学校", "- 对象: 学較", "学較"),
    ("XR285", "学时 / 20", '"二十"', '"二十"'),
    ("XR286", "词项: 研修活动.内容领域", "词项: 研修活动.日期", "研修活动.日期"),
    ("XR287", "| 其他 | | | |\n", "", "研修活动.内容领域"),
    ("XR288", "学时 / 20", "学分 / 20", "一-2"),
    ("XR289", "- 流程: flow", "- 流程: flaw", "flaw"),
)


def check(
    text: str, above: tuple[CheckedPolicy, ...] = ()
) -> tuple[CheckedPolicy | None, tuple[Diagnostic, ...]]:
    policy, problems = read_policy(text, "policy.md")
    assert policy is not None, [one.render() for one in problems]
    return check_policy(policy, VOCABULARY, above)


def test_the_document_of_these_cases_is_sound() -> None:
    checked, problems = check(DOCUMENT)
    assert problems == ()
    assert checked is not None
    assert set(checked.lifecycles) == {"flow"}


@pytest.mark.parametrize(("code", "old", "new", "shown"), MISTAKES)
def test_one_mistake_is_one_diagnostic_at_its_place(
    code: str, old: str, new: str, shown: str
) -> None:
    assert old in DOCUMENT
    checked, problems = check(DOCUMENT.replace(old, new))
    assert checked is None
    found = [one for one in problems if one.code == code]
    assert len(found) == 1, [one.render() for one in problems]
    place = found[0].place
    assert place is not None
    line = DOCUMENT.replace(old, new).splitlines()[place.line - 1]
    assert found[0].excerpt == line
    assert line[place.column - 1 :].startswith(shown)


def test_a_requirement_without_an_unmet_example_is_warned_of() -> None:
    checked, problems = check(DOCUMENT.replace("| 不够 | 100 | 4 | 不符合 |\n", ""))
    assert checked is not None
    (found,) = problems
    assert (found.code, found.severity) == ("XR270", "warning")
    assert "不符合" in found.message("zh")


def above() -> tuple[CheckedPolicy, ...]:
    upper = DOCUMENT.replace("cn/upper/lower", "cn/upper")
    checked, _ = check(upper)
    assert checked is not None
    return (checked,)


LOWER = """---
policy: cn/upper/lower
title: 区
document: 试〔2026〕2号
kind: 通知
issuer: 试
division: "110108"
adopted: 2026-01-01
in-force: 2026-01-01..
validity: 未核实
refines: [cn/upper]
status: in-force
---

# 一

## 一-1 经费从严 {#stricter}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当
- 细化: cn/upper#funding

```feel
教师培训经费预算 >= 公用经费年度预算总额 * 比例 + 1
```
"""


def test_a_replacement_takes_the_place_of_the_rule_above_and_is_not_compared_yet() -> None:
    checked, problems = check(LOWER, above())
    assert checked is not None
    assert {one.code for one in problems} == {"XR270"}
    assert "funding" not in checked.clauses
    strictness = checked.clauses["stricter"].strictness
    assert strictness is not None
    assert strictness.status == "unjudged"
    assert checked.origins["convert"].id == "cn/upper"


def test_a_replacement_may_name_who_authorised_it() -> None:
    text = LOWER.replace("#funding\n", "#funding\n- 授权: 试〔2025〕1号 一-1\n")
    checked, problems = check(text, above())
    assert checked is not None
    assert {one.code for one in problems} == {"XR270"}
    strictness = checked.clauses["stricter"].strictness
    assert strictness is not None
    assert strictness.authority == "试〔2025〕1号 一-1"


def test_an_anchor_of_the_document_above_is_not_used_again_in_silence() -> None:
    text = LOWER.replace("{#stricter}", "{#convert}").replace("- 细化: cn/upper#funding\n", "")
    checked, problems = check(text, above())
    assert checked is None
    assert "XR280" in {one.code for one in problems}


def test_an_expired_document_says_until_when_it_was_in_force() -> None:
    expired = DOCUMENT.replace("status: in-force", "status: expired")
    checked, problems = check(expired)
    assert checked is None
    (found,) = problems
    assert found.code == "XR296"
    assert found.excerpt == "status: expired"
    ended = expired.replace("in-force: 2025-01-01..", "in-force: 2025-01-01..2025-12-31")
    assert check(ended)[1] == ()


JUDGED = """
## 一-7 有针对性 {#fits}

- 类别: 人工认定
- 对象: 学校
- 规范用语: 应当
- 效果: 提醒
- 证据: 计划
- 证明人: 区级审核员

| 例 | 认定 | 结果 |
|---|---|---|
| 已认定 | "符合" | 符合 |
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("- 规范用语: 应当\n", "", ["XR340"]),
        ("- 效果: 提醒\n", "", ["XR341"]),
        ("应当\n- 效果: 提醒", "鼓励", []),
        ("- 规范用语: 应当\n- 效果: 提醒\n", "", ["XR340"]),
    ],
)
def test_a_judgement_says_whether_it_blocks(old: str, new: str, expected: list[str]) -> None:
    checked, problems = check(DOCUMENT + JUDGED.replace(old, new, 1))
    assert checked is not None
    assert [one.code for one in problems] == expected
    for one in problems:
        assert one.severity == "warning"
        assert "有针对性" in one.render("zh")
