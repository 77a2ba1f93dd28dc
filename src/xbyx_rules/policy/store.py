"""A store of policy texts by content: what once decided is found again, word for word.

``texts/<hex>.md`` holds a document or a layer of the vocabulary, ``snapshots/<hex>.json`` says
which of them decided together.  A file's name is the SHA-256 of its bytes: `sha256sum` checks it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xbyx_rules.errors import Diagnostic, PolicyError, StoreError, has_errors

from .canonical import canonical_text, parse_strictly
from .library import Library, Written, build_library
from .source import LARGEST_SIZE, hash_text, unify_line_ends

__all__ = ["PolicyStore", "Snapshot"]

_HASH: Final = re.compile("sha256:([0-9a-f]{64})")
_TEXTS, _SNAPSHOTS = ("texts", ".md"), ("snapshots", ".json")
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The texts that decide together, by their hashes.

    Args:
        vocabulary: the vocabulary's layers, the lowest first.
        documents: each document's text by its id.
    """

    vocabulary: tuple[str, ...]
    documents: Mapping[str, str]

    @classmethod
    def of(cls, library: Library) -> Snapshot:
        """The snapshot of a library as it stands."""
        documents = {name: one.hash for name, one in sorted(library.policies.items())}
        return cls(tuple(map(hash_text, library.vocabulary.texts)), documents)

    @property
    def text(self) -> str:
        """The snapshot as canonical JSON, as the store keeps it."""
        return canonical_text(
            {"format": 1, "vocabulary": list(self.vocabulary), "documents": dict(self.documents)}
        )

    @property
    def hash(self) -> str:
        """``sha256:…`` of `text`: names these rules for ever."""
        return hash_text(self.text)


class PolicyStore:
    """A folder of texts that never change.

    Args:
        folder: where it lies; it is made when something is first put into it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from xbyx_rules.policy import load_library
        >>> library = load_library()
        >>> with TemporaryDirectory() as folder:
        ...     store = PolicyStore(folder)
        ...     snapshot = store.put(library)
        ...     store.load(snapshot).vocabulary.hash == library.vocabulary.hash
        True
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def put(self, library: Library) -> Snapshot:
        """Keep every text of a library; what is there already stays as it is.

        Raises:
            StoreError: XR322, a file of the store was altered.
            OSError: the folder can't be written.
        """
        snapshot = Snapshot.of(library)
        for text in library.vocabulary.texts:
            self._keep(_TEXTS, hash_text(text), text)
        for policy in library.policies.values():
            self._keep(_TEXTS, policy.hash, policy.text)
        # WHY last: a snapshot that is there promises its texts.
        self._keep(_SNAPSHOTS, snapshot.hash, snapshot.text)
        return snapshot

    def get(self, digest: str) -> str:
        """The text with this hash.

        Raises:
            StoreError: XR320 no hash, XR321 not in the store, XR322 altered.
        """
        return self._read(_TEXTS, digest)

    def snapshot(self, digest: str) -> Snapshot:
        """The snapshot with this hash.

        Raises:
            StoreError: as `get`, and XR322 where it is no snapshot of this format.
        """
        text = self._read(_SNAPSHOTS, digest)
        try:
            found = _parse_snapshot(text)
        except (KeyError, TypeError, ValueError):
            raise StoreError(self._altered(_SNAPSHOTS, digest)) from None
        return found

    def snapshots(self) -> Iterator[Snapshot]:
        """Every snapshot, in the order of the hashes.

        Raises:
            StoreError: as `snapshot`.
        """
        folder, suffix = _SNAPSHOTS
        # WHY: what is still being written begins with a full stop.
        names = (one.name for one in (self.folder / folder).glob(f"[!.]*{suffix}"))
        for name in sorted(names):
            yield self.snapshot(f"sha256:{name.removesuffix(suffix)}")

    def load(self, snapshot: Snapshot) -> Library:
        """The library that a snapshot names, read anew from the texts.

        Raises:
            StoreError: XR320 to XR322, one for each text that isn't there as it was.
            PolicyError: this version of the reader finds errors in a text.
        """
        wanted = (*snapshot.vocabulary, *snapshot.documents.values())
        texts: dict[str, Written] = {}
        problems: list[Diagnostic] = []
        for digest in dict.fromkeys(wanted):
            try:
                texts[digest] = Written(self._path(_TEXTS, digest).as_posix(), self.get(digest))
            except StoreError as error:
                problems += error.diagnostics
        if problems:
            raise StoreError(problems)
        library, found = build_library(
            [texts[one] for one in snapshot.vocabulary],
            {name: texts[one] for name, one in sorted(snapshot.documents.items())},
        )
        if library is None:
            raise PolicyError([one for one in found if has_errors([one])] or Diagnostic("XR093"))
        return library

    def _path(self, kind: tuple[str, str], digest: str) -> Path:
        found = _HASH.fullmatch(digest)
        # INVARIANT: nothing but 64 hexadecimal digits becomes part of a path.
        if found is None:
            raise StoreError(Diagnostic("XR320", None, {"hash": digest[:100]}))
        folder, suffix = kind
        return self.folder / folder / f"{found[1]}{suffix}"

    def _read(self, kind: tuple[str, str], digest: str) -> str:
        path = self._path(kind, digest)
        if not path.is_file():
            values = {"hash": digest, "folder": self.folder.as_posix()}
            raise StoreError(Diagnostic("XR321", None, values))
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_SIZE + 1)
        # WHY surrogatepass: `hash_text` takes every text, so every text must come back.
        text = raw.decode("utf-8", "surrogatepass") if _is_text(raw) else ""
        if len(raw) > LARGEST_SIZE or hash_text(text) != digest or "\r" in text:
            raise StoreError(self._altered(kind, digest))
        return text

    def _altered(self, kind: tuple[str, str], digest: str) -> Diagnostic:
        return Diagnostic("XR322", None, {"file": self._path(kind, digest).as_posix()})

    def _keep(self, kind: tuple[str, str], digest: str, text: str) -> None:
        path = self._path(kind, digest)
        if path.exists():
            self._read(kind, digest)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with draft.open("xb") as stream:
                stream.write(unify_line_ends(text).encode("utf-8", "surrogatepass"))
                stream.flush()
                os.fsync(stream.fileno())
            # WHY: a reader sees the whole text or none; two writers write the same.
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _parse_snapshot(text: str) -> Snapshot:
    data = parse_strictly(text, largest=LARGEST_SIZE, deepest=_DEEPEST)
    found = Snapshot(tuple(data["vocabulary"]), dict(data["documents"]))
    hashes = (*found.vocabulary, *found.documents.values())
    if found.text != text or not all(map(_HASH.fullmatch, hashes)):
        raise ValueError("not as written")
    return found
