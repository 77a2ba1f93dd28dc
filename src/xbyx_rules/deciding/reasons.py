"""Why a finding is what it is where its conditions alone don't say it, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from xbyx_rules.compiling import ExecutableCondition
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.errors import Language
from xbyx_rules.policy import Period

from .evaluation import Evaluation
from .wording import EXPLANATION_WORDS

__all__ = ["Reason", "give_reason", "say_gate"]

Reason = Mapping[Language, str]

_REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "not_in_force": (
            "{on}没有生效的规则：本条{period}施行",
            "no rule in force on {on}: this one applies {period}",
        ),
        "superseded": (
            "{on}没有生效的规则：《{title}》自{since}起已由“{by}”取代",
            "no rule in force on {on}: “{title}” was superseded by “{by}” on {since}",
        ),
        "document_unverified": (
            "文件《{title}》尚未核实，不据以判定",
            "the document “{title}” is not verified, so nothing is decided by it",
        ),
        "document_draft": (
            "文件《{title}》是草案，尚未施行",
            "the document “{title}” is a draft and not in force",
        ),
        "clause_unverified": (
            "本条尚未核实，不据以判定",
            "this rule is not verified, so nothing is decided by it",
        ),
        "parameter_not_in_force": (
            "参数“{name}”在{on}没有生效的值",
            "parameter “{name}” has no value in force on {on}",
        ),
        "parameter_unverified": (
            "参数“{name}”的值尚未核实，不据以判定",
            "the value of parameter “{name}” is not verified, so nothing is decided by it",
        ),
        "not_applicable": (
            "适用条件不成立：{prose}",
            "it does not apply: {prose} does not hold",
        ),
        "applicability_unknown": (
            "是否适用尚不清楚：{prose}",
            "whether it applies is not known: {prose}",
        ),
        "precondition": (
            "前提不成立：{prose}",
            "its precondition does not hold: {prose}",
        ),
        "precondition_unknown": (
            "前提是否成立尚不清楚：{prose}",
            "whether its precondition holds is not known: {prose}",
        ),
        "no_attestation": (
            "需由{who}认定，尚无有效的认定记录（证据：{evidence}）",
            "not attested yet; {who} has to attest it, with evidence ({evidence})",
        ),
        "no_row": (
            "“{title}”没有举出下列情形，须由人核对：{values}",
            "“{title}” lists no such case, a person has to check it: {values}",
        ),
        "no_value": (
            "没有查出缺少的事实，但得不出值（例如除数为零，或表中没有适用的行）",
            "no fact is missing, but there is no value (a division by zero, no row that applies)",
        ),
        "attested": (
            "{role}于{on}认定，证据：{evidence}",
            "attested by {role} on {on}, evidence: {evidence}",
        ),
        "attestations_differ": (
            "{on} 有两份结论相反的认定，须由人重新认定",
            "two attestations of {on} contradict each other; a person has to attest again",
        ),
        "suspected": (
            "发现 {count} 处疑点，待人工核实",
            "{count} suspected case(s), to be verified by a person",
        ),
    }
)


def give_reason(code: str, **values: object) -> Reason:
    """The reason in both languages; a mapping is given by language, days and periods in words."""
    zh, en = _REASONS[code]
    return {"zh": zh.format_map(_of(values, "zh")), "en": en.format_map(_of(values, "en"))}


def say_gate(gate: ExecutableCondition, names: Evaluation) -> Reason:
    """A 前提 that doesn't hold: its prose, and what stands in the lists of texts it is about.

    WHY the lists: of “there is none of these” a reader has to know which there are.
    """
    lists = [
        value
        for path in gate.paths
        if isinstance(value := names.read(path.root), list)
        and value
        and all(isinstance(one, str) for one in value)
    ]
    return {
        language: gate.prose[language]
        + "".join(
            EXPLANATION_WORDS[language].group.format(say_value(one, language)) for one in lists
        )
        for language in gate.prose
    }


def _of(values: Mapping[str, object], language: Language) -> dict[str, object]:
    return {key: _say(one, language) for key, one in values.items()}


def _say(value: object, language: Language) -> object:
    if isinstance(value, Mapping):
        return value.get(language, "")
    if isinstance(value, Period):
        return _say_period(value, language)
    return say_value(value, language) if isinstance(value, date) else value


def _say_period(period: Period, language: Language) -> str:
    begins, ends = _BOUNDS[language]
    said = [
        words.format(say_value(day, language))
        for words, day in ((begins, period.start), (ends, period.end))
        if day is not None
    ]
    return ("" if language == "zh" else " ").join(said)


_BOUNDS: Final[Mapping[Language, tuple[str, str]]] = MappingProxyType(
    {"zh": ("自{}起", "至{}止"), "en": ("from {}", "to {}")}
)
