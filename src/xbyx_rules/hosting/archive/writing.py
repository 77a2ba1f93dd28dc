"""Write a ZIP that is the same, byte for byte, for the same content; and name files in it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from .model import PackedFile

__all__ = ["LARGEST_FILE", "PackageWriter", "TooLarge", "name_safely"]

LARGEST_FILE: Final = 2_000_000_000
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o100644 << 16
_CHUNK: Final = 1_048_576
_LONGEST_NAME: Final = 60
_UNSAFE: Final = re.compile(r"[^\w.\- ()（）《》〔〕、·]+")


class TooLarge(Exception):
    """A file has more than `LARGEST_FILE` bytes."""


class PackageWriter:
    """A package being written, file by file.

    WHY stored, not compressed: what a compressor writes differs from version to version, an
    archive may not need one to be read, and a stored file can't grow beyond its size in the ZIP.

    Args:
        out: a new file that can be sought in.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._zip = ZipFile(out, "w", ZIP_STORED)
        self.files: list[PackedFile] = []

    def add_text(self, path: str, text: str, media_type: str, kind: str) -> PackedFile:
        """Add a text in UTF-8."""
        return self._add(PackedFile(path, 0, "", media_type, kind), [text.encode("utf-8")])

    def add_stream(self, file: PackedFile, stream: BinaryIO) -> PackedFile:
        """Add what a stream gives, piece by piece; size and digest come from it.

        Raises:
            TooLarge: it gives too much.
        """
        return self._add(file, iter(lambda: stream.read(_CHUNK), b""))

    def close(self) -> None:
        """Write the ZIP's directory."""
        self._zip.close()

    def _add(self, file: PackedFile, pieces: Iterable[bytes]) -> PackedFile:
        info = ZipInfo(file.path, date_time=_NO_TIME)
        info.compress_type, info.create_system, info.external_attr = ZIP_STORED, _UNIX, _READABLE
        hasher, size = hashlib.sha256(), 0
        with self._zip.open(info, "w") as entry:
            for piece in pieces:
                size += len(piece)
                if size > LARGEST_FILE:
                    raise TooLarge
                hasher.update(piece)
                entry.write(piece)
        packed = replace(file, size=size, sha256=hasher.hexdigest())
        self.files.append(packed)
        return packed


def name_safely(number: int, name: str) -> str:
    """A file's name in the package: numbered, without what some systems can't have in a name.

    Example:
        >>> name_safely(3, "../年度 计划?.pdf")
        '0003-年度 计划_.pdf'
    """
    last = re.split(r"[/\\\\]", unicodedata.normalize("NFC", name))[-1]
    safe = _UNSAFE.sub("_", last).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if len(safe) > _LONGEST_NAME and dot and len(ending) <= 10:
        safe = f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return f"{number:04}-{safe[:_LONGEST_NAME] or 'file'}"
