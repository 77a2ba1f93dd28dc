"""The page of all codes, made from the catalogue so that it can't differ from it."""

from __future__ import annotations

from collections.abc import Iterator

from .catalogue import CATALOGUE

__all__ = ["to_markdown"]

_LAYERS = {
    "XR0": "政策文件与词汇表 · documents and vocabulary",
    "XR1": "表达式 · expressions (FEEL)",
    "XR2": "名称、类型与检查 · names, types, checking",
    "XR3": "判定 · deciding",
    "XR4": "办理流程的定义 · lifecycle definitions",
    "XR5": "办理动作 · commands",
    "XR6": "平台与适配器 · hosts and adapters",
    "XR7": "命令行 · command line",
    "XR8": "核查多条记录 · supervising",
    "XR9": "决策模型 · decision models (DMN)",
}


def to_markdown() -> str:
    """Every code with message and help in both languages, by layer, as one Markdown page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 诊断代码 · Diagnostic codes"
    yield ""
    yield "本页由 `xbyx_rules.errors.document` 从目录生成;代码一经使用不再改作他用。"
    yield ""
    yield "This page is made from the catalogue; a code is never reused; braces are filled in."
    layer = ""
    for code, entry in CATALOGUE.items():
        if code[:3] != layer:
            layer = code[:3]
            yield from ("", f"## {layer}xx {_LAYERS[layer]}")
        mark = " (提醒 · warning)" if entry.severity == "warning" else ""
        yield from ("", f"### {code}{mark}", "", f"- {entry.zh}", f"  - 办法：{entry.help_zh}")
        yield from (f"- {entry.en}", f"  - help: {entry.help_en}")
