"""A small library with every kind of clause, a case about a school, and its receipt."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xbyx_rules import Attestation, Case, Complete, ExecutablePolicy, Outcome, Subject, decide
from xbyx_rules.deciding import (
    Payload,
    Receipt,
    Review,
    compile_library,
    issue_receipt,
    payload_text,
    read_payload,
    read_receipt,
    receipt_text,
)
from xbyx_rules.policy import PolicyStore
from xbyx_rules.policy.library import Written, build_library

ON = date(2025, 10, 8)
TERMS = """# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 编号 | code | 文本 | | | 主键 | 公开 | | |
| 经费 | funds | 数(2) | 元 | [0..1e11] | | 内部 | | |
| 校长 | principal | 文本 | | | 引用 教职工 | 内部 | | |
| 教职工 | staff | 教职工 | | | 对多 | 内部 | | |
| 简介 | about | 文本 | | | | 公开 | | |

## 教职工 {#staff en="staff member"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 工号 | staff id | 文本 | | | 主键 | 个人 | | |
| 学时 | hours | 数(1) | 学时 | [0..1000] | | 内部 | | |

## 活动 {#activity en="activity"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 名称 | name | 文本 | | | | 公开 | | |
| 日期 | day | 日期 | | | | 公开 | | |
"""
ABOVE = """---
policy: cn/above
title: 上级办法
document: 上〔2025〕1号
kind: 办法
issuer: 机关
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
refines: []
status: in-force
---

# 一、要求

## 一-1 经费 {#funds}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

经费不低于下限。

```feel
经费 >= 经费下限
```

## 一-2 参数 {#parameters}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 经费下限 | 1000 | 2025-01-01 | | 一-2 | 已核实 |
"""
BELOW = """---
policy: cn/bj/below
title: 下级办法
document: 下〔2025〕2号
kind: 办法
issuer: 机关
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
refines: [cn/above]
status: in-force
---

# 一、要求

## 一-1 校长在编 {#head}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

校长是在编教职工。

```feel
some t in 教职工 satisfies t.工号 = 校长
```

## 一-2 学时折算 {#credit}

- 类别: 计算
- 对象: 教职工
- 结果: 学分 数

```feel
学时 / 20
```

## 一-3 实地查看 {#visit}

- 类别: 人工认定
- 对象: 学校
- 规范用语: 应当
- 证据: 现场记录
- 证明人: 督学

由督学到校查看。

## 一-4 活动早于建校日 {#early}

- 类别: 核查
- 严重: 高

| 事实 | 记作 | 满足 |
|---|---|---|
| 活动 | a | a.日期 < @"2025-01-01" |

> 活动“{a.名称}”早于本办法。
"""
SCHOOL = Case(
    Subject("学校", "s-1"),
    {
        "经费": Decimal("999.90"),
        "校长": "t-1",
        "教职工": Complete([{"工号": "t-1", "学时": 30}, {"工号": "t-2"}]),
        "简介": "没有一条规则读它",
    },
    {"活动": Complete([{"名称": "旧活动", "日期": date(2024, 12, 31)}])},
    (
        Attestation("visit", Outcome.MET, "p-7", "督学", "e-1", date(2025, 9, 1)),
        Attestation("other", Outcome.MET, "p-8", "督学", "e-2", date(2025, 9, 1)),
    ),
)
STAFF = Case(Subject("教职工", "t-1"), {"学时": Decimal(30)})


def compile_texts(
    terms: str = TERMS, above: str = ABOVE, below: str = BELOW
) -> dict[str, ExecutablePolicy]:
    """The policies of three texts."""
    documents = {"cn/above": above, "cn/bj/below": below}
    library, problems = build_library(
        [Written("vocabulary.md", terms)],
        {name: Written(f"{name}/policy.md", text) for name, text in documents.items()},
    )
    assert library is not None, problems
    return dict(compile_library(library))


RULES = compile_texts()
POLICY = RULES["cn/bj/below"]


def new_salts() -> Callable[[], str]:
    """Salts that differ, and are the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


def decide_case(case: Case = SCHOOL, only: tuple[str, ...] | None = None) -> Review:
    return decide(POLICY, case, on=ON, only=only)


def issue(case: Case = SCHOOL, only: tuple[str, ...] | None = None) -> tuple[Receipt, Payload]:
    return issue_receipt(POLICY, case, decide_case(case, only), salt_source=new_salts())


def alter(text: str, path: tuple[Any, ...], value: Any) -> str:
    """JSON with one place changed; the path's last step is a key or an index."""
    data = json.loads(text)
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    assert inner[path[-1]] != value
    inner[path[-1]] = value
    return json.dumps(data, ensure_ascii=False)


def alter_receipt(receipt: Receipt, *path: Any, value: Any) -> Receipt:
    return read_receipt(alter(receipt_text(receipt), path, value))


def alter_payload(payload: Payload, *path: Any, value: Any) -> Payload:
    return read_payload(alter(payload_text(payload), path, value))


def keep_in(folder: Path) -> PolicyStore:
    """A store with the texts of `POLICY`."""
    store = PolicyStore(folder)
    store.put(POLICY.checked.library)
    return store
