"""The ledger with documents that are read, checked, compiled and decided as they will be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    DISTRICT,
    HEAD,
    NINE,
    PLAN,
    REVIEWER,
    SCHOOL,
    PlanHost,
    command,
    open_platform,
    set_plan,
    tick,
)
from xbyx_rules.deciding import Attestation, Case, Subject, load_policies
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Actor
from xbyx_rules.policy import Outcome

VOCABULARY = """\
# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 学校标识码 | school code | 文本 | | | 主键 | 公开 | | |
| 所属区 | district | 文本 | | | | 公开 | | |
| 公用经费年度预算总额 | public funds | 数(2) | 元 | [0..1e11] | | 内部 | | |
| 教师培训经费预算 | training budget | 数(2) | 元 | [0..1e11] | | 内部 | | |

## 年度计划 {#annual-plan en="annual plan"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 计划编号 | plan id | 文本 | | | 主键 | 内部 | | |
| 学校 | school | 学校 | | | 对一 | 公开 | | |

## 经办人 {#actor en="actor"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 工号 | staff id | 文本 | | | 主键 | 个人 | | |
| 角色 | roles | 列表<文本> | | | | 内部 | | |
| 所属机构 | organisation | 文本 | | | | 公开 | | |
| 所属区 | district | 文本 | | | | 公开 | | |
"""

POLICY = """\
---
policy: test/year-plan
title: 年度计划办法
document: 试1号
kind: 指导意见
issuer: 某区
division: "110108"
adopted: 2022-06-02
in-force: 2022-06-02..
status: in-force
---

# 一、计划

## 1 经费达到比例 {#funding-floor}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当
- 原文用词: 要

培训经费不少于公用经费的百分之五。

```feel
教师培训经费预算 >= 公用经费年度预算总额 * 0.05
```

> 培训经费 {教师培训经费预算} 元,少于应有的 {公用经费年度预算总额 * 0.05} 元。

## 2 研修有专家指导 {#well-led}

- 类别: 人工认定
- 对象: 学校
- 规范用语: 应当
- 原文用词: 要
- 证据: 指导记录
- 证明人: 专家

由专家认定。

## 3 审核 {#annual-plan}

- 类别: 办理流程
- 对象: 年度计划
- 初始: 草稿
- 终结: 已备案
- 不变量: 已备案 之前必有 审核通过

计划逐级审核。

| 从 | 动作 | 到 | 由 | 须符合 | 条件 | 时限 | 来源 | 依据 |
|---|---|---|---|---|---|---|---|---|
| 草稿 | 提交校内审核 | 待校级审核 | 分管负责人 | | | | 推论 | |
| 待校级审核 | 签发并报送 | 待区级审核 | 校长 | #well-led | 经办人 != 提交人 | | 推论 | |
| 待校级审核 | 退回补正 | 草稿 | 校长 | | 意见 != "" | | 推论 | |
| 待区级审核 | 审核通过 | 审核通过 | 区级审核员 | #funding-floor | 经办人.所属区 = 学校.所属区 | 15 工作日 | 推论 | |
| 审核通过 | 备案 | 已备案 | 区教委备案员 | | | | 推论 | |
"""  # noqa: E501


class DocumentHost(PlanHost):
    """The platform of the other tests, in this vocabulary's words."""

    budget = Decimal("49999.99")

    def case(self, connection, subject, *, on):
        school = {
            "学校标识码": SCHOOL,
            "所属区": "110108",
            "公用经费年度预算总额": Decimal(1_000_000),
            "教师培训经费预算": self.budget,
        }
        return Case(subject, {"计划编号": subject.key, "学校": school})

    def lifecycle_of(self, entity):
        return {"年度计划": ("test/year-plan", "annual-plan")}[entity]


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    root = tmp_path_factory.mktemp("rules")
    (root / "vocabulary.md").write_text(VOCABULARY, "utf-8")
    folder = root / "test" / "year-plan"
    folder.mkdir(parents=True)
    (folder / "policy.md").write_text(POLICY, "utf-8")
    return load_policies(root)


