"""`xbyx test --laws`: look for cases against the laws that documents declare (性质)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import Diagnostic

from .terminal import WrongUsage

__all__ = ["try_laws"]


def try_laws(
    policy: ExecutablePolicy, clauses: Collection[str] | None, max_examples: int
) -> tuple[list[dict[str, Any]], list[Diagnostic]]:
    """Try the laws of a document's own clauses, or of some.

    Returns:
        What each gave, as JSON, and a diagnostic for each that doesn't hold.

    Raises:
        WrongUsage: XR896, hypothesis is not installed.
    """
    try:
        from xbyx_rules.testing.trying import describe_result, laws_of, try_law
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise WrongUsage(Diagnostic("XR896")) from None
    tried: list[dict[str, Any]] = []
    found: list[Diagnostic] = []
    for anchor, law in laws_of(policy):
        if clauses is not None and anchor not in clauses:
            continue
        result = try_law(policy, anchor, law, max_examples=max_examples)
        problem = describe_result(policy, result)
        found += [problem] if problem is not None else []
        against = result.counterexample
        tried.append(
            {
                "clause": anchor,
                "law": law.name,
                "place": str(law.text.place),
                "cases": result.cases,
                "exercised": result.exercised,
                "passed": result.passed,
                "row": str(against) if against is not None else None,
            }
        )
    return tried, found
