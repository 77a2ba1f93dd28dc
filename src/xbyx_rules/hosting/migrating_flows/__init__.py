"""Move subjects from one version of their flow to another: tried first, then carried out, audited.

Takes: a `Ledger` with the later version loaded, a `MigrationPlan`, and a dry run's digest.
Gives: for each subject where it would go or every reason why not; then what became of each.
May assume: the host has authenticated the actor and lets them do this.
Refuses: a plan that leaves a state open, a past that breaks the later version's invariants, a way
back from an end, and carrying out anything but what the dry run has shown.
"""

from .carrying_out import carry_out_migration
from .model import FlowVersion, MigrationReport, MigrationTrial, SubjectMove, SubjectOutcome
from .trying import list_flow_versions, try_migration

__all__ = [
    "FlowVersion",
    "MigrationReport",
    "MigrationTrial",
    "SubjectMove",
    "SubjectOutcome",
    "carry_out_migration",
    "list_flow_versions",
    "try_migration",
]
