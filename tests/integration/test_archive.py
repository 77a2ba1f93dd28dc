"""An archive holds all that belongs to a subject, is the same each time, and shows any change."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    PLAN,
    add_plan,
    command,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.archive import (
    ArchiveMetadata,
    FolderFiles,
    SourceFile,
    pack_archive,
    verify_archive,
    writing,
)
from xbyx_rules.hosting.ledger import ledger_tables, unprotect
from xbyx_rules.policy import canonical_text

METADATA = ArchiveMetadata(
    "某校2026年度校本研修计划", "某校", "30年", date(2026, 9, 1), confidentiality="内部"
)


class Shelf:
    """A host's files, in memory; counts the streams that nobody has closed."""

    def __init__(self, **files: tuple[str, str, bytes]) -> None:
        self.files = {name.replace("_", "-"): one for name, one in files.items()}
        self.streams: list[io.BytesIO] = []

    def open_file(self, reference: str) -> SourceFile | None:
        if reference not in self.files:
            return None
        name, media_type, content = self.files[reference]
        self.streams.append(io.BytesIO(content))
        return SourceFile(name, media_type, self.streams[-1])


def shelf() -> Shelf:
    return Shelf(doc_7=("计划/正文?.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"))


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "platform.db"


@pytest.fixture
def engine(file: Path):
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(file: Path, engine: Engine) -> Ledger:
    _, ledger, _ = open_platform(file)
    walk(ledger, engine)
    return ledger


def pack(ledger: Ledger, engine: Engine, **more: Any) -> bytes:
    out = io.BytesIO()
    more.setdefault("metadata", METADATA)
    more.setdefault("files", shelf())
    packed = pack_archive(ledger, engine, more.pop("subject", PLAN), out, **more)
    assert packed.digest == verify_archive(io.BytesIO(out.getvalue())).digest
    return out.getvalue()


@pytest.fixture
def archive(ledger: Ledger, engine: Engine) -> bytes:
    return pack(ledger, engine)


