"""A recorded step and its receipt: whether the two belong together and say what they must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import StepReceipt

from .chain import MIGRATE, Event, from_microseconds
from .rows import Instance

__all__ = ["RecordedStep", "check_guards", "check_receipt"]


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """An event, whose it is, and who had submitted before it.

    Args:
        instance: the subject's row.
        event: the step.
        submitters: their ids, or None in it where nobody had; None where the flow, as the ledger
            keeps it, can't be read.
    """

    instance: Instance
    event: Event
    submitters: tuple[str | None, ...] | None

    @property
    def document(self) -> str:
        """The id of the document that the flow stands in."""
        return self.instance.definition_key.rpartition("#")[0]

    @property
    def flow(self) -> str:
        """The flow's anchor in it."""
        return self.instance.definition_key.rpartition("#")[2]

    @property
    def persons(self) -> tuple[str, ...]:
        """Whose act it was: the actor and, where there was one, the principal."""
        principal = self.event.principal_id
        return (self.event.actor_id,) if principal is None else (self.event.actor_id, principal)

    def report(self, code: str, **values: str) -> Diagnostic:
        """A diagnostic about this step."""
        named = {"subject": str(self.instance.subject), "sequence": str(self.event.seq)}
        return Diagnostic(code, None, {**named, "action": self.event.action, **values})

    def submitters_after(self, initial: str) -> tuple[str | None, ...] | None:
        """Who has submitted once this step is done: whoever last took the subject out of draft."""
        event = self.event
        # WHY not MIGRATE: who moves a subject to another version of its flow submits nothing.
        if event.action == MIGRATE:
            return self.submitters
        has_left = event.source == initial and event.target != initial
        return self.persons if has_left else self.submitters


def check_receipt(step: RecordedStep, receipt: StepReceipt) -> Iterator[Diagnostic]:
    """XR575: what a receipt says otherwise than the event that it lies beside."""
    event = step.event
    principal = receipt.principal.id if receipt.principal else None
    day = from_microseconds(event.occurred_at).date()
    said = {
        ("经办人", "the actor"): receipt.actor.id == event.actor_id,
        ("被代理人", "the principal"): principal == event.principal_id,
        ("语义号", "the semantics number"): receipt.semantics == event.semantics,
        ("文件的文本", "the document's text"): (
            receipt.rules.documents.get(step.document) == event.policy_hash
        ),
        # WHY within a day: the receipt's day is that of the ledger's zone, the event's that of UTC.
        ("判定日", "the day decided on"): abs((receipt.on - day).days) <= 1,
    }
    for (zh, en), is_same in said.items():
        if not is_same:
            reason = {"reason": f"{zh}与这一步的不符", "reason_en": f"{en} is not that of the step"}
            yield step.report("XR575", **reason)


def check_guards(
    step: RecordedStep,
    receipt: StepReceipt,
    transition: CheckedTransition,
    required: tuple[str, ...],
) -> Iterator[Diagnostic]:
    """XR576 and XR572: guards that lack or don't belong, and such as stood in the way.

    Args:
        step: as recorded.
        receipt: of it.
        transition: the one taken, or signed for.
        required: anchors of the requirements it asked for (`required_anchors`).
    """
    recorded = {one.clause for one in receipt.requirements}
    wanted = set(required)
    pairs = {
        (one.person.id, one.submitter.id if one.submitter else None) for one in receipt.conditions
    }
    asked = pairs
    if not transition.condition_text:
        asked = set()
    elif step.submitters is not None:
        asked = {(person, other) for person in step.persons for other in step.submitters}
    lacking = [*sorted(wanted - recorded), *map(_say_pair, sorted(asked - pairs, key=str))]
    strange = [*sorted(recorded - wanted), *map(_say_pair, sorted(pairs - asked, key=str))]
    if lacking or strange:
        listed = {"lacking": _listed(lacking), "strange": _listed(strange)}
        yield step.report("XR576", **listed)
    findings = (*receipt.requirements, *(one.finding for one in receipt.conditions))
    for one in findings:
        if not one.has_allowed:
            yield step.report("XR572", clause=one.locator or one.clause)


def _say_pair(pair: tuple[str, str | None]) -> str:
    return f"{pair[0]} / {pair[1] or '-'}"


def _listed(items: list[str]) -> str:
    return "、".join(f"`{one}`" for one in items) or "—"
