"""One heading with all that stands under it, read as a clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from xbyx_rules.errors import Language, Place

from .blocks import Block, Fence, Heading, Items, Paragraph, Quote
from .grid import Grid
from .headings import HeadingParts, read_heading
from .model import (
    Body,
    Clause,
    ClauseKind,
    Example,
    Expression,
    Parameters,
    Pattern,
    Period,
    Table,
    Taxonomy,
    Text,
    Transitions,
)
from .properties import KINDS, canonical_key, check_properties, read_properties, split_key
from .read_decision_table import HIT_POLICIES, read_decision_table
from .read_tables import (
    check_parents,
    read_examples,
    read_parameters,
    read_pattern,
    read_taxonomy,
    read_transitions,
)
from .source import Source, cut_prefix, read_period, shorten, to_half_width

__all__ = ["read_clause", "split_message"]

# A body's name in messages.
_BODIES: Mapping[type[Body], tuple[str, str]] = {
    Expression: ("feel 代码块", "a feel block"),
    Table: ("决策表", "a decision table"),
    Parameters: ("参数表", "a table of parameters"),
    Transitions: ("流转表", "a table of transitions"),
    Pattern: ("事实表", "a table of facts"),
    Taxonomy: ("取值表", "a table of values"),
}
# The top-left cell of a table says what it is.
_READERS: Mapping[str, Callable[[Source, Grid], Body]] = {
    "参数": read_parameters,
    "parameter": read_parameters,
    "从": read_transitions,
    "from": read_transitions,
    "事实": read_pattern,
    "fact": read_pattern,
    "取值": read_taxonomy,
    "value": read_taxonomy,
    **dict.fromkeys(HIT_POLICIES, read_decision_table),
}
_ENGLISH = "en:"
_LANGUAGES: Mapping[Language, tuple[str, str]] = {
    "zh": ("中文", "Chinese"),
    "en": ("英文", "English"),
}


@dataclass(slots=True)
class _Parts:
    """What has been gathered under a heading so far."""

    properties: dict[str, Text] = field(default_factory=dict)
    prose: list[str] = field(default_factory=list)
    body: Body | None = None
    body_place: Place | None = None
    messages: dict[Language, Text] = field(default_factory=dict)
    message_place: Place | None = None
    examples: tuple[Example, ...] = ()
    examples_place: Place | None = None

    @property
    def is_formal(self) -> bool:
        """Whether there is anything besides prose."""
        places = (self.body_place, self.message_place, self.examples_place)
        return bool(self.properties) or any(places)


def read_clause(
    source: Source, heading: Heading, blocks: Sequence[Block], last_line: int
) -> Clause:
    """Read the blocks under one heading.

    Args:
        source: gets the reports.
        heading: the heading.
        blocks: all that stands under it, up to the next heading.
        last_line: the last line before the next heading.

    Returns:
        The clause; where something was reported it may lack parts.
    """
    names = read_heading(source, heading)
    parts = _Parts()
    for position, block in enumerate(blocks):
        _gather(source, parts, block, is_first=position == 0)
    if isinstance(parts.body, Taxonomy) and "上级词项" not in parts.properties:
        check_parents(source, parts.body)
    kind = _find_kind(source, heading, names, parts)
    if kind is not None:
        _check_kind(source, heading, names, parts, kind)
    in_force = parts.properties.get("施行")
    return Clause(
        id=names.anchor,
        locator=names.locator,
        title=names.title,
        level=heading.level,
        kind=kind,
        properties=MappingProxyType(parts.properties),
        prose="\n\n".join(parts.prose),
        body=parts.body,
        messages=MappingProxyType(parts.messages),
        examples=parts.examples,
        period=(read_period(source, in_force) if in_force else None) or Period(),
        place=heading.place,
        source=source.slice(heading.place.line, last_line),
    )


def _gather(source: Source, parts: _Parts, block: Block, *, is_first: bool) -> None:
    match block:
        case Items() if is_first:
            parts.properties.update(read_properties(source, block))
        case Items():
            source.report("XR052", block.place)
        case Paragraph():
            _check_key(source, block)
            parts.prose.append(block.text)
        case Fence():
            _set_body(source, parts, Expression(block.text), block.place)
        case Quote():
            parts.message_place = parts.message_place or block.place
            for paragraph in block.paragraphs:
                _add_message(source, parts, paragraph)
        case Grid():
            _read_table(source, parts, block)
        case Heading():
            raise AssertionError("a heading ends the clause before it")


def _check_key(source: Source, paragraph: Paragraph) -> None:
    """Report prose that begins like a property: its list mark was left out."""
    parts = split_key(paragraph.text.split("\n", 1)[0])
    if parts and canonical_key(parts[0]):
        text = shorten(paragraph.text)
        source.report("XR013", paragraph.place, text=text, what="属性", what_en="a property")


def _set_body(source: Source, parts: _Parts, body: Body, place: Place) -> None:
    if parts.body_place is not None:
        line = str(parts.body_place.line)
        what, what_en = "代码块或表格", "block or table"
        source.report("XR055", place, what=what, what_en=what_en, line=line)
        return
    parts.body, parts.body_place = body, place


def split_message(paragraph: Text) -> tuple[Language, Text]:
    """The language of a quote's paragraph, and its text without the mark ``en:``."""
    first = to_half_width(paragraph.value.split("\n", 1)[0]).lstrip().casefold()
    if first.startswith(_ENGLISH):
        return "en", cut_prefix(paragraph, len(_ENGLISH))
    return "zh", paragraph


