"""An anchor: where every subject's chain stood at a moment, to be kept outside the database.

Whoever has the database can cut a chain's tail or write all of it anew so that it verifies; not
what is kept where they can't reach.  Why an anchor names every head: docs/decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.policy import Digester, canonical_text, digest_text, parse_strictly

from .chain import from_microseconds, to_microseconds
from .digests import algorithm_of, is_digest_of
from .rows import Instance

__all__ = ["ANCHOR_LIMIT", "Anchor", "AnchorRow", "Head", "digest_anchor", "head_of", "read_anchor"]

_FORMAT: Final = 1
ANCHOR_LIMIT: Final = 100_000_000
"""Most characters of a kept anchor: some 600,000 subjects."""
_DEEPEST: Final = 3
_SHAPE: Final[Mapping[str, type | tuple[type, ...]]] = {
    "format": int,
    "tenant": str,
    "number": int,
    "at": str,
    "events": int,
    "heads_digest": str,
    "previous": (str, type(None)),
    "digest": str,
    "heads": list,
}
_HEAD_SHAPE: Final = (str, str, int, int, str)


@dataclass(frozen=True, slots=True)
class Head:
    """The last step of a subject's chain."""

    subject: Subject
    revision: int
    version: int
    hash: str

    def as_plain(self) -> list[str | int]:
        """As a list of plain data."""
        subject = self.subject
        return [subject.entity, subject.key, self.revision, self.version, self.hash]

    def canonical(self) -> str:
        """The text that the digest over all heads is made of."""
        return canonical_text(self.as_plain())


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """What the database keeps of an anchor: all but the heads.

    Args:
        tenant: whose ledger.
        number: 1, 2, 3 and so on, one after the other.
        at: the moment, in UTC microseconds.
        subjects: how many chains there were.
        events: how many events.
        heads_digest: one digest over every chain's head.
        previous: the digest of the anchor before; None for the first.
        digest: over all of this.
    """

    tenant: str
    number: int
    at: int
    subjects: int
    events: int
    heads_digest: str
    previous: str | None
    digest: str

    @property
    def is_whole(self) -> bool | None:
        """Whether the digest is that of the rest; None where its algorithm is not to be had."""
        try:
            return is_digest_of(self.digest, _text_of(self))
        except ValueError:  # a number or a letter that no anchor of ours can have had
            return False


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor with every head; its `as_json` is what is kept outside the database.

    Args:
        row: number, moment, counts and digests.
        heads: the last step of every chain, in a stable order.
    """

    row: AnchorRow
    heads: tuple[Head, ...]

    @property
    def digest(self) -> str:
        """One short text that stands for all of it: fit for a minute book or a time stamp."""
        return self.row.digest

    @property
    def at(self) -> datetime:
        """The moment."""
        return from_microseconds(self.row.at)

    @property
    def is_whole(self) -> bool | None:
        """Whether nothing was altered since; None where its algorithm is not to be had here."""
        algorithm = algorithm_of(self.row.heads_digest)
        if algorithm != algorithm_of(self.digest) or len(self.heads) != self.row.subjects:
            return False
        if self.row.is_whole is not True:
            return self.row.is_whole
        digester = Digester(algorithm)
        try:
            for head in self.heads:
                digester.add(head.canonical())
        except ValueError:  # as for a row
            return False
        return digester.finish() == self.row.heads_digest

    def as_json(self) -> dict[str, Any]:
        """As plain data; `read_anchor` reads its JSON text back."""
        row = self.row
        return {
            "format": _FORMAT,
            "tenant": row.tenant,
            "number": row.number,
            "at": self.at.isoformat(),
            "events": row.events,
            "heads_digest": row.heads_digest,
            "previous": row.previous,
            "digest": row.digest,
            "heads": [head.as_plain() for head in self.heads],
        }


def head_of(instance: Instance) -> Head:
    """The head that a subject's row names."""
    return Head(instance.subject, instance.revision, instance.version, instance.head_hash)


def digest_anchor(
    tenant: str,
    number: int,
    at: datetime,
    *,
    subjects: int,
    events: int,
    heads_digest: str,
    previous: str | None,
) -> AnchorRow:
    """An anchor's row; its digest is made by the algorithm of `heads_digest`."""
    moment = to_microseconds(at)
    row = AnchorRow(tenant, number, moment, subjects, events, heads_digest, previous, "")
    digest = digest_text(_text_of(row), algorithm=algorithm_of(heads_digest))
    return AnchorRow(tenant, number, moment, subjects, events, heads_digest, previous, digest)


def read_anchor(text: str, *, name: str = "-") -> Anchor:
    """A kept anchor from its JSON text.

    Whether it was altered is for `Anchor.is_whole`, which verifying asks.

    Args:
        text: as `Anchor.as_json` gave it.
        name: of the file or the row it comes from, for the message.

    Raises:
        HostError: XR566, the text is no anchor.
    """
    try:
        return _read(parse_strictly(text, largest=ANCHOR_LIMIT, deepest=_DEEPEST))
    except (ValueError, OverflowError) as error:
        raise HostError(Diagnostic("XR566", None, {"name": name, "reason": str(error)})) from None


def _read(data: Any) -> Anchor:
    if not isinstance(data, dict):
        raise ValueError("not an object")
    for key, kind in _SHAPE.items():
        if key not in data or not isinstance(data[key], kind) or isinstance(data[key], bool):
            raise ValueError(f"`{key}` is missing or of another type")
    if data.keys() != _SHAPE.keys() or data["format"] != _FORMAT:
        raise ValueError(f"not of format {_FORMAT}")
    at = datetime.fromisoformat(data["at"])
    if at.utcoffset() is None:
        raise ValueError("`at` has no time zone")
    heads = tuple(map(_read_head, data["heads"]))
    if len({(one.subject, one.revision) for one in heads}) != len(heads):
        raise ValueError("a subject stands twice in `heads`")
    row = AnchorRow(
        tenant=data["tenant"],
        number=data["number"],
        at=to_microseconds(at),
        subjects=len(heads),
        events=data["events"],
        heads_digest=data["heads_digest"],
        previous=data["previous"],
        digest=data["digest"],
    )
    return Anchor(row, heads)


def _read_head(plain: Any) -> Head:
    is_head = isinstance(plain, list) and len(plain) == len(_HEAD_SHAPE)
    if not is_head or not all(map(isinstance, plain, _HEAD_SHAPE)):
        raise ValueError("an entry of `heads` is of another type")
    entity, key, revision, version, digest = plain
    return Head(Subject(entity, key), revision, version, digest)


def _text_of(row: AnchorRow) -> str:
    content: dict[str, Any] = {
        "format": _FORMAT,
        "tenant": row.tenant,
        "number": row.number,
        "at": row.at,
        "subjects": row.subjects,
        "events": row.events,
        "heads_digest": row.heads_digest,
        "previous": row.previous,
    }
    return canonical_text(content)
