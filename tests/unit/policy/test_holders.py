"""Who reports a fact: the column 填报 and the heading's `held-by`, in either spelling."""

from __future__ import annotations

import pytest

from xbyx_rules.policy import Vocabulary, read_vocabulary

TABLE = """
| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 | {column} |
|---|---|---|---|---|---|---|---|---|---|
| 甲 | one | 文本 | | | | 公开 | | | 区教委 |
| 乙 | two | 文本 | | | | 公开 | | | |
"""


def read(text: str, base: Vocabulary | None = None) -> Vocabulary:
    vocabulary, found = read_vocabulary(text, "vocabulary.md", base)
    assert vocabulary is not None, found
    return vocabulary


@pytest.mark.parametrize("column", ["填报", "held-by"])
@pytest.mark.parametrize("attribute", ["held-by", "填报"])
def test_a_term_and_an_entity_name_who_reports_them(column: str, attribute: str) -> None:
    heading = f'## 学校 {{#school en="school" {attribute}="学校"}}\n'
    school = read(heading + TABLE.format(column=column)).entities["学校"]
    assert school.holder == "学校"
    assert {name: term.holder for name, term in school.terms.items()} == {"甲": "区教委", "乙": ""}


def test_neither_has_to_be_said() -> None:
    text = """## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 甲 | one | 文本 | | | | 公开 | | |
"""
    school = read(text).entities["学校"]
    assert (school.holder, school.terms["甲"].holder) == ("", "")


def test_a_vocabulary_laid_over_another_keeps_who_reports_an_entity() -> None:
    below = read('## 学校 {#school en="school" held-by="学校"}\n' + TABLE.format(column="填报"))
    over = '## 学校 {#school en="school"}\n' + TABLE.format(column="填报").replace("甲", "丙")
    assert read(over.replace("| one |", "| three |"), below).entities["学校"].holder == "学校"
