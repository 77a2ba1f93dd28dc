"""A document's own text as HTML: tables, expressions, messages and examples as they stand.

Nothing of the text becomes markup but its blocks: no link, image or emphasis, so that `a*b*c` stays
what it is and no page ever loads anything that a document names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from xbyx_rules.policy import Clause

__all__ = ["render_body", "render_prose"]

_TABLE = '<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'


def render_body(clause: Clause, label: str) -> Markup:
    """All that stands under a heading but its properties.

    Args:
        clause: as read.
        label: of its tables, for whoever has them read aloud; each gets its number too, since
            no two regions of a page may have one name.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> "<blockquote>" in render_body(policy.clause("funding-floor"), "表")
        True
    """
    tokens = _markdown().parse(clause.source)
    start = _end_of(tokens, "heading_close")
    if clause.properties:
        start = _end_of(tokens, "bullet_list_close", start)
    return _render(tokens[start:], label)


def render_prose(text: str) -> Markup:
    """Paragraphs, such as those before a document's first heading."""
    return _render(_markdown().parse(text), "")


def _end_of(tokens: Sequence[Token], kind: str, start: int = 0) -> int:
    """The position after the first such token at the top; `start` where there is none."""
    ends = (
        at + 1
        for at, one in enumerate(tokens)
        if at >= start and one.type == kind and one.level == 0
    )
    return next(ends, start)


def _render(tokens: Sequence[Token], label: str) -> Markup:
    markdown = _markdown()
    html = markdown.renderer.render(tokens, markdown.options, {"label": label, "tables": count(1)})
    return Markup(html)  # noqa: S704  WHY: with "html" off the renderer escapes every text


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("reference")
    markdown.inline.ruler.enableOnly(["text", "backticks"])
    markdown.add_render_rule("table_open", _open_table)
    markdown.add_render_rule("table_close", _close_table)
    markdown.add_render_rule("th_open", _open_header)
    return markdown


def _open_table(
    _renderer: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, env: Any
) -> str:
    return _TABLE.format(label=Markup.escape(f"{env['label']} {next(env['tables'])}"))


def _close_table(
    _renderer: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any
) -> str:
    return "</table></div>\n"


def _open_header(
    _renderer: RendererHTML, _tokens: Sequence[Token], _at: int, _options: Any, _env: Any
) -> str:
    return '<th scope="col">'
