"""A delegation as it is asked for, and as it stands in the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import ActorKind

__all__ = ["Delegation", "GrantedDelegation"]


@dataclass(frozen=True, slots=True)
class Delegation:
    """One person lets another act in one role of theirs (代理).

    Args:
        principal_id: for whom (被代理人), as `Actor.id` has them.
        agent_id: who acts (代理人).
        role: in which role (校长), held by the principal themself.
        valid_from: the first day on which it counts, a civil date in the ledger's zone.
        valid_until: the last day.
        subject_kind: for subjects of this entity only; None for all.
        subject_ref: for this one subject only; None for all of its kind.
        agent_kind: what the agent is; only a person can be one.  The register keeps no other.

    Raises:
        TypeError: a day is given as a date-time.

    Example:
        >>> holidays = Delegation("t-01", "t-17", "校长", date(2026, 7, 1), date(2026, 8, 31))
        >>> holidays.days
        62
    """

    principal_id: str
    agent_id: str
    role: str
    valid_from: date
    valid_until: date
    subject_kind: str | None = None
    subject_ref: str | None = None
    agent_kind: ActorKind = field(default="person", kw_only=True)

    def __post_init__(self) -> None:
        # WHY: a date-time is a date to Python, and its text would not be compared as a day's.
        if isinstance(self.valid_from, datetime) or isinstance(self.valid_until, datetime):
            raise TypeError("a delegation's period is given in days")

    @property
    def days(self) -> int:
        """How many days it counts, both ends included; 0 or less where it ends before it begins."""
        return (self.valid_until - self.valid_from).days + 1

    def covers(self, subject: Subject) -> bool:
        """Whether a subject is one of those it was given for."""
        return self.subject_kind in (None, subject.entity) and self.subject_ref in (
            None,
            subject.key,
        )


@dataclass(frozen=True, slots=True)
class GrantedDelegation:
    """A delegation in the register.

    Args:
        id: its id.
        delegation: who, for whom, as what, when.
        granted_at: when it was granted.
        granted_by: who did: the principal or an administrator.
        revoked_at: when it was revoked; None while it was not.
        revoked_by: who did.
    """

    id: str
    delegation: Delegation
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day: within its period, and not revoked since."""
        period = self.delegation
        return self.revoked_at is None and period.valid_from <= on <= period.valid_until
