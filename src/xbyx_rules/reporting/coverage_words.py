"""The fixed words of the coverage page in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xbyx_rules.errors import Language

__all__ = ["COVERAGE_WORDS"]

COVERAGE_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "page": "条款与覆盖情况",
        "overview": "概况",
        "list": "条款一览",
        "text": "正文",
        "problems": "诊断",
        "own_words": (
            "文字是对官方文本的概括，以官方文本为准。旁边是覆盖情况：每一条怎样写成规则，例子和逐处改动说"
            "明了什么。"
        ),
        "unlisted": "没有条款清单，看不出官方文本有没有缺漏的条款。",
        "sources": "官方条款",
        "encoded": "有标题",
        "ruled": "有规则",
        "tested": "已测试",
        "tested_means": (
            "已测试：规则有例子，要求和核查的例子有符合、不符合、未知；例子都通过；逐处改动规则，例子都能"
            "发现，所以每个边界上都有例子。"
        ),
        "shares": "各种性质的条款：条数，以及写成规则、经过测试的条数",
        "nature": "性质",
        "number": "条数",
        "share": "占比",
        "total": "合计",
        "rows": "官方文本的每一条，以及不写条款号、以“依据”附在其下的标题",
        "clause": "条款",
        "title": "题目",
        "kind": "类别",
        "examples": "例子",
        "alterations": "改动",
        "noticed": "发现",
        "survived": "漏过",
        "same": "等价",
        "no_heading": "没有标题",
        "not_listed": "不在条款清单里",
        "coverage_of": "覆盖情况",
        "summary": "清单概要",
        "subject": "对象",
        "source_word": "原文用词",
        "reason": "类别与性质不同，因为",
        "no_reason": "类别与性质不同，没有说明",
        "rule": "写成",
        "no_examples": "没有例子",
        "failed": "不通过",
        "lacking": "缺",
        "boundary": "边界",
        "boundary_shown": "每个边界上都有例子",
        "boundary_lacking": "有边界没有例子",
        "boundary_none": "没有边界",
        "mutation": "逐处改动",
        "not_altered": "没有改动过规则",
        "undecided": "草案或未核实，不据以判定，没有改动",
        "figures": (
            "试了 {tried} 处，发现 {killed} 处，漏过 {survived} 处；等价 {equivalent} 处不必试"
        ),
        "beside": "附于其下",
        "cited_by": "也为其依据",
        "stands_by": "附于",
        "is_tested": "已测试",
        "is_not_tested": "未测试",
        "warning": "提醒",
        "error": "错误",
        "no_problems": "没有错误，也没有提醒。",
        "table": "表格",
        "in_force": "施行",
        "hash": "文件摘要",
        "joint": "、",
    },
    "en": {
        "page": "clauses and coverage",
        "overview": "Overview",
        "list": "All clauses",
        "text": "The document",
        "problems": "Diagnostics",
        "own_words": (
            "The wording sums up the official text, which prevails. Beside it stands its "
            "coverage: how each clause became a rule, and what its examples and alterations show."
        ),
        "unlisted": (
            "There is no list of clauses, so what is missed of the official text can't be told."
        ),
        "sources": "Clauses of the source",
        "encoded": "Encoded",
        "ruled": "With a rule",
        "tested": "Tested",
        "tested_means": (
            "Tested: the rule has examples, a requirement or a check met, unmet and unknown "
            "ones; all pass; and they notice every alteration of the rule, so each bound has an "
            "example on it."
        ),
        "shares": "Clauses by nature: how many, and how many became rules and are tested",
        "nature": "Nature",
        "number": "Number",
        "share": "Share",
        "total": "Total",
        "rows": "Each clause of the source, and the headings without locator that rest on it",
        "clause": "Clause",
        "title": "Title",
        "kind": "Kind",
        "examples": "Examples",
        "alterations": "Tried",
        "noticed": "Noticed",
        "survived": "Survived",
        "same": "Same",
        "no_heading": "no heading",
        "not_listed": "not in the list of clauses",
        "coverage_of": "Coverage of",
        "summary": "In the list",
        "subject": "Subject",
        "source_word": "Source's word",
        "reason": "The kind differs from the nature, because",
        "no_reason": "The kind differs from the nature, and no reason is given",
        "rule": "Encoded as",
        "no_examples": "no examples",
        "failed": "fail",
        "lacking": "Lacking",
        "boundary": "Bounds",
        "boundary_shown": "each has an example on it",
        "boundary_lacking": "some have no example on them",
        "boundary_none": "none",
        "mutation": "Alterations",
        "not_altered": "the rules were not altered",
        "undecided": "a draft or not verified: it decides nothing and was not altered",
        "figures": (
            "{tried} tried, {killed} noticed, {survived} survived; {equivalent} change nothing "
            "and were not tried"
        ),
        "beside": "Standing by it",
        "cited_by": "Also cited by",
        "stands_by": "Stands by",
        "is_tested": "tested",
        "is_not_tested": "not tested",
        "warning": "warning",
        "error": "error",
        "no_problems": "No errors and no warnings.",
        "table": "table",
        "in_force": "In force",
        "hash": "Digest",
        "joint": ", ",
    },
}
"""By language, then by key; both have the same keys."""