def _add_message(source: Source, parts: _Parts, paragraph: Text) -> None:
    lines = [to_half_width(line).lstrip().casefold() for line in paragraph.value.split("\n")]
    if any(line.startswith(_ENGLISH) for line in lines[1:]):
        source.report("XR012", paragraph.place, what="提示", what_en="message")
    language, text = split_message(paragraph)
    if not text:
        source.report("XR048", text.place, name=_ENGLISH)
    if language in parts.messages:
        name, name_en = _LANGUAGES[language]
        source.report("XR069", text.place, language=name, language_en=name_en)
        return
    parts.messages[language] = text


def _read_table(source: Source, parts: _Parts, grid: Grid) -> None:
    if not grid.header:
        return
    first = grid.header[0].value
    if first.casefold() in ("例", "example"):
        if parts.examples_place is not None:
            line = str(parts.examples_place.line)
            what, what_en = "示例表", "table of examples"
            source.report("XR055", grid.place, what=what, what_en=what_en, line=line)
            return
        parts.examples, parts.examples_place = read_examples(source, grid), grid.place
        return
    reader = _READERS.get(first) or _READERS.get(first.casefold())
    if reader is None:
        source.report("XR058", grid.header[0].place, name=shorten(first))
        return
    _set_body(source, parts, reader(source, grid), grid.place)


def _find_kind(
    source: Source, heading: Heading, names: HeadingParts, parts: _Parts
) -> ClauseKind | None:
    """The kind by property 类别, 参数 for a table of parameters; None where it only structures."""
    written = parts.properties.get("类别")
    if written is not None:
        return ClauseKind.find(written.value)
    if isinstance(parts.body, Parameters):
        return ClauseKind.PARAMETER
    if names.anchor or parts.is_formal or heading.level > 2:
        source.report("XR039", heading.place, title=shorten(names.title))
    return None


def _check_kind(
    source: Source, heading: Heading, names: HeadingParts, parts: _Parts, kind: ClauseKind
) -> None:
    """Report what the kind lacks or can't have."""
    rule = KINDS[kind]
    check_properties(source, kind, parts.properties, heading.text)
    if not names.anchor and "{" not in heading.text.value:
        source.report("XR036", heading.place, title=shorten(names.title))
    refused = [
        (parts.message_place, not rule.has_message, ("提示", "a message")),
        (parts.examples_place, not rule.has_examples, ("示例表", "a table of examples")),
    ]
    if parts.body is not None:
        sort = type(parts.body)
        refused.append((parts.body_place, sort not in rule.bodies, _BODIES[sort]))
    elif rule.bodies and parts.body_place is None:
        names_zh, names_en = zip(*(_BODIES[sort] for sort in rule.bodies), strict=True)
        source.report(
            "XR056",
            heading.place,
            kind=kind.zh,
            kind_en=kind.en,
            expected="或".join(names_zh),
            expected_en=" or ".join(names_en),
        )
    for place, is_refused, (what, what_en) in refused:
        if place is not None and is_refused:
            source.report("XR057", place, kind=kind.zh, kind_en=kind.en, what=what, what_en=what_en)
