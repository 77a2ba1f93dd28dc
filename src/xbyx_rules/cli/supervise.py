"""`xbyx supervise` and `xbyx doubts`: checks over a platform's records, and what they raised."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from xbyx_rules.deciding import Subject, strictness_to_json
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting import Doubt, Supervised
from xbyx_rules.policy import Outcome
from xbyx_rules.reporting import keep_in_one_line, say_supervision, supervision_to_text
from xbyx_rules.supervising import CheckResult

from .hosts import Supervision, open_supervision, read_instant
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
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["list_doubts", "supervise_records"]

_ZONE = ZoneInfo("Asia/Shanghai")
# WHY: a check that can't be said to the engine, and gaps in the records, are no trouble of a run;
# they stand in the JSON.
_EXPECTED = ("XR803", "XR813")


class Evaluator(Enum):
    """Which evaluator decides."""

    AUTO = "auto"
    RETE = "rete"
    REFERENCE = "reference"


# WHY so many parameters: a command's options are its parameters, and each stands by itself.
def supervise_records(  # noqa: PLR0913
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", show_default=False, help="默认全部 · all by default"),
    ] = None,
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    entity: Annotated[
        str, typer.Option("--entity", help="核查谁的记录：学校或区 · whose records: 学校 or 区")
    ] = "学校",
    evaluator: Annotated[
        Evaluator, typer.Option("--evaluator", help="由谁求值 · which evaluator")
    ] = Evaluator.AUTO,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不记 · look, and write nothing")
    ] = False,
    again: Annotated[
        bool,
        typer.Option("--again", help="没有变动的也重新核查 · also where nothing has changed"),
    ] = False,
    create: Annotated[
        bool,
        typer.Option("--create-tables", help="先建核查所用的表 · make supervision's tables first"),
    ] = False,
    at: AtOption = None,
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Supervise schools one by one; ends with 1 when any doubt stands, 5 when one can't be read."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        opened = open_supervision(
            database,
            adapter,
            tenant=tenant,
            prefix=prefix,
            rules=rules,
            evaluator=evaluator.value,
            is_created=create and not dry_run,
            is_needed=not dry_run,
        )
        instant = read_instant(at)
        on = instant.astimezone(_ZONE).date()
        subjects = _choose(opened, entity, keys)
        if dry_run:
            found = tuple(
                Supervised(one, results=opened.supervisor.look(opened.engine, one, on=on))
                for one in subjects
            )
        else:
            found = opened.supervisor.supervise(
                opened.engine, subjects, at=instant, on=on, is_complete=again
            )
        states = {} if dry_run else _states(opened)
        for one in found:
            _show(terminal, opened, one, states, on.isoformat())
        _show_sum(terminal, found)
        waiting = 0
        if not dry_run:
            waiting = len(opened.supervisor.open_doubts(opened.engine, subjects))
            terminal.say(
                f"这些对象尚未办结的疑点共 {waiting} 件（xbyx doubts 列出）",
                f"{waiting} doubts about these subjects are not dealt with yet (see xbyx doubts)",
            )
        terminal.give({"on": on.isoformat(), "subjects": [_plain(one) for one in found]})
        if any(one.failure for one in found):
            terminal.end(ExitCode.HOST)
        # WHY those that wait too: a school that is passed over, unchanged, has its doubts still.
        if waiting or any(check.hits for one in found for check in one.results):
            terminal.end(ExitCode.FINDINGS)


def list_doubts(  # noqa: PLR0913
    *,
    database: DatabaseOption,
    adapter: AdapterOption,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="ID", show_default=False, help="哪所学校 · which school"),
    ] = None,
    entity: Annotated[str, typer.Option("--entity", help="学校或区 · 学校 or 区")] = "学校",
    tenant: TenantOption = None,
    prefix: PrefixOption = "xbyx_",
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the doubts of a tenant, with what was found last about each."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        opened = open_supervision(database, adapter, tenant=tenant, prefix=prefix, rules=rules)
        subject = None if about is None else Subject(entity, about)
        doubts = opened.supervisor.doubts(opened.engine, subject)
        table = new_table(
            terminal,
            ("疑点", "doubt"),
            ("对象", "about"),
            ("状态", "state"),
            ("仍在", "stands"),
            ("情况", "what was found"),
        )
        plain = []
        for one in doubts:
            message = keep_in_one_line(_message(opened, one).get(terminal.language, ""))
            stands = terminal.pick("是" if one.stands else "否", "yes" if one.stands else "no")
            shown = message or terminal.pick("（内容已依规删除）", "(erased, on record)")
            table.add_row(one.id, keep_in_one_line(one.about.key), one.state, stands, shown)
            plain.append({**_doubt_to_json(one), "message": message})
        if doubts:
            terminal.show(table, "")
        terminal.say(f"疑点 {len(doubts)} 件", f"{len(doubts)} doubts")
        terminal.give({"doubts": plain})


def _choose(opened: Supervision, entity: str, keys: list[str] | None) -> tuple[Subject, ...]:
    with opened.engine.connect() as connection:
        known = opened.host.subjects(connection, entity)
    if not keys:
        return known
    chosen = tuple(Subject(entity, key) for key in dict.fromkeys(keys))
    for one in chosen:
        if one not in known:
            raise WrongUsage(Diagnostic("XR721", None, {"subject": str(one)}))
    return chosen


def _states(opened: Supervision) -> Mapping[str, str]:
    """Where each doubt stands, the latest occurrence by the first one's id."""
    return {one.first_id: one.state for one in opened.supervisor.doubts(opened.engine)}


