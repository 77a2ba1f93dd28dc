"""`xbyx ledger migrate-flow`: move subjects to another version of their flow, tried first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.hosting import (
    FlowVersion,
    MigrationReport,
    MigrationTrial,
    carry_out_migration,
    list_flow_versions,
    try_migration,
)
from xbyx_rules.lifecycle import Actor, MigrationPlan
from xbyx_rules.reporting import keep_in_one_line

from .hosts import Platform, open_platform, read_instant
from .options import (
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
from .tables import new_table
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["migrate_flow"]


def migrate_flow(  # noqa: PLR0913 - a command's options are its parameters
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    reason: Annotated[
        str, typer.Option("--reason", help="为什么改按新版办理，记入台账 · why, on record")
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VERSION",
            show_default=False,
            help="原来的版本；只有一个时可省 · the version followed now, where there are several",
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="VERSION",
            show_default=False,
            help="转到的版本；默认是规则里的这一版 · default: the one in the rules",
        ),
    ] = None,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="OLD=NEW",
            show_default=False,
            help="原版的状态转到新版的哪个状态，可写多个 · which state takes a state's place",
        ),
    ] = None,
    renames: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar="OLD=NEW",
            show_default=False,
            help="只是改了名的状态或动作，可写多个 · a state or action that only changed its name",
        ),
    ] = None,
    carry_out: Annotated[
        str | None,
        typer.Option(
            "--carry-out",
            metavar="DIGEST",
            show_default=False,
            help="执行；写试运行给出的摘要 · do it, by the digest that the dry run gave",
        ),
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(
            "--actor", metavar="ID", show_default=False, help="执行人的假名 · who carries it out"
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
    """Say for each subject where it would go or why not; nothing is done without ``--carry-out``.

    Ends with 1 when a dry run finds a subject that can't be moved, with 3 when carrying out is
    refused or leaves one where it is.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        mapped, renamed = _read_pairs("--state", states), _read_pairs("--rename", renames)
        moment = read_instant(at)
        if carry_out is not None and actor is None:
            values = {"option": "--actor", "expected": "ID", "found": ""}
            raise WrongUsage(Diagnostic("XR714", None, values))
        platform = open_platform(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        before, after = _choose_versions(platform, entity, source, target)
        plan = MigrationPlan(before.flow, before.version, after.version, reason, mapped, renamed)
        if carry_out is None or actor is None:
            _tell_trial(terminal, try_migration(platform.ledger, platform.engine, plan))
            return
        report = carry_out_migration(
            platform.ledger, platform.engine, plan, digest=carry_out, actor=Actor(actor), at=moment
        )
        _tell_report(terminal, report)


def _read_pairs(option: str, texts: Sequence[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts or ():
        old, sign, new = (part.strip() for part in text.partition("="))
        if not old or not sign or not new or old in pairs:
            values = {"option": option, "expected": "OLD=NEW", "found": text}
            raise WrongUsage(Diagnostic("XR714", None, values))
        pairs[old] = new
    return pairs


def _choose_versions(
    platform: Platform, entity: str, source: str | None, target: str | None
) -> tuple[FlowVersion, FlowVersion]:
    """The two versions meant: as named, else the only one followed and the one in the rules.

    Raises:
        CommandRefused: XR519; XR590, there is no such version, or which one is meant is not clear.
    """
    flow = platform.ledger.desk.current_flow(entity).definition.key
    known = list_flow_versions(platform.ledger, platform.engine, flow)
    wanted = [one for one in known if one.version == target or (target is None and one.is_current)]
    after = wanted[0] if wanted else None
    followed = [one for one in known if one.subjects and one not in wanted]
    if source is not None:
        followed = [one for one in known if one.version == source]
    if len(followed) != 1 or after is None:
        listed = "、".join(f"`{one.version}` ({one.subjects})" for one in known)
        named = {"flow": flow, "source": source or "-", "target": target or "-"}
        zh = f"要写明从哪一版（--from）、到哪一版（--to）；台账和规则里有：{listed}"
        en = f"say --from and --to; the ledger and the rules have: {listed}"
        raise CommandRefused(Diagnostic("XR590", None, {**named, "reason": zh, "reason_en": en}))
    return followed[0], after


def _tell_trial(terminal: Terminal, trial: MigrationTrial) -> None:
    plan, possible = trial.plan, len(trial.possible)
    refused = [one for one in trial.moves if not one.is_possible]
    table = new_table(
        terminal, ("对象", "subject"), ("现在", "now"), ("转到", "to"), ("能否", "possible")
    )
    for one in trial.moves:
        said = terminal.pick("能", "yes") if one.is_possible else terminal.pick("不能", "no")
        table.add_row(keep_in_one_line(str(one.subject)), one.source, one.target, said)
    if trial.moves:
        terminal.show(table)
    terminal.say(
        f"试运行：{plan.flow} 从 {plan.source} 版到 {plan.target} 版，"
        f"{possible} 个能转，{len(refused)} 个不能；什么也没有改动",
        f"dry run: {plan.flow}, from version {plan.source} to {plan.target}: {possible} can be "
        f"moved, {len(refused)} can't; nothing was changed",
    )
    terminal.say(
        f"看过之后执行：--carry-out {trial.digest}",
        f"after looking at it, to do it: --carry-out {trial.digest}",
    )
    reasons = [reason for one in refused for reason in one.reasons]
    terminal.diagnose(reasons)
    terminal.give(
        {
            "plan": plan.as_plain(),
            "digest": trial.digest,
            "possible": possible,
            "refused": len(refused),
            "subjects": [one.as_plain() for one in trial.moves],
            "diagnostics": [one.as_json() for one in reasons],
        }
    )
    terminal.end_by(reasons)


def _tell_report(terminal: Terminal, report: MigrationReport) -> None:
    done, again = report.count("done"), report.count("replayed")
    refused = report.count("refused")
    terminal.say(
        f"转了 {done} 个，先前已转 {again} 个，没有转 {refused} 个",
        f"{done} moved, {again} had been moved before, {refused} not moved",
    )
    reasons = [reason for one in report.outcomes for reason in one.reasons]
    terminal.diagnose(reasons)
    terminal.give(
        {
            "digest": report.digest,
            "done": done,
            "replayed": again,
            "refused": refused,
            "subjects": [one.as_plain() for one in report.outcomes],
            "diagnostics": [one.as_json() for one in reasons],
        }
    )
    if refused:
        terminal.end(ExitCode.REFUSED)
