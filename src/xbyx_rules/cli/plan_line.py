"""`xbyx plan line`, `plan revise`, `plan suggestions`: versions of a subject, what is proposed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import LineVersion, line_of, revise, suggestions
from xbyx_rules.hosting.revisions import line_as_plain
from xbyx_rules.lifecycle import Actor

from .hosts import open_platform, read_instant
from .options import (
    ActorOption,
    AdapterOption,
    AsJson,
    AtOption,
    DatabaseOption,
    Debug,
    DistrictOption,
    EntityOption,
    Lang,
    LangOption,
    OrganisationOption,
    PrefixOption,
    RoleOption,
    RulesOption,
    TenantOption,
)
from .plain import receipt_to_json
from .tables import new_table
from .terminal import Terminal

__all__ = ["begin_revision", "show_line", "show_suggestions"]

_ZONE = ZoneInfo("Asia/Shanghai")

KeyArgument = Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")]


def show_line(  # noqa: PLR0913 - a command's options are its parameters
    key: KeyArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    at: AtOption = None,
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the versions of a subject's line; with --at which one was in force at that instant."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        moment = None if at is None else read_instant(at)
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = Subject(entity, key)
        versions = line_of(platform.ledger, platform.engine, subject)
        table = new_table(terminal, ("对象", "subject"), ("修订", "revision"), ("状态", "state"))
        table.add_column(terminal.pick("生效", "in force"), overflow="fold")
        for one in versions:
            table.add_row(str(one.subject), str(one.revision), one.state, _periods(one))
        if versions:
            terminal.show(table, "")
        else:
            terminal.say(f"台账里没有 {subject}", f"the ledger has no {subject}")
        found = next((one.subject for one in versions if one.was_in_force(moment)), None)
        named = "-" if found is None else str(found)
        when, when_en = ("", "") if moment is None else (f"{_say(moment)} ", f" at {_say(moment)}")
        terminal.say(f"{when}现行：{named}", f"in force{when_en}: {named}")
        standing = {"subject": str(subject), "in_force": str(found) if found else None}
        at_given = None if moment is None else moment.isoformat()
        terminal.give({**standing, "at": at_given, "versions": line_as_plain(versions)})


def begin_revision(  # noqa: PLR0913 - a command's options are its parameters
    key: KeyArgument,
    new: Annotated[str, typer.Argument(metavar="NEW", help="新记录的编号 · the new record's key")],
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    actor: ActorOption,
    role: RoleOption,
    reason: Annotated[str, typer.Option("--reason", help="为什么修订 · why")],
    org: OrganisationOption = "",
    district: DistrictOption = "",
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
    """Begin a revision; the old version stays in force until the new one is."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        old = Subject(entity, key)
        name = command_id or uuid.uuid4().hex
        receipt = revise(
            platform.ledger,
            platform.engine,
            old,
            Subject(entity, new),
            actor=Actor(actor, frozenset(role), org, district),
            command_id=name,
            at=read_instant(at),
            reason=reason,
        )
        terminal.say(
            f"{receipt.subject} 开始修订 {old}，现处于 {receipt.target}；它生效以前 {old} 继续有效",
            f"{receipt.subject} revises {old}, now in {receipt.target}; "
            f"{old} stays in force until it is",
        )
        terminal.give({**receipt_to_json(receipt), "revises": str(old), "command_id": name})


def show_suggestions(  # noqa: PLR0913 - a command's options are its parameters
    key: KeyArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List what was suggested since the subject came to its state; none of it is done."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = Subject(entity, key)
        found = suggestions(platform.ledger, platform.engine, subject)
        for one in found:
            erased = terminal.pick("（已删除）", "(erased)")
            who = f"{one.actor} ({one.actor_kind})"
            terminal.show(f"{one.reference}  {_say(one.at)} {who}: {one.action or erased}")
            if one.reason:
                terminal.show(f"   {one.reason}")
        terminal.say(
            f"{subject} 有建议 {len(found)} 条，都须由人决定",
            f"{len(found)} suggestions on {subject}; a person decides on each",
        )
        listed = [
            {
                "reference": one.reference,
                "at": one.at.isoformat(),
                "actor": one.actor,
                "actor_kind": one.actor_kind,
                "action": one.action or None,
                "reason": one.reason,
                "evidence": list(one.evidence),
            }
            for one in found
        ]
        terminal.give({"subject": str(subject), "suggestions": listed})


def _periods(one: LineVersion) -> str:
    return "；".join(
        f"{_say(period.start)} – {_say(period.end) if period.end else ''}".rstrip()
        for period in one.periods
    )


def _say(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")
