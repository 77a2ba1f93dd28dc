"""The ledger's answers as plain data for ``--json``: stable keys, instants in ISO 8601."""

from __future__ import annotations

from typing import Any

from xbyx_rules.deciding import finding_to_json
from xbyx_rules.hosting import DryRun, Receipt, Task, Trial, Verification

__all__ = [
    "dry_run_to_json",
    "receipt_to_json",
    "task_to_json",
    "verification_to_json",
]


def receipt_to_json(receipt: Receipt) -> dict[str, Any]:
    """What a command has done."""
    return {
        "subject": str(receipt.subject),
        "action": receipt.action,
        "from": receipt.source,
        "to": receipt.target,
        "version": receipt.version,
        "event_hash": receipt.event_hash,
        "is_replay": receipt.is_replay,
    }


def dry_run_to_json(found: DryRun) -> dict[str, Any]:
    """What could be done with a subject, and what stands in the way."""
    return {
        "subject": str(found.subject),
        "state": found.state,
        "version": found.version,
        "actions": [_trial_to_json(one) for one in found.trials],
    }


def _trial_to_json(trial: Trial) -> dict[str, Any]:
    return {
        "action": trial.action,
        "to": trial.target,
        "roles": list(trial.roles),
        "is_allowed": trial.is_allowed,
        "is_comment_required": trial.is_comment_required,
        "deadline": trial.deadline,
        "basis": trial.basis,
        "diagnostics": [one.as_json() for one in trial.diagnostics],
        "findings": [finding_to_json(one) for one in trial.findings],
    }


def task_to_json(task: Task) -> dict[str, Any]:
    """One open task."""
    return {
        "subject": str(task.subject),
        "state": task.state,
        "version": task.version,
        "role": task.role,
        "organisation": task.organisation,
        "opened_at": task.opened_at.isoformat(),
    }


def verification_to_json(found: Verification) -> dict[str, Any]:
    """What verifying a ledger has shown."""
    return {
        "is_intact": found.is_intact,
        "subjects": found.subjects,
        "delegations": found.delegations,
        "events": found.events,
        "erased": found.erased,
        "heads_digest": found.heads_digest,
        "anchors": found.anchors,
        "unprotected": list(found.unprotected),
        "diagnostics": [one.as_json() for one in found.problems],
    }
