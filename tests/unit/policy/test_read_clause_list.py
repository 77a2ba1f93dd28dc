"""Lists of clauses: what is read, and where the library finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xbyx_rules.policy import ClauseNature, load_library, read_clause_list, read_library

LIST = """\
---
policy: {policy}
---

# 条款清单

按官方文本的次序。

说明写出类别为何不同。

| 条款 | 性质 | 原文用词 | 对象 | 概要 | 说明 |
|---|---|---|---|---|---|
| 前言－1 | 分类 | | 研修活动 | 校本研修的定义 | |
| 六（三）-1b | 程序职责 | 负责 | 区级教师培训机构 | 甲\\|乙 | 由流程表达 |
"""
ENGLISH = """\
---
政策: cn/a
---

| summary | clause | nature |
|---|---|---|
| money | 六(二)-5 | computable |
| values | 第五条第二款 | taxonomy |
| quality | 附件二 | judgement |
| steps | 3.2 | process |
| ideas | 一 | declaratory |
"""
VOCABULARY = """\
## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 标识码 | code | 文本 | | | 主键 | 公开 | | |
"""
POLICY = """\
---
policy: {policy}
title: 示例
document: 示例〔2022〕1号
in-force: 2022-01-01..
status: draft
---
"""


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_every_cell_is_kept_and_locators_are_written_in_half_width() -> None:
    clauses, found = read_clause_list(LIST.replace("{policy}", "cn/a"), "clauses.md")
    assert clauses is not None
    assert found == ()
    assert clauses.policy == "cn/a"
    assert str(clauses.place) == "clauses.md:2:9"
    assert clauses.prose == "按官方文本的次序。\n\n说明写出类别为何不同。"
    first, second = clauses.rows
    assert (first.locator, first.nature, first.subject) == (
        "前言-1",
        ClauseNature.TAXONOMY,
        "研修活动",
    )
    assert (second.locator, second.source_word, second.note) == ("六(三)-1b", "负责", "由流程表达")
    assert second.summary == "甲|乙"
    assert (second.place.line, second.place.file) == (14, "clauses.md")


def test_the_english_spellings_are_read_in_any_order() -> None:
    clauses, found = read_clause_list(ENGLISH, "clauses.md")
    assert found == ()
    assert clauses is not None
    assert [(row.locator, row.nature) for row in clauses.rows] == [
        ("六(二)-5", ClauseNature.COMPUTABLE),
        ("第五条第二款", ClauseNature.TAXONOMY),
        ("附件二", ClauseNature.JUDGEMENT),
        ("3.2", ClauseNature.PROCESS),
        ("一", ClauseNature.DECLARATORY),
    ]
    assert {row.note for row in clauses.rows} == {""}


def test_a_list_is_found_beside_its_document_whichever_folder_either_is_from(
    tmp_path: Path,
) -> None:
    base, own = tmp_path / "base", tmp_path / "own"
    write(base, "vocabulary.md", VOCABULARY)
    for name in ("cn/a", "cn/b", "cn/c"):
        write(base, f"{name}/policy.md", POLICY.replace("{policy}", name))
    write(base, "cn/a/clauses.md", LIST.replace("{policy}", "cn/a"))
    write(own, "cn/a/policy.md", POLICY.replace("{policy}", "cn/a"))
    write(own, "cn/b/clauses.md", LIST.replace("{policy}", "cn/b"))
    library = load_library(base, own)
    assert {name: found.file for name, found in library.clause_lists.items()} == {
        "cn/a": (base / "cn/a/clauses.md").as_posix(),
        "cn/b": (own / "cn/b/clauses.md").as_posix(),
    }
    write(own, "cn/a/clauses.md", ENGLISH)
    assert len(load_library(base, own).clause_lists["cn/a"].rows) == 5


def test_a_list_of_another_document_or_of_none_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "vocabulary.md", VOCABULARY)
    write(tmp_path, "cn/b/policy.md", POLICY.replace("{policy}", "cn/b"))
    write(tmp_path, "cn/b/clauses.md", ENGLISH)
    write(tmp_path, "cn/lost/clauses.md", LIST.replace("{policy}", "cn/lost"))
    library, found = read_library(tmp_path)
    assert library is None
    assert [(one.code, one.place and one.place.line, one.excerpt) for one in found] == [
        ("XR044", 2, "政策: cn/a"),
        ("XR043", 1, ""),
    ]
    assert all(one.render("zh") and one.render("en") for one in found)


@pytest.mark.parametrize("content", ["---\npolicy: 甲".encode("gbk"), b"-" * 2_000_005])
def test_a_list_in_another_encoding_or_too_large_is_reported(
    content: bytes, tmp_path: Path
) -> None:
    write(tmp_path, "vocabulary.md", VOCABULARY)
    write(tmp_path, "cn/b/policy.md", POLICY.replace("{policy}", "cn/b"))
    (tmp_path / "cn/b/clauses.md").write_bytes(content)
    _, found = read_library(tmp_path)
    assert [one.code for one in found] == ["XR001" if len(content) < 100 else "XR002"]
