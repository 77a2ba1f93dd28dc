"""The versions that were submitted: kept beside the step, and compared when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from xbyx_rules.deciding import Case, Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import (
    SubmittedVersion,
    TermChange,
    differences,
    is_submission,
    read_version,
    version_of,
)

from .chain import Event, Payload, commit_payload, from_microseconds, is_payload_intact
from .desk import Desk, Flow
from .payloads import VERSION, body_digest, read_erasures
from .results import refuse
from .rows import Instance, StoredPayload

__all__ = ["SubmittedDifferences", "commit_version", "submitted_differences"]


@dataclass(frozen=True, slots=True)
class SubmittedDifferences:
    """What two submissions of a subject say differently.

    Args:
        subject: whose.
        since: number of the earlier event; None when there is none to compare with.
        until: number of the later one; None when nothing was submitted on record.
        since_at: when the earlier one was submitted.
        until_at: when the later one was.
        changes: the differences; empty when nothing differs, and when nothing was compared.
        problems: why nothing was compared: XR665 there are not two submissions on record, XR667 a
            version was erased, or is gone or altered.
    """

    subject: Subject
    since: int | None = None
    until: int | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None
    changes: tuple[TermChange, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def is_compared(self) -> bool:
        """Whether two versions were compared: only then no change means no difference."""
        return not self.problems


def commit_version(
    desk: Desk, connection: Connection, flow: Flow, instance: Instance, target: str, case: Case
) -> list[Payload]:
    """The body with what is submitted, when a step to `target` submits the subject; else none.

    Args:
        desk: the ledger.
        connection: in the command's transaction.
        flow: the subject's.
        instance: its row before the step.
        target: the state after it.
        case: as the step was decided on; nothing more is read of the host.
    """

    def read_steps() -> list[tuple[str | None, str]]:
        events = desk.store.events_of(connection, instance.id)
        return [(one.event.source, one.event.target) for one in events]

    vocabulary = flow.policy.checked.vocabulary
    is_known = case.subject.entity in vocabulary.entities
    if not is_known or not is_submission(flow.definition, instance.state, target, read_steps):
        return []
    version = version_of(case, vocabulary)
    return [commit_payload(VERSION, version.as_plain(), desk.store.digest)]


def submitted_differences(
    desk: Desk,
    connection: Connection,
    subject: Subject,
    *,
    since: int | None = None,
    until: int | None = None,
) -> SubmittedDifferences:
    """Compare two submissions of a subject.

    Args:
        desk: the ledger.
        connection: to read with; the host is not asked.
        subject: whose.
        since: number of the earlier event; the submission before `until` unless given.
        until: number of the later one; the last submission unless given.

    Raises:
        CommandRefused: XR666, a number is not that of a submission; XR520.
    """
    instance = desk.store.find_instance(connection, subject)
    events = desk.store.events_of(connection, instance.id) if instance else []
    submitted = {
        one.event.seq: one.event for one in events if body_digest(one.event, VERSION) is not None
    }
    for number in (since, until):
        if number is not None and number not in submitted:
            known = ", ".join(map(str, submitted)) or "—"
            refuse("XR666", subject=str(subject), sequence=str(number), known=known)
    later = submitted.get(until or max(submitted, default=0))
    earlier = submitted.get(since) if since is not None else _before(submitted, later)
    if instance is None or earlier is None or later is None:
        lacking = Diagnostic("XR665", None, {"subject": str(subject), "count": str(len(submitted))})
        at = from_microseconds(later.occurred_at) if later else None
        number = later.seq if later else None
        return SubmittedDifferences(subject, until=number, until_at=at, problems=(lacking,))
    vocabulary = desk.flow_of(instance).policy.checked.vocabulary
    versions, problems = _read_versions(desk, connection, instance, (earlier, later))
    return SubmittedDifferences(
        subject,
        earlier.seq,
        later.seq,
        from_microseconds(earlier.occurred_at),
        from_microseconds(later.occurred_at),
        () if problems else differences(versions[0], versions[1], vocabulary),
        problems,
    )


def _before(submitted: dict[int, Event], later: Event | None) -> Event | None:
    numbers = [number for number in submitted if later is not None and number < later.seq]
    return submitted[max(numbers)] if numbers else None


def _read_versions(
    desk: Desk, connection: Connection, instance: Instance, events: Sequence[Event]
) -> tuple[list[SubmittedVersion], tuple[Diagnostic, ...]]:
    digests = [body_digest(one, VERSION) or "" for one in events]
    bodies = desk.store.payloads_of(connection, digests)
    versions, problems = [], []
    for event, digest in zip(events, digests, strict=True):
        body = bodies.get(digest)
        found = _read_version(instance.subject.entity, digest, body)
        if isinstance(found, SubmittedVersion):
            versions.append(found)
            continue
        reason = found
        if body is None or body.content is None:
            is_erased = digest in read_erasures(desk.store, connection, instance.id)
            reason = ("已依规删除", "was erased, on record") if is_erased else found
        named: dict[str, Any] = {"subject": str(instance.subject), "sequence": str(event.seq)}
        named |= {"reason": reason[0], "reason_en": reason[1]}
        problems.append(Diagnostic("XR667", None, named))
    return versions, tuple(problems)


def _read_version(
    entity: str, digest: str, body: StoredPayload | None
) -> SubmittedVersion | tuple[str, str]:
    """A kept version, or why it can't be had, in Chinese and English."""
    if body is None or body.content is None or body.salt is None:
        return ("不见了", "is gone")
    if is_payload_intact(VERSION, digest, body.salt, body.content) is False:
        return ("与摘要不符", "does not fit its digest")
    try:
        version = read_version(body.content)
    except ValueError:
        return ("读不出", "can't be read")
    # WHY asked: a body that fits its digest may still be one of another subject's.
    return version if version.entity == entity else ("读不出", "can't be read")
