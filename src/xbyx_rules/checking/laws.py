"""The laws that a clause declares of itself (性质): what must hold of every case, not of one.

``- 性质: 教师培训经费预算 越多越符合; 研修活动 次序无关`` names, one after another, the fact a law
is about and the law.  Here they are read and typed; `xbyx_rules.testing` looks for a case against.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel.types import EntityType, ListType, NumberType, Type
from xbyx_rules.policy import Clause, ClauseKind, Text, Vocabulary

__all__ = ["LawKind", "StatedLaw", "check_laws"]


class LawKind(Enum):
    """A law by its Chinese and its English name, and what it is about.

    The third word is the sort of fact that it names: a ``number``, a ``list``, ``records``, or ""
    for none; the fourth what its clause decides: an ``outcome``, a ``number``, or ``any``.
    """

    MORE_IS_MET = ("越多越符合", "more-is-met", "number", "outcome")
    LESS_IS_MET = ("越少越符合", "less-is-met", "number", "outcome")
    MORE_IS_LARGER = ("越多越大", "more-is-larger", "number", "number")
    MORE_IS_SMALLER = ("越多越小", "more-is-smaller", "number", "number")
    UPPER_BOUND = ("为上限", "is-upper-bound", "number", "number")
    NEVER_NEGATIVE = ("不为负", "never-negative", "", "number")
    ORDER_FREE = ("次序无关", "order-free", "list", "any")
    DUPLICATES_ONCE = ("重复无关", "duplicates-count-once", "records", "any")
    LEARNING_KEEPS = ("补充事实不改判", "learning-keeps-decided", "", "any")
    NEVER_LOOSENS = ("不放宽上位规定", "never-loosens", "", "outcome")

    def __init__(self, zh: str, en: str, names: str, decides: str) -> None:
        self.zh = zh
        self.en = en
        self.names = names
        self.decides = decides


@dataclass(frozen=True, slots=True)
class StatedLaw:
    """One law of one clause.

    Args:
        kind: which law.
        path: the fact it is about, by the names that lead to it; () where it names none.
        text: where it is declared.
    """

    kind: LawKind
    path: tuple[str, ...]
    text: Text

    @property
    def name(self) -> str:
        """As a document writes it: ``教师培训经费预算 越多越符合``."""
        return f"{'.'.join(self.path)} {self.kind.zh}".strip()


_SPELLED = {name: kind for kind in LawKind for name in (kind.zh, kind.en)}


def check_laws(
    clause: Clause,
    subject: str,
    results: tuple[tuple[str, Type], ...],
    vocabulary: Vocabulary,
    *,
    is_replacing: bool = False,
) -> tuple[tuple[StatedLaw, ...], tuple[Diagnostic, ...]]:
    """Read and type the laws of one clause.

    Args:
        clause: as read.
        subject: the entity it is about; "" for a check, whose facts are lists of records.
        results: of a calculation, the names and types of its values.
        vocabulary: knows the facts.
        is_replacing: whether the clause replaces one of a document above.

    Returns:
        The laws, and what is wrong: XR890 an unknown law, XR891 an unknown fact, XR892 a fact of
        another sort than the law asks for, XR893 a law that this clause can't have, XR894 twice
        the same.
    """
    found: list[StatedLaw] = []
    problems: list[Diagnostic] = []
    for part in _split(clause.properties.get("性质")):
        words = part.value.split()
        kind = _SPELLED.get(words[-1])
        if kind is None:
            near = nearest(words[-1], _SPELLED) or "、".join(one.zh for one in LawKind)
            problems.append(Diagnostic("XR890", part.place, {"name": words[-1], "nearest": near}))
            continue
        path = tuple(one for word in words[:-1] for one in word.split("."))
        law = StatedLaw(kind, path, part)
        problem = _why_not(law, clause, results, is_replacing=is_replacing) or _why_no_fact(
            law, subject, vocabulary
        )
        if problem is None and (kind, path) in {(one.kind, one.path) for one in found}:
            problem = Diagnostic("XR894", part.place, {"law": law.name})
        if problem is None:
            found.append(law)
        else:
            problems.append(problem)
    return tuple(found), tuple(problems)


def _split(text: Text | None) -> Iterator[Text]:
    """The laws of a property, each with its place."""
    for match in re.finditer("[^;\uff1b]+", text.value if text else ""):
        if text is not None and match[0].strip():
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            bare = match[0].strip()
            yield Text(bare, text.place_at(start, len(bare)))


def _why_not(
    law: StatedLaw,
    clause: Clause,
    results: tuple[tuple[str, Type], ...],
    *,
    is_replacing: bool,
) -> Diagnostic | None:
    """Why a clause can't have the law at all."""
    is_calculation = clause.kind is ClauseKind.CALCULATION
    is_number = len(results) == 1 and isinstance(results[0][1], NumberType)
    fits = {"any": True, "outcome": not is_calculation, "number": is_calculation and is_number}
    if not fits[law.kind.decides] or (law.kind is LawKind.NEVER_LOOSENS and not is_replacing):
        return Diagnostic("XR893", law.text.place, {"law": law.name, "clause": clause.title})
    return None


def _why_no_fact(law: StatedLaw, subject: str, vocabulary: Vocabulary) -> Diagnostic | None:
    """Why the fact that a law names is none of its sort."""
    sort, place = law.kind.names, law.text.place
    if not sort and not law.path:
        return None
    if not (sort and law.path):
        return Diagnostic("XR892", place, {"law": law.kind.zh, "path": ".".join(law.path) or "—"})
    kind: Type | None = None
    known: tuple[str, ...] = tuple(vocabulary.entities)
    for step, name in enumerate(law.path):
        if step or subject:
            owner = _element(kind) if step else vocabulary.type_of(subject)
            known = owner.names if isinstance(owner, EntityType) else ()
            kind = owner.field(name) if isinstance(owner, EntityType) else None
        elif name in vocabulary.entities:
            kind = ListType(vocabulary.type_of(name), records=True)
        if kind is None:
            values = {"name": name, "nearest": nearest(name, known) or "—"}
            return Diagnostic("XR891", place, values)
    is_list = isinstance(kind, ListType)
    fits = {
        "number": isinstance(kind, NumberType),
        "list": is_list,
        "records": isinstance(kind, ListType) and kind.records,
    }
    if fits[sort]:
        return None
    return Diagnostic("XR892", place, {"law": law.kind.zh, "path": ".".join(law.path)})


def _element(kind: Type | None) -> Type | None:
    """What a path goes on from: of a list, each of its records."""
    return kind.element if isinstance(kind, ListType) else kind
