"""Whether a rule can give an answer at all: in one that can't, no example notices anything."""

from __future__ import annotations

from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.policy import DocumentStatus

__all__ = ["is_decided"]


def is_decided(policy: ExecutablePolicy, anchor: str) -> bool:
    """Whether there is a day and a case for which a rule can give an answer.

    Rules of drafts and of unverified documents, unverified rules, and those that need a figure of
    which no value is verified answer 暂无法判定 whatever the case.

    Args:
        policy: from `compile_policy`.
        anchor: of one of its clauses.

    Raises:
        KeyError: there is no such clause.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> policies = load_policies()
        >>> is_decided(policies["cn/beijing/training-credits-2016-2020"], "total")
        True
        >>> is_decided(policies["cn/beijing/training-credits-2026-2030"], "total")
        False
    """
    return _is_decided(policy, policy.clauses[anchor], set())


def _is_decided(policy: ExecutablePolicy, clause: ExecutableClause, seen: set[str]) -> bool:
    """`seen`: anchors of calculations that have been looked into; grows."""
    is_open = clause.policy.status in (DocumentStatus.UNVERIFIED, DocumentStatus.DRAFT)
    if is_open or clause.checked.clause.property("核实") == "未核实":
        return False
    seen.add(clause.checked.id)
    for path in clause.paths:
        values = policy.checked.parameters.get(path.root)
        if values is not None and not any(one.is_verified for one in values):
            return False
        inner = policy.calculations.get(path.root)
        is_new = inner is not None and inner.checked.id not in seen
        if inner is not None and is_new and not _is_decided(policy, inner, seen):
            return False
    return True
