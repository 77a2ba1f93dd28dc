"""`xbyx replay`: decide anew what a receipt is of, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from xbyx_rules.deciding import ReplayReport, read_payload, read_receipt, replay, review_to_json
from xbyx_rules.policy import Outcome, PolicyStore

from .as_of import load_as_of
from .files import read_text
from .options import AsJson, AsOfOption, Debug, Lang, LangOption, RulesOption, StoreOption
from .receipts import facts_beside
from .tables import new_table
from .terminal import ExitCode, Terminal

__all__ = ["replay_receipt"]

_ALTERED: Final = frozenset({"XR316", "XR318", "XR319", "XR322"})


def replay_receipt(  # noqa: PLR0913 - a command's options are its parameters
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="回执文件 · the receipt")],
    *,
    payload: Annotated[
        Path | None,
        typer.Option(
            "--payload",
            metavar="FILE",
            show_default=False,
            help="回执的事实；默认是回执旁的 .facts.json · its facts; default beside it",
        ),
    ] = None,
    store: StoreOption,
    rules: RulesOption = None,
    as_of: AsOfOption = None,
    is_current: Annotated[
        bool,
        typer.Option(
            "--current", help="改用现在自带的规则判定 · decide by the bundled rules of today"
        ),
    ] = False,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Decide a receipt anew by the rules of its time, or by others, and compare.

    Ends with 4 when something was altered or comes out otherwise, with 3 when it can't be decided
    anew, and with 1 when other rules (--rules, --current, --as-of) give something else.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        read = read_receipt(read_text(receipt))
        beside = payload or facts_beside(receipt)
        # WHY: facts that were named must be there; those beside the receipt may be erased.
        is_there = payload is not None or beside.exists()
        facts = read_payload(read_text(beside)) if is_there else None
        is_by_other_rules = bool(rules) or is_current or as_of is not None
        policies = load_as_of(as_of, store, rules) if is_by_other_rules else None
        report = replay(read, facts, PolicyStore(store), rules=policies)
        terminal.diagnose(report.diagnostics)
        _show(terminal, report)
        terminal.give(_to_json(report))
        terminal.end(_choose_code(report, is_by_other_rules=is_by_other_rules))


def _choose_code(report: ReplayReport, *, is_by_other_rules: bool) -> ExitCode:
    codes = {one.code for one in report.diagnostics}
    if codes & _ALTERED:
        return ExitCode.NOT_INTACT
    if report.review is None:
        return ExitCode.REFUSED
    if report.is_same:
        return ExitCode.FINE
    return ExitCode.FINDINGS if is_by_other_rules else ExitCode.NOT_INTACT


def _show(terminal: Terminal, report: ReplayReport) -> None:
    receipt = report.receipt
    terminal.say(
        f"回执 {receipt.digest}\n{receipt.policy}，{receipt.on} 判定 {len(receipt.findings)} 条",
        f"receipt {receipt.digest}\n{receipt.policy}, {len(receipt.findings)} rules decided "
        f"on {receipt.on}",
    )
    if report.review is None:
        terminal.say("没有重新判定", "it was not decided anew")
        return
    now = {one.clause: one.outcome for one in report.review}
    columns = (("条款", "clause"), ("当时", "then"), ("重新判定", "decided anew"))
    table = new_table(terminal, *columns)
    for one in receipt.findings:
        then = next((found for found in Outcome if found.code == one.outcome), None)
        table.add_row(
            one.locator or one.clause, _say(terminal, then), _say(terminal, now.get(one.clause))
        )
    terminal.show(table)
    if report.is_same:
        terminal.say("与回执一致", "the same as in the receipt")
    else:
        count = sum(one.severity == "error" for one in report.diagnostics)
        terminal.say(f"与回执有 {count} 处不同", f"{count} differences from the receipt")


def _say(terminal: Terminal, outcome: Outcome | None) -> str:
    return terminal.pick(outcome.zh, outcome.en.replace("_", " ")) if outcome else "—"


def _to_json(report: ReplayReport) -> dict[str, Any]:
    receipt = report.receipt
    return {
        "receipt": receipt.digest,
        "policy": receipt.policy,
        "on": receipt.on.isoformat(),
        "semantics": receipt.semantics,
        "subject": {"entity": receipt.subject.entity, "key": receipt.subject.key},
        "is_decided": report.review is not None,
        "is_same": report.is_same,
        "diagnostics": [one.as_json() for one in report.diagnostics],
        "review": review_to_json(report.review) if report.review else None,
    }
