"""A skeleton has every clause of the list, reads without an error, and isn't finished."""

from __future__ import annotations

import pytest

from xbyx_rules.checking import check_policy
from xbyx_rules.policy import (
    PLACEHOLDER,
    ClauseKind,
    ClauseList,
    DocumentStatus,
    bundled_rules,
    find_placeholders,
    format_text,
    load_library,
    read_clause_list,
    read_policy,
    write_skeleton,
)
from xbyx_rules.policy.anchors import make_anchor

VOCABULARY = load_library().vocabulary
ROWS = """| 前言-1 | 分类 | 无（定义） | 研修活动 | 定义 | 说明一句。 |
| 六(二)-5 | 可计算 | 不得 | 经费 | 经费够用 | |
| 六(二)-6 | 可计算 | 可 | | 可以多 | |
| 第五条 | 人工判断 | 应 | 学校 | 内容合适 | |
| 3.2 | 程序职责 | 负责 | 区 | 由区审核 | |
| 附则一 | 宣示 | | | 解释 | |"""


def list_clauses(rows: str) -> ClauseList:
    table = "| 条款 | 性质 | 原文用词 | 对象 | 概要 | 说明 |\n|---|---|---|---|---|---|\n"
    clauses, found = read_clause_list(f"---\npolicy: cn/a\n---\n\n{table}{rows}\n", "clauses.md")
    assert clauses is not None, found
    return clauses


def test_each_clause_is_a_heading_of_the_kind_its_nature_suggests() -> None:
    text, found = write_skeleton(list_clauses(ROWS))
    assert text is not None, found
    policy, problems = read_policy(text, "policy.md")
    assert policy is not None
    assert problems == ()
    assert policy.status is DocumentStatus.DRAFT
    assert [(one.locator, one.title, one.id, one.kind) for one in policy.clauses if one.kind] == [
        ("前言-1", "定义", "preface-1", ClauseKind.TAXONOMY),
        ("六(二)-5", "经费够用", "clause-6-2-5", ClauseKind.REQUIREMENT),
        ("六(二)-6", "可以多", "clause-6-2-6", ClauseKind.REQUIREMENT),
        ("第五条", "内容合适", "clause-5", ClauseKind.JUDGEMENT),
        ("3.2", "由区审核", "clause-3-2", ClauseKind.DUTY),
        ("附则一", "解释", "supplement-1", ClauseKind.PRINCIPLE),
    ]
    floor = policy.clause("clause-6-2-5")
    assert floor is not None
    assert floor.property("规范用语") == "不得"
    assert floor.property("对象") == f"{PLACEHOLDER}经费"
    assert format_text(text, "policy.md")[0] == text


def test_a_skeleton_never_passes_checking_and_says_line_by_line_what_is_missing() -> None:
    text, _ = write_skeleton(list_clauses(ROWS))
    assert text is not None
    policy, _ = read_policy(text, "policy.md")
    assert policy is not None
    checked, found = check_policy(policy, VOCABULARY)
    assert checked is None
    lines = {number for number, line in enumerate(text.split("\n"), 1) if PLACEHOLDER in line}
    unfilled = [one for one in found if one.code == "XR073"]
    assert {one.place.line for one in unfilled if one.place} == lines
    assert len(unfilled) == len(lines) == len(find_placeholders(policy))
    others = [one for one in found if one.code != "XR073" and one.severity == "error"]
    assert not [one for one in others if one.place and one.place.line in lines]


def test_each_single_clause_left_unfilled_keeps_a_document_from_passing() -> None:
    library = load_library()
    done = library.policies["cn/beijing/school-based-training"]
    for row in ROWS.split("\n"):
        text, _ = write_skeleton(list_clauses(row))
        assert text is not None
        clause = text[text.index("## ") :].replace("前言-1", "前言-9")
        clause = clause.replace(row.split("|")[1].strip(), "九-9")
        policy, found = read_policy(f"{done.text}\n{clause}", "policy.md")
        assert policy is not None, found
        checked, found = check_policy(policy, VOCABULARY)
        assert checked is None
        assert "XR073" in {one.code for one in found}


def test_the_bundled_list_gives_a_skeleton_with_each_of_its_clauses() -> None:
    file = bundled_rules() / "cn/beijing/school-based-training/clauses.md"
    clauses, _ = read_clause_list(file.read_text("utf-8"), "clauses.md")
    assert clauses is not None
    text, found = write_skeleton(clauses)
    assert text is not None, found
    policy, _ = read_policy(text, "policy.md")
    assert policy is not None
    locators = [one.locator for one in policy.clauses if one.kind]
    assert locators == [one.locator for one in clauses.rows]


def test_words_that_cannot_stand_in_a_heading_are_refused_with_the_reason() -> None:
    text, found = write_skeleton(list_clauses("| 一-1 | 宣示 | | | 甲 {#x | |"))
    assert text is None
    assert {one.code for one in found} == {"XR035"}


@pytest.mark.parametrize(
    ("locator", "taken", "anchor"),
    [
        ("四(一)-3a", (), "clause-4-1-3a"),
        ("六（四）－２B", (), "clause-6-4-2b"),
        ("第一百二十条之一", (), "clause-120-1"),
        ("二〇", (), "clause-20"),
        ("一", {"clause-1", "clause-1-again-2"}, "clause-1-again-3"),
    ],
)
def test_an_anchor_says_the_locator_in_ascii(
    locator: str, taken: frozenset[str], anchor: str
) -> None:
    assert make_anchor(locator, taken) == anchor
