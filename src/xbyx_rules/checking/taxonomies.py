"""Taxonomies (分类) against the vocabulary: one term's values, listed by one heading or by several.

A clause of the source may list part of a term's values (四(一)-3a to 四(三)-2 share the modules):
a heading's values must be the vocabulary's, and the headings of a term together list all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel.types import StringType
from xbyx_rules.policy import Clause, ClauseKind, Taxonomy, TaxonomyRow, Vocabulary

__all__ = ["check_taxonomies"]


def check_taxonomies(
    clauses: Sequence[Clause], above: Iterable[Clause], vocabulary: Vocabulary
) -> list[Diagnostic]:
    """Report values that the vocabulary lacks, and those that no heading lists.

    Args:
        clauses: the document's own; only they are reported.
        above: those of the documents above, which list values too.
        vocabulary: whose terms list their values.
    """
    found: list[Diagnostic] = []
    own = [one for one in clauses if one.kind is ClauseKind.TAXONOMY]
    upper = [one for one in above if one.kind is ClauseKind.TAXONOMY]
    for clause in own:
        found += _check_parents(clause, vocabulary)
    for term in dict.fromkeys(one.property("词项") for one in own):
        headings = [one for one in own if one.property("词项") == term]
        inherited = [one for one in upper if one.property("词项") == term]
        found += _check_values(term, headings, inherited, vocabulary)
    return found


def _check_values(
    term: str, headings: Sequence[Clause], inherited: Sequence[Clause], vocabulary: Vocabulary
) -> list[Diagnostic]:
    allowed = _values_of(term, vocabulary)
    if allowed is None:
        return [_report("XR286", one, "词项", name=term) for one in headings]
    found: list[Diagnostic] = []
    listed: set[str] = set()
    for clause in (*inherited, *headings):
        listed |= {row.value for row in _rows(clause)}
        foreign = _find_foreign(clause, set(allowed))
        if foreign and clause in headings:
            said = "、".join(sorted(foreign))
            found.append(_report("XR287", clause, "词项", name=term, values=said))
    lacking = set(allowed) - listed
    if lacking and not found:
        said = "、".join(sorted(lacking))
        found.append(_report("XR287", headings[-1], "词项", name=term, values=said))
    return found


def _find_foreign(clause: Clause, allowed: set[str]) -> set[str]:
    """The values of one heading that are none of the term's.

    Of a table with two levels one level is the term's values: the upper one (the lower describes
    it) or the lower one (the upper groups it).
    """
    rows = _rows(clause)
    parents = {row.parent.value for row in rows if row.parent}
    upper = {row.value for row in rows if not row.parent}
    lower = {row.value for row in rows} - parents
    if not clause.property("上级词项") and upper <= allowed:
        return set()
    return lower - allowed


def _check_parents(clause: Clause, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Values above that are none of 上级词项; those of the same table the reader has checked."""
    term = clause.property("上级词项")
    if not term:
        return []
    allowed = _values_of(term, vocabulary)
    if allowed is None:
        return [_report("XR286", clause, "上级词项", name=term)]
    return [
        Diagnostic(
            "XR256",
            row.parent.place,
            {
                "name": row.parent.value,
                "term": term,
                "nearest": nearest(row.parent.value, allowed) or "—",
            },
        )
        for row in _rows(clause)
        if row.parent.value not in allowed
    ]


def _rows(clause: Clause) -> tuple[TaxonomyRow, ...]:
    return clause.body.rows if isinstance(clause.body, Taxonomy) else ()


def _values_of(term: str, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    entity, _, name = term.partition(".")
    known = vocabulary.entities.get(entity)
    found = known.terms.get(name) if known else None
    return found.type.values if found and isinstance(found.type, StringType) else None


def _report(code: str, clause: Clause, key: str, **values: str) -> Diagnostic:
    return Diagnostic(code, clause.properties[key].place, values)