def unpack(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as package:
        return {one.filename: package.read(one) for one in package.infolist()}


# --- what it holds --------------------------------------------------------------------------------


def test_it_holds_files_metadata_process_receipts_and_a_manifest(archive):
    assert list(unpack(archive)) == [
        "README.txt",
        "metadata.json",
        "process/timeline.json",
        "process/timeline.zh.txt",
        "process/timeline.en.txt",
        "process/record.jsonl",
        "receipts/000002-receipt.json",
        "receipts/000003-receipt.json",
        "receipts/000004-receipt.json",
        "receipts/000005-receipt.json",
        "files/0001-正文_.pdf",
        "manifest.json",
        "SHA256SUMS",
    ]


def test_a_file_is_packed_as_it_is_and_listed_with_where_it_came_from(archive):
    files = unpack(archive)
    (listed,) = [
        one for one in json.loads(files["manifest.json"])["files"] if one["kind"] == "file"
    ]
    assert files[listed["path"]] == b"%PDF-1.7 \x00\xff"
    assert (listed["reference"], listed["name"]) == ("doc-7", "计划/正文?.pdf")
    assert (listed["media_type"], listed["size"]) == ("application/pdf", 11)


def test_metadata_are_complete_with_the_days_of_the_first_and_the_last_step(archive):
    kept = json.loads(unpack(archive)["metadata.json"])
    assert (kept["title"], kept["organisation"]) == (METADATA.title, "某校")
    assert (kept["retention"], kept["archived_on"]) == ("30年", "2026-09-01")
    assert (kept["formed_from"], kept["formed_to"]) == ("2026-03-02", "2026-03-02")
    assert set(kept["names"]) == set(kept) - {"format", "names"}


def test_the_process_can_be_read_by_people(archive):
    files = unpack(archive)
    assert "审核通过：待区级审核 → 审核通过\n   意见：材料齐全" in files[
        "process/timeline.zh.txt"
    ].decode("utf-8")
    steps = json.loads(files["process/timeline.json"])
    assert [one["action"] for one in steps] == [
        "@start",
        "提交校内审核",
        "签发并报送",
        "审核通过",
        "备案",
    ]


def test_every_sum_fits_without_our_verifier(archive):
    files = unpack(archive)
    lines = files.pop("SHA256SUMS").decode("utf-8").splitlines()
    sums = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert sums == {path: hashlib.sha256(one).hexdigest() for path, one in files.items()}


def test_the_same_input_gives_the_same_bytes(archive, ledger, engine):
    assert pack(ledger, engine) == archive
    assert pack(ledger, engine, metadata=replace(METADATA, title="又")) != archive


def test_further_files_may_be_named_and_each_is_packed_once(ledger, engine):
    files = shelf()
    files.files["doc-8"] = ("正文?.pdf", "application/pdf", b"")
    archive = pack(ledger, engine, files=files, references=["doc-8", "doc-7", "doc-8"])
    names = [name for name in unpack(archive) if name.startswith("files/")]
    assert names == ["files/0001-正文_.pdf", "files/0002-正文_.pdf"]
    assert all(one.closed for one in files.streams)


def test_what_was_erased_is_not_in_it_and_the_timeline_says_so(ledger, engine, archive):
    more = {"reason": "本人申请", "actor": CLERK, "at": tick(9)}
    ledger.erase(engine, PLAN, version=3, kind="opinion", command_id="e-1", **more)
    ledger.erase(engine, PLAN, version=3, kind="receipt", command_id="e-2", **more)
    assert "同意" in str(unpack(archive)["process/timeline.zh.txt"], "utf-8")
    files = unpack(pack(ledger, engine))
    assert "receipts/000003-receipt.json" not in files
    assert "同意" not in b"".join(files.values()).decode("utf-8", "ignore")
    assert "意见已依规删除" in files["process/timeline.zh.txt"].decode("utf-8")


# --- what is refused ------------------------------------------------------------------------------


def refused(call) -> list[str]:
    with pytest.raises(CommandRefused) as caught:
        call()
    assert {one.code for one in caught.value.diagnostics} == {"XR578"}
    return [one.message("zh") for one in caught.value.diagnostics]


def test_all_that_is_lacking_is_said_at_once(ledger, engine):
    poor = replace(METADATA, title=" ", organisation="", retention="")
    files = Shelf(doc_7=("a", "pdf", b""))
    said = refused(
        lambda: pack(ledger, engine, metadata=poor, files=files, references=["doc-9", "doc-10"])
    )
    wanted = ("题名", "责任者", "保管期限", "媒体类型", "doc-9", "doc-10")
    assert len(said) == len(wanted)
    assert all(part in one for part, one in zip(wanted, said, strict=True))


def test_files_without_a_source_are_refused(ledger, engine):
    assert "doc-7" in refused(lambda: pack(ledger, engine, files=None))[0]


def test_a_subject_without_files_needs_no_source(ledger, engine):
    with engine.begin() as connection:
        add_plan(connection, "2026-002")
    other = replace(PLAN, key="2026-002")
    ledger.act(engine, command("提交校内审核", DEPUTY, "x", subject=other))
    assert pack(ledger, engine, subject=other, files=None)


def test_a_subject_that_the_ledger_does_not_know_is_refused(ledger, engine):
    assert refused(lambda: pack(ledger, engine, subject=replace(PLAN, key="nobody")))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE xbyx_event SET actor_id = 't-99' WHERE seq = 3",
        "DELETE FROM xbyx_event WHERE seq = 5",
        "DELETE FROM xbyx_payload WHERE payload_class = 'receipt'",
    ],
)
def test_a_record_that_was_tampered_with_is_not_archived(statement, ledger, engine):
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        connection.execute(text(statement))
    assert "核验台账" in refused(lambda: pack(ledger, engine))[0]


