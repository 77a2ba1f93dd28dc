"""Law: a version differs from itself in nothing, and what is told leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lifecycle.submitted import PLAN, TERMS
from xbyx_rules import Complete
from xbyx_rules.deciding import Case
from xbyx_rules.lifecycle import (
    PathStep,
    SubmittedVersion,
    TermChange,
    differences,
    read_version,
    render_differences,
    version_of,
)
from xbyx_rules.policy import canonical_text

_TEXTS = st.sampled_from(["", "甲", "乙", "丙"])
_NUMBERS = st.sampled_from([Decimal(0), Decimal("1.50"), Decimal("1.5"), Decimal(2)])
_COMPLETENESS = ({"complete": True}, {"complete": False})
_KEYS = st.sampled_from(["a", "b", "c", None])


def _record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _records(record: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Any]:
    listed = st.lists(record, max_size=4)
    return st.one_of(listed.map(Complete), listed)


_ITEM = _record(科目=_TEXTS, 金额=_NUMBERS)
_TEACHER = _record(工号=_KEYS, 学时=_NUMBERS)
_ACTIVITY = _record(
    活动编号=_KEYS, 学时=_NUMBERS, 主讲=_TEACHER, 参加=_records(_TEACHER), 材料=_records(_ITEM)
)
_FACTS = _record(
    学校=_record(学校标识码=_TEXTS),
    学年=_TEXTS,
    主题=st.lists(_TEXTS, max_size=3),
    经费=st.one_of(_NUMBERS, st.just("很多")),
    起始日期=st.dates(date(2025, 9, 1), date(2025, 9, 3)),
    专项列支=st.booleans(),
    小组=_record(组长=_TEXTS, 人数=st.integers(0, 2)),
    活动=_records(_ACTIVITY),
    明细=_records(_ITEM),
    教师=st.one_of(_records(_TEACHER), st.just("无")),
)
VERSIONS = _FACTS.map(lambda facts: version_of(Case(PLAN, facts), TERMS))


def apply(before: SubmittedVersion, changes: Iterable[TermChange]) -> dict[str, Any]:
    """The terms of a version after the changes; said plainly, and independently of the engine."""
    terms = deepcopy(dict(before.terms))
    # Backwards, so that taking the last record of a list leaves the positions of the others.
    removed = [one for one in changes if one.kind == "removed"]
    for change in (*removed[::-1], *(one for one in changes if one.kind != "removed")):
        _apply(terms, list(change.path), change)
    _order_by_keys(terms, "年度计划")
    return terms


def _apply(fields: dict[str, Any], path: list[PathStep], change: TermChange) -> None:
    step, rest = path[0], path[1:]
    if step.position:
        items = fields[step.term]["list"]
        at = next((n for n, one in enumerate(items) if _is_meant(one, n, step)), None)
        if rest:
            assert at is not None
            _apply(items[at]["record"], rest, change)
        elif change.kind == "added":
            assert at is None
            items.append(change.after)
        else:
            assert at is not None
            assert items[at] == change.before
            items[at : at + 1] = [] if change.kind == "removed" else [change.after]
    elif rest:
        _apply(fields[step.term]["record"], rest, change)
    elif change.kind == "removed":
        assert fields.pop(step.term) == change.before
    elif isinstance(change.after, dict) and set(change.after) == {"complete"}:
        fields[step.term] = {**fields[step.term], **change.after}
    else:
        assert (step.term in fields) == (change.kind == "changed")
        fields[step.term] = change.after


def _is_meant(record: dict[str, Any], place: int, step: PathStep) -> bool:
    if step.key is None:
        return place == step.position - 1
    return step.key in (record.get("key"), *(record.get("record") or {}).values())


def _order_by_keys(fields: dict[str, Any], entity: str) -> None:
    for term in TERMS.entities[entity].terms.values():
        found = fields.get(term.name)
        if term.relation == "to_one" and isinstance(found, dict) and "record" in found:
            _order_by_keys(found["record"], term.target)
        if term.relation != "to_many" or not isinstance(found, dict) or "list" not in found:
            continue
        for one in found["list"]:
            if "record" in one:
                _order_by_keys(one["record"], term.target)
        name = TERMS.key_of(term.target)
        keys = [one.get("key", one.get("record", {}).get(name)) for one in found["list"]]
        if all(isinstance(one, str) for one in keys) and len(set(keys)) == len(keys):
            pairs = sorted(zip(keys, found["list"], strict=True), key=lambda pair: pair[0])
            found["list"] = [one for _, one in pairs]


@given(VERSIONS)
@settings(max_examples=60)
def test_a_version_differs_from_itself_in_nothing(version: SubmittedVersion) -> None:
    again = read_version(canonical_text(version.as_plain()))
    assert differences(version, again, TERMS) == ()


@given(VERSIONS, VERSIONS)
@settings(max_examples=200)
def test_what_is_told_leads_from_one_version_to_the_next(
    before: SubmittedVersion, after: SubmittedVersion
) -> None:
    changes = differences(before, after, TERMS)
    assert apply(before, changes) == dict(after.terms)
    places = [(str(one.path), one.after in _COMPLETENESS) for one in changes]
    assert len(set(places)) == len(places)
    for language in ("zh", "en"):
        assert len(render_differences(changes, language).splitlines()) == len(changes)


@given(VERSIONS, VERSIONS)
@settings(max_examples=60)
def test_the_way_back_undoes_it(before: SubmittedVersion, after: SubmittedVersion) -> None:
    there, back = differences(before, after, TERMS), differences(after, before, TERMS)
    kinds = {"added": "removed", "removed": "added", "changed": "changed"}
    turned = [(kinds[one.kind], one.after, one.before, one.confidentiality) for one in back]
    said = [(str(one.kind), one.before, one.after, one.confidentiality) for one in there]
    assert sorted(map(str, said)) == sorted(map(str, turned))
