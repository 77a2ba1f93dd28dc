"""Decisions by a document's rules, watched from outside: deciding itself knows nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Finding, Review, decide

from .harmless import name_error
from .watching import LOG, Watch, codes_of

__all__ = ["DecisionWatch", "decide_watched", "watch_decision"]


class DecisionWatch(Watch):
    """A decision under way; `finish` gives its findings."""

    __slots__ = ("_outcomes", "_policy")

    def __init__(self, policy: str) -> None:
        super().__init__(f"decide {policy}", {"xbyx.policy.id": policy})
        self._policy = policy
        self._outcomes: Counter[str] = Counter()

    def finish(self, findings: Iterable[Finding]) -> None:
        """Count findings by their outcome; nothing else of them is read."""
        self._outcomes.update(one.outcome.code for one in findings)

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Log the decision, put its counts on the span, add them up."""
        counts, codes = dict(sorted(self._outcomes.items())), codes_of(error)
        failed = "" if error is None else name_error(error)
        told = {"policy": self._policy, "seconds": round(seconds, 6)}
        if failed:
            LOG.error("decision_failed", error=failed, codes=codes, **told)
        else:
            LOG.debug("decided", **told, **counts)
        made = self.made
        if made is None:
            return
        attributes = {f"xbyx.decision.{outcome}": number for outcome, number in counts.items()}
        self.describe(attributes, codes, failed)
        label = {"xbyx.policy.id": self._policy}
        made.decision_duration.record(seconds, {**label, "error.type": failed} if failed else label)
        for outcome, number in counts.items():
            made.decision_findings.add(number, {**label, "xbyx.finding.outcome": outcome})


def watch_decision(policy: str) -> DecisionWatch:
    """Watch a decision by one document.

    Args:
        policy: the document's id.
    """
    return DecisionWatch(policy)


def decide_watched(
    policy: ExecutablePolicy, case: Case, *, on: date, only: Collection[str] | None = None
) -> Review:
    """`deciding.decide`, watched: for a host that shows reviews outside the ledger.

    Args:
        policy: as `decide`.
        case: as `decide`.
        on: as `decide`.
        only: as `decide`.

    Returns:
        The review that `decide` gives.

    Raises:
        CaseError: as `decide`.

    Example:
        >>> from structlog.testing import capture_logs
        >>> from xbyx_rules import Subject, load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> case = Case(Subject("学校", "2111000001"), {})
        >>> with capture_logs() as events:
        ...     review = decide_watched(
        ...         policy, case, on=date(2025, 10, 1), only=["funding-floor"]
        ...     )
        >>> review["funding-floor"].outcome.zh, events[0]["undetermined"]
        ('暂无法判定', 1)
    """
    with watch_decision(policy.policy.id) as watch:
        review = decide(policy, case, on=on, only=only)
        watch.finish(review)
    return review
