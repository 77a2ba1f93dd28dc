"""What an archive is made of: the host's files and metadata, and what was packed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any, BinaryIO, Final, Protocol

from pydantic import Field

from xbyx_rules.deciding.receipts import Exact

__all__ = [
    "FORMAT",
    "MANIFEST",
    "RECORD",
    "SUMS",
    "ArchiveMetadata",
    "FileSource",
    "Manifest",
    "PackedArchive",
    "PackedFile",
    "SourceFile",
    "sums_text",
]

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
RECORD: Final = "process/record.jsonl"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the host's, open at its beginning; whoever asked for it closes the stream.

    Args:
        name: as people know it (年度计划.pdf).
        media_type: such as ``application/pdf``.
        stream: its bytes.
    """

    name: str
    media_type: str
    stream: BinaryIO


class FileSource(Protocol):
    """What the host implements to have its files archived."""

    def open_file(self, reference: str) -> SourceFile | None:
        """Open the file that a reference names; None when there is none.

        Args:
            reference: as recorded with a step (附件), or named by whoever archives.
        """


@dataclass(frozen=True, slots=True)
class ArchiveMetadata:
    """The metadata (元数据) of what is archived.

    Args:
        title: 题名.
        organisation: 责任者, who is answerable for it.
        retention: 保管期限, such as 永久, 30年 or 10年.
        archived_on: 归档日期.
        formed_from: when its forming began (形成日期); of its first step unless given.
        formed_to: when it ended; of its last step unless given.
        confidentiality: 密级, or "".
        fonds: 全宗号, or "".
        number: 档号, or "".
        remarks: 附注, or "".
    """

    title: str
    organisation: str
    retention: str
    archived_on: date
    formed_from: date | None = None
    formed_to: date | None = None
    confidentiality: str = ""
    fonds: str = ""
    number: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class PackedFile(Exact):
    """A file in the package.

    Args:
        path: where it lies.
        size: in bytes.
        sha256: of its bytes, in hexadecimal.
        media_type: of the content.
        kind: ``metadata``, ``process``, ``receipt`` or ``file``.
        reference: of the host's file, else "".
        name: of the host's file as people know it, else "".
    """

    path: str
    size: int
    sha256: str
    media_type: str
    kind: str
    reference: str = ""
    name: str = ""

    def as_plain(self) -> dict[str, Any]:
        """The same as the manifest has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ManifestSubject(Exact):
    """Whose archive it is."""

    entity: str
    key: str


@dataclass(frozen=True, slots=True)
class Manifest(Exact):
    """The manifest as it stands in a package.

    Args:
        format: 1.
        subject: whose archive it is.
        version: number of the subject's last step.
        head_hash: its hash.
        files: every file but the manifest and the list of sums.
    """

    format: Annotated[int, Field(ge=FORMAT, le=FORMAT)]
    subject: ManifestSubject
    version: int
    head_hash: str
    files: tuple[PackedFile, ...]


@dataclass(frozen=True, slots=True)
class PackedArchive:
    """What was packed.

    Args:
        files: in the order of the package, without the manifest.
        digest: SHA-256 of the manifest, which covers every file: to be kept elsewhere.
    """

    files: tuple[PackedFile, ...]
    digest: str


def sums_text(sums: list[tuple[str, str]]) -> str:
    r"""Digests and paths as ``sha256sum -c`` reads them.

    Example:
        >>> sums_text([("ab12", "metadata.json")])
        'ab12  metadata.json\n'
    """
    return "".join(f"{digest}  {path}\n" for digest, path in sums)
