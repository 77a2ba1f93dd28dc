"""`xbyx ledger`: verify the ledger of a host's database; its other commands stand beside."""

from __future__ import annotations

from typing import Annotated

import typer

from xbyx_rules.errors import Diagnostic

from .hosts import Platform, list_tenants, open_platform
from .ledger_export import export_record
from .ledger_replay import replay_steps
from .options import (
    AsJson,
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
from .terminal import ExitCode, Terminal

__all__ = ["ledger_app"]

ledger_app = typer.Typer(no_args_is_help=True)
ledger_app.command("outbox", help="待投递和搁置的消息 · messages that wait or are parked")(
    show_outbox
)
ledger_app.command("unpark", help="对搁置的消息作决定 · decide about a parked message")(
    unpark_message
)
ledger_app.command("export", help="导出台账，不用本系统也能读 · write it out, readable without us")(
    export_record
)
ledger_app.command("replay", help="按回执重新判定每一步 · decide every step again")(replay_steps)


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
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Verify every chain of a tenant; ends with 4 when anything was found."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        is_compared = adapter is not None
        found = platform.ledger.verify(platform.engine, is_host_compared=is_compared)
        warnings = () if found.subjects else (_warn_empty(platform),)
        terminal.diagnose((*found.problems, *warnings))
        terminal.say(
            f"{platform.tenant}：{found.subjects} 个对象，{found.events} 步，"
            f"依规删除内容 {found.erased} 处",
            f"{platform.tenant}: {found.subjects} subjects, {found.events} steps, "
            f"{found.erased} bodies erased on record",
        )
        terminal.say(
            f"总摘要 {found.heads_digest}（请存放在库外）",
            f"digest {found.heads_digest} (keep it outside the database)",
        )
        if not is_compared:
            terminal.say(
                "没有给出 --adapter，未与平台的状态对照",
                "without --adapter the platform's states were not compared",
            )
        count = len(found.problems)
        if found.is_intact:
            terminal.say("没有发现改动", "nothing was found")
        else:
            terminal.say(f"发现 {count} 处问题", f"{count} problems found")
        plain = verification_to_json(found)
        plain["diagnostics"] += [one.as_json() for one in warnings]
        terminal.give({"tenant": platform.tenant, "is_host_compared": is_compared, **plain})
        if not found.is_intact:
            terminal.end(ExitCode.NOT_INTACT)


def _warn_empty(platform: Platform) -> Diagnostic:
    known = list_tenants(platform.engine, platform.ledger.tables)
    listed = ", ".join(f"`{one}`" for one in known) or "—"
    return Diagnostic("XR715", None, {"tenant": platform.tenant, "known": listed})
