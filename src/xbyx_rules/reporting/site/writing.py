"""Writing a site into a folder, and over an earlier one of its kind."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .addresses import INDEX

__all__ = ["holds_other_files", "write_site"]

_LIST: Final = ".pages"
"""The file in which a site keeps what belongs to it."""


def write_site(pages: Mapping[str, str], folder: Path) -> Path:
    """Write pages into a folder; pages that an earlier site left there go.

    Args:
        pages: from `build_site`: address relative to the folder → text.
        folder: the site's own; it is made when it isn't there.

    Returns:
        The page to begin with.

    Raises:
        OSError: it can't be written, or the folder holds what no site left there.
    """
    if holds_other_files(folder):
        # WHY: a folder given by mistake may hold somebody's work, under the same names too.
        raise FileExistsError(errno.EEXIST, "holds files that no site left there", str(folder))
    for address in _listed(folder):
        (folder / address).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    # WHY first: a site that was broken off half-way can be written over.
    (folder / _LIST).write_text("".join(f"{one}\n" for one in pages), "utf-8")
    for address, text in pages.items():
        file = folder / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder / INDEX


def holds_other_files(folder: Path) -> bool:
    """Whether there is anything in a folder that no earlier site has left there."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        return True
    known = {_LIST, *_listed(folder)}
    # WHY any link: no site leaves one, and what is written through it would land somewhere else.
    return any(
        one.is_symlink() or (not one.is_dir() and one.relative_to(folder).as_posix() not in known)
        for one in folder.rglob("*")
    )


def _listed(folder: Path) -> list[str]:
    file = folder / _LIST
    if not file.is_file():
        return []
    inside = folder.resolve()
    lines = file.read_text("utf-8", errors="replace").splitlines()
    # WHY: the list is a file like any other; nothing outside the folder is ever removed by it.
    return [
        one
        for one in lines
        if one.isprintable() and one and (folder / one).resolve().is_relative_to(inside)
    ]
