"""`xbyx ledger`: take anchors and verify the ledger; its other commands stand beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting import ANCHOR_LIMIT, Anchor, Verification, read_anchor

from .deadlines import recompute_days, remind_of_subject
from .delegations import list_delegations, list_vacancies
from .hosts import Platform, list_tenants, open_platform, read_instant
from .ledger_export import export_record
from .ledger_replay import replay_steps
from .migrate import migrate_commands
from .migrate_flow import migrate_flow
from .options import (
    AsJson,
    AtOption,
    DatabaseOption,
    Debug,
    Lang,
    LangOption,
    PrefixOption,
    RulesOption,
    TenantOption,
)
from .outbox import show_outbox, unpark_message
from .plain import verification_to_json
from .terminal import ExitCode, Terminal, WrongUsage
from .timers import show_timers

__all__ = ["ledger_app"]

ledger_app = typer.Typer(no_args_is_help=True)
ledger_app.command("outbox", help="待投递和搁置的消息 · messages that wait or are parked")(
    show_outbox
)
ledger_app.command("unpark", help="对搁置的消息作决定 · decide about a parked message")(
    unpark_message
)
ledger_app.command("delegations", help="谁可以代谁办理 · who may act for whom")(list_delegations)
ledger_app.command("vacancies", help="没有人能办的待办 · tasks that nobody can do")(list_vacancies)
ledger_app.command("timers", help="到期的催办和逾期 · reminders and deadlines due")(show_timers)
ledger_app.command("remind", help="人工催办 · remind by hand")(remind_of_subject)
ledger_app.command("recompute-deadlines", help="重算暂定的到期日 · find provisional days anew")(
    recompute_days
)
ledger_app.command("export", help="导出台账，不用本系统也能读 · write it out, readable without us")(
    export_record
)
ledger_app.command("replay", help="按回执重新判定每一步 · decide every step again")(replay_steps)
ledger_app.command("migrate-flow", help="改按流程的另一版办理 · to another version of a flow")(
    migrate_flow
)
migrate_commands(ledger_app)


class Digest(Enum):
    """The algorithms of the ledger's hashes."""

    SHA256 = "sha256"
    SM3 = "sm3"


@ledger_app.command("anchor", help="锚定台账，供库外存放 · where every chain stands")
def anchor(  # noqa: PLR0913 - a command's options are its parameters
    *,
    database: DatabaseOption,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help="写入这个新文件；不给出就写到标准输出 · a new file for it; else stdout",
        ),
    ] = None,
    digest: Annotated[
        Digest, typer.Option("--digest", help="摘要算法 · by which algorithm")
    ] = Digest.SHA256,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write down where every chain of a tenant stands; what stdout or the file has is to be kept.

    An existing file is never written over: it may be the only evidence of its moment.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        moment = read_instant(at)
        if out is not None:
            out.open("x", encoding="utf-8").close()  # before there is an anchor nobody keeps
        try:
            platform = open_platform(
                database, None, tenant=tenant, prefix=prefix, digest=digest.value
            )
            made = platform.ledger.anchor(platform.engine, at=moment)
        except BaseException:
            if out is not None:
                out.unlink()
            raise
        plain = made.as_json()
        if out is not None:
            out.write_text(json.dumps(plain, ensure_ascii=False) + "\n", encoding="utf-8")
        elif not as_json:
            typer.echo(json.dumps(plain, ensure_ascii=False))
        _tell_anchor(terminal, made, out)
        terminal.give(plain)


