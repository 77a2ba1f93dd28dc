"""`xbyx plan diff`: what was changed between two submissions of a subject."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import render_differences

from .hosts import open_platform
from .options import (
    AdapterOption,
    AsJson,
    DatabaseOption,
    Debug,
    EntityOption,
    Lang,
    LangOption,
    PrefixOption,
    RulesOption,
    TenantOption,
)
from .terminal import ExitCode, Terminal

__all__ = ["show_differences"]

_ZONE = ZoneInfo("Asia/Shanghai")


def show_differences(  # noqa: PLR0913 - a command's options are its parameters
    key: Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")],
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    since: Annotated[
        int | None,
        typer.Option(
            "--since",
            metavar="N",
            show_default=False,
            help="较早一次提交是第几步；默认前一次 · the earlier submission's step",
        ),
    ] = None,
    until: Annotated[
        int | None,
        typer.Option(
            "--until",
            metavar="N",
            show_default=False,
            help="较晚一次提交是第几步；默认最后一次 · the later submission's step",
        ),
    ] = None,
    personal: Annotated[
        bool,
        typer.Option("--personal", help="写出个人、敏感的值 · write out personal values too"),
    ] = False,
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show what differs; ends with 1 where a version is not to be had or there are not two."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = Subject(entity, key)
        found = platform.ledger.differences(platform.engine, subject, since=since, until=until)
        terminal.diagnose(found.problems)
        if found.is_compared:
            earlier = _name(terminal, found.since, found.since_at)
            later = _name(terminal, found.until, found.until_at)
            count = len(found.changes)
            terminal.say(
                f"{subject}：{earlier}与{later}提交的内容有 {count} 处不同",
                f"{subject}: {count} differences between {earlier} and {later}",
            )
        if found.changes:
            text = render_differences(found.changes, terminal.language, is_personal_shown=personal)
            terminal.show(text)
        changes = [one.as_plain(is_personal_shown=personal) for one in found.changes]
        problems = [one.as_json() for one in found.problems]
        steps = {"subject": str(subject), "since": found.since, "until": found.until}
        terminal.give({**steps, "changes": changes, "diagnostics": problems})
        if not found.is_compared:
            terminal.end(ExitCode.FINDINGS)


def _name(terminal: Terminal, number: int | None, at: datetime | None) -> str:
    time = f"{at.astimezone(_ZONE):%Y-%m-%d %H:%M}" if at else "—"
    return terminal.pick(f"第 {number} 步（{time}）", f"step {number} ({time})")
