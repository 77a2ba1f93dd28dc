"""Examples: typed inputs by path, and the expected outcome or value."""

from __future__ import annotations

from dataclasses import dataclass, field

from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import join_types
from xbyx_rules.feel.literals import find_non_literal, read_literal
from xbyx_rules.feel.types import (
    DATE,
    STRING,
    ContextType,
    EntityType,
    ListType,
    StringType,
    Type,
)
from xbyx_rules.policy import Clause, ClauseKind, Example, Outcome, Text, Vocabulary

from .model import CheckedExample
from .names import JUDGED_ON, NO_NAMES, check_expression

__all__ = ["ATTESTED", "HITS", "check_examples"]

ATTESTED = "认定"
"""The column of a 人工认定's examples: what the person attests."""

HITS = "命中"
"""The column of a 核查's examples: the hits, each the keys of its records joined by 、."""

_OUTCOMES = {spelling: one for one in Outcome for spelling in one.spellings}


def check_examples(
    clause: Clause, subject: str, vocabulary: Vocabulary, result: Type | None
) -> tuple[tuple[CheckedExample, ...], tuple[Diagnostic, ...]]:
    """Every example of a clause.

    Args:
        clause: as read.
        subject: the entity it is about; "" for a 核查, whose columns are lists of records.
        vocabulary: types the paths.
        result: of a 计算 the type of its value, else None.

    Returns:
        The examples that can be run, and what is wrong with the others; warnings where a
        requirement lacks a met, an unmet or an unknown example.
    """
    checker = _ExampleChecker(clause, subject, vocabulary, result)
    examples = [checker.check(one) for one in clause.examples]
    checker.check_variety()
    return tuple(one for one in examples if one is not None), tuple(checker.diagnostics)


@dataclass(slots=True)
class _ExampleChecker:
    clause: Clause
    subject: str
    vocabulary: Vocabulary
    result: Type | None
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def check(self, example: Example) -> CheckedExample | None:
        before = len(self.diagnostics)
        inputs: list[tuple[tuple[str, ...], object]] = []
        for heading, cell in example.inputs:
            path = tuple(part.strip() for part in heading.value.split("."))
            kind = self._type_of(path, heading)
            if kind is None or not cell:
                continue
            found = self._literal(cell, kind)
            if found is not None:
                inputs.append((path, found[0]))
        expected = self._expected(example.expected)
        if len(self.diagnostics) > before or expected is None:
            return None
        return CheckedExample(example.name, tuple(inputs), expected[0], example.place)

    def check_variety(self) -> None:
        """Warn where no example shows an outcome that each requirement can have."""
        if self.clause.kind is not ClauseKind.REQUIREMENT:
            return
        shown = {_OUTCOMES.get(one.expected.value) for one in self.clause.examples}
        wanted = (Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED)
        lacking = "、".join(one.zh for one in wanted if one not in shown)
        if lacking:
            values = {"clause": self.clause.title, "lacking": lacking}
            self.diagnostics.append(Diagnostic("XR270", self.clause.place, values))

    def _type_of(self, path: tuple[str, ...], heading: Text) -> Type | None:
        if path == (JUDGED_ON,):
            return DATE
        if path == (ATTESTED,) and self.clause.kind is ClauseKind.JUDGEMENT:
            return StringType(tuple(_OUTCOMES))
        if path == (HITS,) and self.clause.kind is ClauseKind.CHECK:
            return ListType(STRING)
        if not self.subject:
            if len(path) == 1 and path[0] in self.vocabulary.entities:
                return ListType(self.vocabulary.type_of(path[0]), records=True)
            self._report_unknown(heading, path[0], tuple(self.vocabulary.entities))
            return None
        kind: Type = self.vocabulary.type_of(self.subject)
        for name in path:
            found = kind.field(name) if isinstance(kind, EntityType) else None
            if found is None:
                known = kind.names if isinstance(kind, EntityType) else ()
                self._report_unknown(heading, name, known)
                return None
            kind = found
        return kind

    def _report_unknown(self, heading: Text, name: str, known: tuple[str, ...]) -> None:
        values = {"name": name, "nearest": nearest(name, known) or "—"}
        self.diagnostics.append(Diagnostic("XR201", heading.place, values))

    def _literal(self, cell: Text, kind: Type) -> tuple[object] | None:
        node, problems = check_expression(cell, NO_NAMES)
        self.diagnostics += problems
        if node is None:
            return None
        if find_non_literal(node) is not None:
            self.diagnostics.append(Diagnostic("XR232", cell.place, {"text": cell.value}))
            return None
        if not self._fits(node.type, kind, cell):
            return None
        return (read_literal(node),)

    def _fits(self, found: Type, kind: Type, cell: Text) -> bool:
        """Whether a literal's type fits the term's, into its records; reports where not."""
        if isinstance(found, ListType) and isinstance(kind, ListType):
            return found.element.kind == "Any" or self._fits(found.element, kind.element, cell)
        if isinstance(found, ContextType) and isinstance(kind, EntityType):
            for name, inner in found.fields:
                expected = kind.field(name)
                if expected is None:
                    values = {"name": name, "nearest": nearest(name, kind.names) or "—"}
                    self.diagnostics.append(Diagnostic("XR201", cell.place, values))
                    return False
                if not self._fits(inner, expected, cell):
                    return False
            return True
        if join_types(found, kind) is None:
            values = {"found": phrase_type(found), "expected": phrase_type(kind)}
            self.diagnostics.append(Diagnostic("XR271", cell.place, values))
            return False
        return self._is_allowed(found, kind, cell)

    def _is_allowed(self, found: Type, kind: Type, cell: Text) -> bool:
        if not (isinstance(found, StringType) and isinstance(kind, StringType)):
            return True
        if kind.values is None or found.values is None:
            return True
        wrong = [one for one in found.values if one not in kind.values]
        for one in wrong:
            near = nearest(one, kind.values) or "、".join(kind.values[:8])
            self.diagnostics.append(
                Diagnostic("XR205", cell.place, {"value": one, "nearest": near})
            )
        return not wrong

    def _expected(self, cell: Text) -> tuple[object] | None:
        outcome = _OUTCOMES.get(cell.value)
        if outcome is not None:
            return (outcome,)
        if self.result is None:
            known = "、".join(one.zh for one in Outcome)
            values = {"found": cell.value, "known": known}
            self.diagnostics.append(Diagnostic("XR272", cell.place, values))
            return None
        return self._literal(cell, self.result)
