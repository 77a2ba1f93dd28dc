"""Pack a subject's files, metadata, process record and receipts, with a manifest of digests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, TextIO

from sqlalchemy import Connection

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic, Language
from xbyx_rules.hosting.ledger import Ledger, Target
from xbyx_rules.hosting.ledger.export_checking import check_lines
from xbyx_rules.hosting.ledger.transactions import read_in
from xbyx_rules.lifecycle import TimelineEntry, civil_date, entry_as_plain, render_timeline
from xbyx_rules.policy import canonical_text

from .model import (
    FORMAT,
    MANIFEST,
    RECORD,
    SUMS,
    ArchiveMetadata,
    FileSource,
    PackedArchive,
    PackedFile,
    SourceFile,
    sums_text,
)
from .wording import METADATA_NAMES, README
from .writing import LARGEST_FILE, PackageWriter, TooLarge, name_safely

__all__ = ["pack_archive"]

_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-zA-Z0-9][a-zA-Z0-9.+\-]{0,99}")
_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_KEPT: Final = ("receipt", "finding", "version")


def pack_archive(  # noqa: PLR0913
    ledger: Ledger,
    target: Target,
    subject: Subject,
    out: BinaryIO,
    *,
    metadata: ArchiveMetadata,
    files: FileSource | None = None,
    references: Iterable[str] = (),
    zone: str = "Asia/Shanghai",
) -> PackedArchive:
    """Pack a subject into a ZIP.

    The same ledger, files and metadata give the same bytes; no clock is read.

    Args:
        ledger: the subject's.
        target: Engine, Connection or Session.
        subject: what is archived.
        out: a new binary file that can be sought in.
        metadata: title, organisation, retention, dates.
        files: where the host's files come from; may be None when nothing refers to any.
        references: of further files, beside those that were recorded with its steps.
        zone: of the days and times that are written out.

    Raises:
        CommandRefused: XR578, the subject is not in the ledger, metadata lack something, or a file
            is not to be had; all reasons at once, and then what was written is to be thrown away.

    Source: docs/archive.md.
    """
    return read_in(
        target,
        lambda connection: _Packing(
            ledger, connection, subject, metadata, files, tuple(references), zone
        ).pack(out),
    )


@dataclass(frozen=True, slots=True)
class _Packing:
    """One archive being made; the arguments are those of `pack_archive`."""

    ledger: Ledger
    connection: Connection
    subject: Subject
    metadata: ArchiveMetadata
    files: FileSource | None
    references: tuple[str, ...]
    zone: str

    def pack(self, out: BinaryIO) -> PackedArchive:
        with TemporaryFile("w+", encoding="utf-8", newline="\n") as record:
            written = self.ledger.export(self.connection, record.write, subject=self.subject)
            head = self._read_head(record)
            timeline = self.ledger.timeline(self.connection, self.subject)
            # WHY: a step taken since the record was written belongs to the next archive.
            entries = [one for one in timeline if one.version <= head["version"]]
            wanted = list(
                dict.fromkeys([*(ref for one in entries for ref in one.evidence), *self.references])
            )
            record.seek(0)
            # WHY: an archive of a record that was tampered with would make it look sound.
            is_sound = not written.missing and not any(check_lines(record))
            self._check(wanted, is_sound=is_sound)
            # WHY closed whatever happens: it would close itself later, on a stream long gone.
            with closing(PackageWriter(out)) as writer:
                writer.add_text("README.txt", README, _TEXT, "metadata")
                writer.add_text("metadata.json", self._metadata(entries), _JSON, "metadata")
                self._add_process(writer, entries, record)
                for number, reference in enumerate(wanted, start=1):
                    self._add_file(writer, number, reference)
                packed = tuple(writer.files)
                digest = self._add_manifest(writer, head)
        return PackedArchive(packed, digest)

    def _read_head(self, record: TextIO) -> dict[str, Any]:
        record.seek(0)
        for line in record:
            one: dict[str, Any] = json.loads(line)
            if one["record"] == "subject":
                return one
        raise _refuse(("台账里没有它", "it is not in the ledger"))

    def _check(self, wanted: list[str], *, is_sound: bool) -> None:
        """Everything that would make the archive fall short, at once, before anything is packed."""
        lacking = [
            (f"没有写明{zh}", f"its {en} is not given")
            for (zh, en), text in (
                (("题名", "title"), self.metadata.title),
                (("责任者", "organisation"), self.metadata.organisation),
                (("保管期限", "retention"), self.metadata.retention),
            )
            if not text.strip()
        ]
        if not is_sound:
            zh = "台账里它的记录缺内容或与摘要不符，先核验台账"
            en = "its record lacks a body or does not fit its hashes: verify the ledger first"
            lacking.append((zh, en))
        for reference in wanted:
            with self._open(reference) as found:
                if found is None:
                    lacking.append(_say_no_file(reference))
                elif not _MEDIA_TYPE.fullmatch(found.media_type):
                    zh = f"文件 `{reference}` 的媒体类型 `{found.media_type}` 不合写法"
                    en = f"`{found.media_type}` of the file `{reference}` is no media type"
                    lacking.append((zh, en))
        if lacking:
            raise _refuse(*lacking)

    @contextmanager
    def _open(self, reference: str) -> Iterator[SourceFile | None]:
        found = self.files.open_file(reference) if self.files is not None else None
        if found is None:
            yield None
            return
        with found.stream:
            yield found

    def _metadata(self, entries: Sequence[TimelineEntry]) -> str:
        given = self.metadata
        days = [civil_date(one.at, self.zone) for one in entries]
        plain = {
            "format": FORMAT,
            "subject": {"entity": self.subject.entity, "key": self.subject.key},
            "title": given.title,
            "organisation": given.organisation,
            "retention": given.retention,
            "archived_on": given.archived_on.isoformat(),
            "formed_from": (given.formed_from or min(days)).isoformat(),
            "formed_to": (given.formed_to or max(days)).isoformat(),
            "confidentiality": given.confidentiality,
            "fonds": given.fonds,
            "number": given.number,
            "remarks": given.remarks,
            "names": METADATA_NAMES,
        }
        return canonical_text(plain) + "\n"

    def _add_process(
        self, writer: PackageWriter, entries: Sequence[TimelineEntry], record: TextIO
    ) -> None:
        steps = canonical_text([entry_as_plain(one) for one in entries]) + "\n"
        writer.add_text("process/timeline.json", steps, _JSON, "process")
        for language in _LANGUAGES:
            text = render_timeline(entries, language, zone=self.zone) + "\n"
            writer.add_text(f"process/timeline.{language}.txt", text, _TEXT, "process")
        record.seek(0)
        file = PackedFile(RECORD, 0, "", "application/jsonl", "process")
        # WHY of the text's own bytes: they are what its last line has the digest of.
        writer.add_stream(file, record.buffer)
        record.seek(0)
        for line in record:
            one = json.loads(line)
            for body in one["bodies"] if one["record"] == "event" else ():
                if body["kind"] in _KEPT and body["state"] == "kept":
                    path = f"receipts/{one['content']['seq']:06}-{body['kind']}.json"
                    writer.add_text(path, body["text"], _JSON, "receipt")

    def _add_file(self, writer: PackageWriter, number: int, reference: str) -> None:
        with self._open(reference) as found:
            if found is None:
                raise _refuse(_say_no_file(reference))
            path = f"files/{name_safely(number, found.name)}"
            file = PackedFile(path, 0, "", found.media_type, "file", reference, found.name)
            try:
                writer.add_stream(file, found.stream)
            except TooLarge:
                zh = f"文件 `{reference}` 超过 {LARGEST_FILE} 字节"
                en = f"the file `{reference}` has more than {LARGEST_FILE} bytes"
                raise _refuse((zh, en)) from None

    def _add_manifest(self, writer: PackageWriter, head: dict[str, Any]) -> str:
        plain = {
            "format": FORMAT,
            "subject": {"entity": self.subject.entity, "key": self.subject.key},
            "version": head["version"],
            "head_hash": head["head_hash"],
            "files": [one.as_plain() for one in writer.files],
        }
        manifest = writer.add_text(MANIFEST, canonical_text(plain) + "\n", _JSON, "metadata")
        sums = [(one.sha256, one.path) for one in writer.files]
        writer.add_text(SUMS, sums_text(sums), _TEXT, "metadata")
        return f"sha256:{manifest.sha256}"


def _say_no_file(reference: str) -> tuple[str, str]:
    return f"平台没有文件 `{reference}`", f"the platform has no file `{reference}`"


def _refuse(*reasons: tuple[str, str]) -> CommandRefused:
    values = [{"reason": zh, "reason_en": en} for zh, en in reasons]
    return CommandRefused([Diagnostic("XR578", None, one) for one in values])
