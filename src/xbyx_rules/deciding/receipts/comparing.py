"""What a review gives otherwise than a receipt records, one difference at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding.findings import Review
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.feel.formatting import format_value
from xbyx_rules.feel.plain import from_plain
from xbyx_rules.policy import ClauseKind, Outcome, Snapshot

from .model import FindingRecord, ParameterRecord, Receipt
from .recording import record_finding, result_as_plain

__all__ = ["compare_finding", "compare_findings", "compare_rules"]

_LONGEST: Final = 80
_ABSENT: Final[tuple[str, str]] = ("（没有）", "(none)")


def compare_findings(
    receipt: Receipt, results: Mapping[str, Any], review: Review
) -> Iterator[Diagnostic]:
    """XR323 to XR326: how a review differs from the receipt of an earlier one.

    Args:
        receipt: of the earlier review.
        results: by clause what its findings gave, as `result_as_plain` wrote it.
        review: the new one; it may lack a clause.
    """
    findings = {one.clause: one for one in review}
    for then in receipt.findings:
        now = findings.get(then.clause)
        if now is not None:
            result = results.get(then.clause)
            yield from compare_finding(then, result, record_finding(now), result_as_plain(now))


def compare_finding(
    then: FindingRecord, result: Any, now: FindingRecord, now_result: Any
) -> Iterator[Diagnostic]:
    """XR323 to XR326 and XR328: how a finding differs from an earlier one of the same clause.

    Args:
        then: what was recorded of the earlier one.
        result: what that one gave, as `result_as_plain` wrote it.
        now: the finding decided anew.
        now_result: what this one gives.
    """
    yield from _compare_outcomes(then, now)
    yield from _compare_parameters(then, now)
    yield from _compare_results(then.clause, result, now_result)


def compare_rules(
    receipt: Receipt, then: ExecutablePolicy | None, now: ExecutablePolicy
) -> Iterator[Diagnostic]:
    """XR327 and XR328: which texts differ from those decided by, and which clauses in them."""
    snapshot = Snapshot.of(now.checked.library)
    before = {**receipt.rules.documents, "vocabulary": " + ".join(receipt.rules.vocabulary)}
    after = {**snapshot.documents, "vocabulary": " + ".join(snapshot.vocabulary)}
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, "—"), after.get(name, "—")
        if old != new:
            yield Diagnostic("XR327", None, {"document": name, "before": old, "after": new})
    if then is None:
        return
    asked = {one.clause for one in receipt.findings}
    for anchor, clause in then.checked.clauses.items():
        # WHY calculations too: a rule asked may stand on them without a word of its own changing.
        is_used = anchor in asked or clause.clause.kind is ClauseKind.CALCULATION
        other = now.checked.clauses.get(anchor)
        if is_used and other is not None and other.clause.source != clause.clause.source:
            values = {"what": "的文字改了", "what_en": "has another text"}
            yield Diagnostic("XR328", None, {"name": anchor, **values})


def _compare_outcomes(then: FindingRecord, now: FindingRecord) -> Iterator[Diagnostic]:
    if then.outcome != now.outcome:
        values = _both(_say_outcome(then.outcome), _say_outcome(now.outcome))
        yield Diagnostic("XR323", None, {"clause": then.clause, **values})
    before = {one.text: _say_truth(one.outcome) for one in then.conditions}
    after = {one.text: _say_truth(one.outcome) for one in now.conditions}
    for text, old, new in _differences(before, after):
        shown = _shorten(text)
        if _ABSENT in (old, new):
            yield _remark(then.clause, (f"条件 `{shown}`", f"condition `{shown}`"), old, new)
            continue
        values = {"clause": then.clause, "text": shown, **_both(old, new)}
        yield Diagnostic("XR324", None, values)


def _compare_parameters(then: FindingRecord, now: FindingRecord) -> Iterator[Diagnostic]:
    before = {one.name: _say_parameter(one) for one in then.parameters}
    after = {one.name: _say_parameter(one) for one in now.parameters}
    for name, old, new in _differences(before, after):
        yield Diagnostic("XR326", None, {"clause": then.clause, "name": name, **_both(old, new)})


def _compare_results(clause: str, then: Any, now: Any) -> Iterator[Diagnostic]:
    for what, old, new in _differences(dict(_values_of(then)), dict(_values_of(now))):
        if _ABSENT in (old, new):
            yield _remark(clause, what, _say(old), _say(new))
            continue
        values = {"what": what[0], "what_en": what[1], **_both(_say(old), _say(new))}
        yield Diagnostic("XR325", None, {"clause": clause, **values})
    # WHY but remarks: how a finding is explained gets better without its meaning changing.
    for what, old, new in _differences(dict(_advice_of(then)), dict(_advice_of(now))):
        yield _remark(clause, what, _say(old), _say(new))


def _remark(
    clause: str, what: tuple[str, str], before: tuple[str, str], after: tuple[str, str]
) -> Diagnostic:
    """XR328: what differs without being another answer."""
    values = {
        "what": f"的{what[0]}，当时是 {before[0]}，重新判定是 {after[0]}",
        "what_en": f"has {what[1]}: {before[1]} then, {after[1]} when decided anew",
    }
    return Diagnostic("XR328", None, {"name": clause, **values})


def _values_of(result: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    """The values in a result, each under its name in both languages."""
    if not isinstance(result, dict):
        return
    yield ("值", "the value"), result.get("value")
    for number, one in enumerate(_listed(result.get("conditions")), start=1):
        condition = one if isinstance(one, dict) else {}
        for pair in _listed(condition.get("values")):
            text, value = pair if isinstance(pair, list) and len(pair) == 2 else ("—", pair)
            shown = _shorten(str(text))
            name = (f"第 {number} 个条件里的 `{shown}`", f"`{shown}` in condition {number}")
            yield name, value


def _advice_of(result: Any) -> Iterator[tuple[tuple[str, str], Any]]:
    """What a result says of how far off it is and what would help, named likewise."""
    if not isinstance(result, dict):
        return
    for number, one in enumerate(_listed(result.get("conditions")), start=1):
        condition = one if isinstance(one, dict) else {}
        name = (f"第 {number} 个条件所差的数", f"the shortfall of condition {number}")
        yield name, condition.get("shortfall")
    for number, one in enumerate(_listed(result.get("remedies")), start=1):
        yield (f"第 {number} 个补正办法", f"remedy {number}"), {"list": _listed(one)}
    yield ("缺少的事实", "what is missing"), {"list": _listed(result.get("missing"))}


def _listed(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _differences(
    before: Mapping[Any, Any], after: Mapping[Any, Any]
) -> Iterator[tuple[Any, Any, Any]]:
    """The keys under which two mappings hold different things, or only one holds any."""
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, _ABSENT), after.get(key, _ABSENT)
        if old != new:
            yield key, old, new


def _both(before: tuple[str, str], after: tuple[str, str]) -> dict[str, str]:
    return {
        "before": before[0],
        "before_en": before[1],
        "after": after[0],
        "after_en": after[1],
    }


def _say_outcome(code: str) -> tuple[str, str]:
    found = next((one for one in Outcome if one.code == code), None)
    return (found.zh, found.en.replace("_", " ")) if found else (code, code)


def _say_truth(outcome: bool | None) -> tuple[str, str]:
    if outcome is None:
        return "尚不清楚", "not known"
    return ("成立", "true") if outcome else ("不成立", "false")


def _say_parameter(one: ParameterRecord) -> tuple[str, str]:
    days = f"{one.start or ''}..{one.end or ''}"
    is_verified = one.is_verified is not False
    zh, en = _say(one.value)
    return (
        f"{zh}（{days}，{one.basis or '—'}{'' if is_verified else '，未核实'}）",
        f"{en} ({days}, {one.basis or '—'}{'' if is_verified else ', not verified'})",
    )


def _say(plain: Any) -> tuple[str, str]:
    """A value of a receipt in both languages, short."""
    if plain is _ABSENT:
        return _ABSENT[0], _ABSENT[1]
    try:
        value = from_plain(plain)
    except ValueError:
        return "（读不出）", "(unreadable)"
    languages: tuple[Language, Language] = ("zh", "en")
    zh, en = (_shorten(format_value(value, one)) for one in languages)
    return zh, en


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
