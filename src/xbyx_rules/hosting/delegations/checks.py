"""What speaks against a delegation: its period, its agent, who grants it."""

from __future__ import annotations

from collections.abc import Iterator

from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import Actor

from .model import Delegation

__all__ = ["check_grant", "check_revocation"]

_GRANT = "委托"
_REVOKE = "撤销委托"


def check_grant(
    delegation: Delegation, actor: Actor, *, administrator: str, most_days: int
) -> Iterator[Diagnostic]:
    """Every reason against granting a delegation: XR503, XR673, XR674, XR675.

    Args:
        delegation: what is asked for.
        actor: who grants it.
        administrator: the role whose holders may grant for others; "" when there is none.
        most_days: the longest period.
    """
    if actor.kind == "model":
        yield Diagnostic("XR503", None, {"action": _GRANT})
    if not 1 <= delegation.days <= most_days:
        period = (delegation.valid_from.isoformat(), delegation.valid_until.isoformat())
        values = {"first": period[0], "last": period[1], "most": str(most_days)}
        yield Diagnostic("XR673", None, values)
    if delegation.agent_id == delegation.principal_id or delegation.agent_kind != "person":
        yield Diagnostic("XR674", None, {"agent": delegation.agent_id})
    # WHY the role too: whoever only acts for its holder would pass on what was delegated to them.
    is_own = actor.id == delegation.principal_id and delegation.role in actor.roles
    if not (is_own or _administers(actor, administrator)):
        yield _refuse(delegation, actor, "授予", "grant")


def check_revocation(
    delegation: Delegation, actor: Actor, *, administrator: str
) -> Iterator[Diagnostic]:
    """Every reason against revoking a delegation: XR503, XR675."""
    if actor.kind == "model":
        yield Diagnostic("XR503", None, {"action": _REVOKE})
    # WHY the agent too: nobody has to go on acting for somebody else.
    parties = (delegation.principal_id, delegation.agent_id)
    if actor.id not in parties and not _administers(actor, administrator):
        yield _refuse(delegation, actor, "撤销", "revoke")


def _refuse(delegation: Delegation, actor: Actor, deed_zh: str, deed_en: str) -> Diagnostic:
    values = {"actor": actor.id, "principal": delegation.principal_id, "role": delegation.role}
    return Diagnostic("XR675", None, {**values, "deed_zh": deed_zh, "deed_en": deed_en})


def _administers(actor: Actor, administrator: str) -> bool:
    return bool(administrator) and administrator in actor.roles
