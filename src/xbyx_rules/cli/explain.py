"""`xbyx explain`: decide one case and say why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Review, decide, explain_review, review_to_json
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import normalise_locator
from xbyx_rules.population import protect_review
from xbyx_rules.reporting import render_review, review_to_docx, review_to_text

from .as_of import load_as_of
from .cases import read_case
from .files import read_text
from .options import (
    AsJson,
    AsOfOption,
    Debug,
    Lang,
    LangOption,
    OnOption,
    PolicyArgument,
    RulesOption,
)
from .receipts import keep_receipt, plan_receipt
from .rules import choose_policy
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["Format", "choose_format", "explain_case", "name_of"]


class Format(Enum):
    """How a whole review is written."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"


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
    as_of: AsOfOption = None,
    layout: Annotated[
        Format | None,
        typer.Option(
            "--format",
            show_default=False,
            help="整份审查意见，逐条写全；不写时屏幕上只写全须先解决的 · the whole review, in full",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            show_default=False,
            help="写到文件；不写 --format 时按文件名的后缀 · write a file, by its ending",
        ),
    ] = None,
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
        chosen = choose_policy(load_as_of(as_of, store, rules), policy)
        read = read_case(read_text(case), str(case), chosen.checked.vocabulary)
        wanted = [_anchor_of(chosen, one) for one in clause] if clause else None
        decided = decide(chosen, read, on=on.date(), only=wanted)
        review = protect_review(chosen, read, decided)
        if layout is None and out is None:
            terminal.show(explain_review(review, terminal.language))
        else:
            _write(review, chosen, name_of(read.facts), layout or choose_format(out), out, terminal)
        data = review_to_json(review)
        if as_of is not None:
            terminal.say(f"规则版本截至：{as_of}", f"rules as they stood at: {as_of}")
            data["as_of"] = as_of
        if planned is not None:
            data["receipt"] = keep_receipt(terminal, planned, chosen, read, decided)
        terminal.give(data)
        if review.blocked_by:
            terminal.end(ExitCode.FINDINGS)


def _write(
    review: Review,
    policy: ExecutablePolicy,
    name: str,
    layout: Format,
    out: Path | None,
    terminal: Terminal,
) -> None:
    language, document = terminal.language, policy.policy
    if layout is Format.DOCX:
        if out is None:
            raise WrongUsage(Diagnostic("XR760"))
        content = review_to_docx(review, language, name=name, policy=document)
    else:
        write = review_to_text if layout is Format.TEXT else render_review
        text = write(review, language, name=name, policy=document)
        if out is None:
            terminal.show(text.rstrip("\n"))
            return
        content = text.encode(errors="replace")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    terminal.note(f"已写到 {out}", f"Written to {out}")


def choose_format(out: Path | None) -> Format:
    """The format that a file's name asks for; text where it asks for none."""
    ending = out.suffix.lower().lstrip(".") if out is not None else ""
    return {"html": Format.HTML, "htm": Format.HTML, "docx": Format.DOCX}.get(ending, Format.TEXT)


def _anchor_of(policy: ExecutablePolicy, name: str) -> str:
    """The anchor of the clause with this locator, since that is what explanations show."""
    locator = normalise_locator(name)
    found = (one for one in policy.policy.clauses if one.kind and one.locator == locator)
    return next((one.id for one in found if locator), name)


def name_of(facts: Mapping[str, object]) -> str:
    """What the subject is called by people, where its facts say so."""
    return next((str(facts[one]) for one in ("学校名称", "名称") if facts.get(one)), "")
