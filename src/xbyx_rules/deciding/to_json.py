"""Findings and reviews as plain data for other programs: stable keys, both languages.

Numbers are text in digits, dates ISO text, Unknown is ``{"unknown": true}``; a list that may lack
records is ``{"incomplete": true, "known": […]}``.
"""

from __future__ import annotations

import datetime as python
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from xbyx_rules.errors import Language
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval, print_number
from xbyx_rules.policy import Force, Outcome, Period

from .findings import Condition, Derivation, Finding, Reading, Review

__all__ = ["finding_to_json", "review_to_json", "strictness_to_json", "value_to_json"]


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """One finding as data that `json.dumps` takes.

    Raises:
        TypeError: when a value in it is none of FEEL's, such as a float.
    """
    return {
        "clause": finding.clause,
        "locator": finding.locator,
        "title": finding.title,
        "english_title": finding.english_title,
        "basis": finding.basis,
        "policy": finding.policy,
        "policy_hash": finding.policy_hash,
        "document": finding.document,
        "force": _labelled(finding.force),
        "is_blocking": finding.is_blocking,
        "outcome": _labelled(finding.outcome),
        "allows": finding.allows,
        "value": value_to_json(finding.value),
        "conditions": [_condition(one) for one in finding.conditions],
        "derivations": [_derivation(one) for one in finding.derivations],
        "facts": [_fact(one) for one in finding.facts],
        "parameters": [_parameter(one) for one in finding.parameters],
        "missing": [
            {
                "name": one.name,
                "description": dict(one.description),
                "holder": one.holder,
                "is_attestation": one.is_attestation,
            }
            for one in finding.missing
        ],
        "remedies": [
            {
                "fact": one.fact,
                "value": value_to_json(one.value),
                "change": value_to_json(one.change),
                "is_alternative": one.is_alternative,
                "prose": dict(one.prose),
            }
            for one in finding.remedies
        ],
        "reason": dict(finding.reason),
        "message": dict(finding.message),
        "strictness": strictness_to_json(finding),
        **({"is_withheld": True} if finding.is_withheld else {}),
    }


def strictness_to_json(finding: Finding) -> list[dict[str, Any]]:
    """How strict what a finding rests on is beside the rules above, as data."""
    return [
        {
            "name": one.name,
            "replaces": one.target,
            "status": one.status,
            "cases": one.cases,
            "authority": one.authority,
            "said": {"zh": one.phrase("zh"), "en": one.phrase("en")},
        }
        for one in finding.strictness
    ]


def review_to_json(review: Review) -> dict[str, Any]:
    """A review as data that `json.dumps` takes, its findings in document order.

    Raises:
        TypeError: when a value in it is none of FEEL's, such as a float.
    """
    return {
        "subject": {"entity": review.subject.entity, "key": review.subject.key},
        "on": review.on.isoformat(),
        "policy": review.policy,
        "policy_hash": review.policy_hash,
        "document": review.document,
        "lapsed": list(review.lapsed),
        "semantics": review.semantics,
        "counts": {
            outcome.code: sum(one.outcome is outcome for one in review) for outcome in Outcome
        },
        "blocked_by": [one.clause for one in review.blocked_by],
        "findings": [finding_to_json(one) for one in review],
    }


def value_to_json(value: Any) -> Any:
    """A value of FEEL as plain data.

    Raises:
        TypeError: for what is no value of FEEL, such as a float or a function.

    Example:
        >>> value_to_json([Decimal("5E+4"), python.date(2022, 6, 2), UNKNOWN])
        ['50000', '2022-06-02', {'unknown': True}]
    """
    if value is UNKNOWN:
        return {"unknown": True}
    match value:
        case None | bool() | str():
            return value
        case int():
            return str(value)
        case Decimal():
            return print_number(value)
        case Incomplete():
            return {"incomplete": True, "known": _values(value)}
        case list() | tuple():
            return _values(value)
        case Mapping():
            return {str(name): value_to_json(item) for name, item in value.items()}
        case Interval():
            return {
                "low": value_to_json(value.low),
                "high": value_to_json(value.high),
                "is_low_closed": value.is_low_closed,
                "is_high_closed": value.is_high_closed,
            }
        case python.date() | python.time():
            return value.isoformat()
        case Date() | Time() | DateTime() | YearsMonths() | DaysTime():
            return str(value)
    raise TypeError(f"no plain data for {value!r}")


def _values(values: Iterable[Any]) -> list[Any]:
    return [value_to_json(one) for one in values]


def _labelled(word: Force | Outcome | None) -> dict[str, str] | None:
    if word is None:
        return None
    return {"code": word.en, "zh": word.zh, "en": word.en.replace("_", " ")}


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "text": condition.text,
        "prose": dict(condition.prose),
        "outcome": value_to_json(condition.outcome),
        "values": [
            {
                "text": text,
                "prose": _spoken_at(condition, index),
                "value": value_to_json(value),
                "unit": condition.units[index] if index < len(condition.units) else "",
            }
            for index, (text, value) in enumerate(condition.values)
        ],
        "shortfall": value_to_json(condition.shortfall),
    }


def _spoken_at(condition: Condition, index: int) -> dict[Language, str]:
    return {
        language: spoken[index]
        for language, spoken in condition.spoken.items()
        if index < len(spoken)
    }


def _derivation(one: Derivation) -> dict[str, Any]:
    return {
        "name": dict(one.spoken),
        "value": value_to_json(one.value),
        "unit": one.unit,
        "clause": one.clause,
        "prose": dict(one.prose),
        "values": [_fact(reading) for reading in one.values],
        "rows": [
            {
                "number": row.number,
                "tests": dict(row.tests),
                "output": dict(row.output),
                "annotation": row.annotation,
            }
            for row in one.rows
        ],
        "contributions": [
            {
                "record": value_to_json(part.record),
                "value": value_to_json(part.value),
                "derivations": [_derivation(inner) for inner in part.parts],
            }
            for part in one.contributions
        ],
        "count": one.count,
        "derivations": [_derivation(part) for part in one.parts],
    }


def _fact(reading: Reading) -> dict[str, Any]:
    return {
        "name": reading.name,
        "english": reading.english,
        "value": value_to_json(reading.value),
        "unit": reading.unit,
    }


def _parameter(reading: Reading) -> dict[str, Any]:
    return {
        **_fact(reading),
        "basis": reading.basis,
        "period": _period(reading.period),
        "is_verified": reading.is_verified,
    }


def _period(period: Period | None) -> dict[str, str | None] | None:
    if period is None:
        return None
    start, end = (day.isoformat() if day else None for day in (period.start, period.end))
    return {"start": start, "end": end}
