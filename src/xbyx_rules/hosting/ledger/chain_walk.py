"""Walk along one subject's chain and say where it doesn't hold, without holding all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from xbyx_rules.errors import Diagnostic

from .anchoring import Standing
from .chain import (
    ERASE,
    MIGRATE,
    START,
    STILL,
    SUPERSEDE,
    is_event_intact,
    is_payload_intact,
    name_instance,
)
from .digests import algorithm_of
from .payloads import ERASURE, REVISION, named_subject
from .rows import Instance, StoredEvent, StoredPayload
from .version_trail import VersionTrail

__all__ = ["ChainWalk", "Steps"]

Steps = frozenset[tuple[str, str, str]]
"""(source, action, target) of each step that a version of a flow allows."""


class ChainWalk:
    """One chain from its first step to its last.

    Keeps the step before and the bodies that are missing, since the step that erased one comes
    later; so a chain may be of any length.

    Args:
        tenant: whose ledger.
        instance: the subject's row.
        trail: which version of its flow each step was taken under.
        flows: what each version that the ledger keeps of its flow allows.
        standing: where the chain stood in the kept anchors.
    """

    def __init__(
        self,
        tenant: str,
        instance: Instance,
        trail: VersionTrail,
        flows: Mapping[str, Steps],
        standing: Standing,
    ) -> None:
        self.instance = instance
        self.events = 0
        self.erased = 0
        self.unavailable: set[str] = set()
        self._tenant = tenant
        self._subject = str(instance.subject)
        self._trail = trail
        self._flows = flows
        self._standing = standing
        self._expected = 1
        self._before: StoredEvent | None = None
        self._result: Any = None
        self._missing: list[tuple[str, bool, dict[str, str]]] = []
        self._erasures: set[str] = set()
        self._revises: str | None = None
        self._superseded_at: int | None = None

    def pass_event(
        self, one: StoredEvent, bodies: Mapping[str, StoredPayload], results: Mapping[str, Any]
    ) -> Iterator[Diagnostic]:
        """Go past the next step.

        Args:
            one: the step, as stored.
            bodies: its bodies among others, by digest.
            results: its command's result among others, by the command's id.
        """
        self.events += 1
        before = self._before
        if before is not None and before.event.command_id != one.event.command_id:
            # WHY only then: the command that takes a subject in may also be its first act.
            yield from self._check_command(before)
        yield from self._check_place(one)
        if not self._is_step(one):
            yield Diagnostic("XR558", None, self._values_of_step(one))
        for kind, digest in one.event.payloads:
            yield from self._check_body(one, kind, digest, bodies.get(digest))
        if one.event.action == SUPERSEDE:
            self._superseded_at = one.event.occurred_at
        self._standing.pass_event(one.event.seq, one.hash)
        self._before = one
        self._result = results.get(one.event.command_id)

    def finish(self) -> Iterator[Diagnostic]:
        """Compare the end with the subject's row and the anchors, and account for what is gone."""
        for digest, has_row, values in self._missing:
            if digest not in self._erasures:
                yield Diagnostic("XR554", None, values)
            elif has_row:
                self.erased += 1
        last, instance = self._before, self.instance
        if last is not None:
            yield from self._check_command(last)
        head, state = (last.hash, last.event.target) if last else (None, None)
        is_last = head == instance.head_hash and self._expected - 1 == instance.version
        if not is_last or not self._trail.is_unbroken:
            yield Diagnostic("XR553", None, {"subject": self._subject})
        elif state != instance.state:
            values = {"subject": self._subject, "recorded": instance.state, "state": str(state)}
            yield Diagnostic("XR556", None, values)
        place = (instance.revises_id, instance.superseded_at)
        if last is not None and place != (self._revises, self._superseded_at):
            yield Diagnostic("XR687", None, {"subject": self._subject})
        yield from self._standing.finish()

    # --- one step -------------------------------------------------------------------------------

    def _check_place(self, one: StoredEvent) -> Iterator[Diagnostic]:
        event, before = one.event, self._before
        # WHY asked: SQLite keeps a text in a column of numbers.
        if isinstance(event.seq, int):
            if event.seq > self._expected:
                last = event.seq - 1
                gap = f"{self._expected}–{last}" if last > self._expected else str(last)
                yield Diagnostic("XR551", None, {"subject": self._subject, "sequence": gap})
            self._expected = event.seq + 1
        values = {"subject": self._subject, "sequence": str(event.seq)}
        instance = self.instance
        version = self._trail.version_at(event.seq)
        is_intact = is_event_intact(
            one.hash, self._tenant, instance.subject, instance.revision, version, event
        )
        if is_intact is None:
            self.unavailable.add(algorithm_of(one.hash))
        elif not is_intact:
            yield Diagnostic("XR550", None, values)
        head, state = (before.hash, before.event.target) if before else (None, None)
        if event.prev_hash != head or event.source != state:
            yield Diagnostic("XR552", None, values)

    def _is_step(self, one: StoredEvent) -> bool:
        event = one.event
        if event.action == START:
            return event.seq == 1
        if event.action in STILL:
            return event.source == event.target
        if event.action == MIGRATE:
            return self._is_migration(one)
        steps = self._flows.get(self._trail.version_at(event.seq), frozenset())
        return (event.source or "", event.action, event.target) in steps

    def _is_migration(self, one: StoredEvent) -> bool:
        """Whether a subject was moved as recorded, and not back from an end."""
        event, found = one.event, self._trail.migration_at(one.event.seq)
        if found is None or found.states.get(event.source or "") != event.target:
            return False
        before, after = self._flows.get(found.source), self._flows.get(found.target)
        if not before or not after:
            return False
        was_final = all(source != event.source for source, _, _ in before)
        is_final = all(source != event.target for source, _, _ in after)
        is_known = any(event.target in (source, target) for source, _, target in after)
        return is_known and (is_final or not was_final)

    def _values_of_step(self, one: StoredEvent) -> dict[str, str]:
        event = one.event
        return {
            "subject": self._subject,
            "sequence": str(event.seq),
            "source": event.source or "-",
            "target": event.target,
            "action": event.action,
        }

    def _check_body(
        self, one: StoredEvent, kind: str, digest: str, body: StoredPayload | None
    ) -> Iterator[Diagnostic]:
        values = {"subject": self._subject, "sequence": str(one.event.seq), "kind": kind}
        if body is None or body.content is None or body.salt is None:
            is_gone = body is not None and body.content is None
            self._missing.append((digest, is_gone, values))
            return
        is_intact = is_payload_intact(kind, digest, body.salt, body.content)
        if is_intact is None:
            self.unavailable.add(algorithm_of(digest))
        elif not is_intact:
            yield Diagnostic("XR555", None, values)
            return
        if kind == ERASURE and one.event.action == ERASE:
            self._erasures.update(_read_erasure(body.content))
        if kind == REVISION and one.event.action == START:
            named = named_subject(body.content)
            self._revises = name_instance(self._tenant, named) if named else None

    def _check_command(self, one: StoredEvent) -> Iterator[Diagnostic]:
        result = self._result_of_this_chain()
        if result.get("event_hash") != one.hash or result.get("version") != one.event.seq:
            values = {"subject": self._subject, "sequence": str(one.event.seq)}
            yield Diagnostic("XR559", None, {**values, "command": one.event.command_id})

    def _result_of_this_chain(self) -> dict[str, Any]:
        """What the command's result says of this subject, beside its own or not."""
        result = self._result if isinstance(self._result, dict) else {}
        beside = result.get("beside")
        other = beside.get(self.instance.id) if isinstance(beside, dict) else None
        return other if isinstance(other, dict) else result


def _read_erasure(content: str) -> Iterator[str]:
    """The digest that an erasure names."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict) and isinstance(body.get("digest"), str):
        yield body["digest"]
