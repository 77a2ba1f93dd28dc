"""The fixed words of pages in both languages, besides those of an explanation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xbyx_rules.errors import Language

__all__ = ["PAGE_WORDS", "REVIEW_WORDS", "PageWords", "ReviewWords", "keep_in_one_line"]

# WHY not all that can't be printed: names have characters from private use areas.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})


def keep_in_one_line(text: str) -> str:
    r"""A platform's text or key so that it looks like what it is, whatever it says.

    A line break would look like a line of the report; a control character may command a terminal,
    and one that sets the direction of writing shows a text in another order.

    Example:
        >>> keep_in_one_line("甲校\n合格\x1b[2J")
        '甲校 合格�[2J'
    """
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) in _UNSEEN else one
        for one in " ".join(text.split())
    )


@dataclass(frozen=True, slots=True)
class PageWords:
    """What every page says in one language."""

    skip: str
    trail: str
    contents: str
    basis: str


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """What a review says in one language."""

    title: str
    subject: str
    on: str
    document: str
    status: str
    validity: str
    hash: str
    counts: str
    item: str
    tasks: str
    tasks_note: str
    nothing: str
    findings: str
    judgements: str
    not_applicable: str
    clause: str
    outcome: str
    todo: str
    count: str
    name: str
    value: str
    period: str
    closing: str


PAGE_WORDS: Final[Mapping[Language, PageWords]] = {
    "zh": PageWords(skip="跳到正文", trail="所在位置", contents="目录", basis="依据"),
    "en": PageWords(
        skip="Skip to the content", trail="You are here", contents="Contents", basis="Under"
    ),
}
"""The words of both languages."""

REVIEW_WORDS: Final[Mapping[Language, ReviewWords]] = {
    "zh": ReviewWords(
        title="逐条对照审查意见",
        subject="审查对象",
        on="判定日",
        document="依据文件",
        status="规则文件状态",
        validity="文件效力",
        hash="规则文本摘要",
        counts="总体情况",
        item="项",
        tasks="须先解决的事项",
        tasks_note="这些条款不符合或暂无法判定时，不能办理下一步。",
        nothing="没有须先解决的事项。",
        findings="逐条说明",
        judgements="待人工认定的条款",
        not_applicable="不适用的条款",
        clause="条款",
        outcome="结果",
        todo="须办理的事项",
        count="数目",
        name="名称",
        value="值",
        period="依据、施行时间和核实情况",
        closing="本意见由规则逐条计算得出，条文以官方文本为准；人工认定不由程序代替。",
    ),
    "en": ReviewWords(
        title="Review clause by clause",
        subject="Subject",
        on="Decided as on",
        document="Under",
        status="Status of the rules",
        validity="Validity of the document",
        hash="Digest of the rules' text",
        counts="Overview",
        item="",
        tasks="To be settled first",
        tasks_note="While these are not met or undetermined, the next step can't be taken.",
        nothing="Nothing has to be settled first.",
        findings="Clause by clause",
        judgements="Judgements that people have still to give",
        not_applicable="Clauses that do not apply",
        clause="Clause",
        outcome="Outcome",
        todo="What has to be done",
        count="Number",
        name="Name",
        value="Value",
        period="Basis, period and verification",
        closing="Computed rule by rule; the official text prevails, and no program stands in for a "
        "person's judgement.",
    ),
}
"""The words of both languages."""
