"""What supervision found, as an official reports it: doubts by check, and what can't be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import EXPLANATION_WORDS, say_finding
from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome
from xbyx_rules.supervising import CheckResult

from .pages import Crumb, render_page
from .words import keep_in_one_line

__all__ = [
    "SaidCheck",
    "SaidDoubt",
    "render_supervision",
    "say_supervision",
    "supervision_to_text",
]

_SEVERITIES = {"高": "high", "中": "medium", "低": "low"}
_STANDING = {
    "zh": "比对命中的只是疑点，要由人核实；它不是督导结论。",
    "en": "What the records show is a doubt until a person has verified it; it is no inspection’s "
    "conclusion.",
}


@dataclass(frozen=True, slots=True)
class SaidDoubt:
    """One doubt in words.

    Args:
        id: its id.
        message: what was found, what the clause asks, and how to set it right.
        records: the records concerned.
        state: where its flow stands; "" where it is not in the ledger.
    """

    id: str
    message: str
    records: str
    state: str


@dataclass(frozen=True, slots=True)
class SaidCheck:
    """One check in words.

    Args:
        title: the check's.
        basis: locator of the clause that it rests on, and the document.
        severity: 高, 中 or 低 in the language asked for.
        doubts: what it found.
        missing: what is missing, where it can't be told.
        evaluator: which evaluator decided.
        replacement: how strict what counts in the place of the rules above is; "" where nothing
            does.
    """

    title: str
    basis: str
    severity: str
    doubts: tuple[SaidDoubt, ...]
    missing: tuple[str, ...]
    evaluator: str
    replacement: str = ""


def say_supervision(
    results: Iterable[CheckResult],
    policies: Mapping[str, ExecutablePolicy],
    language: Language = "zh",
    *,
    states: Mapping[str, str] | None = None,
) -> tuple[SaidCheck, ...]:
    """The checks that found something or can't tell, the gravest first.

    Args:
        results: of one subject.
        policies: the documents that have the checks.
        language: of the words; titles and records are in the document's own.
        states: doubt id → where its flow stands.
    """
    shown = [one for one in results if one.outcome is not Outcome.MET]
    order = list(_SEVERITIES)
    ranked = sorted(
        shown,
        key=lambda one: (
            one.outcome is not Outcome.NOT_MET,
            order.index(_severity(one, policies)) if _severity(one, policies) in order else 9,
        ),
    )
    return tuple(_say_check(one, policies, language, states or {}) for one in ranked)


def supervision_to_text(
    checks: Iterable[SaidCheck], language: Language = "zh", *, name: str, on: str
) -> str:
    """A report on one subject as text."""
    said = tuple(checks)
    found = [one for one in said if one.doubts]
    unclear = [one for one in said if not one.doubts]
    count = sum(len(one.doubts) for one in found)
    is_chinese, name = language == "zh", keep_in_one_line(name)
    head = (
        f"{name}：核查至 {on}，疑点 {count} 处，暂无法判定 {len(unclear)} 项。"
        if is_chinese
        else f"{name}, checked as on {on}: {count} doubts; {len(unclear)} checks undetermined."
    )
    lines = [head, _STANDING[language]]
    for number, one in enumerate(found, 1):
        grave = f"严重：{one.severity}" if is_chinese else f"severity: {one.severity}"
        basis = f"依据 {one.basis}" if is_chinese else f"basis {one.basis}"
        bracket = f"（{basis}；{grave}）" if is_chinese else f" ({basis}; {grave})"
        lines.append(f"{number}. {one.title}{bracket}")
        if one.replacement:
            words = EXPLANATION_WORDS[language]
            lines.append(f"   {words.replacement}{words.colon}{one.replacement}")
        for doubt in one.doubts:
            lines.append(f"   - {doubt.message}")
            lines.append(f"     {_label(doubt, language)}")
    if unclear:
        lines.append("暂无法判定：" if is_chinese else "Undetermined:")
        for one in unclear:
            missing = ("；" if is_chinese else "; ").join(one.missing) or "—"
            lines.append(
                f"   - {one.title}：{missing}" if is_chinese else f"   - {one.title}: {missing}"
            )
    return "\n".join(lines)


def render_supervision(
    subjects: Iterable[tuple[str, Iterable[SaidCheck]]], language: Language = "zh", *, title: str
) -> str:
    """A report on several subjects as one HTML page: name and checks of each."""
    listed = [{"name": name, "checks": tuple(checks)} for name, checks in subjects]
    is_chinese = language == "zh"
    return render_page(
        "supervision.html.j2",
        language=language,
        contents=[
            Crumb(f"#_subject{number}", str(one["name"])) for number, one in enumerate(listed, 1)
        ],
        title=title,
        standing=_STANDING[language],
        severity="严重" if is_chinese else "severity",
        undetermined="暂无法判定" if is_chinese else "undetermined",
        subjects=listed,
    )


def _say_check(
    one: CheckResult,
    policies: Mapping[str, ExecutablePolicy],
    language: Language,
    states: Mapping[str, str],
) -> SaidCheck:
    finding = one.finding
    title = (finding.english_title if language == "en" else "") or finding.title
    severity = _severity(one, policies)
    basis = finding.locator or finding.basis
    said = say_finding(finding, language)
    return SaidCheck(
        title=title,
        basis=f"{basis} · {finding.document}",
        severity=severity if language == "zh" else _SEVERITIES.get(severity, severity),
        doubts=tuple(
            SaidDoubt(
                hit.doubt_id,
                keep_in_one_line(hit.message.get(language) or hit.message.get("zh", "")),
                keep_in_one_line(("、" if language == "zh" else ", ").join(hit.references)),
                states.get(hit.doubt_id, ""),
            )
            for hit in one.hits
        ),
        missing=tuple(missing.name for missing in said.missing),
        evaluator=one.evaluator,
        replacement=said.replacement,
    )


def _severity(one: CheckResult, policies: Mapping[str, ExecutablePolicy]) -> str:
    return policies[one.policy].clauses[one.anchor].checked.clause.property("严重")


def _label(doubt: SaidDoubt, language: Language) -> str:
    if language == "zh":
        state = f"，{doubt.state}" if doubt.state else ""
        return f"疑点 {doubt.id}{state}；所涉记录：{doubt.records}"
    state = f", {doubt.state}" if doubt.state else ""
    return f"Doubt {doubt.id}{state}; records concerned: {doubt.records}"
