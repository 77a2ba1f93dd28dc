"""`xbyx ledger delegations` and `vacancies`: who acts for whom, and where nobody can."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting import DelegationRegister, GrantedDelegation, Vacancy
from xbyx_rules.reporting import keep_in_one_line

from .hosts import open_platform, read_instant
from .options import (
    AdapterOption,
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
from .terminal import ExitCode, Terminal

__all__ = ["list_delegations", "list_vacancies"]

_ZONE = ZoneInfo("Asia/Shanghai")


def list_delegations(  # noqa: PLR0913 - a command's options are its parameters
    *,
    database: DatabaseOption,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            formats=["%Y-%m-%d"],
            show_default=False,
            help="这一天有效的；默认今天 · in force on this day; today unless given",
        ),
    ] = None,
    principal: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="ID", show_default=False, help="只列此人委托的 · granted by this person"
        ),
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="ID", show_default=False, help="只列此人受托的 · granted to this person"
        ),
    ] = None,
    is_all: Annotated[
        bool,
        typer.Option(
            "--all", help="连同期满、未到期、已撤销的 · past, future and revoked ones too"
        ),
    ] = False,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List who may act for whom on a day."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        register = DelegationRegister(platform.ledger.tables, platform.tenant)
        day = on.date() if on else read_instant(None).astimezone(_ZONE).date()
        found = register.granted(
            platform.engine, None if is_all else day, principal_id=principal, agent_id=agent
        )
        said = ("全部委托", "delegations in all")
        if not is_all:
            said = (f"{day} 有效的委托", f"delegations in force on {day}")
        terminal.say(
            f"{platform.tenant}：{said[0]} {len(found)} 项",
            f"{platform.tenant}: {len(found)} {said[1]}",
        )
        if found:
            _show_delegations(terminal, found)
        terminal.give(
            {
                "tenant": platform.tenant,
                "on": None if is_all else day.isoformat(),
                "delegations": [_delegation_to_json(one) for one in found],
            }
        )


def list_vacancies(  # noqa: PLR0913
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the open tasks that nobody can do; ends with 1 when there are any."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        found = platform.ledger.vacancies(platform.engine, at=read_instant(at))
        if found is None:
            raise HostError(Diagnostic("XR677", None, {"adapter": adapter}))
        terminal.say(
            f"{platform.tenant}：没有人能办的待办 {len(found)} 件",
            f"{platform.tenant}: {len(found)} open tasks that nobody can do",
        )
        if found:
            _show_vacancies(terminal, found)
        vacancies = [_vacancy_to_json(one) for one in found]
        terminal.give({"tenant": platform.tenant, "vacancies": vacancies})
        if found:
            terminal.end(ExitCode.FINDINGS)


def _show_delegations(terminal: Terminal, found: tuple[GrantedDelegation, ...]) -> None:
    table = new_table(
        terminal,
        ("编号", "id"),
        ("被代理人", "principal"),
        ("代理人", "agent"),
        ("角色", "role"),
        ("期限", "period"),
        ("范围", "for"),
        ("委托", "granted"),
        ("撤销", "revoked"),
    )
    for one in found:
        said = one.delegation
        cells = (
            one.id,
            said.principal_id,
            said.agent_id,
            said.role,
            f"{said.valid_from} – {said.valid_until}",
            ":".join(part for part in (said.subject_kind, said.subject_ref) if part)
            or terminal.pick("全部", "all"),
            _say_act(one.granted_at, one.granted_by),
            _say_act(one.revoked_at, one.revoked_by) if one.revoked_at else "",
        )
        table.add_row(*map(keep_in_one_line, cells))
    terminal.show(table)


def _show_vacancies(terminal: Terminal, found: tuple[Vacancy, ...]) -> None:
    table = new_table(
        terminal,
        ("对象", "subject"),
        ("状态", "state"),
        ("角色", "role"),
        ("机构", "organisation"),
        ("原办理人", "assignee"),
        ("等待自", "since"),
    )
    for one in found:
        cells = (
            str(one.subject),
            one.state,
            one.role,
            one.organisation,
            one.assignee or "",
            _say_time(one.opened_at),
        )
        table.add_row(*map(keep_in_one_line, cells))
    terminal.show(table)


def _say_act(at: datetime, by: str | None) -> str:
    return f"{_say_time(at)} {by or ''}".strip()


def _say_time(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")


def _delegation_to_json(one: GrantedDelegation) -> dict[str, Any]:
    said = one.delegation
    return {
        "id": one.id,
        "principal": said.principal_id,
        "agent": said.agent_id,
        "role": said.role,
        "subject_kind": said.subject_kind,
        "subject_ref": said.subject_ref,
        "valid_from": said.valid_from.isoformat(),
        "valid_until": said.valid_until.isoformat(),
        "granted_at": one.granted_at.isoformat(),
        "granted_by": one.granted_by,
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        "revoked_by": one.revoked_by,
    }


def _vacancy_to_json(one: Vacancy) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "state": one.state,
        "role": one.role,
        "organisation": one.organisation,
        "assignee": one.assignee,
        "opened_at": one.opened_at.isoformat(),
    }
