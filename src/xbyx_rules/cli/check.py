"""`xbyx check`: read and check rules folders, and say clause by clause what they cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from xbyx_rules.checking import CheckedPolicy, check_standing, cover_policy, list_strictness
from xbyx_rules.compiling import compile_policy
from xbyx_rules.deciding import check_library
from xbyx_rules.errors import Diagnostic, has_errors
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    Library,
    ParameterRow,
    Parameters,
    Policy,
    read_library,
)
from xbyx_rules.reporting import CoveredDocument, render_coverage, say_period
from xbyx_rules.testing import report_coverage

from .coverage import coverage_to_json, percent, show_coverage
from .examples import diagnose_tests
from .options import AsJson, Debug, Lang, LangOption, PathsArgument
from .rules import choose_roots
from .tables import new_table
from .terminal import ExitCode, Terminal

__all__ = ["check_rules", "count_clauses"]

_DECIDED = (
    ClauseKind.REQUIREMENT,
    ClauseKind.CALCULATION,
    ClauseKind.CHECK,
    ClauseKind.JUDGEMENT,
)


def check_rules(
    paths: PathsArgument = None,
    *,
    is_mutating: Annotated[
        bool,
        typer.Option(
            "--mutate/--no-mutate",
            help="是否逐处改动规则，看例子能否发现 · whether to alter the rules one by one",
        ),
    ] = True,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            show_default=False,
            help="把文件和旁边的覆盖情况写成一页 · write a page: documents, coverage beside",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Check rules folders, clause by clause.

    Ends with 1 when a document has an error, a clause of its source has no heading, a computable
    one no rule, an example fails, or an alteration goes unnoticed.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        library, found = read_library(*choose_roots(paths))
        documents: tuple[CoveredDocument, ...] = ()
        if library is not None:
            documents, more = _check(terminal, library, is_mutating=is_mutating)
            found = (*found, *more)
        terminal.diagnose(found)
        for one in documents:
            _show_document(terminal, one.policy)
            show_coverage(terminal, one.report, one.checked)
            _show_parameters(terminal, one.policy)
            _show_strictness(terminal, one.checked)
        _show_total(terminal, documents, found)
        if html is not None:
            _write_page(terminal, html, documents, found)
        terminal.give(
            {
                "documents": [_document_to_json(one) for one in documents],
                "diagnostics": [one.as_json() for one in found],
            },
        )
        if has_errors(found):
            terminal.end(ExitCode.FINDINGS)


def _check(
    terminal: Terminal, library: Library, *, is_mutating: bool
) -> tuple[tuple[CoveredDocument, ...], tuple[Diagnostic, ...]]:
    checked, problems = check_library(library)
    found = [*problems, *check_standing(library)]
    documents = []
    for policy in library.policies.values():
        one = checked.get(policy.id)
        coverage, problems = cover_policy(policy, library.clause_lists.get(policy.id))
        with terminal.err.status(terminal.pick("逐处改动规则……", "altering the rules …")):
            report = report_coverage(
                coverage, policy, compile_policy(one) if one else None, is_mutating=is_mutating
            )
        found += problems
        found += diagnose_tests(policy, report.results, report.mutation, terminal.language)
        documents.append(CoveredDocument(policy, one, report))
    return tuple(documents), tuple(found)


def _write_page(
    terminal: Terminal,
    file: Path,
    documents: Sequence[CoveredDocument],
    found: Sequence[Diagnostic],
) -> None:
    if not documents:
        terminal.note("文件读不出来，没有写页面", "no page is written: the documents can't be read")
        return
    file.write_text(render_coverage(documents, found, terminal.language), "utf-8")
    terminal.note(f"已写 {file}", f"{file} is written")


def count_clauses(policy: Policy) -> dict[ClauseKind, int]:
    """How many clauses of each kind a document has, in the order of the kinds."""
    counts = Counter(one.kind for one in policy.clauses)
    return {kind: counts[kind] for kind in ClauseKind if counts[kind]}


def _decided(policy: Policy) -> list[Clause]:
    return [one for one in policy.clauses if one.kind in _DECIDED]


def _tested(policy: Policy) -> int:
    return sum(1 for one in _decided(policy) if one.examples)


def _show_document(terminal: Terminal, policy: Policy) -> None:
    pick, language = terminal.pick, terminal.language
    facts = [policy.id, policy.status.label(language), say_period(policy.period, language)]
    if policy.validity:
        facts.append(pick(f"有效性：{policy.validity}", f"validity: {policy.validity}"))
    terminal.show(f"{policy.document}  {policy.title}", "  " + " · ".join(facts))
    counts = count_clauses(policy)
    total = sum(counts.values())
    table = new_table(terminal, ("类别", "kind"), title=("条款", "Clauses"))
    table.add_column(pick("条数", "number"), justify="right")
    table.add_column(pick("占比", "share"), justify="right")
    for kind, count in counts.items():
        table.add_row(kind.label(language), str(count), f"{percent(count, total)}%")
    decided, tested = len(_decided(policy)), _tested(policy)
    terminal.show("", table, "")
    terminal.say(
        f"可判定 {decided} 条，占 {percent(decided, total)}%；其中有例子 {tested} 条",
        f"can be decided: {decided} ({percent(decided, total)}%), with examples: {tested}",
    )


def _show_parameters(terminal: Terminal, policy: Policy) -> None:
    rows = _parameter_rows(policy)
    if not rows:
        return
    table = new_table(
        terminal,
        ("参数", "parameter"),
        ("值", "value"),
        ("施行", "in force"),
        ("依据", "basis"),
        ("核实", "verified"),
        title=("参数", "Parameters"),
    )
    for one in rows:
        is_verified = (
            terminal.pick("已核实", "yes") if one.is_verified else terminal.pick("未核实", "no")
        )
        period = say_period(one.period, terminal.language)
        table.add_row(one.name, one.value.value, period, one.basis, is_verified)
    terminal.show("", table, "")


def _parameter_rows(policy: Policy) -> list[ParameterRow]:
    bodies = (one.body for one in policy.clauses)
    return [row for body in bodies if isinstance(body, Parameters) for row in body.rows]


def _show_strictness(terminal: Terminal, checked: CheckedPolicy | None) -> None:
    judged = list_strictness(checked) if checked is not None else ()
    if not judged:
        return
    columns = (("替换的规定", "replaced"), ("宽严", "strictness"))
    table = new_table(terminal, *columns, title=("与上位规定相比", "Beside the rules above"))
    for one in judged:
        table.add_row(one.target, one.phrase(terminal.language))
    terminal.show("", table, "")


def _show_total(
    terminal: Terminal, documents: Sequence[CoveredDocument], found: Sequence[Diagnostic]
) -> None:
    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    terminal.say(
        f"文件 {len(documents)} 份，错误 {errors} 处，提醒 {warnings} 处",
        f"documents: {len(documents)}, errors: {errors}, warnings: {warnings}",
    )


def _document_to_json(document: CoveredDocument) -> dict[str, Any]:
    policy = document.policy
    counts = count_clauses(policy)
    return {
        "policy": policy.id,
        "title": policy.title,
        "document": policy.document,
        "status": policy.status.en,
        "validity": policy.validity,
        "hash": policy.hash,
        "is_checked": document.checked is not None,
        "clauses": {
            "total": sum(counts.values()),
            "decided": len(_decided(policy)),
            "with_examples": _tested(policy),
            "by_kind": {kind.en: count for kind, count in counts.items()},
        },
        "parameters": [
            {
                "name": one.name,
                "value": one.value.value,
                "from": one.period.start.isoformat() if one.period.start else None,
                "until": one.period.end.isoformat() if one.period.end else None,
                "basis": one.basis,
                "is_verified": one.is_verified,
            }
            for one in _parameter_rows(policy)
        ],
        "strictness": [
            {
                "name": one.name,
                "replaces": one.target,
                "status": one.status,
                "cases": one.cases,
                "authority": one.authority,
                "example": dict(one.example),
            }
            for one in (list_strictness(document.checked) if document.checked else ())
        ],
        "coverage": coverage_to_json(document.report, document.checked),
    }
