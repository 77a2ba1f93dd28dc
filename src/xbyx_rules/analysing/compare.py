"""Two versions of a document, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from xbyx_rules.checking import CheckedClause, CheckedPolicy
from xbyx_rules.errors import Language, Place
from xbyx_rules.feel.respelling import respell
from xbyx_rules.feel.syntax import Node
from xbyx_rules.policy import (
    PROPERTY_KEYS,
    Clause,
    Expression,
    Parameters,
    Policy,
    Text,
)

from .compare_conditions import is_same, phrase_change
from .compare_parameters import compare_parameters
from .compare_rows import compare_bodies, compare_examples
from .difference import Change, ClauseDifference, Difference, Part, Sort
from .matching import find_moved, match_clauses

__all__ = ["compare_policies"]

# The front matter: key, Chinese name.
_FRONT = {
    "policy": "编号",
    "title": "标题",
    "document": "文号",
    "kind": "文种",
    "issuer": "发文机关",
    "division": "行政区划",
    "adopted": "发布日期",
    "in-force": "施行",
    "validity": "有效性",
    "refines": "细化",
    "supersedes": "取代",
    "status": "状态",
}
_LANGUAGES: Mapping[Language, str] = {"zh": "中文", "en": "英文"}
_CONDITIONS = {"前提": "precondition", "适用条件": "applicability"}
_BODIES = {
    "Expression": "表达式",
    "Table": "决策表",
    "Parameters": "参数表",
    "Transitions": "流转表",
    "Pattern": "事实表",
    "Taxonomy": "取值表",
    "NoneType": "无",
}


def compare_policies(old: Policy | CheckedPolicy, new: Policy | CheckedPolicy) -> Difference:
    """What differs between two versions of a document, by clause, rule, parameter and row.

    Clauses are matched by anchor, or else by locator.  Layout makes no difference: compared is
    what the reader reads, full-width signs read as ASCII ones.

    Args:
        old: the old version.  As checked it also has conditions as typed trees: the change is
            said in words then, and whether both are provably the same.
        new: the new version, likewise.

    Example:
        >>> from xbyx_rules.policy import edit, load_library, read_policy
        >>> old = load_library().policies["cn/beijing/school-based-training"]
        >>> text, _ = edit(old, "parameters/培训经费最低比例/值", "6%")
        >>> new, _ = read_policy(text, old.file)
        >>> [(one.name, one.old, one.new) for one in compare_policies(old, new).parameters]
        [('培训经费最低比例', '5%', '6%')]
    """
    checked = (
        (old, new) if isinstance(old, CheckedPolicy) and isinstance(new, CheckedPolicy) else None
    )
    before = old.policy if isinstance(old, CheckedPolicy) else old
    after = new.policy if isinstance(new, CheckedPolicy) else new
    values = tuple(_values(one) for one in checked) if checked else ({}, {})
    return Difference(
        before,
        after,
        tuple(_compare_documents(before, after)),
        tuple(_compare_all(before, after, checked)),
        tuple(compare_parameters(before, after, values)),
    )


def _values(policy: CheckedPolicy) -> dict[tuple[str, date | None], object]:
    rows = (one for history in policy.parameters.values() for one in history)
    return {(one.name, one.period.start): one.value for one in rows}


def _compare_documents(old: Policy, new: Policy) -> Iterator[Change]:
    before, after = _front(old), _front(new)
    for key, name in _FRONT.items():
        if before[key] != after[key]:
            places = old.places.get(key), new.places.get(key)
            yield Change(Part.FRONT, "changed", name, "", before[key], after[key], *places)
    if old.preface != new.preface:
        yield Change(Part.PREFACE, "changed", old=old.preface, new=new.preface)


def _front(policy: Policy) -> dict[str, str]:
    return {
        "policy": policy.id,
        "title": policy.title,
        "document": policy.document,
        "kind": policy.kind,
        "issuer": policy.issuer,
        "division": policy.division,
        "adopted": str(policy.adopted or ""),
        "in-force": str(policy.period),
        "validity": policy.validity,
        "refines": ", ".join(policy.refines),
        "supersedes": ", ".join(policy.supersedes),
        "status": policy.status.zh,
    }


_Checked = tuple[CheckedPolicy, CheckedPolicy]


def _compare_all(old: Policy, new: Policy, checked: _Checked | None) -> Iterator[ClauseDifference]:
    pairs = match_clauses(old.clauses, new.clauses)
    moved = find_moved(pairs)
    by_new = {theirs: mine for mine, theirs in pairs}
    for position, clause in enumerate(new.clauses):
        if position not in by_new:
            yield ClauseDifference(None, clause)
            continue
        before = old.clauses[by_new[position]]
        changes = tuple(_compare_clause(before, clause, checked))
        is_moved = (by_new[position], position) in moved
        if changes or is_moved:
            yield ClauseDifference(before, clause, changes, is_moved)
    paired = {mine for mine, _ in pairs}
    for position, clause in enumerate(old.clauses):
        if position not in paired:
            yield ClauseDifference(clause, None)


def _compare_clause(old: Clause, new: Clause, checked: _Checked | None) -> Iterator[Change]:
    for part, before, after in (
        (Part.ANCHOR, old.id, new.id),
        (Part.LOCATOR, old.locator, new.locator),
        (Part.TITLE, old.title, new.title),
        (Part.LEVEL, str(old.level), str(new.level)),
        (Part.PROSE, old.prose, new.prose),
    ):
        if before != after:
            yield _change(part, "", before, after, old.place, new.place)
    yield from _compare_properties(old, new, checked)
    yield from _compare_rules(old, new, checked)
    for language, name in _LANGUAGES.items():
        texts = old.messages.get(language), new.messages.get(language)
        yield from _compare_texts(Part.MESSAGE, name, *texts)
    yield from compare_examples(old.examples, new.examples)


def _compare_properties(old: Clause, new: Clause, checked: _Checked | None) -> Iterator[Change]:
    for key in PROPERTY_KEYS:
        texts = old.properties.get(key), new.properties.get(key)
        if key not in _CONDITIONS:
            yield from _compare_texts(Part.PROPERTY, key, *texts)
            continue
        for change in _compare_texts(Part.CONDITION, key, *texts):
            yield _prove(change, _trees(old, new, checked, _CONDITIONS[key]), checked)


def _compare_rules(old: Clause, new: Clause, checked: _Checked | None) -> Iterator[Change]:
    before, after = old.body, new.body
    if type(before) is not type(after):
        names = (_BODIES[type(before).__name__], _BODIES[type(after).__name__])
        yield Change(Part.BODY, "changed", "", "", *names, old.place, new.place)
    elif isinstance(before, Expression) and isinstance(after, Expression):
        for change in _compare_texts(Part.CONDITION, "规则", before.text, after.text):
            yield _prove(change, _trees(old, new, checked, "condition"), checked)
    elif before is not None and after is not None and not isinstance(before, Parameters):
        yield from compare_bodies(before, after)


def _compare_texts(part: Part, name: str, old: Text | None, new: Text | None) -> Iterator[Change]:
    before, after = (respell(one.value) if one else "" for one in (old, new))
    if before != after:
        places = (one.place if one else None for one in (old, new))
        yield _change(part, name, before, after, *places)


def _change(
    part: Part, name: str, old: str, new: str, old_place: Place | None, new_place: Place | None
) -> Change:
    sort: Sort = "changed" if old and new else "removed" if old else "added"
    return Change(part, sort, name, "", old, new, old_place, new_place)


def _trees(
    old: Clause, new: Clause, checked: _Checked | None, what: str
) -> tuple[Node | None, Node | None]:
    if checked is None:
        return None, None
    clauses: tuple[CheckedClause | None, ...] = tuple(
        policy.clauses.get(one.id) for policy, one in zip(checked, (old, new), strict=True)
    )
    first, second = (getattr(one, what) if one is not None else None for one in clauses)
    return first, second


def _prove(
    change: Change, trees: tuple[Node | None, Node | None], checked: _Checked | None
) -> Change:
    """The change of a condition, said in words, and proved to be none where it can be."""
    old, new = trees
    if checked is None or (old is None and new is None):
        return change
    vocabularies = [one.vocabulary for one in checked]
    has_one = vocabularies[0].hash == vocabularies[1].hash
    is_equal = old is not None and new is not None and is_same(old, new, has_one_vocabulary=has_one)
    words = phrase_change(old, new, vocabularies)
    return replace(change, words=words, is_equivalent=is_equal)
