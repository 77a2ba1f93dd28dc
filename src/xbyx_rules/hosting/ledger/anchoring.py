"""Take anchors, and hold the ledger against those kept outside the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, inspect, select

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Digester

from .anchors import Anchor, AnchorRow, Head, digest_anchor, head_of
from .digests import algorithm_of, diagnose_unavailable
from .results import conflict
from .store import Store, try_insert

__all__ = ["KeptAnchors", "Standing", "take_anchor"]

_ATTEMPTS: Final = 5


def take_anchor(store: Store, connection: Connection, at: datetime) -> Anchor:
    """Write down where every chain stands; who keeps the anchor outside can prove it later.

    Raises:
        ConflictError: XR567, others take anchors at the same moment, again and again.
    """
    heads = tuple(map(head_of, store.each_instance(connection)))
    digester = Digester(store.digest)
    for head in heads:
        digester.add(head.canonical())
    heads_digest, events = digester.finish(), sum(head.version for head in heads)
    for _ in range(_ATTEMPTS):
        last = _last_row(store, connection)
        row = digest_anchor(
            store.tenant,
            last.number + 1 if last else 1,
            at,
            subjects=len(heads),
            events=events,
            heads_digest=heads_digest,
            previous=last.digest if last else None,
        )
        if _insert_row(store, connection, row):
            return Anchor(row, heads)
    return conflict("XR567")


class Standing:
    """Where one chain stood in each of the kept anchors that know it.

    Args:
        subject: whose chain.
        wanted: number and moment of an anchor, and the head there.
    """

    def __init__(self, subject: Subject, wanted: Sequence[tuple[Anchor, Head]]) -> None:
        self._subject = subject
        self._wanted = wanted
        self._met: set[int] = set()
        self._last = 0

    def pass_event(self, sequence: int, digest: str) -> None:
        """Go past a step of the chain as it is now."""
        self._last = sequence
        for place, (_, head) in enumerate(self._wanted):
            if head.version == sequence and head.hash == digest:
                self._met.add(place)

    def finish(self) -> Iterator[Diagnostic]:
        """What no longer stands: XR561, the tail is cut; XR562, the chain was written anew."""
        for place, (anchor, head) in enumerate(self._wanted):
            if place not in self._met:
                code = "XR561" if self._last < head.version else "XR562"
                values = _name(anchor, self._subject)
                sequence = str(head.version)
                last = str(self._last)
                yield Diagnostic(code, None, {**values, "sequence": sequence, "last": last})


class KeptAnchors:
    """Anchors from outside the database, as one walk over the ledger takes them up.

    Args:
        anchors: as kept, in any order.
        tenant: whose ledger is walked over.
    """

    def __init__(self, anchors: Iterable[Anchor], tenant: str) -> None:
        self._anchors = sorted(anchors, key=lambda one: one.row.number)
        self._is_whole = [one.is_whole for one in self._anchors]
        # WHY by subject, not by the row's key: a row may have got another key meanwhile.
        # WHY not of one that was altered, or is another's: it tells nothing of this ledger.
        self._heads = [
            {(head.subject, head.revision): head for head in one.heads}
            if is_whole and one.row.tenant == tenant
            else {}
            for one, is_whole in zip(self._anchors, self._is_whole, strict=True)
        ]

    def standing_of(self, subject: Subject, revision: int) -> Standing:
        """Where a subject's chain stood; it counts as found from now on."""
        wanted = []
        for anchor, heads in zip(self._anchors, self._heads, strict=True):
            head = heads.pop((subject, revision), None)
            if head is not None:
                wanted.append((anchor, head))
        return Standing(subject, wanted)

    def check_missing(self) -> Iterator[Diagnostic]:
        """Subjects that an anchor knows and the walk has not met (XR563)."""
        for anchor, heads in zip(self._anchors, self._heads, strict=True):
            for head in heads.values():
                values = {**_name(anchor, head.subject), "sequence": str(head.version)}
                yield Diagnostic("XR563", None, values)

    def check_whole(self) -> Iterator[Diagnostic]:
        """Check each kept anchor by itself: XR565, it was altered; XR568."""
        for anchor, is_whole in zip(self._anchors, self._is_whole, strict=True):
            if is_whole is None:
                yield diagnose_unavailable(algorithm_of(anchor.digest))
            elif not is_whole:
                values = {"number": str(anchor.row.number), "digest": anchor.digest}
                yield Diagnostic("XR565", None, values)

    def check_rows(self, store: Store, connection: Connection) -> Iterator[Diagnostic]:
        """Check the database's list of anchors, and that it has the kept ones (XR564)."""
        kept = {one.row.number: one.row for one in self._anchors}
        bad = {one.row.number for one in self._anchors if kept[one.row.number] != one.row}
        last: AnchorRow | None = None
        for row in _all_rows(store, connection):
            expected = (last.number + 1, last.digest) if last else (1, None)
            follows = (row.number, row.previous) == expected
            if not follows or row.is_whole is False or kept.pop(row.number, row) != row:
                bad.add(row.number)
            last = row
        for number in sorted(bad | kept.keys()):
            yield Diagnostic("XR564", None, {"number": str(number), "tenant": store.tenant})


def _name(anchor: Anchor, subject: Subject) -> dict[str, str]:
    at = anchor.at.isoformat(timespec="seconds")
    return {"subject": str(subject), "number": str(anchor.row.number), "at": at}


# --- rows -----------------------------------------------------------------------------------------


def _all_rows(store: Store, connection: Connection) -> Iterator[AnchorRow]:
    table = store.tables.anchor
    # WHY: who drops the table must not keep the rest from being verified.
    if not inspect(connection).has_table(table.name, schema=table.schema):
        return
    query = select(table).where(table.c.tenant == store.tenant).order_by(table.c.anchor_no)
    for row in connection.execute(query):
        yield _row(row)


def _last_row(store: Store, connection: Connection) -> AnchorRow | None:
    table = store.tables.anchor
    query = select(table).where(table.c.tenant == store.tenant)
    query = query.order_by(table.c.anchor_no.desc()).limit(1)
    # WHY no locking read: a hardened database has taken the right to change anchors from us.
    found = connection.execute(query).first()
    return None if found is None else _row(found)


def _row(row: Row[Any]) -> AnchorRow:
    return AnchorRow(
        tenant=row.tenant,
        number=row.anchor_no,
        at=row.taken_at,
        subjects=row.subject_count,
        events=row.event_count,
        heads_digest=row.heads_digest,
        previous=row.prev_digest,
        digest=row.digest,
    )


def _insert_row(store: Store, connection: Connection, row: AnchorRow) -> bool:
    statement = insert(store.tables.anchor).values(
        tenant=row.tenant,
        anchor_no=row.number,
        taken_at=row.at,
        subject_count=row.subjects,
        event_count=row.events,
        heads_digest=row.heads_digest,
        prev_digest=row.previous,
        digest=row.digest,
    )
    return try_insert(connection, statement)
