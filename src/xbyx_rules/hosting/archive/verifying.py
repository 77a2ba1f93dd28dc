"""Verify an archive from itself alone: every file as listed, none lacking, none added."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import TypeAdapter, ValidationError

from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.ledger.export_checking import check_lines
from xbyx_rules.policy import canonical_text, parse_strictly

from .model import MANIFEST, RECORD, SUMS, Manifest, sums_text

__all__ = ["ArchiveVerification", "verify_archive"]

_CHUNK: Final = 1_048_576
_LARGEST_MANIFEST: Final = 50_000_000
_PATH: Final = re.compile(r"(?:(?:process|receipts|files)/)?[^/\\\x00-\x1f]{1,120}")
_MANIFESTS: Final = TypeAdapter(Manifest)
_ENCRYPTED: Final = 1
_LONGEST_LINE: Final = 50_000_000


@dataclass(frozen=True, slots=True)
class ArchiveVerification:
    """What verifying an archive has shown.

    Args:
        files: how many files the manifest lists.
        digest: SHA-256 of the manifest as it is now; "" without one.
        problems: XR577 what differs, XR579 it is no archive at all.
    """

    files: int
    digest: str
    problems: tuple[Diagnostic, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def verify_archive(stream: BinaryIO, *, digest: str = "") -> ArchiveVerification:
    """Verify a package that anybody may have made; nothing is unpacked.

    Args:
        stream: the ZIP, that can be sought in.
        digest: of the manifest, as it was kept elsewhere; "" where none was.

    Returns:
        What was found; nothing is raised for it.
    """
    try:
        with ZipFile(stream) as package:
            size = stream.seek(0, io.SEEK_END)
            return _verify(package, size, digest)
    except (BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as error:
        return _refuse(f"不是完好的 ZIP（{error}）", f"no sound ZIP ({error})")


def _verify(package: ZipFile, size: int, digest: str) -> ArchiveVerification:
    entries = package.infolist()
    problems = [*_check_entries(entries)]
    # WHY: entries that lie over each other would make a small package give endless bytes.
    if sum(one.file_size for one in entries) > size:
        problems.append(_differs("ZIP", "里的文件互相重叠", "has files that overlap"))
    if package.comment or (entries and min(one.header_offset for one in entries)):
        zh, en = "里有不属于任何文件的内容", "has content that belongs to no file"
        problems.append(_differs("ZIP", zh, en))
    if problems:
        return ArchiveVerification(0, "", tuple(problems))
    known = {one.filename: one for one in entries}
    if MANIFEST not in known or known[MANIFEST].file_size > _LARGEST_MANIFEST:
        return _refuse(f"没有 {MANIFEST}", f"it has no {MANIFEST}")
    raw = package.read(MANIFEST)
    found = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    try:
        manifest = _read_manifest(raw)
    except ValueError as error:
        return _refuse(f"{MANIFEST} 读不出（{error}）", f"{MANIFEST} can't be read ({error})")
    if digest and digest != found:
        problems.append(_differs(MANIFEST, "与另行保存的摘要不符", "does not fit the digest kept"))
    problems += _check_files(package, known, manifest)
    problems += _check_sums(package, known, manifest, found)
    problems += _check_record(package, known, manifest)
    return ArchiveVerification(len(manifest.files), found, tuple(problems))


def _check_entries(entries: list[ZipInfo]) -> Iterator[Diagnostic]:
    """What a package of ours never has, and what could harm whoever unpacks it."""
    seen: set[str] = set()
    for one in entries:
        name = one.filename
        # WHY by case too: two such files are one on some systems.
        if name.casefold() in seen:
            yield _differs(name, "有两份", "is there twice")
        seen.add(name.casefold())
        if not _PATH.fullmatch(name) or name.rpartition("/")[2].strip(". ") == "":
            yield _differs(name, "的路径不合写法", "has a path that no archive has")
        if one.compress_type != ZIP_STORED or one.flag_bits & _ENCRYPTED:
            yield _differs(name, "被压缩或加密", "is compressed or encrypted")


def _read_manifest(raw: bytes) -> Manifest:
    text = raw.decode("utf-8")
    data = parse_strictly(text, largest=_LARGEST_MANIFEST, deepest=6)
    try:
        manifest = _MANIFESTS.validate_json(text)
    except ValidationError as error:
        raise ValueError(f"{error.error_count()}") from None
    if canonical_text(data) + "\n" != text:
        raise ValueError("not canonical")
    return manifest


def _check_files(
    package: ZipFile, known: dict[str, ZipInfo], manifest: Manifest
) -> Iterator[Diagnostic]:
    listed = {one.path: one for one in manifest.files}
    if len(listed) < len(manifest.files):
        yield _differs(MANIFEST, "把一个文件列了两次", "lists a file twice")
    for path in known:
        if path not in listed and path not in (MANIFEST, SUMS):
            yield _differs(path, "不在清单里", "is not in the manifest")
    for one in manifest.files:
        if one.path not in known:
            yield _differs(one.path, "不见了", "is lacking")
        elif _digest(package, one.path) != (one.sha256, one.size):
            yield _differs(one.path, "被改过", "was altered")


def _digest(package: ZipFile, path: str) -> tuple[str, int]:
    hasher, size = hashlib.sha256(), 0
    try:
        with package.open(path) as stream:
            while piece := stream.read(_CHUNK):
                hasher.update(piece)
                size += len(piece)
    except (BadZipFile, EOFError):
        # WHY: the ZIP's own checksum fails first where only a byte was turned.
        return "", -1
    return hasher.hexdigest(), size


def _check_sums(
    package: ZipFile, known: dict[str, ZipInfo], manifest: Manifest, digest: str
) -> Iterator[Diagnostic]:
    sums = [(one.sha256, one.path) for one in manifest.files]
    text = sums_text([*sums, (digest.removeprefix("sha256:"), MANIFEST)])
    raw = text.encode("utf-8")
    if SUMS not in known:
        yield _differs(SUMS, "不见了", "is lacking")
    elif _digest(package, SUMS) != (hashlib.sha256(raw).hexdigest(), len(raw)):
        yield _differs(SUMS, "与清单不符", "does not fit the manifest")


def _check_record(
    package: ZipFile, known: dict[str, ZipInfo], manifest: Manifest
) -> Iterator[Diagnostic]:
    """The subject's chain, from its first step to the head that the manifest names."""
    if RECORD not in known:
        yield _differs(RECORD, "不见了", "is lacking")
        return
    try:
        with package.open(RECORD) as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
            # WHY with a limit: a file of one line must not be held in memory.
            wrong = list(check_lines(iter(lambda: text.readline(_LONGEST_LINE), "")))
    except (BadZipFile, EOFError, UnicodeDecodeError):
        wrong = [0]
    for number in wrong:
        yield _differs(f"{RECORD}:{number}", "与摘要不符", "does not fit its hashes")
    if not wrong and not _names_head(package, manifest):
        zh, en = "不是清单所说的那个对象的记录", "is not the record of the manifest's subject"
        yield _differs(RECORD, zh, en)


def _names_head(package: ZipFile, manifest: Manifest) -> bool:
    subject = manifest.subject
    with package.open(RECORD) as raw:
        for line in io.TextIOWrapper(raw, encoding="utf-8", newline="\n"):
            one = json.loads(line)
            if one["record"] == "subject":
                return bool(
                    one["subject"][:2] == [subject.entity, subject.key]
                    and one["head_hash"] == manifest.head_hash
                    and one["version"] == manifest.version
                )
    return False


def _differs(path: str, what: str, what_en: str) -> Diagnostic:
    values = {"path": path[:200], "what": what, "what_en": what_en}
    return Diagnostic("XR577", None, values)


def _refuse(reason: str, reason_en: str) -> ArchiveVerification:
    values = {"reason": reason[:300], "reason_en": reason_en[:300]}
    return ArchiveVerification(0, "", (Diagnostic("XR579", None, values),))
