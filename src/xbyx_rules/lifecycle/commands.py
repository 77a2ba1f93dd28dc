"""Commands: what somebody asks to be done to a subject.  There are no setters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import canonical_text, digest_text

__all__ = [
    "Actor",
    "ActorKind",
    "Command",
    "civil_date",
    "condition_facts",
    "hash_request",
    "person_facts",
]

ActorKind = Literal["person", "timer", "model"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.  The host has authenticated them; their id and roles are taken as given.

    Args:
        id: the host's pseudonym of the person, never a name or an identity number.
        roles: the roles held now (校长, 区级审核员).
        organisation: where they belong, as `Host.responsible` names it; "" when not known.
        district: six-digit code of the district (所属区); "" when not known.
        kind: ``person``, ``timer`` (the host's clock) or ``model``, which may never act.
    """

    id: str
    roles: frozenset[str] = frozenset()
    organisation: str = ""
    district: str = ""
    kind: ActorKind = "person"


@dataclass(frozen=True, slots=True)
class Command:
    """One act of one actor on one subject.

    Args:
        subject: on whom or what.
        action: the action's name in the flow (签发并报送).
        actor: who acts.
        command_id: unique for the tenant; the same id again is the same command again.
        at: when, aware; its date in the ledger's zone is the date decided on.
        expected_version: the version the actor saw; None to take whatever stands.  A reminder,
            a time limit that passed or was moved, or a suggestion since then makes no other one.
        comment: the opinion (意见).
        evidence: the host's references of documents.
        on_behalf_of: for whom (代办), who must hold the role and have delegated it.
        target: the state to be led to, where the action lets one choose (退回到哪一步).
        signature: the host's reference of the signature or seal put to it (签章).

    Raises:
        CommandRefused: XR518, `at` has no time zone.
    """

    subject: Subject
    action: str
    actor: Actor
    command_id: str
    at: datetime
    expected_version: int | None = None
    comment: str | None = None
    evidence: tuple[str, ...] = field(default=())
    on_behalf_of: Actor | None = None
    target: str | None = None
    signature: str | None = None

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise CommandRefused(Diagnostic("XR518"))

    @property
    def persons(self) -> tuple[Actor, ...]:
        """Whose act it is: the actor and, where there is one, the principal."""
        return (self.actor,) if self.on_behalf_of is None else (self.actor, self.on_behalf_of)

    @property
    def authority(self) -> Actor:
        """By whose role it is done: the principal's where there is one, else the actor's."""
        return self.on_behalf_of or self.actor


def hash_request(command: Command, salt: str) -> str:
    """The digest that tells a repeated command from another one under the same id.

    Args:
        command: the command.
        salt: random, stored beside the digest: an opinion must not be guessed from it.
    """
    # WHY without `at` and roles: a command sent again arrives later, maybe after a change of post,
    # and is still the same command; the first one's answer stands.
    content: dict[str, Any] = {
        "subject": [command.subject.entity, command.subject.key],
        "action": command.action,
        "actor": [command.actor.id, command.actor.kind],
        "on_behalf_of": command.on_behalf_of.id if command.on_behalf_of else None,
        "expected_version": command.expected_version,
        "comment": command.comment,
        "evidence": list(command.evidence),
    }
    # WHY only when given: a command of before these fields keeps its digest.
    later = {"target": command.target, "signature": command.signature}
    content |= {name: value for name, value in later.items() if value is not None}
    return digest_text(salt, canonical_text(content))


def civil_date(at: datetime, zone: str) -> date:
    """The day on which an instant falls in a zone.

    Example:
        >>> from datetime import UTC
        >>> civil_date(datetime(2026, 3, 1, 16, 30, tzinfo=UTC), "Asia/Shanghai")
        datetime.date(2026, 3, 2)
    """
    return at.astimezone(ZoneInfo(zone)).date()


def person_facts(person: Actor) -> dict[str, Any]:
    """A person as 经办人 or 提交人 of a condition; what is not known is left out, so Unknown."""
    facts: dict[str, Any] = {"工号": person.id, "角色": sorted(person.roles)}
    if person.organisation:
        facts["所属机构"] = person.organisation
    if person.district:
        facts["所属区"] = person.district
    return facts


def condition_facts(person: Actor, submitter: Actor | None, comment: str | None) -> dict[str, Any]:
    """What a 条件 reads beside the subject's facts: 经办人, 提交人 and 意见.

    Args:
        person: who acts, or for whom.
        submitter: who submitted; None when nobody has yet.
        comment: the opinion.
    """
    acting = person_facts(person)
    if submitter is None:
        submitting: Any = UNKNOWN
    elif submitter.id == person.id:
        # WHY: the same person in another post is the same person, and `经办人 != 提交人`
        # compares records.
        submitting = acting
    else:
        submitting = person_facts(submitter)
    return {"经办人": acting, "提交人": submitting, "意见": comment or ""}