def test_a_file_without_end_is_refused(ledger, engine, monkeypatch):
    monkeypatch.setattr(writing, "LARGEST_FILE", 100_000)

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * 1000

    files = shelf()
    files.open_file = lambda reference: SourceFile("a", "text/plain", Endless())
    assert "doc-7" in refused(lambda: pack(ledger, engine, files=files))[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "0001-passwd"),
        ("..\\CON", "0001-CON"),
        ("", "0001-file"),
        ("...", "0001-file"),
        ("a\nb\x00c\u202e.pdf", "0001-a_b_c_.pdf"),
        ("长" * 200 + ".pdf", "0001-" + "长" * 56 + ".pdf"),
        ("é.pdf", "0001-é.pdf"),
    ],
)
def test_a_name_in_the_package_can_do_no_harm(name, expected):
    assert writing.name_safely(1, name) == expected


def test_a_folder_gives_nothing_from_outside_it(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("-")
    (tmp_path / "in" / "a.ofd").write_bytes(b"a")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret")
    files = FolderFiles(tmp_path / "in")
    for reference in (
        "../secret",
        str(tmp_path / "secret"),
        "link",
        "",
        ".",
        "b",
        "a\x00",
        "a" * 9999,
    ):
        assert files.open_file(reference) is None
    found = files.open_file("a.ofd")
    assert (found.name, found.media_type, found.stream.read()) == ("a.ofd", "application/ofd", b"a")
    found.stream.close()


# --- what the verifier finds ----------------------------------------------------------------------


def verify(archive: bytes, **more: Any) -> set[str]:
    return {one.code for one in verify_archive(io.BytesIO(archive), **more).problems}


def write(files: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for path, content in files:
            package.writestr(path, content)
    return out.getvalue()


def remake(archive: bytes, **changed: bytes | None) -> bytes:
    """The archive with some files changed and every sum made to fit; `__` stands for a slash."""
    files = unpack(archive)
    for name, content in changed.items():
        path = next(one for one in files if one.startswith(name.replace("__", "/")))
        if content is None:
            del files[path]
        else:
            files[path] = content
    manifest = json.loads(files.pop("manifest.json"))
    del files["SHA256SUMS"]
    listed = {one["path"]: one for one in manifest["files"]}
    manifest["files"] = [
        {
            **listed[path],
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for path, content in files.items()
    ]
    files["manifest.json"] = canonical_text(manifest).encode("utf-8") + b"\n"
    sums = [f"{hashlib.sha256(one).hexdigest()}  {path}\n" for path, one in files.items()]
    return write([*files.items(), ("SHA256SUMS", "".join(sums).encode("utf-8"))])


def test_an_archive_verifies_and_so_does_one_packed_again_by_another_tool(archive):
    assert verify(archive) == set()
    assert verify(write(list(unpack(archive).items()))) == set()
    assert verify(remake(archive)) == set()


@pytest.mark.parametrize("part", ["材料齐全", "%PDF-1.7", "30年", '"format":1,"head_hash"'])
def test_a_byte_turned_anywhere_is_found(archive, part):
    raw = part.encode("utf-8")
    assert raw in archive
    assert verify(archive.replace(raw, raw[:-1] + b"~")) & {"XR577", "XR579"}


@pytest.mark.parametrize("path", ["README.txt", "files/0001-正文_.pdf", "process/record.jsonl"])
def test_a_file_that_was_altered_left_out_or_added_is_found(archive, path):
    files = unpack(archive)
    assert verify(write([(one, files[one]) for one in files if one != path])) == {"XR577"}
    assert verify(write(list({**files, path: b"other"}.items()))) == {"XR577"}
    assert verify(write([*files.items(), ("files/0002-more.pdf", b"")])) == {"XR577"}


@pytest.mark.parametrize("path", ["manifest.json", "SHA256SUMS"])
def test_an_archive_without_its_lists_is_none(archive, path):
    files = unpack(archive)
    assert verify(write([(one, files[one]) for one in files if one != path]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "added",
    ["../evil", "/evil", "files/../evil", "a\\b", "files/", "other/a", "files/..", "readme.TXT"],
)
def test_a_path_that_could_do_harm_is_found_before_anything_is_read(archive, added):
    found = verify_archive(io.BytesIO(write([*unpack(archive).items(), (added, b"")])))
    assert [one.code for one in found.problems] == ["XR577"]
    assert found.digest == ""


def test_a_compressed_entry_is_found_before_it_is_read(archive):
    made = write(list(unpack(archive).items()), zipfile.ZIP_DEFLATED)
    assert verify(made) == {"XR577"}


def test_content_that_belongs_to_no_file_is_found(archive):
    assert verify(b"more" + archive) == {"XR577"}
    with_comment = io.BytesIO(archive)
    with zipfile.ZipFile(with_comment, "a") as package:
        package.comment = b"more"
    assert verify(with_comment.getvalue()) == {"XR577"}


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_said_to_be_none(content):
    assert verify(content) == {"XR579"}


def test_a_cut_archive_is_found(archive):
    for length in range(0, len(archive), 997):
        assert verify(archive[:length])


def test_a_remade_archive_is_shown_by_the_digest_kept_elsewhere(archive):
    kept = verify_archive(io.BytesIO(archive)).digest
    made = remake(archive, README=b"other")
    assert verify(made) == set()
    assert verify(made, digest=kept) == {"XR577"}
    assert verify(archive, digest=kept) == set()


def test_a_record_altered_in_a_remade_archive_does_not_fit_its_own_hashes(archive):
    record = unpack(archive)["process/record.jsonl"]
    opinion = "材料齐全".encode()
    assert verify(remake(archive, process__record=record.replace(opinion, opinion[::-1])))
    other = record.replace(opinion, "材料不全".encode())
    assert verify(remake(archive, process__record=other)) == {"XR577"}
    cut = b"".join(record.splitlines(keepends=True)[:-1])
    assert verify(remake(archive, process__record=cut)) == {"XR577"}


def test_the_record_of_another_subject_is_found(archive, ledger, engine):
    lines: list[str] = []
    with engine.begin() as connection:
        add_plan(connection, "2026-002")
    other = replace(PLAN, key="2026-002")
    ledger.start(engine, other, actor=CLERK, command_id="s", at=tick(5))
    ledger.export(engine, lines.append, subject=other)
    made = remake(archive, process__record="".join(lines).encode("utf-8"))
    assert verify(made) == {"XR577"}


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands_make_and_verify_an_archive(ledger, file, tmp_path):
    folder, out = tmp_path / "files", tmp_path / "plan.zip"
    folder.mkdir()
    options = ["archive", PLAN.key, "--database", f"sqlite:///{file}", "--files", folder]
    options += ["--out", out, "--title", "计划", "--responsible", "某校", "--retention", "永久"]
    options += ["--archived-on", "2026-09-01"]
    lacking = xbyx(*options)
    assert lacking.exit_code == ExitCode.REFUSED
    assert "doc-7" in lacking.stderr
    assert not out.exists()
    (folder / "doc-7").write_bytes(b"-")
    told = xbyx_json(*options)
    assert [one["reference"] for one in told["files"] if one["kind"] == "file"] == ["doc-7"]
    assert out.stat().st_mode & 0o777 == 0o600
    again = xbyx_json("verify-archive", out, "--digest", told["digest"])
    assert (again["is_intact"], again["files"]) == (True, len(told["files"]))
    assert xbyx(*options).exit_code == ExitCode.USAGE
    out.write_bytes(out.read_bytes().replace(b"doc-7", b"doc-8"))
    assert xbyx("verify-archive", out, "--lang", "en").exit_code == ExitCode.NOT_INTACT
