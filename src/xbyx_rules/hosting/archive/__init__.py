"""Archives (归档): a subject's files, metadata, process record and receipts in one open package.

Takes: a ledger, a subject, its 元数据 and a `FileSource` of the host's.
Gives: a ZIP whose manifest has a SHA-256 for every file, the same bytes for the same input; and a
    verifier that needs nothing but the package.
May assume: who calls it may read the files; seals and timestamps are the host's services.
Refuses: a reference that the host has no file for, and metadata that lacks what an archive asks.
"""

from .folder import FolderFiles
from .model import ArchiveMetadata, FileSource, PackedArchive, SourceFile
from .packing import pack_archive
from .verifying import ArchiveVerification, verify_archive

__all__ = [
    "ArchiveMetadata",
    "ArchiveVerification",
    "FileSource",
    "FolderFiles",
    "PackedArchive",
    "SourceFile",
    "pack_archive",
    "verify_archive",
]
