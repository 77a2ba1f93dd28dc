"""A vocabulary without 经办人: a 条件 on the opinion is decided, one on a person is told of."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules.checking import check_policy
from xbyx_rules.compiling import compile_policy
from xbyx_rules.deciding import Case, Subject, decide_condition
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome, read_policy, read_vocabulary

TERMS = """# 词汇

## 申请 {#request en="request"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 编号 | number | 文本 | | | 主键 | 公开 | | |
"""
DOCUMENT = """---
policy: cn/x
title: 申请
document: 一号
in-force: 2022-01-01..
status: in-force
---

# 一、办理

## 申请的办理 {{#request-flow}}

- 类别: 办理流程
- 对象: 申请
- 初始: 草稿
- 终结: 同意

| 从 | 动作 | 到 | 由 | 须符合 | 条件 | 时限 | 来源 | 依据 |
|---|---|---|---|---|---|---|---|---|
| 草稿 | 同意 | 同意 | 校长 | | {condition} | | 推论 | |
"""
DAY = date(2026, 3, 2)


def check(condition: str):
    vocabulary, found = read_vocabulary(TERMS, "vocabulary.md")
    assert vocabulary is not None, found
    policy, problems = read_policy(DOCUMENT.format(condition=condition), "policy.md")
    assert policy is not None, problems
    return check_policy(policy, vocabulary)


@pytest.mark.parametrize(
    ("opinion", "outcome"), [("同意", Outcome.MET), ("", Outcome.NOT_MET)], ids=["given", "none"]
)
@pytest.mark.parametrize("submitter", [{"工号": "t-17"}, UNKNOWN], ids=["known", "unknown"])
def test_a_condition_on_the_opinion_needs_no_persons(opinion, outcome, submitter):
    checked, found = check('意见 != ""')
    assert checked is not None, found
    finding = decide_condition(
        compile_policy(checked),
        "request-flow",
        "草稿",
        "同意",
        Case(Subject("申请", "1"), {}),
        extra={"经办人": {"工号": "t-01"}, "提交人": submitter, "意见": opinion},
        on=DAY,
    )
    assert finding is not None
    assert finding.outcome is outcome


@pytest.mark.parametrize("condition", ["经办人 != 提交人", '经办人.角色 = "校长"'])
def test_a_condition_on_a_person_is_told_of_where_it_stands(condition):
    checked, found = check(condition)
    assert checked is None
    assert {(one.code, one.place.line) for one in found} == {("XR201", 20)}
    assert "经办人" in found[0].render("zh")
