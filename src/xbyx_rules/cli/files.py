"""Files that a command reads and writes: text in UTF-8, bounded; nothing is overwritten."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from xbyx_rules.errors import CaseError, Diagnostic, Place

from .terminal import WrongUsage

__all__ = ["create_new", "read_text", "write_new"]

_LARGEST: Final = 80_000_000


def read_text(file: Path) -> str:
    """The text of a file; ``-`` reads stdin.

    Raises:
        CaseError: XR702, it is not UTF-8, or too large.
        OSError: it can't be read.
    """
    if str(file) == "-":
        raw = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        place = Place(str(file), 1)
        raise CaseError(Diagnostic("XR702", place, {"reason": f"> {_LARGEST} bytes"}))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        place = Place(str(file), line)
        raise CaseError(Diagnostic("XR702", place, {"reason": "UTF-8"})) from None


def write_new(file: Path, text: str, *, is_private: bool = False) -> None:
    """Write a file that isn't there yet; one with personal data is readable to its owner alone.

    Raises:
        WrongUsage: XR731, it is there.
        OSError: it can't be written; then no part of it stays.
    """
    with create_new(file, is_private=is_private) as stream:
        stream.write(text.encode("utf-8") + b"\n")


@contextmanager
def create_new(file: Path, *, is_private: bool = False) -> Iterator[BinaryIO]:
    """A file that isn't there yet, to be written piece by piece; it stays only when all went well.

    Raises:
        WrongUsage: XR731, it is there.
        OSError: it can't be written.
    """
    mode = 0o600 if is_private else 0o666
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise WrongUsage(Diagnostic("XR731", None, {"file": str(file)})) from None
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
    except BaseException:
        file.unlink(missing_ok=True)
        raise
