"""Replay a receipt: verify it, decide anew by the same rules or by others, and compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding.case import Case, Subject
from xbyx_rules.deciding.decide import SEMANTICS, decide, select_clauses
from xbyx_rules.deciding.findings import Review
from xbyx_rules.deciding.loading import compile_library
from xbyx_rules.deciding.watching import Watched
from xbyx_rules.errors import CaseError, Diagnostic, PolicyError, StoreError, has_errors
from xbyx_rules.feel.plain import from_plain
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import PolicyStore

from .comparing import compare_findings, compare_rules
from .model import Commitment, Kind, Opening, Payload, Receipt, commit
from .reading import digest_receipt
from .recording import attestation_from_plain, result_as_plain

__all__ = ["ReplayReport", "replay"]

_NAMES: Mapping[Kind, tuple[str, str]] = {
    "subject": ("对象“{}”的编号", "the key of the subject `{}`"),
    "fact": ("事实“{}”", "fact `{}`"),
    "records": ("记录“{}”", "the records `{}`"),
    "attestation": ("条款 `{}` 的人工认定", "an attestation on clause `{}`"),
    "result": ("条款 `{}` 当时得出的值", "what clause `{}` gave"),
}


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What replaying a receipt has shown.

    Args:
        receipt: which was replayed.
        diagnostics: every difference, one by one (XR315 to XR329), and XR3xx of facts that the
            rules don't take; warnings are remarks: texts and explanations that differ.
        review: what deciding anew gave; None when it could not be decided.
    """

    receipt: Receipt
    diagnostics: tuple[Diagnostic, ...]
    review: Review | None = None

    @property
    def is_same(self) -> bool:
        """Whether it was decided anew and no outcome, value, condition or parameter differs."""
        return self.review is not None and not has_errors(self.diagnostics)


def replay(
    receipt: Receipt,
    payload: Payload | None,
    store: PolicyStore,
    *,
    rules: Mapping[str, ExecutablePolicy] | None = None,
    loaded: MutableMapping[str, Mapping[str, ExecutablePolicy]] | None = None,
) -> ReplayReport:
    """Decide anew what a receipt is of, and compare.

    Changes nothing; reads the store alone.

    Args:
        receipt: from `read_receipt` or `issue_receipt`.
        payload: its facts; None when they were erased as a whole.
        store: in which the texts decided by were put.
        rules: policies to decide by instead of those texts, to see what they would change.
        loaded: policies by the hash of their snapshot, those loaded added: whoever replays many
            receipts hands in one dict, and each set of texts is read and verified once.

    Returns:
        The report; whatever is wrong is in it, nothing is raised for it.

    Example:
        >>> import secrets
        >>> from datetime import date
        >>> from tempfile import TemporaryDirectory
        >>> from xbyx_rules.deciding import Case, Subject, decide, issue_receipt, load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> case = Case(Subject("学校", "9900000001"), {"专项列支": False})
        >>> review = decide(policy, case, on=date(2025, 10, 1))
        >>> salt = lambda: secrets.token_hex(16)
        >>> receipt, payload = issue_receipt(policy, case, review, salt_source=salt)
        >>> with TemporaryDirectory() as folder:
        ...     store = PolicyStore(folder)
        ...     snapshot = store.put(policy.checked.library)
        ...     replay(receipt, payload, store).is_same
        True

    Source: docs/decisions/0009-receipts-commit-to-facts.md.
    """
    if receipt.semantics != SEMANTICS:
        values = {"found": str(receipt.semantics), "expected": str(SEMANTICS)}
        return ReplayReport(receipt, (Diagnostic("XR315", None, values),))
    found: list[Diagnostic] = []
    if digest_receipt(receipt) != receipt.digest:
        found.append(Diagnostic("XR316"))
    then = _load(receipt, store, {} if loaded is None else loaded, found)
    case = _open_case(receipt, payload, found)
    now = then if rules is None else _choose(receipt, rules, found)
    if case is None or payload is None or now is None:
        return ReplayReport(receipt, tuple(found))
    if rules is not None:
        found += compare_rules(receipt, then, now)
    review = _decide(receipt, case, now, found)
    if review is not None:
        results = {one.name: one.value for one in payload.openings if one.kind == "result"}
        found += compare_findings(receipt, results, review)
        found += _find_new_clauses(receipt, case, then, now)
    return ReplayReport(receipt, tuple(found), review)


def _load(
    receipt: Receipt,
    store: PolicyStore,
    loaded: MutableMapping[str, Mapping[str, ExecutablePolicy]],
    found: list[Diagnostic],
) -> ExecutablePolicy | None:
    """The policy as it stood; None after a report."""
    snapshot = receipt.rules.snapshot
    key = snapshot.hash
    try:
        if key not in loaded:
            loaded[key] = compile_library(store.load(snapshot))
    except (PolicyError, StoreError) as error:
        found += error.diagnostics
        return None
    return _choose(receipt, loaded[key], found)


