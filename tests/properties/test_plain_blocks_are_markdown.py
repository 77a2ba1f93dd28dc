"""Law: what is read from the lines alone is what Markdown's whole grammar reads from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import bundled_rules
from xbyx_rules.policy.blocks import Block, read_blocks, read_markdown
from xbyx_rules.policy.scanning import scan_plain
from xbyx_rules.policy.source import Source

DOCUMENTS = sorted(bundled_rules().rglob("*.md"))
PIECES = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            " ",
            "\t",
            "# 甲",
            "## 六(二)-5 乙 {#a}",
            "###### 丙 ##",
            "#丁",
            "# ",
            "####### 戊",
        ),
        *(
            "- 类别: 要求",
            "- 对象: 学校",
            "-",
            "- ",
            "-  两格",
            "- - 嵌套",
            "- 1. 一",
            "- # 题",
            "- > 引",
        ),
        *(
            "-\t制表",
            "- | a |",
            "* 星",
            "+ 加",
            "1. 一",
            "1) 一",
            "1990年",
            "1990. 年",
            "- ```",
            "---",
        ),
        *(
            "> 提示 {学时} 元",
            ">",
            "> ",
            ">紧",
            "> - 列",
            "> en: text",
            "> ===",
            "> | a |",
            "> |---|",
        ),
        *(
            "| 例 | 值 | 结果 |",
            "|---|---|---|",
            "| :-- | --: |",
            "| 一 | 2 | 符合 |",
            "| a |",
            "|---|",
        ),
        *(
            "|",
            "||",
            "| a \\| b |",
            "|-",
            "---|---",
            "a | b",
            "- | -",
            ":--|--:",
            "| 一 | 二",
            "|--|--|",
        ),
        *("```feel", "```", "````", "``` ", "  ```", "~~~", "```json", "学时 > 20", "``` feel"),
        *(
            "正文。",
            "**粗体**文字",
            "*斜体*",
            "***",
            "* * *",
            "_下划_",
            "___",
            "===",
            "=",
            "  缩进",
            "    码",
        ),
        *(
            "<div>",
            "<!-- 注 -->",
            "[a]: b",
            "\\# 转义",
            "\u3000全角缩进",
            "\u3000",
            "：冒号",
            ":",
            "尾部  ",
        ),
    ]
)


def both(text: str) -> tuple[tuple[list[Block], tuple[Diagnostic, ...]], ...]:
    ours, reference = Source(text, "policy.md"), Source(text, "policy.md")
    return (list(read_blocks(ours)), ours.problems), (read_markdown(reference), reference.problems)


@given(st.lists(PIECES, max_size=14))
@example(["- 类别: 要求", "", "- 对象: 学校"])
@example(["- 类别: 要求", "", "  缩进"])
@example(["> 提示 {学时} 元", ">", "> en: text", "", "> ===", "正文。"])
@example(["```feel", "学时 > 20", "", "```", "", "正文。"])
@example(["| 例 | 值 | 结果 |", "|---|---|---|", "| a |", "", "|---|"])
@settings(max_examples=3000, deadline=None)
def test_lines_of_any_sort_are_read_alike(lines: list[str]) -> None:
    ours, reference = both("\n".join(lines))
    assert ours == reference


@given(st.lists(st.text(st.sampled_from("# -*_+>|`~:=1.)甲\\ \t<[]"), max_size=6), max_size=6))
@settings(max_examples=3000, deadline=None)
def test_marks_in_any_order_are_read_alike(lines: list[str]) -> None:
    ours, reference = both("\n".join(lines))
    assert ours == reference


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_the_bundled_documents_are_read_alike(path: Path) -> None:
    text = path.read_text("utf-8")
    body = text.split("\n---\n", 1)[1] if text.startswith("---\n") else text
    ours, reference = both(body)
    assert ours == reference


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.parent.name)
def test_the_bundled_documents_are_plainly_written(path: Path) -> None:
    """Else the short way would be no use, and the comparison above would compare nothing."""
    text = path.read_text("utf-8")
    lines = (text.split("\n---\n", 1)[1] if text.startswith("---\n") else text).split("\n")
    assert scan_plain(lines, 1)[1] == len(lines) + 1
