"""Replay a ledger: decide every recorded guard again, from its receipt and the texts it names.

What can't be decided again is counted and named, never guessed: an erased receipt, a text that is
not to be had, a receipt of an earlier format, or of an engine with another meaning.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from xbyx_rules.deciding import SEMANTICS, Subject
from xbyx_rules.errors import Diagnostic, has_errors
from xbyx_rules.lifecycle import (
    RECEIPT_FORMAT,
    ReplayedGuard,
    StepReceipt,
    format_of_receipt,
    is_opinion_read,
    read_step_receipt,
    replay_guards,
    required_anchors,
)
from xbyx_rules.policy import Outcome, PolicyStore, Snapshot

from .chain import is_payload_intact
from .delegation_chain import DELEGATION
from .desk import Desk
from .payloads import OPINION, RECEIPT, body_digest, read_comment, read_erasures
from .recorded import RecordedStep, check_guards, check_receipt
from .rows import Instance, StoredPayload
from .store import Store
from .texts import TextFinder
from .version_trail import read_trail

__all__ = ["LedgerReplay", "StepReplay", "replay_ledger"]


@dataclass(frozen=True, slots=True)
class StepReplay:
    """A step of which something came out otherwise: every guard of it, clause by clause."""

    subject: Subject
    version: int
    action: str
    guards: tuple[ReplayedGuard, ...]


@dataclass(frozen=True, slots=True)
class LedgerReplay:
    """What replaying has shown.

    Args:
        subjects: how many subjects were gone through.
        events: how many events.
        steps: how many steps were decided again.
        guards: how many recorded guards those had.
        erased: how many steps could not be decided again because an audited command erased what
            they were decided on.
        undecided: how many could not for another reason; `problems` names each.
        differing: the steps of which something came out otherwise.
        problems: errors are differences and receipts that were touched (XR554, XR555, XR571,
            XR572, XR575, XR576); warnings say what was not decided (XR573, XR574).
    """

    subjects: int
    events: int
    steps: int
    guards: int
    erased: int
    undecided: int
    differing: tuple[StepReplay, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def is_same(self) -> bool:
        """Whether everything that could be decided again came out as recorded."""
        return not has_errors(self.problems)


def replay_ledger(
    desk: Desk, connection: Connection, *, subject: Subject | None, store: PolicyStore | None
) -> LedgerReplay:
    """Replay the steps of one subject, or of all; no host is asked.

    Args:
        desk: the ledger.
        connection: to read with.
        subject: whose steps; None for everybody's.
        store: texts by content, for what is not loaded.
    """
    texts = TextFinder((*desk.policies.values(), *desk.earlier), store)
    run = _Run(desk.store, connection, texts, dict(_read_flows(desk.store, connection)))
    if subject is None:
        for instance in desk.store.each_instance(connection):
            if instance.subject.entity != DELEGATION:  # nothing was decided about one
                run.replay_subject(instance)
    else:
        found = desk.store.find_instance(connection, subject)
        if found is not None:
            run.replay_subject(found)
    return run.finish()


@dataclass(frozen=True, slots=True)
class _KeptFlow:
    """Of a flow as the ledger keeps it: the state it begins in, and the steps with guards."""

    initial: str
    guarded: frozenset[tuple[str, str]]


def _read_flows(
    store: Store, connection: Connection
) -> Iterator[tuple[tuple[str, str], _KeptFlow]]:
    for row in connection.execute(select(store.tables.definition)).all():
        try:
            content = json.loads(row.content)
            guarded = frozenset(
                (one["from"], one["action"])
                for one in content["transitions"]
                if one["must_meet"] or one["condition"]
            )
            flow = _KeptFlow(content["initial"], guarded)
        except (KeyError, TypeError, ValueError, RecursionError):
            continue  # WHY: it was altered, and verifying says so
        yield (row.definition_key, row.definition_version), flow


@dataclass(slots=True)
class _Run:
    """One replay, going from subject to subject; it keeps counts and findings, never the events."""

    store: Store
    connection: Connection
    texts: TextFinder
    flows: Mapping[tuple[str, str], _KeptFlow]
    counts: Counter[str] = field(default_factory=Counter)
    differing: list[StepReplay] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    lacking: dict[str, tuple[Snapshot, int]] = field(default_factory=dict)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    def replay_subject(self, instance: Instance) -> None:
        self.counts["subjects"] += 1
        trail = read_trail(self.store, self.connection, instance)
        submitters: tuple[str | None, ...] | None = (None,)
        for page in self.store.pages_of_events(self.connection, instance.id, instance.version):
            wanted = [
                digest
                for one in page
                for kind, digest in one.event.payloads
                if kind in (RECEIPT, OPINION)
            ]
            bodies = self.store.payloads_of(self.connection, wanted)
            for one in page:
                self.counts["events"] += 1
                version = trail.version_at(one.event.seq)
                flow = self.flows.get((instance.definition_key, version))
                # WHY: where one version can't be read, a submission under it may be missed.
                submitters = None if flow is None else submitters
                step = RecordedStep(instance, one.event, submitters)
                self._replay_step(step, flow, bodies)
                if flow is not None:
                    submitters = step.submitters_after(flow.initial)

    def _replay_step(
        self,
        step: RecordedStep,
        flow: _KeptFlow | None,
        bodies: Mapping[str, StoredPayload],
    ) -> None:
        event = step.event
        if body_digest(event, RECEIPT) is None:
            # WHY: who rewrites a chain could leave the receipt of a refused step out altogether.
            if flow is not None and (event.source, event.action) in flow.guarded:
                self._report(step, "没有回执", "it has no receipt")
            return
        text = self._read_body(step, RECEIPT, bodies)
        receipt = self._read_receipt(step, text) if text is not None else None
        if receipt is None:
            return
        problems = list(check_receipt(step, receipt))
        self.problems += problems
        if problems:
            self.counts["undecided"] += 1
        else:
            self._decide(step, receipt, bodies)

    def _read_body(
        self, step: RecordedStep, kind: str, bodies: Mapping[str, StoredPayload]
    ) -> str | None:
        """A body's text, held against its digest; None after it was counted or reported."""
        digest = body_digest(step.event, kind) or ""
        body = bodies.get(digest)
        if body is not None and body.content is not None and body.salt is not None:
            # WHY not None: what can't be compared here is for verifying to say.
            if is_payload_intact(kind, digest, body.salt, body.content) is False:
                self.problems.append(step.report("XR555", kind=kind))
            return body.content
        if digest in read_erasures(self.store, self.connection, step.instance.id):
            self.counts["erased"] += 1
        else:
            self.counts["undecided"] += 1
            self.problems.append(step.report("XR554", kind=kind))
        return None

    def _read_receipt(self, step: RecordedStep, text: str) -> StepReceipt | None:
        found = step.event.semantics
        try:
            if format_of_receipt(text) < RECEIPT_FORMAT:
                self._leave(
                    "回执是旧格式，没有记下判定所依据的全部事实",
                    "their receipts are of an earlier format, which doesn't hold every fact",
                )
            elif found != SEMANTICS:
                self._leave(
                    f"语义号是 {found}，本引擎是 {SEMANTICS}",
                    f"their semantics number is {found}, this engine has {SEMANTICS}",
                )
            else:
                return read_step_receipt(text)
        except ValueError as error:
            self._report(step, f"读不出（{error}）", f"it can't be read ({error})")
        return None

    def _decide(
        self, step: RecordedStep, receipt: StepReceipt, bodies: Mapping[str, StoredPayload]
    ) -> None:
        rules = receipt.rules.snapshot
        policy = self.texts.find(rules, step.document)
        if policy is None:
            self.counts["undecided"] += 1
            _, count = self.lacking.get(rules.hash, (rules, 0))
            self.lacking[rules.hash] = (rules, count + 1)
            return
        lifecycle = policy.checked.lifecycles.get(step.flow)
        source = step.event.source or ""
        transition = lifecycle.transition(source, step.event.action) if lifecycle else None
        if lifecycle is None or transition is None:
            self._report(step, "文件里没有这一步", "the document has no such step")
            return
        target = step.event.target
        transition = lifecycle.transition(source, step.event.action, target) or transition
        required = required_anchors(lifecycle, transition, target)
        self.problems += check_guards(step, receipt, transition, required)
        opinion = None
        if receipt.is_opinion_given and is_opinion_read(transition):
            text = self._read_body(step, OPINION, bodies)
            if text is None:
                return
            opinion = text
        try:
            opinion = None if opinion is None else read_comment(opinion)
            guards = replay_guards(
                receipt, policy, step.flow, transition, step.instance.subject, opinion
            )
        except ValueError as error:
            self._report(step, f"读不出（{error}）", f"it can't be read ({error})")
            return
        self.counts["steps"] += 1
        self.counts["guards"] += len(guards)
        self._compare(step, guards)

    def _compare(self, step: RecordedStep, guards: tuple[ReplayedGuard, ...]) -> None:
        if all(one.is_same for one in guards):
            return
        event = step.event
        self.differing.append(StepReplay(step.instance.subject, event.seq, event.action, guards))
        for one in guards:
            if not one.is_same:
                self.problems.append(step.report("XR571", **_both_outcomes(one)))
                self.problems += [each for each in one.diagnostics if each.severity == "error"]

    def _report(self, step: RecordedStep, reason: str, reason_en: str) -> None:
        self.counts["undecided"] += 1
        self.problems.append(step.report("XR575", reason=reason, reason_en=reason_en))

    def _leave(self, reason: str, reason_en: str) -> None:
        self.counts["undecided"] += 1
        self.reasons[reason, reason_en] += 1

    def finish(self) -> LedgerReplay:
        for rules, count in self.lacking.values():
            self.problems += self.texts.problems_with(rules)
            listed = "、".join(f"`{one}`" for one in self.texts.list_unknown(rules))
            self.problems.append(Diagnostic("XR573", None, {"texts": listed, "count": str(count)}))
        for (reason, reason_en), count in self.reasons.items():
            values = {"reason": reason, "reason_en": reason_en, "count": str(count)}
            self.problems.append(Diagnostic("XR574", None, values))
        counts = self.counts
        return LedgerReplay(
            subjects=counts["subjects"],
            events=counts["events"],
            steps=counts["steps"],
            guards=counts["guards"],
            erased=counts["erased"],
            undecided=counts["undecided"],
            differing=tuple(self.differing),
            problems=tuple(self.problems),
        )


def _both_outcomes(guard: ReplayedGuard) -> dict[str, str]:
    persons = "" if guard.person is None else f"（{guard.person} / {guard.submitter or '-'}）"
    then, now = _say_outcome(guard.then), _say_outcome(guard.now)
    return {
        "clause": f"{guard.locator or guard.clause}{persons}",
        "before": then[0],
        "before_en": then[1],
        "after": now[0],
        "after_en": now[1],
    }


def _say_outcome(code: str | None) -> tuple[str, str]:
    found = next((one for one in Outcome if one.code == code), None)
    return (found.zh, found.en.replace("_", " ")) if found else ("未能判定", "not decided")
