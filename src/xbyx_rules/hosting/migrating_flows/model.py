"""What a dry run shows and what carrying out has done, subject by subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting.ledger import Receipt
from xbyx_rules.lifecycle import MigrationPlan
from xbyx_rules.policy import Digester, canonical_text

__all__ = [
    "FlowVersion",
    "MigrationReport",
    "MigrationTrial",
    "SubjectMove",
    "SubjectOutcome",
    "digest_moves",
]


@dataclass(frozen=True, slots=True)
class FlowVersion:
    """A version of a flow that the ledger keeps, or that is loaded.

    Args:
        flow: the flow's key, ``document#anchor``.
        version: its name.
        subjects: how many subjects follow it.
        is_current: whether new subjects are to follow it.
        is_loaded: whether a text that is loaded has it, so that subjects can be moved to it.
    """

    flow: str
    version: str
    subjects: int
    is_current: bool
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class SubjectMove:
    """What would become of one subject.

    Args:
        instance_id: the key of its row.
        subject: whose.
        version: number of its last event.
        head_hash: the hash of that event.
        source: the state it is in.
        target: the state it would be put in.
        reasons: everything that speaks against it (XR512, XR516, XR591); empty when it would move.
        is_done: whether the same plan has moved it already; the rest then says what was before.
    """

    instance_id: str
    subject: Subject
    version: int
    head_hash: str
    source: str
    target: str
    reasons: tuple[Diagnostic, ...] = ()
    is_done: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether it would be moved."""
        return not self.reasons

    def as_plain(self) -> dict[str, Any]:
        """The move as plain data, for people's tools."""
        return {
            "subject": str(self.subject),
            "version": self.version,
            "from": self.source,
            "to": self.target,
            "is_possible": self.is_possible,
            "diagnostics": [one.as_json() for one in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class MigrationTrial:
    """What a plan would do; nothing was done.

    Args:
        plan: the plan.
        moves: one for each subject that follows the version before, in a stable order.
        digest: over the plan and all moves: what carrying out is asked for with.
    """

    plan: MigrationPlan
    moves: tuple[SubjectMove, ...]
    digest: str

    @property
    def possible(self) -> tuple[SubjectMove, ...]:
        """Those that would be moved."""
        return tuple(one for one in self.moves if one.is_possible)


@dataclass(frozen=True, slots=True)
class SubjectOutcome:
    """What became of one subject.

    Args:
        subject: whose.
        status: ``done``, ``replayed`` (the same plan had moved it before) or ``refused``.
        source: the state before.
        target: the state it was, or would have been, put in.
        version: number of the event that moved it; None when it was refused.
        reasons: why it was refused: those of the dry run, or XR512 to XR517 and XR529 where
            something came between.
    """

    subject: Subject
    status: Literal["done", "replayed", "refused"]
    source: str
    target: str
    version: int | None = None
    reasons: tuple[Diagnostic, ...] = ()

    @classmethod
    def of_receipt(cls, receipt: Receipt) -> SubjectOutcome:
        """The outcome that a receipt speaks of."""
        return cls(
            subject=receipt.subject,
            status="replayed" if receipt.is_replay else "done",
            source=receipt.source or "",
            target=receipt.target,
            version=receipt.version,
        )

    def as_plain(self) -> dict[str, Any]:
        """The outcome as plain data, for people's tools."""
        return {
            "subject": str(self.subject),
            "status": self.status,
            "from": self.source,
            "to": self.target,
            "version": self.version,
            "diagnostics": [one.as_json() for one in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What carrying out a plan has done.

    Args:
        digest: of the dry run that it went by.
        outcomes: one for each subject, in the dry run's order.
    """

    digest: str
    outcomes: tuple[SubjectOutcome, ...]

    def count(self, status: Literal["done", "replayed", "refused"]) -> int:
        """How many subjects it went so with."""
        return sum(one.status == status for one in self.outcomes)


def digest_moves(plan: MigrationPlan, moves: tuple[SubjectMove, ...], algorithm: str) -> str:
    """The digest over a plan and all that it would do."""
    digester = Digester(algorithm)
    digester.add(canonical_text(plan.as_plain()))
    for one in moves:
        # WHY the head: it stands for everything that was ever recorded of the subject.
        content = [one.instance_id, one.version, one.head_hash, one.source, one.target]
        reasons = [[reason.code, dict(reason.values)] for reason in one.reasons]
        digester.add(canonical_text([*content, reasons]))
    return digester.finish()
