"""Draw a flow as SVG: self-contained, without scripts, light and dark, readable without colour."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.errors import Language

from .layout import Arrow, Box, Layout, lay_out

__all__ = ["draw_flow"]

_STYLE: Final = """
.xbyx-flow { --ink: #1c2733; --soft: #5b6875; --paper: #ffffff; --done: #e3efe6; --now: #1d4f91;
  --now-ink: #ffffff; background: var(--paper); font: 14px "Noto Sans CJK SC", "Source Han Sans SC",
  "Microsoft YaHei", "PingFang SC", sans-serif; }
@media (prefers-color-scheme: dark) { .xbyx-flow { --ink: #e6ebf0; --soft: #9fabb8;
  --paper: #14191f; --done: #21382a; --now: #9cc4ff; --now-ink: #0c1a2b; } }
.xbyx-flow rect { fill: var(--paper); stroke: var(--ink); stroke-width: 1.5; }
.xbyx-flow .done rect { fill: var(--done); }
.xbyx-flow .now rect { fill: var(--now); stroke-width: 3; }
.xbyx-flow .todo rect { stroke: var(--soft); stroke-dasharray: 5 4; }
.xbyx-flow rect.final { fill: none; stroke-width: 1; stroke-dasharray: none; }
.xbyx-flow text { fill: var(--ink); text-anchor: middle; }
.xbyx-flow .now text { fill: var(--now-ink); font-weight: bold; }
.xbyx-flow .mark, .xbyx-flow .label { font-size: 12px; }
.xbyx-flow .label { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.xbyx-flow path { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.xbyx-flow .head { fill: var(--soft); stroke: none; }
"""

_MARKS: Final[dict[Language, dict[str, str]]] = {
    "zh": {"done": "✓ 已办", "now": "● 当前", "todo": "○ 未到"},
    "en": {"done": "✓ done", "now": "● now", "todo": "○ not reached"},
}


def draw_flow(
    lifecycle: CheckedLifecycle,
    *,
    current: str | None = None,
    visited: Collection[str] = (),
    title: str = "",
    language: Language = "zh",
) -> str:
    """Draw a flow.

    States that were passed have a tint and say ``✓ 已办``; the current one is filled and says
    ``● 当前``; one not reached has a dashed frame and says ``○ 未到``.  Final ones have a double
    frame.

    Args:
        lifecycle: the flow.
        current: the state to mark as current; None for the flow alone, without marks.
        visited: states that the subject has been in.
        title: for screen readers; the flow's subject unless given.
        language: of marks and descriptions; names stay as the document has them.

    Returns:
        One ``<svg>`` element, to be written to a file or put into a page.
    """
    layout = lay_out(lifecycle)
    name = f"xbyx-{_slug(lifecycle.id)}"
    heading = title or _heading(lifecycle, language)
    parts = [
        _open_tag(layout, name),
        f'<title id="{name}-title">{escape(heading)}</title>',
        f'<desc id="{name}-desc">{escape(_describe(lifecycle, current, visited, language))}</desc>',
        f"<style>{_STYLE}</style>",
        *(_draw_line(arrow) for arrow in layout.arrows),
        *(_draw_box(box, lifecycle, current, visited, language) for box in layout.boxes),
        # WHY last: a label stays readable where a line crosses it.
        *(_draw_label(arrow) for arrow in layout.arrows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _open_tag(layout: Layout, name: str) -> str:
    width, height = layout.width, layout.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="xbyx-flow" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-labelledby="{name}-title {name}-desc">'
    )


def _mark_of(state: str, current: str | None, visited: Collection[str]) -> str:
    if current is None:
        return ""
    if state == current:
        return "now"
    return "done" if state in visited else "todo"


def _draw_box(
    box: Box,
    lifecycle: CheckedLifecycle,
    current: str | None,
    visited: Collection[str],
    language: Language,
) -> str:
    mark = _mark_of(box.state, current, visited)
    middle = box.x + box.width // 2
    baseline = box.y + (25 if mark else 34)
    parts = [
        f"<g class={quoteattr(f'state {mark}'.strip())}>",
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="8"/>',
    ]
    if box.state in lifecycle.finals:
        parts.append(
            f'<rect class="final" x="{box.x + 4}" y="{box.y + 4}" width="{box.width - 8}" '
            f'height="{box.height - 8}" rx="5"/>'
        )
    parts.append(f'<text x="{middle}" y="{baseline}">{escape(box.state)}</text>')
    if mark:
        word = _MARKS[language][mark]
        parts.append(f'<text class="mark" x="{middle}" y="{box.y + 45}">{word}</text>')
    return "".join([*parts, "</g>"])


def _draw_line(arrow: Arrow) -> str:
    way = " L".join(f"{x} {y}" for x, y in arrow.points)
    (before_x, before_y), (x, y) = arrow.points[-2], arrow.points[-1]
    if before_y == y:
        back = -9 if x > before_x else 9
        head = f"M{x} {y} L{x + back} {y - 5} L{x + back} {y + 5} Z"
    else:
        back = -9 if y > before_y else 9
        head = f"M{x} {y} L{x - 5} {y + back} L{x + 5} {y + back} Z"
    return f'<path d="M{way}"/><path class="head" d="{head}"/>'


def _draw_label(arrow: Arrow) -> str:
    x, y = arrow.label
    lines = [
        f'<text class="label" x="{x}" y="{y - 16 * above}">{escape(line)}</text>'
        for above, line in enumerate(reversed(arrow.lines))
    ]
    return "".join(reversed(lines))


def _heading(lifecycle: CheckedLifecycle, language: Language) -> str:
    return f"{lifecycle.subject} 办理流程" if language == "zh" else f"flow of {lifecycle.subject}"


def _describe(
    lifecycle: CheckedLifecycle, current: str | None, visited: Collection[str], language: Language
) -> str:
    steps = [
        f"{one.source} → {one.target}: {one.action} ({'、'.join(one.roles)})"
        for one in lifecycle.transitions
    ]
    marks = [
        f"{state} {_MARKS[language][_mark_of(state, current, visited)]}"
        for state in lifecycle.states
        if current is not None
    ]
    return "; ".join([*marks, *steps])


def _slug(text: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in text)
