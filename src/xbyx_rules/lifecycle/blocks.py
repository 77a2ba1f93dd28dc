"""Say why a finding stands in the way of a step: what is wrong or missing, what would do."""

from __future__ import annotations

from collections.abc import Mapping

from xbyx_rules.deciding import Finding
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.policy import Outcome

__all__ = ["describe_condition", "describe_requirement", "lacks_opinion_only"]

_OPINION_GIVEN = ('意见 != ""', '"" != 意见')
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def describe_requirement(action: str, finding: Finding) -> Diagnostic:
    """XR507 or XR508: a requirement of 须符合 that is not met or can't be determined."""
    values = {
        "action": action,
        "title": finding.title or finding.clause,
        "locator": finding.locator or f"#{finding.clause}",
    }
    if finding.outcome is Outcome.UNDETERMINED:
        return Diagnostic("XR508", None, {**values, **_missing(finding)})
    return Diagnostic("XR507", None, {**values, **_message(finding), **_remedy(finding)})


def describe_condition(action: str, text: str, person: str, finding: Finding) -> Diagnostic:
    """XR509 or XR510: the 条件 of a transition that does not hold for a person."""
    values = {"action": action, "condition": text, "person": person}
    if finding.outcome is Outcome.UNDETERMINED:
        return Diagnostic("XR510", None, {**values, **_missing(finding)})
    return Diagnostic("XR509", None, {**values, **_message(finding)})


def lacks_opinion_only(finding: Finding) -> bool:
    """Whether nothing but the opinion is missing for a 条件 to hold, which XR505 says already."""
    failing = [one.text for one in finding.conditions if one.outcome is False]
    return bool(failing) and all(text in _OPINION_GIVEN for text in failing)


def _message(finding: Finding) -> dict[str, str]:
    texts = {}
    for language in _LANGUAGES:
        failing = [one.prose for one in finding.conditions if one.outcome is False]
        said = _one(finding.message, language) or _one(finding.reason, language)
        said = said or _join([_one(prose, language) for prose in failing], language)
        texts[f"message_{language}"] = said or finding.outcome.label(language)
    return texts


def _missing(finding: Finding) -> dict[str, str]:
    texts = {}
    for language in _LANGUAGES:
        lacking = [_one(one.description, language) or one.name for one in finding.missing]
        said = _join(lacking, language) or _one(finding.reason, language)
        texts[f"missing_{language}"] = said or finding.outcome.label(language)
    return texts


def _remedy(finding: Finding) -> dict[str, str]:
    texts = {}
    for language in _LANGUAGES:
        said = _join([_one(one.prose, language) for one in finding.remedies], language)
        default = "改到符合后再办理" if language == "zh" else "make it so, then act"
        texts[f"remedy_{language}"] = said or default
    return texts


def _one(texts: Mapping[Language, str], language: Language) -> str:
    """The text in a language, else in the other one, without its final stop."""
    said = texts.get(language) or texts.get("zh") or texts.get("en") or ""
    return said.strip().rstrip("。.")


def _join(parts: list[str], language: Language) -> str:
    return ("；" if language == "zh" else "; ").join(dict.fromkeys(part for part in parts if part))