def _show(
    terminal: Terminal, opened: Supervision, one: Supervised, states: Mapping[str, str], on: str
) -> None:
    if one.failure:
        terminal.diagnose(one.failure)
        return
    if one.is_unchanged or all(check.outcome is Outcome.MET for check in one.results):
        return
    said = say_supervision(one.results, opened.policies, terminal.language, states=states)
    terminal.show(supervision_to_text(said, terminal.language, name=str(one.subject), on=on), "")


def _show_sum(terminal: Terminal, found: tuple[Supervised, ...]) -> None:
    for reason in _reasons(found):
        terminal.note(reason.render(terminal.language), reason.render(terminal.language))
    kinds = [change.kind for one in found for change in one.changes]
    hits = sum(len(check.hits) for one in found for check in one.results)
    unclear = sum(len(one.undetermined) for one in found)
    unchanged = sum(one.is_unchanged for one in found)
    failed = sum(bool(one.failure) for one in found)
    terminal.say(
        f"核查 {len(found)} 个对象：命中 {hits} 处（新疑点 {kinds.count('opened')}，"
        f"不再命中 {kinds.count('gone')}），暂无法判定 {unclear} 项，"
        f"没有变动而略过 {unchanged} 个，读取失败 {failed} 个",
        f"{len(found)} subjects checked: {hits} hits ({kinds.count('opened')} new doubts, "
        f"{kinds.count('gone')} no longer found), {unclear} checks undetermined, "
        f"{unchanged} unchanged and passed over, {failed} could not be read",
    )


def _reasons(found: tuple[Supervised, ...]) -> list[Diagnostic]:
    """Why the Rete engine left checks to the reference, one diagnostic a code."""
    reasons = [check.reason for one in found for check in one.results if check.reason]
    return list({one.code: one for one in reasons if one.code not in _EXPECTED}.values())


def _message(opened: Supervision, doubt: Doubt) -> Mapping[str, str]:
    """What was found last; {} where that was erased."""
    found = opened.supervisor.ledger.findings(opened.engine, Subject("疑点", doubt.id))
    for one in reversed(found):
        if one is None:  # WHY not an older one: it says what no longer was so
            return {}
        message = one.get("message")
        if isinstance(message, dict) and message:
            return message
    return {}


def _plain(one: Supervised) -> dict[str, Any]:
    return {
        "subject": str(one.subject),
        "is_unchanged": one.is_unchanged,
        "failure": [found.as_json() for found in one.failure],
        "checks": [_check_to_json(check) for check in one.results],
        "changes": [
            {"kind": change.kind, **_doubt_to_json(change.doubt)} for change in one.changes
        ],
    }


def _check_to_json(check: CheckResult) -> dict[str, Any]:
    return {
        "policy": check.policy,
        "anchor": check.anchor,
        "decided_by": check.rules,
        "strictness": strictness_to_json(check.finding),
        "outcome": check.outcome.code,
        "evaluator": check.evaluator,
        "reason": check.reason.as_json() if check.reason else None,
        "hits": [
            {
                "doubt": hit.doubt_id,
                "references": list(hit.references),
                "message": dict(hit.message),
            }
            for hit in check.hits
        ],
    }


def _doubt_to_json(doubt: Doubt) -> dict[str, Any]:
    return {
        "id": doubt.id,
        "occurrence": doubt.occurrence,
        "about": str(doubt.about),
        "policy": doubt.policy,
        "clause": doubt.clause,
        "references": list(doubt.records),
        "found_on": doubt.found_on.isoformat(),
        "stands": doubt.stands,
        "state": doubt.state,
    }
