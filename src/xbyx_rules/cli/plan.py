"""`xbyx plan`: a subject's way through its flow, on a host's database through an adapter."""

from __future__ import annotations

import uuid
from textwrap import indent
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.deciding import Finding, Subject, explain
from xbyx_rules.hosting import DryRun, Trial
from xbyx_rules.lifecycle import Actor, Command, entry_as_plain, render_timeline

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
from .plain import dry_run_to_json, receipt_to_json, task_to_json
from .plan_difference import show_differences
from .plan_line import begin_revision, show_line, show_suggestions
from .rules import cite_clauses
from .tables import new_table
from .terminal import ExitCode, Terminal

__all__ = ["plan_app"]

plan_app = typer.Typer(no_args_is_help=True)
plan_app.command("diff", help="两次提交之间改了什么 · what was changed between two submissions")(
    show_differences
)
plan_app.command("line", help="各次修订，哪一版现行 · the versions, and which is in force")(
    show_line
)
plan_app.command("revise", help="开始修订，旧版继续有效 · begin a revision of what is in force")(
    begin_revision
)
plan_app.command("suggestions", help="建议，由人决定 · what is suggested; a person decides")(
    show_suggestions
)

KeyArgument = Annotated[str, typer.Argument(metavar="ID", help="对象的编号 · the subject's key")]
ActionArgument = Annotated[str, typer.Argument(metavar="ACTION", help="动作 · the action")]
CommentOption = Annotated[
    str | None, typer.Option("--comment", show_default=False, help="意见 · the opinion")
]
ENTITY = "年度计划"
PREFIX = "xbyx_"
ZONE = ZoneInfo("Asia/Shanghai")


# WHY so many parameters: a command's options are its parameters, and each stands by itself.
@plan_app.command("show", help="现在到哪一步，下一步由谁办 · where it stands and whose turn it is")
def show_plan(  # noqa: PLR0913
    key: KeyArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    entity: EntityOption = ENTITY,
    tenant: TenantOption = None,
    prefix: PrefixOption = PREFIX,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say where a subject stands, and what can follow by whom."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = Subject(entity, key)
        snapshot = platform.ledger.snapshot(platform.engine, subject)
        flow = platform.ledger.definition(platform.engine, subject)
        steps = flow.actions_in(snapshot.state)
        _show_standing(terminal, subject, snapshot.state, snapshot.version)
        table = new_table(terminal, ("动作", "action"), ("到", "to"), ("由", "by"))
        table.add_column(terminal.pick("须符合", "requires"), overflow="fold")
        for one in steps:
            needs = cite_clauses(platform.policies[flow.policy], one.must_meet)
            table.add_row(one.action, one.target, "、".join(one.roles), "、".join(needs))
        if steps:
            terminal.show("", table)
        else:
            terminal.say("流程已经终结", "the flow has ended")
        actions = [
            {"action": one.action, "to": one.target, "roles": one.roles, "requires": one.must_meet}
            for one in steps
        ]
        standing = {"subject": str(subject), "state": snapshot.state, "version": snapshot.version}
        terminal.give({**standing, "flow": flow.version, "actions": actions})


@plan_app.command("dry-run", help="先试后办：能不能办，差什么 · try actions; nothing is written")
def try_plan(  # noqa: PLR0913
    key: KeyArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    actor: ActorOption,
    role: RoleOption,
    action: Annotated[
        str | None, typer.Argument(metavar="[ACTION]", show_default=False, help="默认全部 · all")
    ] = None,
    org: OrganisationOption = "",
    district: DistrictOption = "",
    comment: CommentOption = None,
    at: AtOption = None,
    entity: EntityOption = ENTITY,
    tenant: TenantOption = None,
    prefix: PrefixOption = PREFIX,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Try one action or all of them; ends with 3 when the one asked about is not allowed."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        found = platform.ledger.dry_run(
            platform.engine,
            Subject(entity, key),
            action,
            actor=Actor(actor, frozenset(role), org, district),
            at=read_instant(at),
            comment=comment,
        )
        _show_trials(terminal, found)
        terminal.give(dry_run_to_json(found))
        if action is not None and not found[action].is_allowed:
            terminal.end(ExitCode.REFUSED)


@plan_app.command("act", help="办理一步 · take a step")
def act_on_plan(  # noqa: PLR0913
    key: KeyArgument,
    action: ActionArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    actor: ActorOption,
    role: RoleOption,
    org: OrganisationOption = "",
    district: DistrictOption = "",
    comment: CommentOption = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="REF", show_default=False, help="附件编号 · a document"),
    ] = None,
    expect: Annotated[
        int | None,
        typer.Option("--expect", show_default=False, help="经办人看到的版本 · the version seen"),
    ] = None,
    command_id: Annotated[
        str | None,
        typer.Option(
            "--command-id", show_default=False, help="指令号，重发时相同 · same when sent again"
        ),
    ] = None,
    at: AtOption = None,
    entity: EntityOption = ENTITY,
    tenant: TenantOption = None,
    prefix: PrefixOption = PREFIX,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Carry out one action; ends with 3 when it is refused, and then nothing was changed."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        command = Command(
            Subject(entity, key),
            action,
            Actor(actor, frozenset(role), org, district),
            command_id or uuid.uuid4().hex,
            read_instant(at),
            expected_version=expect,
            comment=comment,
            evidence=tuple(evidence or ()),
        )
        receipt = platform.ledger.act(platform.engine, command)
        terminal.say(
            f"{receipt.subject} 已办理 {receipt.action}：{receipt.source} → {receipt.target}"
            f"（第 {receipt.version} 版，指令号 {command.command_id}）",
            f"{receipt.subject}: {receipt.action} done, {receipt.source} → {receipt.target} "
            f"(version {receipt.version}, command id {command.command_id})",
        )
        if receipt.is_replay:
            terminal.say("这项指令先前已办理，本次没有改动", "done before; nothing was changed now")
        terminal.give({**receipt_to_json(receipt), "command_id": command.command_id})


