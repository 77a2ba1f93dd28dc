"""Documents laid over others: nothing above changes or vanishes but by being replaced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from xbyx_rules import (
    Case,
    CheckedPolicy,
    Subject,
    compile_policy,
    decide,
    explain_review,
    read_policy,
)
from xbyx_rules.checking import check_policy
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Outcome, load_library

VOCABULARY = load_library().vocabulary
HEAD = """---
policy: {id}
title: 试
document: 试
in-force: 2025-01-01..
{refines}status: in-force
---

# 一

"""
SHARE = """## 参数 {#share}

| 参数 | 值 | 核实 |
|---|---|---|
| 比例 | 5% | 已核实 |

"""
DUE = """## 应有 {#due}

- 类别: 计算
- 对象: 学校
- 结果: 应有经费 数

```feel
公用经费年度预算总额 * 比例
```

"""
FLOOR = """## 底线 {#floor}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
教师培训经费预算 >= 应有经费
```

"""
FLOW = """## 流程 {#flow}

- 类别: 办理流程
- 对象: 学校
- 初始: 草稿
- 终结: 完成

| 从 | 动作 | 到 | 由 | 须符合 | 来源 |
|---|---|---|---|---|---|
| 草稿 | 提交 | 完成 | 校长 | #floor | 条文 |

"""


def check(
    body: str, above: tuple[CheckedPolicy, ...] = (), name: str = "cn/lower"
) -> tuple[CheckedPolicy | None, tuple[Diagnostic, ...]]:
    ids = ", ".join(one.policy.id for one in above)
    head = HEAD.format(id=name, refines=f"refines: [{ids}]\n" if above else "")
    policy, problems = read_policy(head + body, "policy.md")
    assert policy is not None, problems
    return check_policy(policy, VOCABULARY, above)


def upper(body: str, name: str = "cn/upper") -> CheckedPolicy:
    checked, problems = check(body, name=name)
    assert checked is not None, problems
    return checked


def replacing(body: str, anchor: str, new: str) -> str:
    line = f"- 细化: cn/upper#{anchor}\n- 类别"
    return body.replace("- 类别", line).replace(f"{{#{anchor}}}", f"{{#{new}}}")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (SHARE.replace("{#share}", "{#own}").replace("5%", '"多"'), "XR294"),
        (DUE.replace("{#due}", "{#own}"), "XR234"),
        (replacing(DUE, "due", "own").replace("应有经费", "另外的"), "XR292"),
        (replacing(DUE, "due", "own").replace("- 对象: 学校", "- 对象: 教职工"), "XR292"),
        (replacing(FLOOR, "floor", "own").replace("- 对象: 学校", "- 对象: 年度计划"), "XR292"),
        (replacing(FLOOR, "floor", "due"), "XR280"),
        (replacing(FLOOR, "floor", "own") + replacing(FLOOR, "floor", "second"), "XR293"),
        (replacing(FLOOR, "own", "own"), "XR283"),
    ],
)
def test_what_would_change_the_rules_above_in_silence_is_refused(body: str, code: str) -> None:
    checked, problems = check(body, (upper(SHARE + DUE + FLOOR),))
    assert checked is None
    assert code in {one.code for one in problems if one.severity == "error"}


@pytest.mark.parametrize(
    "body", [SHARE, DUE.replace("比例", "0.05"), FLOOR.replace("应有经费", "1")]
)
def test_a_name_that_two_documents_above_have_is_refused(body: str) -> None:
    above = (upper(SHARE + DUE + FLOOR), upper(body, "cn/other"))
    checked, problems = check("", above)
    assert checked is None
    assert {one.code for one in problems} == {"XR291"}


def test_what_two_documents_above_have_from_one_is_one() -> None:
    base = upper(SHARE + DUE + FLOOR)
    middle, problems = check("", (base,), "cn/middle")
    assert middle is not None, problems
    checked, problems = check("", (base, middle))
    assert checked is not None, problems
    assert list(checked.clauses) == ["share", "due", "floor"]


def test_a_flow_above_requires_what_replaces_its_requirement() -> None:
    body = replacing(FLOOR, "floor", "stricter").replace("应有经费", "应有经费 * 2")
    checked, problems = check(body, (upper(SHARE + DUE + FLOOR + FLOW),))
    assert checked is not None, problems
    (step,) = checked.lifecycles["flow"].transitions
    assert step.must_meet == ("stricter",)


def test_a_rule_above_is_typed_again_under_another_value_of_its_parameter() -> None:
    # WHY: the sign of 比例 decides in which direction the quotient is multiplied out.
    rule = FLOOR.replace("教师培训经费预算 >= 应有经费", "教师培训经费预算 / 比例 >= -1000")
    checked, problems = check(
        SHARE.replace("{#share}", "{#own}").replace("5%", "-0.5"), (upper(SHARE + rule),)
    )
    assert checked is not None, problems
    case = Case(Subject("学校", "1"), {"教师培训经费预算": Decimal(600)})
    review = decide(compile_policy(checked), case, on=date(2025, 10, 1))
    assert review["floor"].outcome is Outcome.NOT_MET


def test_a_document_above_that_has_lapsed_flags_what_rests_on_it() -> None:
    ended = HEAD.replace("2025-01-01..", "2025-01-01..2025-12-31").format(id="cn/upper", refines="")
    policy, _ = read_policy(ended + SHARE, "policy.md")
    assert policy is not None
    above, _ = check_policy(policy, VOCABULARY)
    assert above is not None
    lower, _ = check(FLOOR.replace("应有经费", "1"), (above,))
    assert lower is not None
    case = Case(Subject("学校", "1"), {"教师培训经费预算": Decimal(2)})
    ready = compile_policy(lower)
    assert decide(ready, case, on=date(2025, 12, 31)).lapsed == ()
    later = decide(ready, case, on=date(2026, 1, 1))
    assert later.lapsed == ("试《试》",)
    assert later["floor"].outcome is Outcome.MET
    assert "提请注意：所依据的“试《试》”" in explain_review(later)
    assert "was not in force that day" in explain_review(later, "en")
