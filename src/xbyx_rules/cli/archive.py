"""`xbyx archive` and `xbyx verify-archive`: a subject's archive made, and verified."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting.archive import (
    ArchiveMetadata,
    FolderFiles,
    pack_archive,
    verify_archive,
)

from .files import create_new
from .hosts import open_platform
from .options import (
    AsJson,
    DatabaseOption,
    Debug,
    EntityOption,
    Lang,
    LangOption,
    PrefixOption,
    TenantOption,
)
from .terminal import ExitCode, Terminal

__all__ = ["archive_subject", "check_archive"]


def archive_subject(  # noqa: PLR0913 - a command's options are its parameters
    key: Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")],
    *,
    database: DatabaseOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="写到哪个新文件 · the new file")
    ],
    title: Annotated[str, typer.Option("--title", help="题名 · the title")],
    responsible: Annotated[
        str, typer.Option("--responsible", help="责任者 · who is answerable for it")
    ],
    retention: Annotated[
        str, typer.Option("--retention", help="保管期限，如 永久、30年 · how long it is kept")
    ],
    archived_on: Annotated[
        datetime,
        typer.Option("--archived-on", formats=["%Y-%m-%d"], help="归档日期 · the day of archiving"),
    ],
    files: Annotated[
        Path | None,
        typer.Option(
            "--files",
            metavar="DIR",
            show_default=False,
            help="附件所在的文件夹，附件编号是其中的路径 · where the files lie",
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            "--reference", metavar="REF", show_default=False, help="另附的文件 · a further file"
        ),
    ] = None,
    confidentiality: Annotated[str, typer.Option("--confidentiality", help="密级")] = "",
    fonds: Annotated[str, typer.Option("--fonds", help="全宗号")] = "",
    number: Annotated[str, typer.Option("--number", help="档号")] = "",
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Pack a subject's files, metadata, process record and receipts; refused where one is lacking.

    The same subject, files and metadata give the same bytes.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        metadata = ArchiveMetadata(
            title,
            responsible,
            retention,
            archived_on.date(),
            confidentiality=confidentiality,
            fonds=fonds,
            number=number,
        )
        with create_new(out, is_private=True) as stream:
            packed = pack_archive(
                platform.ledger,
                platform.engine,
                Subject(entity, key),
                stream,
                metadata=metadata,
                files=FolderFiles(files) if files else None,
                references=tuple(reference or ()),
            )
        attached = sum(one.kind == "file" for one in packed.files)
        terminal.say(
            f"{out}：{len(packed.files)} 个文件，其中附件 {attached} 个；"
            f"清单摘要 {packed.digest}（请另行保存）",
            f"{out}: {len(packed.files)} files, {attached} of the platform's; "
            f"the manifest's digest is {packed.digest} (keep it elsewhere)",
        )
        listed = [one.as_plain() for one in packed.files]
        terminal.give({"file": str(out), "digest": packed.digest, "files": listed})


def check_archive(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="归档包 · the archive")],
    *,
    digest: Annotated[
        str,
        typer.Option(
            "--digest",
            show_default=False,
            help="另行保存的清单摘要 · the manifest's digest as kept",
        ),
    ] = "",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify an archive from itself alone; ends with 4 when anything was found."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        with archive.open("rb") as stream:
            found = verify_archive(stream, digest=digest)
        terminal.diagnose(found.problems)
        count = len(found.problems)
        terminal.say(
            f"清单列出 {found.files} 个文件，清单摘要 {found.digest or '—'}；"
            + (f"发现 {count} 处问题" if count else "没有发现改动"),
            f"{found.files} files in the manifest, its digest is {found.digest or '—'}; "
            + (f"{count} problems found" if count else "nothing was found"),
        )
        problems = [one.as_json() for one in found.problems]
        plain = {"is_intact": found.is_intact, "files": found.files, "digest": found.digest}
        terminal.give({**plain, "diagnostics": problems})
        if not found.is_intact:
            terminal.end(ExitCode.NOT_INTACT)
