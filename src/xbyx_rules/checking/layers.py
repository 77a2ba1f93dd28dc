"""Documents laid over others: what they inherit, and what a replacement must be like.

A lower document may add rules and replace one by naming it; nothing of the documents above may
change or vanish in any other way, so that whoever reads a finding can tell what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xbyx_rules.errors import Diagnostic, Place
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import fits_type, join_types
from xbyx_rules.policy import ClauseKind

from .model import CheckedClause, CheckedLifecycle, CheckedPolicy, ParameterValue
from .names import Names
from .parameters import parameter_types
from .retyping import retype_clause

__all__ = ["check_layers", "check_parameter_types", "is_like", "redirect_flows", "retype_inherited"]


def check_layers(above: Sequence[CheckedPolicy], place: Place) -> list[Diagnostic]:
    """Report what two documents above both have and didn't inherit from one: it would be lost."""
    owners: dict[tuple[str, str], tuple[str, object]] = {}
    found: list[Diagnostic] = []
    for upper in above:
        for kind, name, own, origin in _names_in(upper):
            first, same = owners.setdefault((kind, name), (origin, own))
            if same != own:
                values = {"name": name, "left": first, "right": origin}
                found.append(Diagnostic("XR291", place, values))
    return found


def _names_in(upper: CheckedPolicy) -> list[tuple[str, str, object, str]]:
    """Kind of name, name, what it stands for, and the document it is from."""
    rows: list[tuple[str, str, object, str]] = []
    for key, clause in upper.clauses.items():
        origin = upper.origins[key].id
        rows.append(("anchor", key, origin, origin))
        if clause.clause.kind is ClauseKind.CALCULATION:
            rows += [("value", name, (origin, key), origin) for name, _ in clause.results]
    for name, history in upper.parameters.items():
        rows.append(("parameter", name, history, upper.policy.id))
    return rows


def check_parameter_types(
    own: Mapping[str, tuple[ParameterValue, ...]],
    inherited: Mapping[str, tuple[ParameterValue, ...]],
) -> list[Diagnostic]:
    """Report parameters that are of another type than those above whose values they replace."""
    found: list[Diagnostic] = []
    here, there = parameter_types(own), parameter_types(inherited)
    for name in here.keys() & there.keys():
        if join_types(here[name], there[name]) is None:
            left, right = phrase_type(there[name]), phrase_type(here[name])
            values = {"name": name, "left": left, "right": right}
            found.append(Diagnostic("XR294", own[name][0].place, values))
    return found


def is_like(clause: CheckedClause, above: CheckedClause) -> bool:
    """Whether a clause can stand in another one's place: of its kind, its subject, its values."""
    if clause.clause.kind is not above.clause.kind or clause.subject != above.subject:
        return False
    names = [name for name, _ in clause.results] == [name for name, _ in above.results]
    pairs = zip(clause.results, above.results, strict=False)
    return names and all(fits_type(old, new) for (_, new), (_, old) in pairs)


def redirect_flows(
    flows: Mapping[str, CheckedLifecycle], replaced: Mapping[str, str]
) -> dict[str, CheckedLifecycle]:
    """The flows that are not replaced; where one requires a replaced rule, it requires the new."""
    found: dict[str, CheckedLifecycle] = {}
    for key, flow in flows.items():
        if key in replaced:
            continue
        transitions = tuple(
            replace(one, must_meet=tuple(replaced.get(name, name) for name in one.must_meet))
            for one in flow.transitions
        )
        found[key] = replace(flow, transitions=transitions)
    return found


def retype_inherited(
    clauses: Mapping[str, CheckedClause], names: Names, place: Place
) -> tuple[dict[str, CheckedClause], tuple[Diagnostic, ...]]:
    """Clauses of documents above, typed under this document's parameters and calculations.

    WHY: lowering takes the sign of a divisor from its bounds; those of a value that this document
    replaces no longer count.
    """
    found: dict[str, CheckedClause] = {}
    diagnostics: list[Diagnostic] = []
    for key, clause in clauses.items():
        typed, problems = retype_clause(clause, names)
        if typed is None:
            values = {"clause": clause.clause.title, "problem": problems[0].message()}
            diagnostics.append(Diagnostic("XR295", place, values))
        found[key] = typed or clause
    return found, tuple(diagnostics)