@pytest.fixture
def platform(database, policies):
    engine, _, _ = open_platform(database)
    host = DocumentHost()
    ledger = Ledger(policies, host, tenant="110108", prefix="real_", clock=lambda: NINE)
    ledger.create_tables(engine)
    yield engine, ledger, host
    engine.dispose()


def refused_codes(call):
    with pytest.raises(CommandRefused) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def attest(ledger, engine):
    judged = Attestation("well-led", Outcome.MET, "x-1", "专家", "r-1", date(2026, 3, 1))
    school = Subject("学校", SCHOOL)
    ledger.attest(engine, school, judged, attestation_id="a-1", policy="test/year-plan", at=NINE)


def test_the_whole_way_with_every_kind_of_guard(platform):
    engine, ledger, host = platform
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    sign = command("签发并报送", HEAD, 2, at=tick(1))
    assert refused_codes(lambda: ledger.act(engine, sign)) == ["XR508"]
    attest(ledger, engine)
    ledger.act(engine, sign)
    approve = command("审核通过", REVIEWER, 3, at=tick(2))
    assert refused_codes(lambda: ledger.act(engine, approve)) == ["XR507"]
    host.budget = Decimal(50_000)
    ledger.act(engine, approve)
    assert ledger.act(engine, command("备案", CLERK, 4, at=tick(3))).target == "已备案"
    assert ledger.verify(engine).is_intact


@pytest.mark.parametrize(
    "signer",
    [
        Actor(DEPUTY.id, frozenset({"校长"}), SCHOOL, "110108"),
        Actor(DEPUTY.id, frozenset({"校长", "分管负责人"}), SCHOOL, ""),
        Actor(DEPUTY.id, frozenset({"校长"}), SCHOOL, "110105"),
    ],
)
def test_who_submitted_can_not_sign_in_whatever_post(platform, signer):
    engine, ledger, _ = platform
    attest(ledger, engine)
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    codes = refused_codes(lambda: ledger.act(engine, command("签发并报送", signer, 2)))
    assert codes in (["XR509"], ["XR510"])


def test_an_opinion_is_asked_for_by_the_condition(platform):
    engine, ledger, _ = platform
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    back = ledger.dry_run(engine, PLAN, "退回补正", actor=HEAD, at=NINE)["退回补正"]
    assert (back.is_allowed, back.is_comment_required) == (True, True)
    assert "XR505" in refused_codes(lambda: ledger.act(engine, command("退回补正", HEAD, 2)))
    ledger.act(engine, command("退回补正", HEAD, 2, comment="补充预算"))


def test_a_reviewer_of_another_district_is_refused(platform):
    engine, ledger, host = platform
    host.budget = Decimal(50_000)
    attest(ledger, engine)
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    ledger.act(engine, command("签发并报送", HEAD, 2))
    other = Actor("d-77", frozenset({"区级审核员"}), DISTRICT, "110105")
    unknown = Actor("d-78", frozenset({"区级审核员"}), DISTRICT, "")
    assert refused_codes(lambda: ledger.act(engine, command("审核通过", other, 3))) == ["XR509"]
    assert refused_codes(lambda: ledger.act(engine, command("审核通过", unknown, 3))) == ["XR510"]


def test_a_refusal_reads_well_in_both_languages(platform):
    engine, ledger, _ = platform
    attest(ledger, engine)
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    ledger.act(engine, command("签发并报送", HEAD, 2))
    (trial,) = ledger.dry_run(engine, PLAN, "审核通过", actor=REVIEWER, at=tick(1)).trials
    (diagnostic,) = trial.diagnostics
    assert "少于应有的 50000" in diagnostic.message("zh")
    assert diagnostic.help("zh")
    assert diagnostic.help("en")


def test_a_rule_not_in_force_blocks_rather_than_passes(platform):
    engine, ledger, host = platform
    host.budget = Decimal(50_000)
    set_plan(engine, status="待区级审核")
    early = NINE.replace(year=2021)
    ledger.start(engine, PLAN, actor=CLERK, command_id="s", at=early)
    approve = command("审核通过", REVIEWER, 1, at=early)
    assert "XR508" in refused_codes(lambda: ledger.act(engine, approve))
