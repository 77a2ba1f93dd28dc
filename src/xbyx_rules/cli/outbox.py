"""`xbyx ledger outbox` and `xbyx ledger unpark`: messages that wait, and a decision about one."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting import Outbox, Parked
from xbyx_rules.lifecycle import Actor
from xbyx_rules.reporting import keep_in_one_line

from .hosts import open_platform, read_instant
from .options import (
    ActorOption,
    AsJson,
    AtOption,
    DatabaseOption,
    Debug,
    EntityOption,
    Lang,
    LangOption,
    PrefixOption,
    TenantOption,
)
from .plain import receipt_to_json
from .tables import new_table
from .terminal import Terminal

__all__ = ["show_outbox", "unpark_message"]

_ZONE = ZoneInfo("Asia/Shanghai")


class Choice(Enum):
    """What becomes of a parked message."""

    RETRY = "retry"
    SKIP = "skip"


# WHY so many parameters: a command's options are its parameters, and each stands by itself.
def show_outbox(
    *,
    database: DatabaseOption,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show what waits to be delivered and what is parked; ends with 1 when anything is parked."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        outbox = Outbox(platform.ledger.tables, platform.tenant)
        now = read_instant(at)
        backlog = outbox.backlog(platform.engine, now=now)
        parked = outbox.parked(platform.engine)
        terminal.say(
            f"{platform.tenant}：待投递 {backlog.waiting} 条（其中 {backlog.leased} 条正在投递），"
            f"搁置 {backlog.parked} 条",
            f"{platform.tenant}: {backlog.waiting} messages wait ({backlog.leased} are being "
            f"delivered), {backlog.parked} are parked",
        )
        if backlog.oldest_at is not None:
            since = _say_time(backlog.oldest_at)
            terminal.say(f"最早的一条从 {since} 起在等", f"the oldest has waited since {since}")
        found = (Diagnostic("XR585", None, {"count": str(backlog.parked)}),) if parked else ()
        if parked:
            _show_parked(terminal, parked)
        terminal.diagnose(found)
        terminal.give(
            {
                "tenant": platform.tenant,
                "waiting": backlog.waiting,
                "leased": backlog.leased,
                "oldest_at": backlog.oldest_at.isoformat() if backlog.oldest_at else None,
                "parked": [_plain(one) for one in parked],
                "parked_in_all": backlog.parked,
                "diagnostics": [one.as_json() for one in found],
            }
        )
        terminal.end_by(found)


def unpark_message(  # noqa: PLR0913
    key: Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")],
    version: Annotated[int, typer.Argument(metavar="VERSION", help="第几步 · of which step")],
    decision: Annotated[
        Choice, typer.Argument(help="重新投递或不再投递 · deliver it after all, or leave it out")
    ],
    *,
    database: DatabaseOption,
    actor: ActorOption,
    reason: Annotated[str, typer.Option("--reason", help="理由，记入台账 · why, on record")],
    command_id: Annotated[
        str | None,
        typer.Option(
            "--command-id", show_default=False, help="指令号，重发时相同 · same when sent again"
        ),
    ] = None,
    at: AtOption = None,
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Decide about a parked message; ends with 3 when there is none, and nothing was changed."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        command = command_id or uuid.uuid4().hex
        receipt = platform.ledger.unpark(
            platform.engine,
            Subject(entity, key),
            version=version,
            decision=decision.value,
            reason=reason,
            actor=Actor(actor),
            command_id=command,
            at=read_instant(at),
        )
        subject = keep_in_one_line(str(receipt.subject))
        zh, en = ("将重新投递", "is due again")
        if decision is Choice.SKIP:
            zh, en = ("不再投递", "is left out")
        terminal.say(
            f"{subject} 第 {version} 步的消息{zh}（记为第 {receipt.version} 步，指令号 {command}）",
            f"{subject}: the message of step {version} {en} "
            f"(recorded as step {receipt.version}, command id {command})",
        )
        if receipt.is_replay:
            terminal.say("先前已经决定，本次没有改动", "decided before; nothing was changed now")
        terminal.give({**receipt_to_json(receipt), "command_id": command})


def _show_parked(terminal: Terminal, parked: tuple[Parked, ...]) -> None:
    table = new_table(
        terminal,
        ("对象", "subject"),
        ("步", "step"),
        ("次数", "attempts"),
        ("原因", "reason"),
        ("搁置于", "parked at"),
        ("其后在等", "behind it"),
    )
    for one in parked:
        table.add_row(
            keep_in_one_line(str(one.subject)),
            str(one.version),
            str(one.attempts),
            keep_in_one_line(one.reason),
            _say_time(one.parked_at),
            str(one.waiting),
        )
    terminal.show(table)


def _say_time(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


def _plain(one: Parked) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "version": one.version,
        "attempts": one.attempts,
        "reason": one.reason,
        "parked_at": one.parked_at.isoformat(),
        "waiting": one.waiting,
    }
