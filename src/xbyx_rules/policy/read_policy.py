"""A policy document, from its text to a `Policy`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xbyx_rules.errors import Diagnostic, has_errors

from .blocks import Block, Fence, Heading, Items, Paragraph, Quote, read_blocks
from .front_matter import read_front_matter
from .keeping import Keeper
from .model import Clause, Parameters, Policy
from .read_clause import read_clause
from .read_tables import check_overlaps
from .source import LARGEST_SIZE, Source, hash_text

__all__ = ["read_policy", "split_sections"]

_Read = tuple[Policy | None, tuple[Diagnostic, ...]]
# WHY: one document as large as it may be, or some dozens of usual ones; a character that was read
# takes about 30 bytes.
_KEPT = Keeper[_Read](LARGEST_SIZE, least=1_000)


def read_policy(text: str, file: str) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """Read a policy document.

    Pure: opens no file.  What a text was read as is kept for a while, and given again.

    Args:
        text: the document, of at most 2,000,000 bytes; a byte order mark is ignored and line ends
            may be of any sort.
        file: its name in places.

    Returns:
        The policy, or None when there is an error; and all that was found, in document order.

    Example:
        >>> policy, found = read_policy("# 总则", "policy.md")
        >>> policy is None, str(found[0].place)
        (True, 'policy.md:1:1')

    Source: docs/add-a-rule.md describes the format.
    """
    return _KEPT.get(lambda: _read(text, file), text, file, weight=len(text))


def _read(text: str, file: str) -> _Read:
    source = Source(text, file)
    if not source.is_readable():
        return None, source.problems
    front = read_front_matter(source)
    blocks = read_blocks(source, front.end + 1 if front else 1)
    preface, sections = split_sections(source, blocks)
    _check_preface(source, preface)
    clauses = tuple(read_clause(source, *section) for section in sections)
    _check_once(source, clauses)
    parameters = [one.body.rows for one in clauses if isinstance(one.body, Parameters)]
    check_overlaps(source, (row for rows in parameters for row in rows))
    found = source.problems
    if front is None or has_errors(found):
        return None, found
    policy = Policy(
        id=front.policy,
        title=front.title,
        document=front.document,
        kind=front.kind,
        issuer=front.issuer,
        division=front.division,
        adopted=front.adopted,
        period=front.period,
        validity=front.validity,
        refines=front.refines,
        status=front.status,
        clauses=clauses,
        file=file,
        text=source.text,
        hash=hash_text(source.text),
        places=front.places,
        supersedes=front.supersedes,
        preface="\n\n".join(block.text for block in preface if isinstance(block, Paragraph)),
    )
    return policy, found


def split_sections(
    source: Source, blocks: Sequence[Block]
) -> tuple[Sequence[Block], Iterator[tuple[Heading, Sequence[Block], int]]]:
    """The blocks before the first heading, and each heading with its blocks and its last line."""
    starts = [position for position, block in enumerate(blocks) if isinstance(block, Heading)]
    preface = blocks[: starts[0]] if starts else blocks
    return preface, _sections(source, blocks, starts)


def _sections(
    source: Source, blocks: Sequence[Block], starts: Sequence[int]
) -> Iterator[tuple[Heading, Sequence[Block], int]]:
    ends = [*starts[1:], len(blocks)]
    for start, end in zip(starts, ends, strict=False):
        heading = blocks[start]
        last = blocks[end].place.line - 1 if end < len(blocks) else len(source.lines)
        if isinstance(heading, Heading):
            yield heading, blocks[start + 1 : end], last


_NAMES = {
    Items: ("列表", "a list"),
    Fence: ("代码块", "a code block"),
    Quote: ("引用", "a quote"),
}


def _check_preface(source: Source, blocks: Iterable[Block]) -> None:
    """Before the first heading only prose can stand: it belongs to no clause."""
    for block in blocks:
        if not isinstance(block, Paragraph):
            what, what_en = _NAMES.get(type(block), ("表格", "a table"))
            source.report("XR011", block.place, what=what, what_en=what_en)


def _check_once(source: Source, clauses: Iterable[Clause]) -> None:
    """Report anchors, and locators of headings with a kind, that stand twice."""
    anchors: dict[str, Clause] = {}
    locators: dict[str, Clause] = {}
    for clause in clauses:
        first = anchors.setdefault(clause.id, clause)
        if clause.id and first is not clause:
            source.report("XR037", clause.place, name=clause.id, line=str(first.place.line))
        if clause.locator and clause.kind is not None:
            first = locators.setdefault(clause.locator, clause)
            if first is not clause:
                line = str(first.place.line)
                source.report("XR038", clause.place, locator=clause.locator, line=line)
