"""By which delegation a step was done for somebody else, as a body beside the event."""

from __future__ import annotations

from xbyx_rules.lifecycle import Command, Effects, Guards

from .chain import Payload, commit_payload
from .payloads import AGENCY

__all__ = ["commit_agency"]


def commit_agency(
    effects: Effects, command: Command, guards: Guards, algorithm: str
) -> tuple[Payload, ...]:
    """The body that names the delegations a step rests on; none where it rests on none.

    The one of the seat's role where one of several was signed; else those of every role that lets
    the principal take the step.
    """
    principal, seat = command.authority, effects.seat
    is_personal = seat is not None and seat.is_personal
    roles = (seat.role,) if seat and is_personal else effects.transition.roles
    used = [
        {"role": role, "delegation": guards.agencies[role]}
        for role in roles
        if role in guards.agencies
        and role in principal.roles
        and (is_personal or guards.organisations.get(role, "") in ("", principal.organisation))
    ]
    if not used:
        return ()
    return (commit_payload(AGENCY, {"format": 1, "delegations": used}, algorithm),)
