"""`xbyx statistics`: the figures of a district, with what would tell of persons left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import review_to_json
from xbyx_rules.errors import Diagnostic
from xbyx_rules.population import Statistics, decide_statistics, select_statistics
from xbyx_rules.reporting import render_statistics, statistics_to_docx, statistics_to_text

from .cases import read_case
from .explain import Format, choose_format, name_of
from .files import read_text
from .options import AsJson, Debug, Lang, LangOption, OnOption, PolicyArgument, RulesOption
from .rules import choose_policy, load_rules
from .terminal import Terminal, WrongUsage

__all__ = ["state_statistics"]


def state_statistics(  # noqa: PLR0913
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
    """State the figures of one document, or of all below one, without what tells of few persons."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        policies = load_rules(rules)
        chosen = choose_policy(policies, policy)
        read = read_case(read_text(case), str(case), chosen.checked.vocabulary)
        entity = read.subject.entity
        documents = select_statistics(policies, chosen.policy.id, entity)
        if not documents:
            raise WrongUsage(_lacking(policies, chosen.policy.id, entity))
        found = decide_statistics(documents, read, on=on.date())
        _write(terminal, found, name_of(read.facts), layout or choose_format(out), out)
        terminal.give(_to_json(found))


def _lacking(policies: Mapping[str, ExecutablePolicy], wanted: str, entity: str) -> Diagnostic:
    """That a document calculates nothing about an entity, with those that do."""
    known = [key for key, one in policies.items() if select_statistics({key: one}, key, entity)]
    listed = ", ".join(f"`{one}`" for one in sorted(known)) or "—"
    return Diagnostic("XR701", None, {"id": wanted, "known": listed})


def _to_json(found: Statistics) -> dict[str, Any]:
    return {
        "subject": {"entity": found.subject.entity, "key": found.subject.key},
        "on": found.on.isoformat(),
        "documents": [
            {
                **review_to_json(one.review),
                "threshold": one.threshold,
                "by_unit": [
                    {
                        "units": list(table.units),
                        "columns": [
                            {
                                "clause": column.clause,
                                "values": list(column.values),
                                "total": column.total,
                            }
                            for column in table.columns
                        ],
                    }
                    for table in one.breakdowns
                ],
            }
            for one in found.documents
        ],
    }


def _write(
    terminal: Terminal, found: Statistics, name: str, layout: Format, out: Path | None
) -> None:
    language = terminal.language
    if layout is Format.DOCX:
        if out is None:
            raise WrongUsage(Diagnostic("XR760"))
        content = statistics_to_docx(found, language, name=name)
    else:
        write = statistics_to_text if layout is Format.TEXT else render_statistics
        text = write(found, language, name=name)
        if out is None:
            terminal.show(text.rstrip("\n"))
            return
        content = text.encode(errors="replace")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    terminal.note(f"已写到 {out}", f"Written to {out}")