@ledger_app.command("verify", help="核验台账有没有被改动 · whether the ledger was tampered with")
def verify(  # noqa: PLR0913 - a command's options are its parameters
    *,
    database: DatabaseOption,
    adapter: Annotated[
        str | None,
        typer.Option(
            "--adapter",
            envvar="XBYX_ADAPTER",
            metavar="NAME",
            show_default=False,
            help="给出时也与平台的状态对照 · compare with the platform's states too",
        ),
    ] = None,
    anchors: Annotated[
        list[Path] | None,
        typer.Option(
            "--anchor",
            metavar="FILE",
            show_default=False,
            help="存放在库外的锚，可写多个 · an anchor kept outside; may be repeated",
        ),
    ] = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify every chain of a tenant; ends with 4 when anything was found."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        kept = [_read_kept(file) for file in anchors or ()]
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        is_compared = adapter is not None
        found = platform.ledger.verify(platform.engine, is_host_compared=is_compared, anchors=kept)
        warnings = tuple(_warn(platform, found))
        terminal.diagnose((*found.problems, *warnings))
        _tell_verification(terminal, platform.tenant, found, is_compared=is_compared)
        plain = verification_to_json(found)
        plain["diagnostics"] += [one.as_json() for one in warnings]
        terminal.give({"tenant": platform.tenant, "is_host_compared": is_compared, **plain})
        if not found.is_intact:
            terminal.end(ExitCode.NOT_INTACT)


def _read_kept(file: Path) -> Anchor:
    with file.open(encoding="utf-8", errors="replace") as kept:
        text = kept.read(ANCHOR_LIMIT + 1)
    try:
        return read_anchor(text, name=str(file))
    except HostError as error:
        raise WrongUsage(error.diagnostics) from error


def _tell_anchor(terminal: Terminal, made: Anchor, out: Path | None) -> None:
    row = made.row
    # WHY on stderr: without a file, stdout carries the anchor and nothing else.
    terminal.note(
        f"{row.tenant}：第 {row.number} 号锚，{row.subjects} 个对象，{row.events} 步",
        f"{row.tenant}: anchor {row.number}, {row.subjects} subjects, {row.events} steps",
    )
    terminal.note(f"摘要 {made.digest}", f"digest {made.digest}")
    where = ("标准输出的内容", "what stdout has") if out is None else (f"文件 {out}", f"file {out}")
    terminal.note(
        f"请把{where[0]}存放到管理数据库的人改不到的地方",
        f"keep {where[1]} where who administers the database can't write",
    )


def _tell_verification(
    terminal: Terminal, tenant: str, found: Verification, *, is_compared: bool
) -> None:
    terminal.say(
        f"{tenant}：{found.subjects} 个对象，{found.events} 步，依规删除内容 {found.erased} 处",
        f"{tenant}: {found.subjects} subjects, {found.events} steps, "
        f"{found.erased} bodies erased on record",
    )
    terminal.say(f"总摘要 {found.heads_digest}", f"digest {found.heads_digest}")
    if found.anchors:
        terminal.say(
            f"与库外存放的 {found.anchors} 个锚对照过", f"compared with {found.anchors} anchors"
        )
    else:
        terminal.say(
            "没有给出 --anchor：末尾被截去、整本重写、对象被整个删去，这样看不出来",
            "without --anchor a cut tail, a chain written anew and a dropped subject don't show",
        )
    if not is_compared:
        terminal.say(
            "没有给出 --adapter，未与平台的状态对照",
            "without --adapter the platform's states were not compared",
        )
    if found.is_intact:
        terminal.say("没有发现改动", "nothing was found")
    else:
        count = len(found.problems)
        terminal.say(f"发现 {count} 处问题", f"{count} problems found")


def _warn(platform: Platform, found: Verification) -> Iterator[Diagnostic]:
    if not found.subjects:
        yield _warn_empty(platform)
    if found.unprotected:
        tables = ", ".join(f"`{one}`" for one in found.unprotected)
        yield Diagnostic("XR569", None, {"tables": tables})


def _warn_empty(platform: Platform) -> Diagnostic:
    known = list_tenants(platform.engine, platform.ledger.tables)
    listed = ", ".join(f"`{one}`" for one in known) or "—"
    return Diagnostic("XR715", None, {"tenant": platform.tenant, "known": listed})
