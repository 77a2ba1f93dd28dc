"""Checks (核查): a pattern over several records as one condition and one list of hits.

``a``, then ``无 b`` becomes ``not(some a in A satisfies … and not(some b in B satisfies …))``; the
hits are the combinations of records for which the pattern holds.
"""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.inference.environment import MOST_LOOPS
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.types import BOOLEAN, ContextType, FunctionType, ListType, Type
from xbyx_rules.policy import Pattern, PatternRow

from .model import CheckedPattern
from .names import Names, check_expression, is_usable_name

__all__ = ["build_condition", "build_hits", "check_pattern", "pattern_scope"]


def pattern_scope(pattern: Pattern, names: Names) -> Scope:
    """The scope of a check's message: the records that make a hit, by their aliases."""
    scope = names.scope_for_check([row.entity for row in pattern.rows])
    known = names.vocabulary.entities
    present = [row for row in pattern.rows if not row.is_absent and row.entity in known]
    return scope.with_names({row.alias: names.vocabulary.type_of(row.entity) for row in present})


def check_pattern(
    pattern: Pattern, names: Names
) -> tuple[tuple[CheckedPattern, ...], tuple[Diagnostic, ...]]:
    """Each row with its condition typed; a row sees its own alias and those of the rows above."""
    diagnostics: list[Diagnostic] = []
    checked: list[CheckedPattern] = []
    scope = names.scope_for_check([row.entity for row in pattern.rows])
    for row in pattern.rows:
        if row.entity not in names.vocabulary.entities:
            near = nearest(row.entity, names.vocabulary.entities) or "—"
            values = {"name": row.entity, "nearest": near}
            diagnostics.append(Diagnostic("XR260", row.place, values))
            continue
        if not is_usable_name(row.alias, names.vocabulary) or names.has(row.alias):
            diagnostics.append(Diagnostic("XR233", row.place, {"name": row.alias}))
            continue
        inner = scope.with_names({row.alias: names.vocabulary.type_of(row.entity)})
        condition, problems = _check_row(row, inner)
        diagnostics += problems
        checked.append(CheckedPattern(row.entity, row.alias, condition, row.is_absent))
        if not row.is_absent:
            scope = inner
    if pattern.rows and all(row.is_absent for row in pattern.rows):
        diagnostics.append(Diagnostic("XR261", pattern.rows[0].place))
    # INVARIANT: each row is a loop in the one before, and the code made of loops is bounded.
    if len(pattern.rows) > MOST_LOOPS:
        place = pattern.rows[MOST_LOOPS].place
        diagnostics.append(Diagnostic("XR220", place, {"most": str(MOST_LOOPS)}))
        return (), tuple(diagnostics)
    return tuple(checked), tuple(diagnostics)


def _check_row(row: PatternRow, scope: Scope) -> tuple[s.Node | None, tuple[Diagnostic, ...]]:
    if row.condition is None:
        return None, ()
    condition, problems = check_expression(row.condition, scope)
    if condition is not None and condition.type.kind != "boolean":
        return None, (*problems, Diagnostic("XR204", row.condition.place, {"found": "—"}))
    return condition, problems


def build_condition(rows: tuple[CheckedPattern, ...], names: Names) -> s.Node:
    """True when the pattern holds for no records, typed."""
    return _negate(_holds(rows, names))


def _holds(rows: tuple[CheckedPattern, ...], names: Names) -> s.Node:
    if not rows:
        return s.Boolean(True, type=BOOLEAN, may_be_unknown=False)
    row, rest = rows[0], _holds(rows[1:], names)
    parts = tuple(one for one in (row.condition, None if row.is_absent else rest) if one)
    found = s.Quantified(
        "some", (_iterator(row, names),), _conjoin(parts), type=BOOLEAN, may_be_unknown=True
    )
    return _conjoin((_negate(found), rest)) if row.is_absent else found


def build_hits(rows: tuple[CheckedPattern, ...], names: Names) -> s.Node:
    """The hits, typed: for each combination a context ``{alias: record, …}`` where it matches.

    Where it doesn't it is false, and where that can't be told UNKNOWN.
    """
    present = tuple(row for row in rows if not row.is_absent)
    iterators = tuple(_iterator(row, names) for row in present)
    conditions = tuple(
        row.condition if not row.is_absent else _negate(_holds((_as_present(row),), names))
        for row in rows
        if row.condition is not None or row.is_absent
    )
    fields = {row.alias: names.vocabulary.type_of(row.entity) for row in present}
    entries = tuple((alias, s.Name(alias, type=kind)) for alias, kind in fields.items())
    kind = ContextType(tuple(fields.items()))
    # WHY: where the records don't match no context is made; there are many more such combinations.
    hit = s.If(
        _conjoin(tuple(one for one in conditions if one is not None)),
        s.Context(entries, type=kind),
        s.Boolean(False, type=BOOLEAN, may_be_unknown=False),
        type=kind,
    )
    return s.For(iterators, hit, type=ListType(kind, records=True))


def _as_present(row: CheckedPattern) -> CheckedPattern:
    return CheckedPattern(row.entity, row.alias, row.condition, is_absent=False)


def _iterator(row: CheckedPattern, names: Names) -> s.Iterator:
    record = names.vocabulary.type_of(row.entity)
    domain = s.Name(row.entity, type=ListType(record, records=True))
    return s.Iterator(row.alias, domain, type=record, may_be_unknown=False)


def _conjoin(parts: tuple[s.Node, ...]) -> s.Node:
    if not parts:
        return s.Boolean(True, type=BOOLEAN, may_be_unknown=False)
    return parts[0] if len(parts) == 1 else s.And(parts, type=BOOLEAN, may_be_unknown=True)


def _negate(node: s.Node) -> s.Node:
    kind: Type = FunctionType((BOOLEAN,), BOOLEAN)
    return s.Call(s.Name("not", type=kind), (node,), type=BOOLEAN, may_be_unknown=True)
