"""Checks (核查) over two small entities, written by hand or at random, and records for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from xbyx_rules import (
    UNKNOWN,
    Complete,
    ExecutablePolicy,
    Incomplete,
    check_policy,
    compile_policy,
    read_policy,
)
from xbyx_rules.policy import Vocabulary, read_vocabulary

__all__ = ["Row", "compile_text", "random_document", "random_records", "write_document"]

Row = tuple[str, str, str]
"""A row of a check: 事实, 记作, 满足."""

_FIELDS = {
    "号": "文本",
    "组": "文本",
    "名": "文本",
    "数额": "数(2)",
    "次数": "整数",
    "日": "日期",
    "时": "日期时间",
    "真": "是非",
}
_ROW = "| {name} | {english} | {kind} | | | {relation} | 公开 | | |"


def _entity(name: str, english: str) -> str:
    rows = [
        _ROW.format(
            name=field,
            english=f"{english} {number}",
            kind=kind,
            relation="主键" if field == "号" else "",
        )
        for number, (field, kind) in enumerate(_FIELDS.items())
    ]
    head = "| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |"
    return "\n".join(
        [f'## {name} {{#{english} en="{english}"}}', "", head, "|---" * 9 + "|", *rows, ""]
    )


VOCABULARY = "# 词汇表\n\n" + _entity("甲类", "first") + "\n" + _entity("乙类", "second")

_HEAD = """---
policy: cn/random
title: 随机的核查
document: 无文号
kind: 试验
issuer: 试验
in-force: 2000-01-01..
validity: 未核实
refines: []
status: in-force
---

"""
_ORDERED = ("名", "数额", "次数", "日", "时")
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def compile_text(text: str) -> ExecutablePolicy:
    """A document over the small vocabulary, which must be without errors."""
    vocabulary, problems = read_vocabulary(VOCABULARY, "vocabulary.md")
    assert isinstance(vocabulary, Vocabulary), [one.render() for one in problems]
    policy, problems = read_policy(text, "policy.md")
    assert policy is not None, [one.render() for one in problems]
    checked, problems = check_policy(policy, vocabulary)
    assert checked is not None, text + "\n".join(one.render() for one in problems)
    return compile_policy(checked)


def write_document(*checks: Sequence[Row]) -> str:
    """A document with checks ``c0``, ``c1``, …, each given by its rows."""
    return _HEAD + "\n".join(_write_check(number, rows) for number, rows in enumerate(checks))


def _write_check(number: int, rows: Sequence[Row]) -> str:
    lines = [f"| {fact} | {alias} | {asked} |" for fact, alias, asked in rows]
    table = "\n".join(["| 事实 | 记作 | 满足 |", "|---|---|---|", *lines])
    return (
        f"## 核查 {number} {{#c{number}}}\n\n- 类别: 核查\n- 严重: 高\n- 依据: 无\n\n{table}\n\n"
        f"> 记录 {{a.号}}。\n"
    )


def random_document(random: Random, checks: int) -> str:
    """A document with some checks."""
    return write_document(*(_rows(random) for _ in range(checks)))


def _rows(random: Random) -> list[Row]:
    rows: list[Row] = []
    earlier: list[str] = []
    count = random.choice((1, 2, 2, 2, 3, 3, 4))
    for place in range(count):
        alias = "abcd"[place]
        is_absent = place > 0 and random.random() < 0.35
        entity = random.choice(("甲类", "乙类"))
        condition = _condition(random, alias, earlier)
        rows.append((f"{'无 ' if is_absent else ''}{entity}", alias, condition))
        if not is_absent:
            earlier.append(alias)
    return rows


def _condition(random: Random, alias: str, earlier: list[str]) -> str:
    parts: list[str] = []
    for other in earlier:
        roll = random.random()
        if roll < 0.6:
            parts.append(f"{alias}.组 = {other}.组")
        elif roll < 0.75:
            parts.append(f"{other}.名 = {alias}.名")
        if random.random() < 0.5:
            parts.append(_comparison(random, alias, other))
        if random.random() < 0.2:
            one, two = (_comparison(random, alias, other) for _ in range(2))
            parts.append(f"({one} or {two})")
        if random.random() < 0.2:
            one, two = (_own(random, random.choice((alias, other))) for _ in range(2))
            parts.append(f"({one} and {_comparison(random, alias, other)} or {two})")
        if random.random() < 0.1:
            parts.append(f"{alias}.数额 between {other}.数额 - 1 and {other}.数额 + 1")
    if random.random() < 0.35:
        parts.append(_own(random, alias))
    random.shuffle(parts)
    return " and ".join(parts)


def _comparison(random: Random, alias: str, other: str) -> str:
    if random.random() < 0.15:
        return f"{alias}.真 {random.choice(('=', '!='))} {other}.真"
    field = random.choice(_ORDERED)
    # WHY text only by equality: policies don't order texts.
    operator = random.choice(_OPERATORS[:2] if field == "名" else _OPERATORS)
    left, right = random.sample((f"{alias}.{field}", f"{other}.{field}"), 2)
    if field in ("数额", "次数") and random.random() < 0.3:
        right = f"{right} * 2"
    return f"{left} {operator} {right}"


def _own(random: Random, alias: str) -> str:
    return random.choice(
        (
            f"{alias}.真",
            f"not({alias}.真)",
            f"{alias}.数额 >= 1.5",
            f"{alias}.次数 < 2",
            f'{alias}.名 in ("x", "y")',
            f'({alias}.真 or {alias}.日 > date("2026-01-02"))',
        )
    )


def random_records(random: Random) -> dict[str, Any]:
    """Lists of records by entity: of few values, so that they meet; some fields unknown."""
    doubt = random.choice((0.0, 0.0, 0.0, 0.1, 0.3))
    found: dict[str, Any] = {}
    for entity in ("甲类", "乙类"):
        listed = [_record(random, f"{entity}{n}", doubt) for n in range(random.randrange(6))]
        is_open = doubt and random.random() < 0.2
        found[entity] = Incomplete(listed) if is_open else Complete(listed)
    return found


def _record(random: Random, key: str, doubt: float) -> dict[str, Any]:
    record = {
        "号": key,
        "组": random.choice(("p", "q")),
        # Texts that a careless encoding would take for numbers, or not escape.
        "名": random.choice(("x", "y", "1e-05", '"\\', "第十九中")),
        "数额": random.choice((Decimal(0), Decimal("1.50"), Decimal("1.5"), Decimal(3))),
        "次数": Decimal(random.randrange(3)),
        "日": date(2026, 1, random.randint(1, 3)),
        "时": datetime.fromisoformat(f"2026-01-01T{random.randint(8, 10):02d}:30"),
        "真": random.random() < 0.5,
    }
    return {name: one if random.random() >= doubt else UNKNOWN for name, one in record.items()}
