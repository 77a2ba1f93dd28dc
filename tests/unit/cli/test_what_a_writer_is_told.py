"""Typical mistakes of a policy writer: the exact place, the true cause, and nothing besides."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.unit.cli.command import xbyx
from xbyx_rules import Case, Subject, decide, load_policies
from xbyx_rules.cli import ExitCode
from xbyx_rules.policy import bundled_rules

DOCUMENT = Path("cn/beijing/school-based-training/policy.md")

CASES = [
    # changed from, to, what is said, and where within its line
    ("| #four-documents |", "| #four-document |", "XR408", "#four-document"),
    ("| 审核通过 | 备案 |", "| 待备案 | 备案 |", "XR404", "待备案"),
    ("- 终结: 已备案, 已撤回,", "- 终结: 已备案, 已撤销,", "XR403", "已备案, 已撤销, 已终止"),
    (
        "经办人 != 提交人 | | 条文 | 六(四)-2b",
        "经办者 != 提交人 | | 条文 | 六(四)-2b",
        "XR201",
        "经办者",
    ),
]


def spoil(folder: Path, old: str, new: str) -> Path:
    rules = Path(shutil.copytree(bundled_rules(), folder / "rules"))
    text = (rules / DOCUMENT).read_text("utf-8")
    assert old in text
    (rules / DOCUMENT).write_text(text.replace(old, new, 1), "utf-8")
    return rules


@pytest.mark.parametrize(("old", "new", "code", "marked"), CASES)
def test_a_fault_in_a_flow_is_marked_where_it_stands(
    tmp_path: Path, old: str, new: str, code: str, marked: str
) -> None:
    rules = spoil(tmp_path, old, new)
    said = xbyx("check", rules).stderr
    place = next(line for line in said.splitlines() if line.startswith(code))
    line, column = (int(part) for part in place.split(":")[-2:])
    written = (rules / DOCUMENT).read_text("utf-8").splitlines()[line - 1]
    assert written[column - 1 :].startswith(marked)
    # A duty that names the flow is not at fault: the flow is there.
    assert "XR289" not in said


PARAMETER = "| 培训经费最低比例 | 5% | 2022-06-02 | | 六(二)-5 | {} |"


def test_an_example_that_fails_for_an_unverified_figure_says_so(tmp_path: Path) -> None:
    rules = spoil(tmp_path, PARAMETER.format("已核实"), PARAMETER.format("未核实"))
    result = xbyx("test", rules, "--clause", "funding-floor")
    assert result.exit_code == ExitCode.FINDINGS
    assert "“恰好达到”应为 符合，得出的是 暂无法判定（参数“培训经费最低比例”" in result.stderr
    assert "| 恰好达到 | 1000000 | 50000 | true | 符合 |" in result.stderr


DISTRICT = """---
policy: cn/beijing/dongcheng/training
title: 试
document: 试〔2025〕1号
in-force: 2025-01-01..
refines: [cn/beijing/school-based-training]
status: in-force
---

## 第一条 学分 {#credit}

- 类别: 计算
- 对象: 研修活动
- 结果: 学分 数(1)

```feel
学时 / 每分学时
```

## 第二条 有学分 {#has-credit}

- 类别: 要求
- 对象: 研修活动
- 规范用语: 应当

```feel
学分 >= 1
```

## 参数 {#figures}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 每分学时 | 2 | 2025-01-01 | | 第一条 | VERIFIED |
"""


@pytest.mark.parametrize(
    ("verified", "facts", "reason", "missing"),
    [
        ("未核实", {"学时": 4}, "每分学时", []),
        ("已核实", {}, "", ["学时"]),
    ],
)
def test_what_a_calculation_lacks_is_what_its_rule_lacks(
    tmp_path: Path, verified: str, facts: dict[str, int], reason: str, missing: list[str]
) -> None:
    folder = tmp_path / "cn/beijing/dongcheng/training"
    folder.mkdir(parents=True)
    (folder / "policy.md").write_text(DISTRICT.replace("VERIFIED", verified), "utf-8")
    policy = load_policies(bundled_rules(), tmp_path)["cn/beijing/dongcheng/training"]
    case = Case(Subject("研修活动", "H1"), facts)
    finding = decide(policy, case, on=date(2025, 10, 1), only=("has-credit",))["has-credit"]
    assert finding.outcome.zh == "暂无法判定"
    assert reason in finding.reason.get("zh", "")
    assert [one.name for one in finding.missing] == missing
    assert [one.name for one in finding.parameters] == ["每分学时"]
