"""Seats: whose turn it is in the state a subject is in, who has signed, what that amounts to.

A state that one person leaves has a seat for each role that may act; where several sign together
(会签, 或签, 依次, 比例) each of them has one, and those who were asked to sign, too (加签).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal

from xbyx_rules.checking import Approvals, CheckedTransition, Signing
from xbyx_rules.errors import Diagnostic

from .commands import Actor, Command

__all__ = [
    "Seat",
    "SeatStatus",
    "Tally",
    "find_seat",
    "is_agreement",
    "open_ready",
    "sign_seat",
    "tally_seats",
]

SeatStatus = Literal["open", "waiting", "agreed", "rejected"]
Tally = Literal["pending", "agreed", "rejected"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One of those whose turn it is.

    Args:
        number: among the seats since the state was entered.
        role: by which whoever takes the seat acts.
        organisation: of which organisation; "" when any.
        assignee: whose it is; "" for whoever holds the role.
        status: ``open``; ``waiting`` for others first; ``agreed`` or ``rejected`` once signed.
        signers: who has signed in it: the actor and, where there was one, the principal.
        waits_on: the seats that must have signed before.
        added_by: who asked for this signature (加签); "" for the flow itself.
        is_joint: whether it is one of several that sign together.
        is_assist: whether it only prepares what another seat decides (委派); it signs nothing.
    """

    number: int
    role: str
    organisation: str = ""
    assignee: str = ""
    status: SeatStatus = "open"
    signers: tuple[str, ...] = ()
    waits_on: tuple[int, ...] = ()
    added_by: str = ""
    is_joint: bool = False
    is_assist: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether it has signed, either way."""
        return self.status in ("agreed", "rejected")

    @property
    def is_personal(self) -> bool:
        """Whether what is signed in it counts for itself: of several, or asked for (加签)."""
        return self.is_joint or bool(self.added_by)

    def belongs_to(self, person: Actor) -> bool:
        """Whether a person holds its role and it is not somebody else's."""
        return self.role in person.roles and self.assignee in ("", person.id)


def find_seat(
    seats: Sequence[Seat], transition: CheckedTransition, command: Command
) -> Seat | Diagnostic | None:
    """The seat that a command is signed in.

    Returns:
        The seat; XR532 to XR535, why there is none for whoever acts; or None where nothing is
        known of seats or the role has none: then the role alone decides.
    """
    authority, action = command.authority, transition.action
    # WHY those added too: who was asked to sign may do what whoever asked may do.
    ours = [
        one
        for one in seats
        if one.role in authority.roles
        and (one.added_by or one.role in transition.roles)
        and not one.is_assist
    ]
    if not ours:
        return None
    signed = {person for one in seats for person in one.signers}
    twice = [one.id for one in command.persons if one.id in signed]
    if twice:
        return Diagnostic("XR533", None, {"action": action, "person": "、".join(twice)})
    mine = [one for one in ours if one.belongs_to(authority) and not one.is_signed]
    open_ones = [one for one in mine if one.status == "open"]
    if open_ones:
        place = authority.organisation
        return min(
            open_ones,
            key=lambda one: (one.organisation not in ("", place), not one.assignee, one.number),
        )
    if mine:
        before = [one for one in seats if one.number in mine[0].waits_on and not one.is_signed]
        named = "、".join(one.assignee or one.role for one in before)
        return Diagnostic("XR535", None, {"action": action, "before": named})
    others = [one.assignee for one in ours if not one.is_signed]
    if others:
        named = "、".join(dict.fromkeys(others))
        return Diagnostic("XR534", None, {"action": action, "assignee": named})
    return Diagnostic("XR532", None, {"action": action, "roles": "、".join(transition.roles)})


def sign_seat(
    seats: Iterable[Seat], number: int, status: SeatStatus, signers: tuple[str, ...] = ()
) -> tuple[Seat, ...]:
    """The seats after one of them has signed, with those open that waited for it."""
    after = [
        replace(one, status=status, signers=signers) if one.number == number else one
        for one in seats
    ]
    return open_ready(after)


def open_ready(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """The seats with each one waiting exactly while one that it waits on has not signed."""
    listed = tuple(seats)
    unsigned = {one.number for one in listed if not one.is_signed}
    return tuple(
        one
        if one.is_signed
        else replace(one, status="waiting" if unsigned.intersection(one.waits_on) else "open")
        for one in listed
    )


def tally_seats(seats: Iterable[Seat], signing: Signing | None) -> Tally:
    """What the signatures so far amount to.

    The flow's own seats need their quorum, and everybody who was asked to sign must agree.

    Args:
        seats: all of a state.
        signing: how its own seats sign together; None where one of them is enough.

    Returns:
        ``pending`` only while somebody has not signed.

    Source: design of approvals, no. 2: each way of signing has a declared rule for a rejection.

    Example:
        >>> two = (Seat(1, "校长", is_joint=True), Seat(2, "书记", is_joint=True))
        >>> both = Signing("待签", "签发", "all", None, "退回", "one_rejects")
        >>> tally_seats(sign_seat(two, 1, "agreed"), both)
        'pending'
        >>> tally_seats(sign_seat(two, 1, "rejected"), both)
        'rejected'
    """
    listed = tuple(seats)
    own = [one for one in listed if not one.added_by and (signing is None or one.is_joint)]
    added = [one for one in listed if one.added_by and not one.is_assist]
    needed = _count_needed(len(own), signing)
    agreed = sum(one.status == "agreed" for one in own)
    refused = sum(one.status == "rejected" for one in own)
    if any(one.status == "rejected" for one in added) or len(own) - refused < needed:
        return "rejected"
    if refused and signing is not None and signing.rule == "one_rejects":
        return "rejected"
    has_all_added = all(one.status == "agreed" for one in added)
    return "agreed" if agreed >= needed and has_all_added else "pending"


def _count_needed(count: int, signing: Signing | None) -> int:
    if signing is None or signing.quorum == "any":
        return 1
    if signing.quorum == "share":
        return max(1, ceil((signing.share or Fraction(1)) * count))
    return count


def is_agreement(approvals: Approvals, state: str, action: str) -> bool | None:
    """Whether an action in a state is a signature that agrees (True) or rejects (False).

    Returns:
        None where it is neither: then it is taken at once.
    """
    signing = approvals.signing(state)
    if signing is not None and action == signing.rejection:
        return False
    if signing is not None and action == signing.action:
        return True
    return True if action in approvals.extendable else None
