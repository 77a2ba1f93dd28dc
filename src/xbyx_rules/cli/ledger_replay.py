"""`xbyx ledger replay`: decide every recorded guard again from its receipt, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Host, Ledger, LedgerReplay, StepReplay
from xbyx_rules.policy import Outcome, PolicyStore

from .hosts import open_platform
from .options import (
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
from .rules import load_rules
from .tables import new_table
from .terminal import ExitCode, Terminal

__all__ = ["replay_steps"]


def replay_steps(  # noqa: PLR0913 - a command's options are its parameters
    key: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", show_default=False, help="只重放一个对象 · one subject"),
    ] = None,
    *,
    database: DatabaseOption,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="DIR",
            show_default=False,
            help="当时的规则不在 --rules 里时，到这里按内容找 · where earlier texts lie by content",
        ),
    ] = None,
    entity: EntityOption = "年度计划",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Decide every recorded guard again by the texts of its time.

    Ends with 4 when anything comes out otherwise or a receipt was touched, with 3 when not one
    step could be decided again, and with 0 else; what was left undecided is counted and named.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        platform = open_platform(database, None, tenant=tenant, prefix=prefix)
        # WHY no host: a receipt holds all that was read; the platform of today has no say.
        ledger = Ledger(load_rules(rules), cast(Host, None), tenant=platform.tenant, prefix=prefix)
        found = ledger.replay(
            platform.engine,
            subject=Subject(entity, key) if key else None,
            store=PolicyStore(store) if store else None,
        )
        terminal.diagnose(found.problems)
        _show(terminal, platform.tenant, found)
        terminal.give({"tenant": platform.tenant, **_to_json(found)})
        if not found.is_same:
            terminal.end(ExitCode.NOT_INTACT)
        if not found.steps and found.undecided + found.erased:
            terminal.end(ExitCode.REFUSED)


def _show(terminal: Terminal, tenant: str, found: LedgerReplay) -> None:
    for step in found.differing:
        terminal.say(
            f"{step.subject} 第 {step.version} 步 {step.action}",
            f"{step.subject}, step {step.version}, {step.action}",
        )
        columns = (("条款", "clause"), ("经办人", "who acts"), ("提交人", "who submitted"))
        outcomes = (("当时", "then"), ("重新判定", "decided again"))
        table = new_table(terminal, *columns, *outcomes)
        for one in step.guards:
            now = _say(terminal, one.now)
            # WHY a mark: outcomes can be alike where a value under them isn't.
            mark = "" if one.is_same else " ≠"
            persons = (one.person or "", one.submitter or "")
            clause = one.locator or one.clause
            table.add_row(clause, *persons, _say(terminal, one.then), f"{now}{mark}")
        terminal.show(table)
    terminal.say(
        f"{tenant}：{found.subjects} 个对象，{found.events} 步；重新判定 {found.steps} 步的 "
        f"{found.guards} 项条件，不同 {len(found.differing)} 步；"
        f"依规删除而不能判定 {found.erased} 步，其他没有判定 {found.undecided} 步",
        f"{tenant}: {found.subjects} subjects, {found.events} events; {found.guards} guards of "
        f"{found.steps} steps decided again, {len(found.differing)} steps differ; "
        f"{found.erased} erased on record, {found.undecided} not decided for other reasons",
    )


def _say(terminal: Terminal, code: str | None) -> str:
    found = next((one for one in Outcome if one.code == code), None)
    return terminal.pick(found.zh, found.en.replace("_", " ")) if found else "—"


def _to_json(found: LedgerReplay) -> dict[str, Any]:
    return {
        "is_same": found.is_same,
        "subjects": found.subjects,
        "events": found.events,
        "steps": found.steps,
        "guards": found.guards,
        "erased": found.erased,
        "undecided": found.undecided,
        "differing": [_step_to_json(one) for one in found.differing],
        "diagnostics": [one.as_json() for one in found.problems],
    }


def _step_to_json(step: StepReplay) -> dict[str, Any]:
    return {
        "subject": str(step.subject),
        "version": step.version,
        "action": step.action,
        "guards": [
            {
                "clause": one.clause,
                "locator": one.locator,
                "person": one.person,
                "submitter": one.submitter,
                "then": one.then,
                "now": one.now,
                "is_same": one.is_same,
                "diagnostics": [each.as_json() for each in one.diagnostics],
            }
            for one in step.guards
        ],
    }
