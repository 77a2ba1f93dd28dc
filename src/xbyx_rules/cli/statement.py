"""`xbyx transcript` and `xbyx budget`: a subject's records one by one, and the rules about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.deciding import review_to_json
from xbyx_rules.errors import Diagnostic
from xbyx_rules.reporting import (
    Statement,
    decide_statement,
    render_statement,
    statement_to_docx,
    statement_to_text,
)

from .cases import read_case
from .explain import Format, choose_format, name_of
from .files import read_text
from .options import AsJson, Debug, Lang, LangOption, OnOption, PolicyArgument, RulesOption
from .rules import choose_policy, load_rules
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["state_case"]


def state_case(  # noqa: PLR0913
    policy: PolicyArgument,
    case: Annotated[Path, typer.Argument(metavar="CASE", help="案例文件（JSON） · the case")],
    *,
    on: OnOption,
    layout: Annotated[
        Format | None, typer.Option("--format", show_default=False, help="格式 · the format")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", show_default=False, help="写到文件 · write a file"),
    ] = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """State a subject's records with every figure worked out; ends with 1 when something blocks."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        chosen = choose_policy(load_rules(rules), policy)
        read = read_case(read_text(case), str(case), chosen.checked.vocabulary)
        found = decide_statement(chosen, read, on=on.date())
        _write(terminal, found, name_of(read.facts), layout or choose_format(out), out)
        terminal.give(review_to_json(found.review))
        if found.review.blocked_by:
            terminal.end(ExitCode.FINDINGS)


def _write(
    terminal: Terminal, found: Statement, name: str, layout: Format, out: Path | None
) -> None:
    language = terminal.language
    if layout is Format.DOCX:
        if out is None:
            raise WrongUsage(Diagnostic("XR760"))
        content = statement_to_docx(found, language, name=name)
    else:
        write = statement_to_text if layout is Format.TEXT else render_statement
        text = write(found, language, name=name)
        if out is None:
            terminal.show(text.rstrip("\n"))
            return
        content = text.encode(errors="replace")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    terminal.note(f"已写到 {out}", f"Written to {out}")
