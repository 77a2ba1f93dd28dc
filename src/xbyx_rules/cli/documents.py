"""The files of documents that a command reads and writes: found, read, replaced as a whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from xbyx_rules.errors import Diagnostic

from .terminal import WrongUsage

__all__ = ["DOCUMENTS", "find_documents", "replace_file"]

DOCUMENTS = ("clauses.md", "policy.md", "vocabulary.md")


def find_documents(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The documents that are named, and those below the folders that are named, each once.

    Raises:
        WrongUsage: XR741, a path is neither a file nor a folder with documents.
    """
    found: dict[Path, None] = {}
    for path in paths:
        files = [path] if path.is_file() else list(_walk(path))
        if not files:
            raise WrongUsage(Diagnostic("XR741", None, {"path": path.as_posix()}))
        found |= dict.fromkeys(files)
    return tuple(found)


def _walk(folder: Path) -> Iterator[Path]:
    for here, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from (Path(here) / name for name in DOCUMENTS if name in names)


def replace_file(path: Path, text: str) -> None:
    """Put a text in the place of a file's content, at once: no reader sees half of it.

    The file keeps its permissions, and a link stays a link.

    Raises:
        OSError: the file can't be written; it is as it was.
    """
    target = path.resolve()
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(text.encode("utf-8"))
        shutil.copymode(target, draft)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
