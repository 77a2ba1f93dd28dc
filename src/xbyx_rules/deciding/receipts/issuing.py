"""Issue the receipt of a review: decide once more, watch what is read, and commit to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding.case import Case
from xbyx_rules.deciding.decide import decide, select_clauses
from xbyx_rules.deciding.findings import Review
from xbyx_rules.errors import Diagnostic, ReceiptError
from xbyx_rules.feel.plain import to_plain
from xbyx_rules.policy import Snapshot, Vocabulary

from .classifying import PERSONAL, classify_records, classify_term, strictest
from .inputs import facts_read, records_read, watch_case
from .model import FORMAT, Kind, Opening, Payload, Receipt, Rules, SubjectRecord, commit
from .reading import digest_receipt
from .recording import (
    attestation_as_plain,
    attestation_from_plain,
    record_finding,
    result_as_plain,
)

__all__ = ["issue_receipt"]

_SALT: Final = re.compile("[0-9a-f]{32,128}")
_UNSEALED: Final = "sha256:" + "0" * 64


def issue_receipt(
    policy: ExecutablePolicy, case: Case, review: Review, *, salt_source: Callable[[], str]
) -> tuple[Receipt, Payload]:
    """The receipt of a review, and apart from it the facts that were read.

    Pure, but for the salts: the review is decided once more, so that a receipt is only ever
    issued for what the policy does give; facts that nothing reads are not kept.

    Args:
        policy: which decided.
        case: what was decided on.
        review: what `decide` gave, for all rules or for some.
        salt_source: gives at least 32 hexadecimal digits that nobody can guess, others each
            time, such as ``lambda: secrets.token_hex(16)``.

    Returns:
        The receipt, which tells no fact, and the payload, to be kept apart and erased in time.

    Raises:
        ReceiptError: XR312 the review is another's; XR313 something can't be kept exactly.
        CaseError: as `decide` does.
        ValueError: a salt is too short, or was given twice.

    Example:
        >>> import secrets
        >>> from datetime import date
        >>> from xbyx_rules.deciding import Case, Subject, decide, load_policies
        >>> policy = load_policies()["cn/beijing/school-based-training"]
        >>> facts = {"公用经费年度预算总额": 1000000, "教师培训经费预算": 50000, "校长": "t-1"}
        >>> case = Case(Subject("学校", "9900000001"), facts)
        >>> review = decide(policy, case, on=date(2025, 10, 1), only=["funding-floor"])
        >>> salt = lambda: secrets.token_hex(16)
        >>> receipt, payload = issue_receipt(policy, case, review, salt_source=salt)
        >>> [one.name for one in receipt.commitments if one.kind == "fact"]
        ['公用经费年度预算总额', '教师培训经费预算', '专项列支']

    Source: docs/decisions/0009-receipts-commit-to-facts.md.
    """
    vocabulary = policy.checked.vocabulary
    if not vocabulary.texts:
        raise _cannot_keep("vocabulary", "it was not read from a text")
    asked = [one.clause for one in review]
    watched = watch_case(case)
    if decide(policy, watched, on=review.on, only=asked) != review:
        raise ReceiptError(Diagnostic("XR312"))
    subject = case.subject
    key_class = _class_of_key(vocabulary, subject.entity)
    is_personal = key_class in PERSONAL
    draw = _Salts(salt_source)
    openings = [
        *([_open("subject", subject.entity, key_class, subject.key, draw)] if is_personal else ()),
        *_open_facts(vocabulary, watched, draw),
        *_open_records(vocabulary, watched, draw),
        *_open_attestations(case, frozenset(asked), draw),
    ]
    openings += _open_results(review, strictest(*(one.confidentiality for one in openings)), draw)
    snapshot = Snapshot.of(policy.checked.library)
    receipt = Receipt(
        format=FORMAT,
        semantics=review.semantics,
        on=review.on,
        policy=review.policy,
        rules=Rules(snapshot.vocabulary, snapshot.documents),
        subject=SubjectRecord(subject.entity, None if is_personal else subject.key),
        is_whole=asked == [one.checked.id for one in select_clauses(policy, case)],
        findings=tuple(map(record_finding, review)),
        commitments=tuple(map(_commit, openings)),
        digest=_UNSEALED,
    )
    receipt = replace(receipt, digest=digest_receipt(receipt))
    return receipt, Payload(FORMAT, receipt.digest, tuple(openings))


class _Salts:
    """Salts from a source, each good and each once."""

    def __init__(self, source: Callable[[], str]) -> None:
        self._source = source
        self._given: set[str] = set()

    def __call__(self) -> str:
        salt = self._source()
        # WHY: a salt used twice lets whoever keeps one fact test guesses at another.
        if not _SALT.fullmatch(salt) or salt in self._given:
            raise ValueError("a salt is 32 to 128 hexadecimal digits, others each time")
        self._given.add(salt)
        return salt


def _class_of_key(vocabulary: Vocabulary, entity: str) -> str:
    """How confidential the key of an entity is; where it has none it may name a person."""
    key = vocabulary.entities[entity].key
    return key.confidentiality if key else PERSONAL[0]


def _open_facts(vocabulary: Vocabulary, case: Case, draw: _Salts) -> Iterator[Opening]:
    terms = vocabulary.entities[case.subject.entity].terms
    for name, value in facts_read(vocabulary, case):
        yield _open("fact", name, classify_term(vocabulary, terms[name], value), value, draw)


def _open_records(vocabulary: Vocabulary, case: Case, draw: _Salts) -> Iterator[Opening]:
    for entity, value in records_read(vocabulary, case):
        yield _open("records", entity, classify_records(vocabulary, entity, value), value, draw)


def _open_attestations(case: Case, asked: frozenset[str], draw: _Salts) -> Iterator[Opening]:
    for one in case.attestations:
        if one.clause in asked:
            plain = attestation_as_plain(one)
            try:
                attestation_from_plain(plain)
            except ValueError as error:
                raise _cannot_keep(one.clause, str(error)) from None
            # WHY: who attested is a person, if only by a pseudonym.
            yield Opening("attestation", one.clause, PERSONAL[0], draw(), plain)


def _open_results(review: Review, confidentiality: str, draw: _Salts) -> Iterator[Opening]:
    for one in review:
        yield Opening("result", one.clause, confidentiality, draw(), result_as_plain(one))


def _open(kind: Kind, name: str, confidentiality: str, value: Any, draw: _Salts) -> Opening:
    return Opening(kind, name, confidentiality, draw(), to_plain(value))


def _commit(opening: Opening) -> Any:
    try:
        return commit(opening)
    except ValueError as error:
        raise _cannot_keep(opening.name, str(error)) from None


def _cannot_keep(name: str, reason: str) -> ReceiptError:
    return ReceiptError(Diagnostic("XR313", None, {"name": name, "reason": reason}))
