"""The list of the official source's clauses that stands beside a document: its values.

It says what the source has, whoever encoded it: coverage is told by holding the document against
it.  The rows hold our own words; the source's sentences stay with its publisher.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xbyx_rules.errors import Place

from .model import ClauseNature

__all__ = ["ClauseList", "ListedClause"]


@dataclass(frozen=True, slots=True)
class ListedClause:
    """One clause of the official source.

    Args:
        locator: its place in the source, as headings have it (``六(二)-5``).
        nature: what the clause is by nature.
        source_word: the normative word that the source uses, or "".
        subject: whom or what it is about, in plain words, or "".
        summary: what it says, in our own words.
        note: why the document encodes it otherwise than its nature suggests, or "".
        place: of the row.
    """

    locator: str
    nature: ClauseNature
    source_word: str
    subject: str
    summary: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class ClauseList:
    """The clauses of one document's official source, in its order.

    Args:
        policy: id of the document that encodes it.
        rows: the clauses; each locator stands once.
        prose: what the list says about itself, paragraphs joined by a blank line.
        file: its name in places.
        text: without a byte order mark, line ends as they stand.
        place: of the document's id in it.
    """

    policy: str
    rows: tuple[ListedClause, ...]
    prose: str = field(repr=False)
    file: str
    text: str = field(repr=False)
    place: Place = field(repr=False, compare=False)
