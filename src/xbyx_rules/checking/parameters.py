"""Parameters: typed literals with their periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import join_types
from xbyx_rules.feel.literals import find_non_literal, read_literal
from xbyx_rules.feel.types import ANY, Type
from xbyx_rules.policy import ParameterRow, Parameters, Policy, Vocabulary

from .model import ParameterValue
from .names import NO_NAMES, check_expression, is_usable_name

__all__ = ["check_parameters", "english_of_parameters", "parameter_types"]


def parameter_types(parameters: Mapping[str, tuple[ParameterValue, ...]]) -> dict[str, Type]:
    """The type of each parameter, wide enough for its value in every period."""
    found: dict[str, Type] = {}
    for name, values in parameters.items():
        for value in values:
            # WHY: a rule is typed once for all periods; bounds of one period alone would let
            # lowering take the sign of another one's value for granted.
            found[name] = join_types(found.get(name, value.type), value.type) or ANY
    return found


def english_of_parameters(parameters: Mapping[str, tuple[ParameterValue, ...]]) -> dict[str, str]:
    """The English name of each parameter that has one in any of its rows."""
    named = (
        (name, [one.english for one in rows if one.english]) for name, rows in parameters.items()
    )
    return {name: english[0] for name, english in named if english}


def check_parameters(
    policy: Policy, vocabulary: Vocabulary
) -> tuple[dict[str, tuple[ParameterValue, ...]], list[Diagnostic]]:
    """Every parameter of a document with its values in time, in the order of the document."""
    found: dict[str, list[ParameterValue]] = {}
    diagnostics: list[Diagnostic] = []
    for row in _rows(policy):
        value, problems = _check_row(row)
        diagnostics += problems
        if value is None:
            continue
        earlier = found.setdefault(row.name, [])
        if earlier and join_types(earlier[0].type, value.type) is None:
            left, right = phrase_type(earlier[0].type), phrase_type(value.type)
            values = {"name": row.name, "left": left, "right": right}
            diagnostics.append(Diagnostic("XR230", row.place, values))
        if not earlier and any(row.name in one.terms for one in vocabulary.entities.values()):
            diagnostics.append(Diagnostic("XR231", row.place, {"name": row.name}))
        elif not earlier and not is_usable_name(row.name, vocabulary):
            diagnostics.append(Diagnostic("XR233", row.place, {"name": row.name}))
        earlier.append(value)
    return {name: tuple(values) for name, values in found.items()}, diagnostics


def _rows(policy: Policy) -> Iterable[ParameterRow]:
    for clause in policy.clauses:
        if isinstance(clause.body, Parameters):
            yield from clause.body.rows


def _check_row(row: ParameterRow) -> tuple[ParameterValue | None, tuple[Diagnostic, ...]]:
    node, problems = check_expression(row.value, NO_NAMES)
    if node is None:
        return None, problems
    if find_non_literal(node) is not None:
        return None, (Diagnostic("XR232", row.value.place, {"text": row.value.value}),)
    value = ParameterValue(
        row.name,
        read_literal(node),
        row.value.value,
        node.type,
        row.period,
        row.basis,
        row.is_verified,
        row.place,
        row.english,
    )
    return value, problems
