"""`xbyx ledger timers`: which reminders and deadlines are due, and running them."""

from __future__ import annotations

import platform as machine
from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.deadlines import DueTimer, TimerResult, due_timers, run_timers
from xbyx_rules.reporting import keep_in_one_line

from .hosts import Platform, open_platform, read_instant
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
from .tables import new_table
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["TIMER_KINDS", "show_timers"]

_ZONE: Final = ZoneInfo("Asia/Shanghai")
TIMER_KINDS: Final = {"remind": ("催办", "reminder"), "overdue": ("逾期", "overdue")}
"""What each kind of timer is called, in Chinese and in English."""
_OUTCOMES: Final = {
    "fired": ("已办", "done"),
    "moved": ("改期，尚未到期", "moved, not due any more"),
    "gone": ("已由别人办理", "somebody else was first"),
    "refused": ("未能办理", "refused"),
}


def show_timers(  # noqa: PLR0913 - a command's options are its parameters
    *,
    database: DatabaseOption,
    is_run: Annotated[
        bool, typer.Option("--run", help="办理；默认只列出 · run them; only listed unless given")
    ] = False,
    adapter: Annotated[
        str | None,
        typer.Option(
            "--adapter",
            envvar="XBYX_ADAPTER",
            metavar="NAME",
            show_default=False,
            help="适配器，--run 时必需 · the installed adapter; needed with --run",
        ),
    ] = None,
    worker: Annotated[
        str,
        typer.Option(
            "--worker",
            metavar="NAME",
            show_default=False,
            help="工作进程的名字，记入台账；默认机器名 · goes on record; the machine unless given",
        ),
    ] = "",
    most: Annotated[
        int, typer.Option("--most", min=1, max=10_000, help="最多多少个 · how many at most")
    ] = 100,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show what is due, or run it; running ends with 3 when any was refused."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        if is_run and adapter is None:
            raise WrongUsage(Diagnostic("XR672"))
        host = adapter if is_run else None
        platform = open_platform(database, host, tenant=tenant, prefix=prefix, rules=rules)
        now = read_instant(at)
        if is_run:
            _run(terminal, platform, now, worker or machine.node() or "xbyx", most)
        else:
            _show(terminal, platform, now, most)


def _show(terminal: Terminal, platform: Platform, now: datetime, most: int) -> None:
    due = due_timers(platform.ledger, platform.engine, now=now, most=most)
    terminal.say(
        f"{platform.tenant}：到期 {len(due)} 个（只列出，没有办理）",
        f"{platform.tenant}: {len(due)} due (only listed, nothing was run)",
    )
    if due:
        _show_table(terminal, [(one, "") for one in due])
    found = _warn(due)
    terminal.diagnose(found)
    terminal.give(
        {
            "tenant": platform.tenant,
            "is_run": False,
            "timers": [_timer_to_json(one) for one in due],
            "diagnostics": [one.as_json() for one in found],
        }
    )


def _run(terminal: Terminal, platform: Platform, now: datetime, worker: str, most: int) -> None:
    results = run_timers(platform.ledger, platform.engine, now=now, worker=worker, most=most)
    fired = sum(one.outcome == "fired" for one in results)
    refused = [one for one in results if one.outcome == "refused"]
    terminal.say(
        f"{platform.tenant}：办理 {fired} 个，未能办理 {len(refused)} 个",
        f"{platform.tenant}: {fired} done, {len(refused)} refused",
    )
    if results:
        _show_table(
            terminal, [(one.timer, terminal.pick(*_OUTCOMES[one.outcome])) for one in results]
        )
    found = (
        *_warn(tuple(one.timer for one in results if one.outcome == "fired")),
        *(said for one in refused for said in one.diagnostics),
    )
    terminal.diagnose(found)
    terminal.give(
        {
            "tenant": platform.tenant,
            "is_run": True,
            "timers": [_result_to_json(one) for one in results],
            "diagnostics": [one.as_json() for one in found],
        }
    )
    if refused:
        terminal.end(ExitCode.REFUSED)


def _warn(timers: tuple[DueTimer, ...]) -> tuple[Diagnostic, ...]:
    """Say so where days due are provisional: XR671."""
    count = sum(one.is_provisional for one in timers)
    return (Diagnostic("XR671", None, {"count": str(count)}),) if count else ()


def _show_table(terminal: Terminal, listed: list[tuple[DueTimer, str]]) -> None:
    table = new_table(
        terminal,
        ("对象", "subject"),
        ("事项", "what"),
        ("动作", "action"),
        ("到期于", "due since"),
        ("暂定", "provisional"),
        ("结果", "outcome"),
    )
    for one, outcome in listed:
        cells = (
            str(one.subject),
            terminal.pick(*TIMER_KINDS[one.kind]),
            one.action,
            one.due_at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M"),
            terminal.pick("是", "yes") if one.is_provisional else "",
            outcome,
        )
        table.add_row(*map(keep_in_one_line, cells))
    terminal.show(table)


def _timer_to_json(one: DueTimer) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "kind": one.kind,
        "action": one.action,
        "due_at": one.due_at.isoformat(),
        "is_provisional": one.is_provisional,
        "command_id": one.command_id,
    }


def _result_to_json(one: TimerResult) -> dict[str, Any]:
    return {**_timer_to_json(one.timer), "outcome": one.outcome, "version": one.version}
