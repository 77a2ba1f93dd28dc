"""`xbyx ledger remind` and `recompute-deadlines`: a reminder by hand, and days due found anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.calendars import DayTable, WorkingCalendar, read_day_table, read_published_days
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CaseError, Diagnostic
from xbyx_rules.hosting.deadlines import Rescheduled, recompute_deadlines, remind
from xbyx_rules.lifecycle import Actor
from xbyx_rules.reporting import keep_in_one_line

from .files import read_text
from .hosts import open_platform, read_instant
from .options import (
    ActorOption,
    AdapterOption,
    AsJson,
    AtOption,
    DatabaseOption,
    Debug,
    EntityOption,
    Lang,
    LangOption,
    PrefixOption,
    RulesOption,
    TenantOption,
)
from .plain import receipt_to_json
from .tables import new_table
from .terminal import ExitCode, Terminal, WrongUsage
from .timers import TIMER_KINDS

__all__ = ["recompute_days", "remind_of_subject"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")


def remind_of_subject(  # noqa: PLR0913 - a command's options are its parameters
    key: Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")],
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    actor: ActorOption,
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
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Remind those whose turn it is, in the name of who submitted it; once a day, on record."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        command = command_id or uuid.uuid4().hex
        receipt = remind(
            platform.ledger,
            platform.engine,
            Subject(entity, key),
            actor=Actor(actor),
            command_id=command,
            at=read_instant(at),
        )
        subject = keep_in_one_line(str(receipt.subject))
        terminal.say(
            f"{subject} 在 {receipt.target}，已催办"
            f"（记为第 {receipt.version} 步，指令号 {command}）",
            f"{subject}, in {receipt.target}: a reminder was sent "
            f"(recorded as step {receipt.version}, command id {command})",
        )
        if receipt.is_replay:
            terminal.say("先前已经催办，本次没有改动", "sent before; nothing was changed now")
        terminal.give({**receipt_to_json(receipt), "command_id": command})


def recompute_days(  # noqa: PLR0913
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    days: Annotated[
        list[Path] | None,
        typer.Option(
            "--days",
            metavar="FILE",
            show_default=False,
            help="放假调休表，后面的优先，可写多个 · a table of days; later ones count first",
        ),
    ] = None,
    is_written: Annotated[
        bool,
        typer.Option("--write", help="写入台账；默认只试算 · write it; only tried unless given"),
    ] = False,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor", metavar="ID", show_default=False, help="经办人的假名，--write 时必需 · who"
        ),
    ] = None,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find provisional days due anew; ends with 3 when a subject was refused."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        if is_written and actor is None:
            values = {"option": "--actor", "expected": "ID", "found": ""}
            raise WrongUsage(Diagnostic("XR714", None, values))
        calendar = _read_calendar(days or ())
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        found = recompute_deadlines(
            platform.ledger,
            platform.engine,
            calendar,
            at=read_instant(at),
            actor=Actor(actor or "-"),
            is_dry=not is_written,
        )
        _tell(terminal, platform.tenant, calendar, found, is_written=is_written)


def _read_calendar(files: Sequence[Path]) -> WorkingCalendar:
    """The published days, where the package is there, with the tables over them.

    Raises:
        CaseError: XR661 to XR663 and XR702, a table can't be read.
        WrongUsage: XR660, there are no days at all.
    """
    published, missing = read_published_days()
    tables: list[DayTable] = [published] if published is not None else []
    for file in files:
        table, diagnostics = read_day_table(read_text(file), file=str(file))
        if table is None:
            raise CaseError(diagnostics)
        tables.append(table)
    if not tables:
        raise WrongUsage(missing)
    return WorkingCalendar(*tables)


def _tell(
    terminal: Terminal,
    tenant: str,
    calendar: WorkingCalendar,
    found: tuple[Rescheduled, ...],
    *,
    is_written: bool,
) -> None:
    moved = [one for one in found if one.moved]
    refused = [one for one in found if one.outcome == "refused"]
    terminal.say(
        f"{tenant}：{'改期' if is_written else '要改期的（只试算，没有写入）'} {len(moved)} 个，"
        f"未能办理 {len(refused)} 个；日历 {calendar.version}",
        f"{tenant}: {len(moved)} {'moved' if is_written else 'to be moved (only tried)'}, "
        f"{len(refused)} refused; calendar {calendar.version}",
    )
    if moved:
        _show_moves(terminal, moved)
    said = tuple(reason for one in refused for reason in one.diagnostics)
    terminal.diagnose(said)
    terminal.give(
        {
            "tenant": tenant,
            "is_written": is_written,
            "calendar": calendar.version,
            "subjects": [_to_json(one) for one in found],
            "diagnostics": [one.as_json() for one in said],
        }
    )
    if refused:
        terminal.end(ExitCode.REFUSED)


def _show_moves(terminal: Terminal, moved: Sequence[Rescheduled]) -> None:
    table = new_table(
        terminal,
        ("对象", "subject"),
        ("事项", "what"),
        ("动作", "action"),
        ("原到期于", "due before"),
        ("改为", "due now"),
        ("暂定", "provisional"),
    )
    for one in moved:
        for kind, action, before, after, is_provisional in one.moved:
            instants = (at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M") for at in (before, after))
            cells = (str(one.subject), terminal.pick(*TIMER_KINDS[kind]), action, *instants)
            mark = terminal.pick("是", "yes") if is_provisional else ""
            table.add_row(*map(keep_in_one_line, cells), mark)
    terminal.show(table)


def _to_json(one: Rescheduled) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "outcome": one.outcome,
        "version": one.version,
        "moved": [
            {
                "kind": kind,
                "action": action,
                "before": before.isoformat(),
                "after": after.isoformat(),
                "is_provisional": is_provisional,
            }
            for kind, action, before, after, is_provisional in one.moved
        ],
    }
