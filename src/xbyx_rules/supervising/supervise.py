"""Supervise: decide every check (核查) whose records are there, by the evaluator asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from xbyx_rules.compiling import ExecutableClause, ExecutablePolicy
from xbyx_rules.deciding import CheckFinding, Evaluation, Finding, decide_check
from xbyx_rules.errors import CaseError, Diagnostic, Language
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import Outcome, canonical_text, digest_text

from .choosing import ChosenCheck, select_checks
from .plain import name_record, record_to_plain, refer_to
from .reference import STEPS, Joining, plan_of, search_by_reference
from .rete import Disputed, Job, Refused, encode, is_importable, read_hits, run_jobs

__all__ = ["CheckResult", "EvaluatorChoice", "Hit", "Supervision", "supervise"]

EvaluatorChoice = Literal["auto", "rete", "reference"]

_SECONDS = 60.0
_UNCERTAIN = "XR813"

Records = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """Records that a check matches: a doubt (疑点) until a person has looked.

    Args:
        doubt_id: names the check and the records, the same whenever they match again; from a
            `Supervisor` also whose records they are.
        records: by alias.
        references: the records as ``实体:主键``; one without a key by a digest of what it says.
        content: digest of what the records say.
        message: the check's message about them, by language.
    """

    doubt_id: str
    records: Mapping[str, Mapping[str, Any]]
    references: tuple[str, ...]
    content: str
    message: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found.

    Args:
        policy: id of the document.
        anchor: the check's.
        outcome: met (nothing matches), not met, or undetermined.
        evaluator: which one decided.  Where records are not known well enough it is always
            ``reference``.
        reason: what kept the Rete engine, though wanted, from deciding (XR801 to XR813); None
            where it decided or wasn't wanted, and where no rule is in force or none applies, so
            that no record was searched.
        hits: the records that match.
        finding: the whole finding, to explain.
        decided_by: id of the document laid over `policy` whose values counted; "" where those of
            `policy` did.
    """

    policy: str
    anchor: str
    outcome: Outcome
    evaluator: Literal["rete", "reference"]
    reason: Diagnostic | None
    hits: tuple[Hit, ...]
    finding: Finding = field(repr=False)
    decided_by: str = ""

    @property
    def rules(self) -> str:
        """Id of the document by whose values it was decided."""
        return self.decided_by or self.policy


@dataclass(frozen=True, slots=True)
class Supervision:
    """The results of all checks, in the order of the documents."""

    checks: tuple[CheckResult, ...]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """All hits."""
        return tuple(hit for one in self.checks for hit in one.hits)


def supervise(
    policies: Mapping[str, ExecutablePolicy],
    records: Records,
    *,
    on: date,
    division: str = "",
    evaluator: EvaluatorChoice = "auto",
    seconds: float = _SECONDS,
    is_strict: bool = False,
) -> Supervision:
    """Decide every check all of whose records are given.

    Args:
        policies: documents by id.
        records: lists of records by entity: `Complete` where the adapter vouches that there are
            no others.  Money is ``Decimal`` in 元, dates are ``datetime.date``.
        on: civil date asked about.
        division: code of the subject's division, as in `select_checks`.
        evaluator: ``rete`` wants durable-rules, ``reference`` plain Python; ``auto`` is the first
            where it can be imported.  Where the Rete engine can't decide a check, the reference
            does, and the result says so.
        seconds: how long the Rete engine may take for all checks together.
        is_strict: whether a check that the Rete engine fails to decide is an error.  Then both
            evaluators decide each check, so that what the engine misses is noticed too.

    Raises:
        CaseError: records that don't fit the vocabulary; XR305 too many steps; XR882 as in
            `select_checks`; in strict mode the
            reason why the Rete engine didn't decide (XR801 to XR812; not XR813, since what
            isn't known is no fault).

    Example:
        >>> supervise({}, {}, on=date(2026, 3, 2)).checks
        ()
    """
    checks = select_checks(policies, records, on=on, division=division)
    searches = {
        one: _Search(policies[one.decided_by].clauses[one.anchor], is_strict) for one in checks
    }
    wants_rete = evaluator == "rete" or (evaluator == "auto" and is_importable())
    if wants_rete and checks:
        _prepare(policies, records, on, searches, seconds)
    results = []
    for check, search in searches.items():
        policy = policies[check.decided_by]
        found = decide_check(policy, check.anchor, records, on=on, search=search, steps=STEPS)
        if is_strict and search.reason is not None and search.reason.code != _UNCERTAIN:
            raise CaseError(search.reason)
        results.append(_result(policy, check, found, search))
    return Supervision(tuple(results))


