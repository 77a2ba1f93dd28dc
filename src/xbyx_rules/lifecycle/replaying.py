"""Decide a recorded step's guards again, from its receipt alone, and compare.

Pure: whoever calls it has found the receipt, the texts it names, and the opinion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Finding, Subject, decide, decide_condition
from xbyx_rules.deciding.receipts import case_from_plain, compare_finding, record_finding
from xbyx_rules.errors import CaseError, Diagnostic, has_errors

from .commands import condition_facts
from .receipts import RecordedCondition, RecordedFinding, StepReceipt, result_without_opinion

__all__ = ["ReplayedGuard", "is_opinion_read", "replay_guards"]

_OPINION: Final = "意见"
_ONLY_WHETHER: Final = ('意见 != ""', '"" != 意见')
_SOME_OPINION: Final = "…"


@dataclass(frozen=True, slots=True)
class ReplayedGuard:
    """One guard of one step, as recorded and as decided again.

    Args:
        clause: its anchor; of a 条件 the flow's.
        locator: the clause in the official text, or "".
        then: the outcome on record, as a code.
        now: the outcome decided again; None where it could not be decided.
        person: of a 条件 whom it was asked of; None of a requirement.
        submitter: of a 条件 who had submitted, or None.
        diagnostics: what differs (XR323 to XR328), and what keeps it from being decided.
    """

    clause: str
    locator: str
    then: str
    now: str | None
    person: str | None = None
    submitter: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether it was decided again and gives what is on record; remarks don't count."""
        return self.now is not None and not has_errors(self.diagnostics)


def is_opinion_read(transition: CheckedTransition) -> bool:
    """Whether a transition's 条件 asks for more of the opinion than whether there is one.

    Such a 条件 can't be decided again once the opinion was erased.  A name that merely contains
    the word counts too: better not decided than guessed.
    """
    text = transition.condition_text
    for one in _ONLY_WHETHER:
        text = text.replace(one, "")
    return _OPINION in text


def replay_guards(
    receipt: StepReceipt,
    policy: ExecutablePolicy,
    lifecycle: str,
    transition: CheckedTransition,
    subject: Subject,
    opinion: str | None,
) -> tuple[ReplayedGuard, ...]:
    """Decide every recorded guard of a step again.

    Args:
        receipt: of the step.
        policy: the document, in the texts that the receipt names.
        lifecycle: the flow's anchor in it.
        transition: the one taken.
        subject: whose step.
        opinion: as given; None where it was erased or there was none.

    Returns:
        One for each recorded guard, requirements first.

    Raises:
        ValueError: the receipt's facts, records or attestations are not plain data of ours.
    """
    case = case_from_plain(subject, receipt.facts, receipt.records, receipt.attestations)
    if opinion is None and receipt.is_opinion_given:
        opinion = _SOME_OPINION
    return (
        *_replay_requirements(receipt, policy, case),
        *(
            _replay_condition(one, receipt, policy, (lifecycle, transition), case, opinion)
            for one in receipt.conditions
        ),
    )


def _replay_requirements(
    receipt: StepReceipt, policy: ExecutablePolicy, case: Case
) -> Iterator[ReplayedGuard]:
    wanted = [one.clause for one in receipt.requirements if one.clause in policy.clauses]
    try:
        review = decide(policy, case, on=receipt.on, only=set(wanted)) if wanted else ()
        found = {one.clause: one for one in review}
        yield from [_compare(one, found.get(one.clause)) for one in receipt.requirements]
    except CaseError as error:
        # WHY of all of them: the case is refused as a whole.
        for one in receipt.requirements:
            yield _refused(one, error.diagnostics)


def _replay_condition(
    recorded: RecordedCondition,
    receipt: StepReceipt,
    policy: ExecutablePolicy,
    step: tuple[str, CheckedTransition],
    case: Case,
    opinion: str | None,
) -> ReplayedGuard:
    lifecycle, transition = step
    submitter = recorded.submitter.actor if recorded.submitter else None
    persons = (recorded.person.id, submitter.id if submitter else None)
    try:
        finding = decide_condition(
            policy,
            lifecycle,
            transition.source,
            transition.action,
            case,
            extra=condition_facts(recorded.person.actor, submitter, opinion),
            on=receipt.on,
        )
        return _compare(recorded.finding, finding, persons)
    except CaseError as error:
        return _refused(recorded.finding, error.diagnostics, persons)


def _compare(
    then: RecordedFinding,
    now: Finding | None,
    persons: tuple[str | None, str | None] = (None, None),
) -> ReplayedGuard:
    if now is None:
        values = {"what": "在用来判定的规则里没有", "what_en": "is not in the rules decided by"}
        return _refused(
            then, (Diagnostic("XR329", None, {"name": then.clause, **values}),), persons
        )
    result = result_without_opinion(now)
    found = compare_finding(then, then.result, record_finding(now), result)
    return ReplayedGuard(
        then.clause, then.locator, then.outcome, now.outcome.code, *persons, tuple(found)
    )


def _refused(
    then: RecordedFinding,
    diagnostics: Collection[Diagnostic],
    persons: tuple[str | None, str | None] = (None, None),
) -> ReplayedGuard:
    return ReplayedGuard(
        then.clause, then.locator, then.outcome, None, *persons, tuple(diagnostics)
    )
