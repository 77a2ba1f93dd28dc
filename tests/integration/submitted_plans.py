"""Plans whose terms are read from the platform's columns, with a flow that returns them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    PLANS,
    REVIEWER,
    PlanHost,
    command,
    open_platform,
    set_plan,
    tick,
)
from tests.servers.databases import Database
from xbyx_rules import Complete, ExecutablePolicy
from xbyx_rules.deciding import Case, Subject, load_policies
from xbyx_rules.hosting import Ledger

__all__ = ["SubmittedHost", "come_back", "open_plans", "return_and_change", "write_rules"]

_VOCABULARY = """\
# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 学校标识码 | school code | 文本 | | | 主键 | 公开 | | |
| 电话 | telephone | 文本 | | | | 公开 | | |

## 年度计划 {#annual-plan en="annual plan"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 计划编号 | plan id | 文本 | | | 主键 | 公开 | | |
| 学校 | school | 学校 | | | 对一 | 公开 | | |
| 要点 | outline | 文本 | | | | 公开 | | |
| 经费 | budget | 数(2) | 元 | | | 内部 | | |
| 联系人 | contact | 文本 | | | | 个人 | | |
| 明细 | items | 明细 | | | 对多 | 公开 | | |

## 明细 {#item en="item"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 科目 | item | 文本 | | | 主键 | 公开 | | |
| 金额 | amount | 数(2) | 元 | | | 公开 | | |
"""
_POLICY = """\
---
policy: test/submitted
title: 年度计划办法
document: 试2号
kind: 指导意见
issuer: 某区
division: "110108"
adopted: 2022-06-02
in-force: 2022-06-02..
status: in-force
---

# 一、计划

## 1 审核 {#annual-plan}

- 类别: 办理流程
- 对象: 年度计划
- 初始: 草稿
- 终结: 审核通过
- 意见必填: 退回补正, 退回学校

计划逐级审核，可以退回到校级审核。

| 从 | 动作 | 到 | 由 | 须符合 | 条件 | 时限 | 来源 | 依据 |
|---|---|---|---|---|---|---|---|---|
| 草稿 | 提交校内审核 | 待校级审核 | 分管负责人 | | | | 推论 | |
| 待校级审核 | 签发并报送 | 待区级审核 | 校长 | | | | 推论 | |
| 待校级审核 | 退回补正 | 草稿 | 校长 | | | | 推论 | |
| 待区级审核 | 审核通过 | 审核通过 | 区级审核员 | | | | 推论 | |
| 待区级审核 | 退回学校 | 待校级审核 | 区级审核员 | | | | 推论 | |
"""


class SubmittedHost(PlanHost):
    """The platform, whose columns hold an outline, a sum and a person; a telephone beside."""

    telephone = "1"

    def case(self, connection: Any, subject: Subject, *, on: date) -> Case:
        row = connection.execute(select(PLANS).where(PLANS.c.plan_no == subject.key)).one()
        amount = Decimal(row.funding)
        facts = {
            "计划编号": subject.key,
            "学校": {"学校标识码": "2111000001", "电话": self.telephone},
            "要点": row.note,
            "经费": amount,
            "联系人": row.documents,
            "明细": Complete([{"科目": "资料费", "金额": amount / 2}]),
        }
        return Case(subject, facts)

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        return {"年度计划": ("test/submitted", "annual-plan")}[entity]


def write_rules(root: Path) -> Path:
    """A rules folder with the document above."""
    folder = root / "test" / "submitted"
    folder.mkdir(parents=True)
    (root / "vocabulary.md").write_text(_VOCABULARY, "utf-8")
    (folder / "policy.md").write_text(_POLICY, "utf-8")
    return root


def open_plans(
    place: Database | Path | None, policies: Mapping[str, ExecutablePolicy] | Path
) -> tuple[Any, Ledger, SubmittedHost]:
    """The platform with one plan in draft, and its ledger."""
    engine, _, _ = open_platform(place)
    set_plan(engine, note="读书", funding="100", documents="t-30")
    host = SubmittedHost()
    known = load_policies(policies) if isinstance(policies, Path) else policies
    ledger = Ledger(known, host, tenant="110108", prefix="sub_", clock=lambda: NINE)
    ledger.create_tables(engine)
    return engine, ledger, host


def return_and_change(ledger: Ledger, engine: Any, **columns: Any) -> None:
    """Submit (2), return (3), change some columns, submit again (4)."""
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    ledger.act(engine, command("退回补正", HEAD, 2, at=tick(1), comment="补充"))
    _change(engine, columns)
    ledger.act(engine, command("提交校内审核", DEPUTY, 3, at=tick(2)))


def come_back(ledger: Ledger, engine: Any, **columns: Any) -> None:
    """After that: signed (5), returned to the school (6), changed, and signed again (7)."""
    ledger.act(engine, command("签发并报送", HEAD, 4, at=tick(3)))
    ledger.act(engine, command("退回学校", REVIEWER, 5, at=tick(4), comment="核对"))
    _change(engine, columns)
    ledger.act(engine, command("签发并报送", HEAD, 6, at=tick(5)))


def _change(engine: Any, columns: Mapping[str, Any]) -> None:
    if columns:
        set_plan(engine, PLAN.key, **columns)
