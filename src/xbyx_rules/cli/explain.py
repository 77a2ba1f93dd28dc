"""`xbyx explain`: decide one case and say why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.deciding import decide, explain_review, review_to_json

from .cases import read_case
from .files import read_text
from .options import AsJson, Debug, Lang, LangOption, OnOption, PolicyArgument, RulesOption
from .receipts import keep_receipt, plan_receipt
from .rules import choose_policy, load_rules
from .terminal import ExitCode, Terminal

__all__ = ["explain_case"]


def explain_case(  # noqa: PLR0913 - a command's options are its parameters
    policy: PolicyArgument,
    case: Annotated[
        Path, typer.Argument(metavar="CASE.json", help="案例文件，`-` 为标准输入 · `-` reads stdin")
    ],
    *,
    on: OnOption,
    clause: Annotated[
        list[str] | None,
        typer.Option("--clause", metavar="ID", help="只判这一条，可写多个 · only this clause"),
    ] = None,
    rules: RulesOption = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            "--receipt",
            metavar="FILE",
            show_default=False,
            help="另存回执；须同时给出 --store · write a receipt; needs --store",
        ),
    ] = None,
    payload: Annotated[
        Path | None,
        typer.Option(
            "--payload",
            metavar="FILE",
            show_default=False,
            help="回执的事实另存何处；默认在回执旁 · where its facts go; default beside it",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="DIR",
            show_default=False,
            help="按内容存放规则的文件夹 · folder that keeps the rules by content",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Decide a case as on one day and explain every finding; ends with 1 when something blocks."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        planned = plan_receipt(receipt, payload, store)
        chosen = choose_policy(load_rules(rules), policy)
        read = read_case(read_text(case), str(case), chosen.checked.vocabulary)
        review = decide(chosen, read, on=on.date(), only=clause)
        terminal.show(explain_review(review, terminal.language))
        data = review_to_json(review)
        if planned is not None:
            data["receipt"] = keep_receipt(terminal, planned, chosen, read, review)
        terminal.give(data)
        if review.blocked_by:
            terminal.end(ExitCode.FINDINGS)
