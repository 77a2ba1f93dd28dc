"""When each set of rules came into a store: what stood at a moment, however it was amended later.

``history/<number>.json`` says that from one moment on, a snapshot stood.  A record holds the hash
of the one before it, its moment is later, and its file is never written again; so what stood at
a moment that some record has reached stays as it is.  The moment is given: no clock is read here.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from xbyx_rules.errors import Diagnostic, StoreError

from .canonical import canonical_text, parse_strictly
from .source import hash_text
from .store import PolicyStore, Snapshot

__all__ = ["PolicyHistory", "Recorded"]

_LARGEST: Final = 1000
_DEEPEST: Final = 2
_NUMBER: Final = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """That a set of rules stood from a moment on.

    Args:
        number: which record it is, from 1.
        at: the moment, in UTC.
        snapshot: the hash of the set of rules.
        previous: the hash of the record before it, "" for the first.
    """

    number: int
    at: datetime
    snapshot: str
    previous: str

    @property
    def text(self) -> str:
        """The record as canonical JSON, as the store keeps it."""
        return canonical_text(
            {
                "at": self.at.isoformat(),
                "format": 1,
                "number": self.number,
                "previous": self.previous,
                "snapshot": self.snapshot,
            }
        )

    @property
    def hash(self) -> str:
        """``sha256:…`` of `text`.  The last one, kept elsewhere, shows what was cut off."""
        return hash_text(self.text)


class PolicyHistory:
    """The sets of rules of a store in the order in which they were recorded.

    Args:
        store: holds the texts.

    Example:
        >>> from datetime import UTC, datetime
        >>> from tempfile import TemporaryDirectory
        >>> from xbyx_rules.policy import PolicyStore, load_library
        >>> with TemporaryDirectory() as folder:
        ...     store = PolicyStore(folder)
        ...     history = PolicyHistory(store)
        ...     snapshot = store.put(load_library())
        ...     _ = history.record(snapshot, at=datetime(2026, 3, 1, tzinfo=UTC))
        ...     history.as_of(datetime(2026, 4, 1, tzinfo=UTC)) == snapshot
        True
    """

    def __init__(self, store: PolicyStore) -> None:
        self.store = store

    @property
    def _folder(self) -> Path:
        return self.store.folder / "history"

    def record(self, snapshot: Snapshot, *, at: datetime) -> Recorded:
        """Record that from a moment on, a set of rules stands.

        A set of rules that stands already is not recorded again.

        Args:
            snapshot: from `PolicyStore.put`.
            at: the moment, with its time zone; later than that of every record.

        Returns:
            The record; where the rules stand already, the one that says so.

        Raises:
            StoreError: XR879, `at` is not later than the last record, or has no time zone; XR321,
                the snapshot isn't in the store; XR322, a record was altered.
            OSError: the folder can't be written.
        """
        moment = _in_utc(at)
        self.store.snapshot(snapshot.hash)
        last = next(iter(reversed(tuple(self.records()))), None)
        if last is not None and last.snapshot == snapshot.hash and last.at <= moment:
            return last
        if last is not None and moment <= last.at:
            # INVARIANT: an amendment never changes what stood at an earlier moment.
            values = {"at": str(at), "last": last.at.isoformat()}
            raise StoreError(Diagnostic("XR879", None, values))
        number = 1 if last is None else last.number + 1
        found = Recorded(number, moment, snapshot.hash, "" if last is None else last.hash)
        self._write(found)
        return found

    def records(self) -> Iterator[Recorded]:
        """Every record, the first one first; each is verified against the one before it.

        Raises:
            StoreError: XR322, a record was altered, or one is missing before another.
        """
        before: Recorded | None = None
        for number in count(1):
            path = self._path(number)
            if not path.is_file():
                break
            found = _read(path, number)
            is_next = before is None or before.at < found.at
            if not is_next or found.previous != ("" if before is None else before.hash):
                raise _altered(path)
            yield found
            before = found
        greatest = max(self._numbers(), default=0)
        if greatest > (0 if before is None else before.number):
            raise _altered(self._path(greatest))

    def as_of(self, moment: datetime) -> Snapshot:
        """The set of rules that stood at a moment.

        Args:
            moment: with its time zone.  Of a moment after the last record the answer is not final.

        Raises:
            StoreError: XR878, nothing was recorded by then; XR879, it has no time zone; XR322.
        """
        wanted = _in_utc(moment)
        standing = [one for one in self.records() if one.at <= wanted]
        if not standing:
            values = {"at": str(moment), "folder": self.store.folder.as_posix()}
            raise StoreError(Diagnostic("XR878", None, values))
        return self.store.snapshot(standing[-1].snapshot)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.json"

    def _numbers(self) -> Iterator[int]:
        return (int(one.stem) for one in self._folder.glob("*.json") if _NUMBER.fullmatch(one.stem))

    def _write(self, record: Recorded) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(record.number)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with draft.open("xb") as stream:
                stream.write(record.text.encode())
                stream.flush()
                os.fsync(stream.fileno())
            # WHY a link: unlike a rename it fails where another writer was faster.
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise StoreError(Diagnostic("XR879", None, {"at": str(moment), "last": "—"}))
    return moment.astimezone(UTC)


def _altered(path: Path) -> StoreError:
    return StoreError(Diagnostic("XR322", None, {"file": path.as_posix()}))


def _read(path: Path, number: int) -> Recorded:
    with path.open("rb") as stream:
        raw = stream.read(_LARGEST + 1)
    try:
        if len(raw) > _LARGEST:
            raise ValueError("too long")
        text = raw.decode()
        data = parse_strictly(text, largest=_LARGEST, deepest=_DEEPEST)
        at = datetime.fromisoformat(data["at"])
        found = Recorded(data["number"], _in_utc(at), data["snapshot"], data["previous"])
        if found.text != text or found.number != number:
            raise ValueError("not as written")
    except (KeyError, TypeError, ValueError, StoreError):
        raise _altered(path) from None
    return found
