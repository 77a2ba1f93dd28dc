"""The beginning of a document: every clause of the source as a heading, with what is to be filled.

What is to be filled is marked ``【待填】``; checking reports each line that has the mark, so a
skeleton never passes for a finished document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xbyx_rules.errors import Diagnostic, Place

from .anchors import make_anchor
from .clause_list import ClauseList, ListedClause
from .layout import format_text
from .model import ClauseKind, ClauseNature, Expression, Force, Policy, Taxonomy
from .properties import KINDS
from .source import Source

__all__ = ["PLACEHOLDER", "find_placeholders", "write_skeleton"]

PLACEHOLDER = "【待填】"

_KINDS: Mapping[ClauseNature, ClauseKind] = {
    ClauseNature.COMPUTABLE: ClauseKind.REQUIREMENT,
    ClauseNature.TAXONOMY: ClauseKind.TAXONOMY,
    ClauseNature.JUDGEMENT: ClauseKind.JUDGEMENT,
    ClauseNature.PROCESS: ClauseKind.DUTY,
    ClauseNature.DECLARATORY: ClauseKind.PRINCIPLE,
}
# The source's word → the normative word it most likely is, looked for in this order.
_FORCES = {
    "不得": Force.SHALL_NOT,
    "严禁": Force.SHALL_NOT,
    "禁止": Force.SHALL_NOT,
    "方可": Force.ONLY_THEN,
    "鼓励": Force.ENCOURAGED,
    "负责": Force.DUTY,
    "可": Force.MAY,
}
_NO_WORD = "无"
# WHY: a period can't be left open to be filled; on no day that matters is the draft in force.
_NOT_YET = "9999-12-31.."


def write_skeleton(clauses: ClauseList) -> tuple[str | None, tuple[Diagnostic, ...]]:
    r"""The text of a `policy.md` that begins the encoding of a list of clauses.

    Pure: writes no file.

    Args:
        clauses: from `read_clause_list`.

    Returns:
        The text in canonical layout, with status ``draft``; it reads without an error.  Or None
        and why, where the list's own words can't stand in a document (a summary with ``{#``).

    Example:
        >>> from xbyx_rules.policy import read_clause_list
        >>> table = "| 条款 | 性质 | 概要 |\n|---|---|---|\n| 一(二) | 宣示 | 理念 |"
        >>> clauses, _ = read_clause_list(f"---\npolicy: cn/a\n---\n\n{table}\n", "clauses.md")
        >>> text, _ = write_skeleton(clauses)
        >>> print(text[text.index("## "):], end="")
        ## 一(二) 理念 {#clause-1-2}
        <BLANKLINE>
        - 类别: 原则性条款
        - 理由: 【待填】
        <BLANKLINE>
        【待填】用自己的话概括这一条，不照抄原文。
    """
    taken: set[str] = set()
    lines = list(_begin(clauses))
    for row in clauses.rows:
        anchor = make_anchor(row.locator, taken)
        taken.add(anchor)
        lines += _write_clause(row, anchor)
    return format_text("\n".join(lines) + "\n", "policy.md")


def find_placeholders(policy: Policy) -> tuple[Place, ...]:
    """Where a document is yet to be filled: the first mark of each line that has one."""
    source = Source(policy.text, policy.file)
    found = ((number, line.find(PLACEHOLDER)) for number, line in enumerate(source.lines, 1))
    return tuple(
        source.place(number, start, start + len(PLACEHOLDER))
        for number, start in found
        if start >= 0
    )


def _begin(clauses: ClauseList) -> Iterator[str]:
    yield from ("---", f"policy: {clauses.policy}", f"title: {PLACEHOLDER}")
    yield from (f"document: {PLACEHOLDER}", f"in-force: {_NOT_YET}", "status: draft", "---", "")
    yield f"{PLACEHOLDER}说明文件的来源；把 `in-force` 改成施行日期，并核对每一条的规范用语。"
    yield from ("", "# 条款", "")


def _write_clause(row: ListedClause, anchor: str) -> Iterator[str]:
    kind = _KINDS[row.nature]
    yield from (f"## {row.locator} {row.summary} {{#{anchor}}}", "", f"- 类别: {kind.zh}")
    for key in KINDS[kind].required:
        yield f"- {key}: {_fill(key, row)}"
    if row.source_word and not row.source_word.startswith(_NO_WORD):
        yield f"- 原文用词: {row.source_word}"
    yield from ("", f"{PLACEHOLDER}用自己的话概括这一条，不照抄原文。")
    if row.note:
        yield from ("", row.note)
    yield from _write_body(kind)
    yield ""


def _fill(key: str, row: ListedClause) -> str:
    match key:
        case "规范用语":
            found = (force for word, force in _FORCES.items() if word in row.source_word)
            return next(found, Force.SHALL).zh
        case "对象" | "主体":
            return PLACEHOLDER + row.subject
        case "词项":
            return f"{PLACEHOLDER}.{PLACEHOLDER}"
    return PLACEHOLDER


def _write_body(kind: ClauseKind) -> Iterator[str]:
    rule = KINDS[kind]
    if Expression in rule.bodies:
        yield from ("", "```feel", PLACEHOLDER, "```")
    if Taxonomy in rule.bodies:
        yield from ("", "| 取值 | 上级 | English | 说明 |", "|---|---|---|---|")
        yield f"| {PLACEHOLDER} | | | |"
    if kind is ClauseKind.REQUIREMENT:
        yield from ("", f"> {PLACEHOLDER}", ">", f"> en: {PLACEHOLDER}")
        yield from ("", f"| 例 | {PLACEHOLDER} | 结果 |", "|---|---|---|")
        yield f"| {PLACEHOLDER} | | 暂无法判定 |"
