"""`xbyx ledger export`: the ledger as lines of JSON, readable without this library."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.deciding import Subject

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

__all__ = ["export_record"]


def export_record(  # noqa: PLR0913 - a command's options are its parameters
    key: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", show_default=False, help="只导出一个对象 · one subject"),
    ] = None,
    *,
    database: DatabaseOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="写到哪个新文件 · the new file")
    ],
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the ledger into a new file, one JSON object a line; docs/ledger-export.md explains it.

    Ends with 4 when a body is gone without an erasure on record; the file is written all the same.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        subject = Subject(entity, key) if key else None
        with create_new(out, is_private=True) as stream:
            found = platform.ledger.export(
                platform.engine, lambda line: stream.write(line.encode("utf-8")), subject=subject
            )
        terminal.say(
            f"{platform.tenant}：{found.subjects} 个对象，{found.events} 步，"
            f"内容 {found.bodies} 份，其中依规删除 {found.erased} 份、不见了 {found.missing} 份；"
            f"人工认定 {found.attestations} 项",
            f"{platform.tenant}: {found.subjects} subjects, {found.events} steps, "
            f"{found.bodies} bodies, of which {found.erased} erased on record and "
            f"{found.missing} gone; {found.attestations} attestations",
        )
        terminal.say(
            f"{out}，摘要 {found.digest}（文件可能有个人信息，只有本人可读）",
            f"{out}, digest {found.digest} (it can hold personal data; only its owner may read it)",
        )
        terminal.give({"tenant": platform.tenant, "file": str(out), **asdict(found)})
        if found.missing:
            terminal.end(ExitCode.NOT_INTACT)
