"""Files from a folder: for the command line, and for hosts that keep theirs so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .model import SourceFile

__all__ = ["FolderFiles"]

# WHY our own table: the one of the system differs from machine to machine, and so would archives.
_MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ofd": "application/ofd",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}
_UNKNOWN: Final = "application/octet-stream"


class FolderFiles:
    """A `FileSource` whose references are paths below a folder.

    Args:
        folder: nothing outside it is ever opened, whatever a reference or a link in it says.

    Example:
        >>> FolderFiles(Path(".")).open_file("../secret.txt") is None
        True
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def open_file(self, reference: str) -> SourceFile | None:
        """Open a file of the folder; None when there is none of that name."""
        try:
            path = (self._folder / reference).resolve()
            if not path.is_relative_to(self._folder) or not path.is_file():
                return None
        except (OSError, ValueError):
            return None
        media_type = _MEDIA_TYPES.get(path.suffix.lower(), _UNKNOWN)
        return SourceFile(path.name, media_type, path.open("rb"))