class _Search:
    """How one check's records are searched, and by whom in the end."""

    def __init__(self, clause: ExecutableClause, is_strict: bool) -> None:
        self.clause = clause
        self.is_strict = is_strict
        self.job: Job | None = None
        self.answer: list[dict[str, str]] | None = None
        self.reason: Diagnostic | None = None
        self.evaluator: Literal["rete", "reference"] = "reference"

    def __call__(
        self, clause: ExecutableClause, names: Evaluation
    ) -> tuple[Any, list[dict[str, Any]]]:
        if self.job is None or self.answer is None:
            return search_by_reference(clause, names)
        try:
            found = read_hits(Joining(plan_of(clause), names), self.job, self.answer)
        except Disputed as disputed:
            self.reason = disputed.diagnostic
            return search_by_reference(clause, names)
        if found[0] is UNKNOWN:
            # WHY: where records aren't known well enough, only three-valued logic can tell.
            self.reason = Diagnostic(_UNCERTAIN)
            return search_by_reference(clause, names)
        if self.is_strict:
            expected = search_by_reference(clause, names)
            if found != expected:
                self.reason = Diagnostic("XR812", plan_of(clause).place)
                return expected
        self.evaluator = "rete"
        return found


def _prepare(
    policies: Mapping[str, ExecutablePolicy],
    records: Records,
    on: date,
    searches: Mapping[ChosenCheck, _Search],
    seconds: float,
) -> None:
    """Have the Rete engine evaluate what can be said to it."""
    if not is_importable():
        for search in searches.values():
            search.reason = Diagnostic("XR801")
        return
    for check, search in searches.items():
        try:
            search.job = _encode(policies[check.decided_by], search.clause, records, on)
        except Refused as refused:
            search.reason = refused.diagnostic
            continue
        if search.job is not None and not search.job.is_exhaustive:
            search.reason = Diagnostic(_UNCERTAIN)
            search.job = None
    waiting = [one for one in searches.values() if one.job is not None]
    jobs = [one.job for one in waiting if one.job is not None]
    for search, answer in zip(waiting, run_jobs(jobs, seconds=seconds), strict=True):
        if isinstance(answer, Diagnostic):
            search.reason = replace(answer, place=search.clause.checked.clause.place)
        else:
            search.answer = answer


def _encode(
    policy: ExecutablePolicy, clause: ExecutableClause, records: Records, on: date
) -> Job | None:
    """A check as a job; None where no rule is in force, so that nothing is searched at all."""
    jobs: list[Job] = []

    def search(found: ExecutableClause, names: Evaluation) -> tuple[Any, list[dict[str, Any]]]:
        jobs.append(encode(Joining(plan_of(found), names)))
        return UNKNOWN, []

    decide_check(policy, clause.checked.clause.id, records, on=on, search=search, steps=STEPS)
    return jobs[0] if jobs else None


def _result(
    policy: ExecutablePolicy, check: ChosenCheck, found: CheckFinding, search: _Search
) -> CheckResult:
    rows = refer_to(policy, check.anchor)
    hits = []
    for one in found.hits:
        plain = {alias: record_to_plain(record) for alias, record in one.records.items()}
        named = {alias: name_record(record, *rows[alias]) for alias, record in plain.items()}
        # WHY not the document that decides: a doubt stays the same one when a district's is issued.
        text = canonical_text([check.policy, check.anchor, named])
        doubt = digest_text(text).removeprefix("sha256:")[:32]
        content = digest_text(canonical_text(plain))
        hits.append(Hit(doubt, one.records, tuple(named.values()), content, one.message))
    return CheckResult(
        check.policy,
        check.anchor,
        found.finding.outcome,
        search.evaluator,
        search.reason,
        tuple(hits),
        found.finding,
        "" if check.decided_by == check.policy else check.decided_by,
    )
