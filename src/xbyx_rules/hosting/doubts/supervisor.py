"""Supervise a platform's schools one by one: what is found becomes a doubt (疑点) in the ledger.

One school, one transaction: its records are read, its checks decided, its doubts written, and each
finding recorded; or nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Subject, strictness_to_json
from xbyx_rules.errors import CaseError, Diagnostic, HostError
from xbyx_rules.hosting.host import Host
from xbyx_rules.hosting.ledger import DigestName, Ledger, Target, to_microseconds
from xbyx_rules.hosting.ledger.defining import define_in
from xbyx_rules.hosting.ledger.naming import name_entity
from xbyx_rules.hosting.ledger.transactions import read_in, write_in
from xbyx_rules.lifecycle import Actor
from xbyx_rules.policy import Outcome, canonical_text, digest_text
from xbyx_rules.supervising import (
    CheckResult,
    EvaluatorChoice,
    Hit,
    describe_rules,
    rule_out,
    select_checks,
    supervise,
)
from xbyx_rules.telemetry import watch_run, watch_subject

from .hits import describe_records, name_hits
from .host import DOUBT, HostWithDoubts, find_doubt_flow
from .store import Doubt, DoubtStore
from .tables import DoubtTables, doubt_tables

__all__ = ["Change", "Supervised", "Supervisor"]

_ENGINE = Actor("xbyx_rules", frozenset(), kind="timer")


@dataclass(frozen=True, slots=True)
class Change:
    """What a run changed about one doubt.

    Args:
        kind: ``opened`` (new, or a closed one that came up again, with other contents or after it
            was set right), ``stands`` (found again), ``gone`` (no longer found), ``settled`` (found
            again, exactly as it was when persons closed it; nothing is done).
        doubt: the doubt as it is after the run.
        hit: what was found; None for one that is gone.
        result: the check that found it, or looked for it.
    """

    kind: Literal["opened", "stands", "gone", "settled"]
    doubt: Doubt
    hit: Hit | None
    result: CheckResult


@dataclass(frozen=True, slots=True)
class Supervised:
    """What a run gave for one subject.

    Args:
        subject: a school, or a district.
        is_unchanged: whether its records, the documents and, where a check asks for it, the day are
            those of the run before, so that nothing was decided.
        results: one a check.
        changes: one a doubt.
        failure: why its records could not be supervised; nothing was changed then.
    """

    subject: Subject
    is_unchanged: bool = False
    results: tuple[CheckResult, ...] = ()
    changes: tuple[Change, ...] = ()
    failure: tuple[Diagnostic, ...] = ()

    @property
    def undetermined(self) -> tuple[CheckResult, ...]:
        """The checks that could not be decided."""
        return tuple(one for one in self.results if one.outcome is Outcome.UNDETERMINED)


class Supervisor:
    """Supervision of one tenant.

    Args:
        policies: documents by id; one of them has the flow of doubts.
        host: the platform, through its adapter.
        tenant: whose ledger.
        prefix: of the ledger's tables and of supervision's.
        zone: the jurisdiction's time zone.
        evaluator: which evaluator decides; see `supervising.supervise`.
        outbox: whether each event leaves a message, as `Ledger` has it.
        digest: algorithm of the ledger's hashes from now on, as for `Ledger`.

    Raises:
        HostError: XR568, there is no such algorithm here; XR650 no document has a flow of doubts;
            XR651 several have.
    """

    def __init__(  # noqa: PLR0913
        self,
        policies: Mapping[str, ExecutablePolicy],
        host: Host,
        *,
        tenant: str,
        prefix: str = "xbyx_",
        zone: str = "Asia/Shanghai",
        evaluator: EvaluatorChoice = "auto",
        outbox: bool = True,
        digest: DigestName = "sha256",
    ) -> None:
        self.tables: DoubtTables = doubt_tables(prefix)
        self._store = DoubtStore(self.tables, tenant)
        flow = find_doubt_flow(policies)
        self._initial = policies[flow[0]].checked.lifecycles[flow[1]].initial
        self._final = frozenset(policies[flow[0]].checked.lifecycles[flow[1]].finals)
        self._policies = policies
        self._evaluator = evaluator
        self.host = HostWithDoubts(host, self._store, flow)
        self.ledger = Ledger(
            policies,
            self.host,
            tenant=tenant,
            prefix=prefix,
            zone=zone,
            outbox=outbox,
            digest=digest,
        )
        """The ledger that knows doubts: they are moved by `Ledger.act`, as plans are."""

    def create_tables(self, target: Target) -> None:
        """Create those of the tables of supervision and of the ledger that are not there yet."""
        self.ledger.create_tables(target)
        define_in(target, self.tables.metadata.create_all)

    def doubts(self, target: Target, about: Subject | None = None) -> tuple[Doubt, ...]:
        """The doubts about a school, or all of the tenant."""
        return read_in(target, lambda connection: self._store.of(connection, about))

    def open_doubts(self, target: Target, about: Iterable[Subject]) -> tuple[Doubt, ...]:
        """The doubts about some subjects that persons have not dealt with to the end."""
        wanted = set(about)
        return tuple(
            one
            for one in self.doubts(target)
            if one.about in wanted and one.state not in self._final
        )

    def look(
        self,
        target: Target,
        subject: Subject,
        *,
        on: date,
        evaluator: EvaluatorChoice | None = None,
    ) -> tuple[CheckResult, ...]:
        """Decide the checks of one subject; nothing is written.

        Raises:
            HostError: its row can't be read.
            CaseError: its records don't fit the vocabulary.
        """
        return read_in(
            target,
            lambda connection: self._decide(self._read(connection, subject, on), on, evaluator),
        )

    def supervise(
        self,
        target: Target,
        subjects: Iterable[Subject],
        *,
        at: datetime,
        on: date,
        is_complete: bool = False,
    ) -> tuple[Supervised, ...]:
        """Supervise subjects, each in a transaction of its own.

        With the host's own Connection or Session each is a savepoint of the host's transaction.

        Args:
            target: Engine, Connection or Session.
            subjects: schools (学校), or districts for checks across schools.
            at: the instant of the run, aware.
            on: civil date asked about.
            is_complete: whether to decide also where nothing has changed since the last run.

        Returns:
            One result a subject; one whose records can't be read fails alone.
        """
        found: list[Supervised] = []
        with watch_run() as run:
            for subject in subjects:
                one = self._supervise(target, subject, at, on, is_complete)
                found.append(one)
                run.add(
                    is_unchanged=one.is_unchanged,
                    is_refused=bool(one.failure),
                    doubts=[change.kind for change in one.changes],
                )
        return tuple(found)

    # --- one subject ----------------------------------------------------------------------------

    def _supervise(
        self, target: Target, subject: Subject, at: datetime, on: date, is_complete: bool
    ) -> Supervised:
        def work(connection: Connection) -> Supervised:
            before = self._store.last_content(connection, subject)
            case = self._read(connection, subject, on)
            content = self._digest(case, on)
            if content and content == before and not is_complete:
                return Supervised(subject, is_unchanged=True)
            results = self._decide(case, on, None)
            changes = self._note(connection, subject, case.records, results, at, on)
            self._store.keep_content(connection, subject, content, to_microseconds(at))
            return Supervised(subject, results=results, changes=changes)

        with watch_subject(name_entity(self._policies, subject.entity)) as watch:
            try:
                found = write_in(target, work)
            except (HostError, CaseError) as error:
                found = Supervised(subject, failure=tuple(error.diagnostics))
            watch.finish(
                is_unchanged=found.is_unchanged,
                codes=[one.code for one in found.failure],
                checks=[
                    (one.policy, one.anchor, one.outcome.code, one.evaluator)
                    for one in found.results
                ],
                doubts=[one.kind for one in found.changes],
            )
        return found

    def _read(self, connection: Connection, subject: Subject, on: date) -> Case:
        return self.host.case(connection, subject, on=on)

    def _decide(
        self, case: Case, on: date, evaluator: EvaluatorChoice | None
    ) -> tuple[CheckResult, ...]:
        found = supervise(
            self._policies,
            case.records,
            on=on,
            division=_division_of(case),
            evaluator=evaluator or self._evaluator,
        ).checks
        return tuple(replace(one, hits=name_hits(case.subject, one.hits)) for one in found)

    def _digest(self, case: Case, on: date) -> str:
        """A digest of all that the checks of these records can depend on."""
        checks = select_checks(self._policies, case.records, on=on, division=_division_of(case))
        rules = [describe_rules(self._policies[one.decided_by], one.anchor, on) for one in checks]
        try:
            plain = {name: describe_records(listed) for name, listed in case.records.items()}
        except TypeError:
            return ""  # a value that deciding will refuse, and say which
        return digest_text(canonical_text([rules, plain]))

    def _note(
        self,
        connection: Connection,
        subject: Subject,
        records: Mapping[str, Any],
        results: tuple[CheckResult, ...],
        at: datetime,
        on: date,
    ) -> tuple[Change, ...]:
        """Write down what was found, and what is no longer found."""
        known: dict[str, Doubt] = {}
        for doubt in self._store.of(connection, subject):
            known[doubt.first_id] = doubt  # the latest occurrence stands last
        changes: list[Change] = []
        for result in results:
            seen = {hit.doubt_id for hit in result.hits}
            changes += [
                self._note_hit(connection, subject, known.get(hit.doubt_id), hit, result, at, on)
                for hit in result.hits
            ]
            unseen = [
                doubt
                for key, doubt in known.items()
                if (doubt.policy, doubt.clause) == (result.policy, result.anchor)
                and key not in seen
                and doubt.stands
            ]
            gone = self._rule_out(result, unseen, records, on)
            changes += [self._note_gone(connection, one, result, at) for one in gone]
        return tuple(changes)

    def _rule_out(
        self,
        result: CheckResult,
        unseen: list[Doubt],
        records: Mapping[str, Any],
        on: date,
    ) -> list[Doubt]:
        """The doubts whose records certainly don't match any more.

        WHY not all that weren't found: records that went missing don't settle a doubt, also where
        other records are a hit.
        """
        if result.outcome is Outcome.MET or not unseen:
            return unseen
        if result.outcome is Outcome.UNDETERMINED:
            return []
        certain = rule_out(
            self._policies[result.rules],
            result.anchor,
            records,
            {one.records for one in unseen},
            on=on,
        )
        return [one for one in unseen if one.records in certain]

    def _note_hit(
        self,
        connection: Connection,
        subject: Subject,
        doubt: Doubt | None,
        hit: Hit,
        result: CheckResult,
        at: datetime,
        on: date,
    ) -> Change:
        if doubt is not None and doubt.state in self._final:
            if doubt.content == hit.content:
                return Change("settled", doubt, hit, result)
            return self._open(connection, subject, doubt.occurrence + 1, hit, result, at, on)
        if doubt is None:
            return self._open(connection, subject, 1, hit, result, at, on)
        if not doubt.stands or doubt.content != hit.content:
            self._store.look(connection, doubt, stands=True, content=hit.content)
            self._record(connection, doubt, _finding(result, hit), doubt.looks + 1, at)
            doubt = self._again(connection, doubt)
        return Change("stands", doubt, hit, result)

    def _note_gone(
        self, connection: Connection, doubt: Doubt, result: CheckResult, at: datetime
    ) -> Change:
        # WHY no content: what comes back after it was set right is a new occurrence, even if it is
        # the very same.
        self._store.look(connection, doubt, stands=False, content="")
        self._record(connection, doubt, _finding(result, None), doubt.looks + 1, at)
        return Change("gone", self._again(connection, doubt), None, result)

    def _open(
        self,
        connection: Connection,
        subject: Subject,
        occurrence: int,
        hit: Hit,
        result: CheckResult,
        at: datetime,
        on: date,
    ) -> Change:
        doubt = Doubt(
            id=hit.doubt_id if occurrence == 1 else f"{hit.doubt_id}-{occurrence}",
            first_id=hit.doubt_id,
            occurrence=occurrence,
            about=subject,
            policy=result.policy,
            clause=result.anchor,
            records=hit.references,
            content=hit.content,
            found_on=on,
            stands=True,
            state=self._initial,
            looks=1,
        )
        self._store.add(connection, doubt)
        self._record(connection, doubt, _finding(result, hit), 1, at)
        return Change("opened", doubt, hit, result)

    def _record(
        self,
        connection: Connection,
        doubt: Doubt,
        finding: Mapping[str, object],
        number: int,
        at: datetime,
    ) -> None:
        self.ledger.keep_finding(
            connection,
            Subject(DOUBT, doubt.id),
            finding,
            actor=_ENGINE,
            command_id=f"supervise:{doubt.id}:{number}",
            at=at,
        )

    def _again(self, connection: Connection, doubt: Doubt) -> Doubt:
        found = self._store.find(connection, doubt.id)
        return doubt if found is None else found


def _division_of(case: Case) -> str:
    """The division that a school lies in, or that the subject itself is; "" where none is told."""
    known = (case.facts.get(one) for one in ("区划代码", "所属区"))
    return next((one for one in known if isinstance(one, str)), "")


def _finding(result: CheckResult, hit: Hit | None) -> dict[str, object]:
    """What the ledger keeps of a finding, erasable: the message and the records it speaks of."""
    finding = result.finding
    return {
        "policy": result.policy,
        "policy_hash": finding.policy_hash,
        "decided_by": result.rules,
        "strictness": strictness_to_json(finding),
        "clause": result.anchor,
        "locator": finding.locator,
        "title": finding.title,
        "basis": finding.basis,
        "evaluator": result.evaluator,
        "stands": hit is not None,
        "references": list(hit.references) if hit else [],
        "message": dict(hit.message) if hit else {},
        "content": hit.content if hit else "",
    }
