"""What canonical layout is, construct by construct; that it changes no meaning is a law."""

from __future__ import annotations

from pathlib import Path

import pytest

from xbyx_rules.policy import format_text, layout

CASES = Path(__file__).parents[2] / "cases" / "policy"
GOOD = (CASES / "good.md").read_text("utf-8")
FRONT = GOOD[: GOOD.index("\n\n", 4) + 2]

LAID_OUT = [
    # heading: locator in half width, one space, the anchor without blanks
    ("##  六（二）－5　  甲  {#a }", "## 六(二)-5 甲 {#a}"),
    ("# 二、 目标", "# 二、目标"),
    ("# 甲 ##", "# 甲"),
    # properties: Chinese keys and words, in order
    ("- 理由：甲\n- kind:principle", "- 类别: 原则性条款\n- 理由: 甲"),
    # an expression: signs outside strings and comments
    ("```feel\n甲 ≥ ２ // ≥\n  and 乙 ＝ “≥”\n\n```", '```feel\n甲 >= 2 // ≥\n  and 乙 = "≥"\n```'),
    ("~~~ feel\n甲\n~~~", "```feel\n甲\n```"),
    # messages
    (">甲\n>\n>EN：b", "> 甲\n>\n> en: b"),
    ("> 甲\n\n> en:b", "> 甲\n>\n> en: b"),
    # tables
    (
        "|parameter|value|verification|\n|:--|---:|:-:|\n|甲|≥|verified|\n|乙||未核实|",
        "| 参数 | 值 | 核实 |\n|:---|---:|:---:|\n| 甲 | >= | 已核实 |\n| 乙 | | 未核实 |",
    ),
    (
        "|U|甲|->乙|注|\n|-|-|-|-|\n|1|＞ 2|  “a\\|b”|＞|",
        '| U | 甲 | → 乙 | 注 |\n|---|---|---|---|\n| 1 | > 2 | "a\\|b" | ＞ |',
    ),
    (
        "|example|甲|expected|\n|-|-|-|\n|＞|２|符合|",
        "| 例 | 甲 | 结果 |\n|---|---|---|\n| ＞ | 2 | 符合 |",
    ),
]


def lay_out_blocks(body: str) -> str:
    """The layout of blocks that alone make no document."""
    source = layout.Source(body, "policy.md")
    lines: list[str] = []
    before = None
    for block in layout.read_blocks(source):
        if before is not None:
            lines.append(layout._between(before, block))
        lines += layout._lay_out_block(source, block, layout.Policy)
        before = block
    assert source.problems == ()
    return "\n".join(lines)


@pytest.mark.parametrize(("written", "expected"), LAID_OUT)
def test_a_construct_has_one_layout(written: str, expected: str) -> None:
    assert lay_out_blocks(written) == expected
    assert lay_out_blocks(expected) == expected


def test_the_front_matter_has_english_keys_in_order_and_no_blank_lines() -> None:
    keys = (
        "---",
        "状态: 现行有效",
        "",
        "policy:   cn/a",
        "标题：甲",
        "施行: 2022-01-01..",
        "文号: b",
    )
    written, found = format_text("\n".join((*keys, "---", "# 一、甲")), "policy.md")
    assert written is not None, found
    assert written.split("\n") == [
        "---",
        "policy: cn/a",
        "title: 甲",
        "document: b",
        "in-force: 2022-01-01..",
        "status: in-force",
        "---",
        "",
        "# 一、甲",
        "",
    ]


def test_line_ends_are_those_of_the_first_line_and_a_byte_order_mark_goes() -> None:
    plain, _ = format_text(GOOD, "policy.md")
    assert plain is not None
    lines = GOOD.split("\n")
    for first, expected in (("\r\n", plain.replace("\n", "\r\n")), ("\n", plain), ("\r", plain)):
        mixed = "\ufeff" + lines[0] + first + "\r\n".join(lines[1:])
        assert format_text(mixed, "policy.md")[0] == expected


def test_a_document_with_an_error_is_refused_with_it() -> None:
    written, found = format_text(GOOD.replace("类别", "类"), "policy.md")
    assert written is None
    assert {one.code for one in found} >= {"XR046"}


def test_nothing_is_given_that_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "spell_heading", lambda *_, **__: "# 别的")
    written, found = format_text(GOOD, "policy.md")
    assert written is None
    assert [one.code for one in found] == ["XR033"]


def test_a_long_hostile_document_is_laid_out_in_bounded_time() -> None:
    rows = "".join(f"|{number}|{'“' * 9}|未核实|\n" for number in range(1500))
    table = f"|parameter|value|verification|\n|-|-|-|\n{rows}"
    written, found = format_text(f"{FRONT}## 甲 {{#a}}\n\n{table}", "policy.md")
    assert written is not None, found[:1]
    assert written.count("\n| ") == 1501