@plan_app.command("timeline", help="办理轨迹 · what was done, when, by whom")
def show_timeline(  # noqa: PLR0913
    key: KeyArgument,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    entity: EntityOption = ENTITY,
    tenant: TenantOption = None,
    prefix: PrefixOption = PREFIX,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show the steps of one subject."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = Subject(entity, key)
        entries = platform.ledger.timeline(platform.engine, subject)
        if entries:
            terminal.show(render_timeline(entries, terminal.language))
        else:
            terminal.say(f"台账里没有 {subject}", f"the ledger has no {subject}")
        steps = [entry_as_plain(one) for one in entries]
        terminal.give({"subject": str(subject), "steps": steps})


@plan_app.command("tasks", help="待办 · what waits for a role")
def list_tasks(  # noqa: PLR0913
    role: Annotated[str, typer.Option("--role", help="谁的待办 · whose inbox")],
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    org: OrganisationOption = "",
    tenant: TenantOption = None,
    prefix: PrefixOption = PREFIX,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the open tasks of a role, the oldest first."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        tasks = platform.ledger.tasks(platform.engine, role, org or None)
        table = new_table(
            terminal, ("对象", "subject"), ("状态", "state"), ("机构", "organisation")
        )
        table.add_column(terminal.pick("版本", "version"), justify="right")
        table.add_column(terminal.pick("自", "since"))
        for one in tasks:
            since = one.opened_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
            table.add_row(str(one.subject), one.state, one.organisation, str(one.version), since)
        if tasks:
            terminal.show(table, "")
        terminal.say(f"{role} 有待办 {len(tasks)} 件", f"{len(tasks)} tasks wait for {role}")
        terminal.give({"role": role, "tasks": [task_to_json(one) for one in tasks]})


def _show_standing(terminal: Terminal, subject: Subject, state: str, version: int) -> None:
    terminal.say(
        f"{subject}，当前状态 {state}，第 {version} 版",
        f"{subject}: {state}, version {version}",
    )


def _show_trials(terminal: Terminal, found: DryRun) -> None:
    _show_standing(terminal, found.subject, found.state, found.version)
    for trial in found.trials:
        terminal.show("")
        terminal.show(_headline(terminal, trial))
        for diagnostic in trial.diagnostics:
            terminal.show(f"  {diagnostic.code} {diagnostic.message(terminal.language)}")
        for finding in _unique(trial.blocked_by):
            terminal.show(indent(explain(finding, terminal.language), "  "))


def _headline(terminal: Terminal, trial: Trial) -> str:
    if trial.is_allowed:
        word = terminal.pick("✓ 可以办理", "✓ allowed")
    else:
        word = terminal.pick("✗ 不能办理", "✗ not allowed")
    way = f" → {trial.target}" if trial.target else ""
    return (
        f"{word}：{trial.action}{way}"
        if terminal.language == "zh"
        else f"{word}: {trial.action}{way}"
    )


def _unique(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Each finding once: a 条件 is decided for every pair of persons."""
    return tuple({(one.clause, one.outcome): one for one in findings}.values())
