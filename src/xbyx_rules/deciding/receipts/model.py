"""A receipt and its payload as values.

The receipt holds salted digests of what was read (`Commitment`); the payload holds, in the same
order, what opens them (`Opening`).  Erasing an opening leaves the receipt as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from xbyx_rules.errors import Diagnostic, ReceiptError
from xbyx_rules.policy import Snapshot, canonical_text, digest_text

from .classifying import classes_up_to, is_class

__all__ = [
    "FORMAT",
    "Commitment",
    "ConditionRecord",
    "Exact",
    "FindingRecord",
    "Kind",
    "Opening",
    "ParameterRecord",
    "Payload",
    "Receipt",
    "Rules",
    "SubjectRecord",
    "commit",
    "erase_facts",
]

FORMAT: Final = 1

# WHY not a literal: to Python the literal 1 is True as well.
Format = Annotated[int, Field(ge=FORMAT, le=FORMAT)]
Digest = Annotated[str, StringConstraints(pattern="^sha256:[0-9a-f]{64}$")]
Salt = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32,128}$")]
OutcomeCode = Annotated[
    str, StringConstraints(pattern="^(met|not_met|undetermined|not_applicable)$")
]
Kind = Literal["subject", "fact", "records", "attestation", "result"]


class Exact:
    """What is read from a file or a row has these keys, of these kinds, and no others."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Commitment(Exact):
    """A salted digest of one thing that was read, or of what one finding gave.

    Args:
        kind: ``subject`` (its key), ``fact``, ``records`` (for checks), ``attestation`` or
            ``result`` (what a finding gave beside its outcome).
        name: the term, the entity or the clause.
        digest: over the salt, and all else of the `Opening`.
    """

    kind: Kind
    name: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Opening(Exact):
    """What a commitment is of; erased where the salt is None.

    Args:
        kind: as in the commitment.
        name: as in the commitment.
        confidentiality: 公开, 内部, 个人 or 敏感: the strictest of what the value holds.
        salt: hexadecimal digits, different in every opening.
        value: plain data, see `feel.plain`.
    """

    kind: Kind
    name: str
    confidentiality: str
    salt: Salt | None
    value: Any

    @property
    def is_erased(self) -> bool:
        """Whether nothing is left of it."""
        return self.salt is None


@dataclass(frozen=True, slots=True)
class Rules(Exact):
    """The texts decided by: the vocabulary's layers, and the documents with those above, by id."""

    vocabulary: tuple[Digest, ...]
    documents: Mapping[str, Digest]

    @property
    def snapshot(self) -> Snapshot:
        """The same as the store of policies takes it."""
        return Snapshot(self.vocabulary, self.documents)


@dataclass(frozen=True, slots=True)
class SubjectRecord(Exact):
    """The subject; `key` is None where it names a person, and then stands in the payload."""

    entity: str
    key: str | None


@dataclass(frozen=True, slots=True)
class ConditionRecord(Exact):
    """A condition in FEEL and its outcome; None for Unknown."""

    text: str
    outcome: bool | None


@dataclass(frozen=True, slots=True)
class ParameterRecord(Exact):
    """A parameter as it stood on the day: its value as plain data, its period and its basis."""

    name: str
    value: Any
    basis: str
    start: date | None
    end: date | None
    is_verified: bool | None


@dataclass(frozen=True, slots=True)
class FindingRecord(Exact):
    """What a rule answered, as far as it tells nothing of the facts beyond that."""

    clause: str
    locator: str
    policy: str
    outcome: OutcomeCode
    conditions: tuple[ConditionRecord, ...]
    parameters: tuple[ParameterRecord, ...]


@dataclass(frozen=True, slots=True)
class Receipt(Exact):
    """The receipt of one review.

    Args:
        format: of the receipt itself.
        semantics: the engine's meaning as a number.
        on: the day decided on.
        policy: id of the document decided by.
        rules: the exact texts.
        subject: whom or what it is about.
        is_whole: whether every rule that `decide` asks of itself was asked.
        findings: one a rule asked.
        commitments: to all that was read and given.
        digest: over all of the above; to be kept where nobody can change both.
    """

    format: Format
    semantics: int
    on: date
    policy: str
    rules: Rules
    subject: SubjectRecord
    is_whole: bool
    findings: tuple[FindingRecord, ...]
    commitments: tuple[Commitment, ...]
    digest: Digest


@dataclass(frozen=True, slots=True)
class Payload(Exact):
    """What opens a receipt's commitments, in their order; may hold personal data.

    Args:
        format: as of the receipt.
        receipt: digest of the receipt it belongs to.
        openings: one a commitment.
    """

    format: Format
    receipt: Digest
    openings: tuple[Opening, ...]


def commit(opening: Opening) -> Commitment:
    """The commitment that an opening opens.

    WHY salted one by one: a fact is short, and could be guessed from a plain digest once it is
    erased; with one salt for all, the facts that are left would give it away.

    Raises:
        ValueError: it is erased, or its value is no plain data.
    """
    if opening.salt is None:
        raise ValueError("erased")
    # WHY the class too: lowered unseen, it would keep a fact from being erased with its like.
    content = canonical_text([opening.kind, opening.name, opening.confidentiality, opening.value])
    digest = digest_text(opening.salt, content)
    return Commitment(opening.kind, opening.name, digest)


def erase_facts(payload: Payload, wanted: Collection[str] | None = None) -> Payload:
    """A payload without some facts, and without what the findings gave, which comes from them.

    Args:
        payload: as issued.
        wanted: names of facts, record lists or attested clauses, or classes of confidentiality to
            erase (个人), each with the stricter ones (敏感); None erases everything.

    Returns:
        The payload that is left; the receipt still verifies, but can't be decided anew.  A class
        of which nothing was read erases nothing.

    Raises:
        ReceiptError: XR331, a word is neither a class nor a name in the payload: whoever has to
            erase must not believe that a slip of the pen did it.

    Example:
        >>> opening = Opening("fact", "校长", "个人", "0" * 32, "t-1")
        >>> payload = Payload(1, "sha256:" + "0" * 64, (opening,))
        >>> erase_facts(payload, ["个人"]).openings[0].value is None
        True
    """
    _check_wanted(payload, wanted or ())

    def is_wanted(one: Opening) -> bool:
        # WHY stricter ones too: an opening bears the strictest class of what it holds, so that one
        # of 敏感 may hold what is 个人.
        held = classes_up_to(one.confidentiality)
        return wanted is None or one.name in wanted or any(each in wanted for each in held)

    inputs = [one for one in payload.openings if one.kind != "result"]
    if not any(map(is_wanted, inputs)):
        return payload
    openings = tuple(
        replace(one, salt=None, value=None) if one.kind == "result" or is_wanted(one) else one
        for one in payload.openings
    )
    return replace(payload, openings=openings)


def _check_wanted(payload: Payload, wanted: Collection[str]) -> None:
    names = dict.fromkeys(one.name for one in payload.openings if one.kind != "result")
    words = (wanted,) if isinstance(wanted, str) else wanted
    # WHY a bare text is refused: its characters would be taken for the words.
    wrong = [
        one for one in words if isinstance(wanted, str) or (one not in names and not is_class(one))
    ]
    if wrong:
        known = "、".join(f"`{one}`" for one in names)
        values = [{"name": one, "known": known} for one in wrong]
        raise ReceiptError([Diagnostic("XR331", None, each) for each in values])