def _choose(
    receipt: Receipt, rules: Mapping[str, ExecutablePolicy], found: list[Diagnostic]
) -> ExecutablePolicy | None:
    policy = rules.get(receipt.policy)
    if policy is None:
        found.append(_absent(receipt.policy))
    return policy


def _decide(
    receipt: Receipt, case: Case, policy: ExecutablePolicy, found: list[Diagnostic]
) -> Review | None:
    asked = [one.clause for one in receipt.findings]
    gone = [anchor for anchor in asked if anchor not in policy.clauses]
    found += map(_absent, gone)
    facts, records = Watched(case.facts), Watched(case.records)
    watched = replace(case, facts=facts, records=records)
    try:
        review = decide(policy, watched, on=receipt.on, only=set(asked).difference(gone))
        # WHY: what explains a finding is made when it is read, and may read facts of its own.
        for finding in review:
            result_as_plain(finding)
    except CaseError as error:
        found += error.diagnostics
        return None
    kept = {one.name for one in receipt.commitments if one.kind in ("fact", "records")}
    for name in (*facts.asked, *records.asked):
        if name not in kept:
            values = {"what": "当时没有读，按未知处理", "what_en": "was not read then: unknown"}
            found.append(Diagnostic("XR328", None, {"name": name, **values}))
    return review


def _find_new_clauses(
    receipt: Receipt, case: Case, then: ExecutablePolicy | None, now: ExecutablePolicy
) -> Iterator[Diagnostic]:
    """Clauses that would be asked now; the facts they read were not kept, so they are but named."""
    if then is None or not receipt.is_whole:
        return
    for one in select_clauses(now, case):
        if one.checked.id not in then.clauses:
            values = {"what": "是新增的，未判定", "what_en": "is new and was not decided"}
            yield Diagnostic("XR329", None, {"name": one.checked.id, **values})


def _absent(name: str) -> Diagnostic:
    values = {"what": "在用来判定的规则里没有", "what_en": "is not in the rules decided by"}
    return Diagnostic("XR329", None, {"name": name, **values})


def _open_case(receipt: Receipt, payload: Payload | None, found: list[Diagnostic]) -> Case | None:
    """The case that was decided on, each part held against its commitment."""
    if payload is None:
        values = {"what": "判定所依据的事实", "what_en": "what it was decided on"}
        found.append(Diagnostic("XR317", None, values))
        return None
    names = [(one.kind, one.name) for one in payload.openings]
    committed = [(one.kind, one.name) for one in receipt.commitments]
    results = [name for kind, name in committed if kind == "result"]
    is_whole = results == [one.clause for one in receipt.findings]
    if payload.receipt != receipt.digest or names != committed or not is_whole:
        found.append(Diagnostic("XR318"))
        return None
    is_open = True
    for opening, commitment in zip(payload.openings, receipt.commitments, strict=True):
        problem = _verify(opening, commitment)
        if problem is not None:
            found.append(problem)
            is_open = is_open and problem.code != "XR317"
    return _build_case(receipt, payload, found) if is_open else None


def _verify(opening: Opening, commitment: Commitment) -> Diagnostic | None:
    zh, en = (one.format(opening.name) for one in _NAMES[opening.kind])
    values = {"what": zh, "what_en": en}
    if opening.is_erased:
        return Diagnostic("XR317", None, values)
    try:
        is_kept = commit(opening) == commitment
    except ValueError:
        is_kept = False
    return None if is_kept else Diagnostic("XR319", None, values)


def _build_case(receipt: Receipt, payload: Payload, found: list[Diagnostic]) -> Case | None:
    values: dict[Kind, list[tuple[str, Any]]] = {kind: [] for kind in _NAMES}
    problems = []
    for one in payload.openings:
        if one.kind == "result":
            continue
        try:
            read = attestation_from_plain if one.kind == "attestation" else from_plain
            values[one.kind].append((one.name, read(one.value)))
        except ValueError as error:
            reason = {"name": one.name, "reason": str(error)}
            problems.append(Diagnostic("XR313", None, reason))
    keys = [value for _, value in values["subject"]] or [receipt.subject.key]
    if not isinstance(keys[0], str):
        reason = {"name": receipt.subject.entity, "reason": "a key is text"}
        problems.append(Diagnostic("XR313", None, reason))
    if problems:
        found += problems
        return None
    return Case(
        Subject(receipt.subject.entity, keys[0]),
        dict(values["fact"]),
        {name: value for name, value in values["records"] if value is not UNKNOWN},
        tuple(value for _, value in values["attestation"]),
    )
