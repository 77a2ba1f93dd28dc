"""`xbyx check`: read and check rules folders, and say how much of each document is rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xbyx_rules.checking import CheckedPolicy
from xbyx_rules.deciding import check_library
from xbyx_rules.errors import Diagnostic, Language, has_errors
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    ParameterRow,
    Parameters,
    Period,
    Policy,
    read_library,
)

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
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Check rules folders; ends with 1 when any document has an error."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        library, found = read_library(*choose_roots(paths))
        checked: dict[str, CheckedPolicy] = {}
        if library is not None:
            checked, more = check_library(library)
            found = (*found, *more)
        policies = tuple(library.policies.values()) if library is not None else ()
        terminal.diagnose(found)
        for one in policies:
            _show_document(terminal, one)
        _show_total(terminal, policies, found)
        documents = [_document_to_json(one, is_checked=one.id in checked) for one in policies]
        terminal.give(
            {"documents": documents, "diagnostics": [one.as_json() for one in found]},
        )
        if has_errors(found):
            terminal.end(ExitCode.FINDINGS)


def count_clauses(policy: Policy) -> dict[ClauseKind, int]:
    """How many clauses of each kind a document has, in the order of the kinds."""
    counts = Counter(one.kind for one in policy.clauses)
    return {kind: counts[kind] for kind in ClauseKind if counts[kind]}


def _decided(policy: Policy) -> list[Clause]:
    return [one for one in policy.clauses if one.kind in _DECIDED]


def _tested(policy: Policy) -> int:
    return sum(1 for one in _decided(policy) if one.examples)


def _percent(part: int, whole: int) -> int:
    """A share in whole percent, half up.

    Example:
        >>> _percent(1, 8)
        13
    """
    return (200 * part + whole) // (2 * whole) if whole else 0


def _show_document(terminal: Terminal, policy: Policy) -> None:
    pick, language = terminal.pick, terminal.language
    facts = [policy.id, policy.status.label(language), _say_period(policy.period, language)]
    if policy.validity:
        facts.append(pick(f"有效性：{policy.validity}", f"validity: {policy.validity}"))
    terminal.show(f"{policy.document}  {policy.title}", "  " + " · ".join(facts))
    counts = count_clauses(policy)
    total = sum(counts.values())
    table = new_table(terminal, ("类别", "kind"), title=("条款", "Clauses"))
    table.add_column(pick("条数", "number"), justify="right")
    table.add_column(pick("占比", "share"), justify="right")
    for kind, count in counts.items():
        table.add_row(kind.label(language), str(count), f"{_percent(count, total)}%")
    decided, tested = len(_decided(policy)), _tested(policy)
    terminal.show("", table, "")
    terminal.say(
        f"可判定 {decided} 条，占 {_percent(decided, total)}%；其中有例子 {tested} 条",
        f"can be decided: {decided} ({_percent(decided, total)}%), with examples: {tested}",
    )
    _show_parameters(terminal, policy)


def _say_period(period: Period, language: Language) -> str:
    """A period in few words, for a cell: ``2022-06-02 起``."""
    start, end = period.start, period.end
    if start and end:
        return f"{start} 至 {end}" if language == "zh" else f"{start} to {end}"
    if start:
        return f"{start} 起" if language == "zh" else f"from {start}"
    if end:
        return f"至 {end}" if language == "zh" else f"until {end}"
    return "—"


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
        period = _say_period(one.period, terminal.language)
        table.add_row(one.name, one.value.value, period, one.basis, is_verified)
    terminal.show("", table, "")


def _parameter_rows(policy: Policy) -> list[ParameterRow]:
    bodies = (one.body for one in policy.clauses)
    return [row for body in bodies if isinstance(body, Parameters) for row in body.rows]


def _show_total(
    terminal: Terminal, policies: Sequence[Policy], found: Sequence[Diagnostic]
) -> None:
    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    terminal.say(
        f"文件 {len(policies)} 份，错误 {errors} 处，提醒 {warnings} 处",
        f"documents: {len(policies)}, errors: {errors}, warnings: {warnings}",
    )


def _document_to_json(policy: Policy, *, is_checked: bool) -> dict[str, Any]:
    counts = count_clauses(policy)
    return {
        "policy": policy.id,
        "title": policy.title,
        "document": policy.document,
        "status": policy.status.en,
        "validity": policy.validity,
        "hash": policy.hash,
        "is_checked": is_checked,
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
    }
