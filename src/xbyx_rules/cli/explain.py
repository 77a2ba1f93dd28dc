"""`xbyx explain`: decide one case and say why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.deciding import decide, explain_review, review_to_json
from xbyx_rules.errors import CaseError, Diagnostic, Place

from .cases import read_case
from .options import AsJson, Debug, Lang, LangOption, OnOption, PolicyArgument, RulesOption
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
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Decide a case as on one day and explain every finding; ends with 1 when something blocks."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        chosen = choose_policy(load_rules(rules), policy)
        read = read_case(_read_text(case), str(case), chosen.checked.vocabulary)
        review = decide(chosen, read, on=on.date(), only=clause)
        terminal.show(explain_review(review, terminal.language))
        terminal.give(review_to_json(review))
        if review.blocked_by:
            terminal.end(ExitCode.FINDINGS)


def _read_text(file: Path) -> str:
    raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        place = Place(str(file), line)
        raise CaseError(Diagnostic("XR702", place, {"reason": "UTF-8"})) from None
