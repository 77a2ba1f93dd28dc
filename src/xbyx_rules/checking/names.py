"""The names a rule may use: its subject's terms, parameters, calculations and 判定日."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.functions import BUILTINS
from xbyx_rules.feel.inference import KNOWLEDGE, Source, infer_expression
from xbyx_rules.feel.parser import parse_expression
from xbyx_rules.feel.parsing.levels import KEYWORDS
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    STRING,
    FunctionType,
    ListType,
    Type,
)
from xbyx_rules.policy import Keeper, Text, Vocabulary

__all__ = [
    "ACTOR",
    "COMMENT",
    "JUDGED_ON",
    "NO_NAMES",
    "SUBMITTER",
    "Calculation",
    "Names",
    "check_expression",
    "is_usable_name",
    "name_rules",
]

JUDGED_ON = "判定日"
ACTOR = "经办人"
SUBMITTER = "提交人"
COMMENT = "意见"

_NAME: Final = re.compile(r"[^\W\d]\w*")
_TAKEN: Final = frozenset({JUDGED_ON, KNOWLEDGE, "item", "partial", *KEYWORDS, *BUILTINS})
"""Names that mean something everywhere, or inside every loop or filter."""
NO_NAMES: Final = Scope()
"""The scope of a literal."""
_MOST_TYPED: Final = 4_000
_LONGEST_TYPED: Final = 500
"""How many trees a scope keeps, and of how long texts: few are longer, and those may be huge."""


def is_usable_name(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a document may give this name to a parameter, a calculation or a check's record.

    WHY: a name that stands for two things would be typed as one and read as the other.
    """
    is_word = _NAME.fullmatch(name) is not None
    return is_word and name not in _TAKEN and name not in vocabulary.entities


@dataclass(frozen=True, slots=True)
class Calculation:
    """A 计算 as a name: its value for the subject itself, else a function of a record."""

    name: str
    subject: str
    type: Type


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one document (and of those above it), from which each clause's scope is made."""

    vocabulary: Vocabulary
    parameters: Mapping[str, Type]
    calculations: Mapping[str, Calculation]
    _scopes: dict[str, Scope] = field(init=False, default_factory=dict, compare=False, repr=False)

    def has(self, name: str) -> bool:
        """Whether a parameter or a calculation has this name."""
        return name in self.parameters or name in self.calculations

    def scope_for(self, subject: str, extra: Mapping[str, Type] | None = None) -> Scope:
        """The scope of a rule about `subject` ("" for none)."""
        # WHY kept: a scope holds a tree of every name, and most rules are about one subject.
        scope = self._scopes.get(subject)
        if scope is None:
            scope = self._scopes[subject] = self._make_scope(subject)
        return scope.with_names(extra) if extra else scope

    def _make_scope(self, subject: str) -> Scope:
        names: dict[str, Type] = {JUDGED_ON: DATE, **self.parameters}
        for one in self.calculations.values():
            if one.subject in ("", subject):
                names[one.name] = one.type
            else:
                record = self.vocabulary.type_of(one.subject)
                names[one.name] = FunctionType((record,), one.type)
        scope = Scope({**names, KNOWLEDGE: FunctionType((ANY,), BOOLEAN)})
        if subject:
            scope = scope.with_names(self.vocabulary.fields_of(subject))
        return scope

    def scope_for_guard(self, subject: str) -> Scope:
        """The scope of a transition's 条件: the subject's terms, and who acts with what opinion."""
        if ACTOR not in self.vocabulary.entities:
            # WHY no error here: only a 条件 that names a person needs to know what one is, and is
            # told then that there is no such name.
            return self.scope_for(subject, {COMMENT: STRING})
        actor = self.vocabulary.type_of(ACTOR)
        return self.scope_for(subject, {ACTOR: actor, SUBMITTER: actor, COMMENT: STRING})

    def scope_for_check(self, entities: Iterable[str]) -> Scope:
        """The scope of a 核查: the lists of records it speaks of."""
        lists = {
            one: ListType(self.vocabulary.type_of(one), records=True)
            for one in entities
            if one in self.vocabulary.entities
        }
        return self.scope_for("", lists)


_NAMES = Keeper[Names](8)


def name_rules(
    vocabulary: Vocabulary,
    parameters: Mapping[str, Type],
    calculations: Mapping[str, Calculation],
) -> Names:
    """The names of a document; those of an earlier one where all of them mean the same.

    So a document that is edited and checked again keeps what was read of its other expressions.
    """
    content = repr((sorted(parameters.items()), sorted(calculations.items())))
    names = Names(vocabulary, parameters, calculations)
    return _NAMES.get(lambda: names, content, vocabulary, weight=1)


def check_expression(
    text: Text, scope: Scope, *, may_ask_knowledge: bool = False
) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Parse and type one expression of a document.

    Returns:
        The typed tree, or None when it can't be used, and the diagnostics, placed in the document.
    """
    key = (text.value, may_ask_knowledge)
    kept = scope.typed.get(key)
    if kept is not None:
        return kept, ()
    place = text.place
    tree, problems = parse_expression(
        text.value, scope, file=place.file, line=place.line, column=place.column
    )
    if tree is None or problems:
        return None, problems
    source = Source(text.value, place.file, place.line, place.column)
    typed, found = infer_expression(tree, scope, source, may_ask_knowledge=may_ask_knowledge)
    if any(one.severity == "error" for one in found):
        return None, found
    if not found and len(text.value) <= _LONGEST_TYPED:
        # INVARIANT: a tree is immutable and says nothing of where in the document it stands.
        if len(scope.typed) >= _MOST_TYPED:
            scope.typed.clear()
        scope.typed[key] = typed
    return typed, found
