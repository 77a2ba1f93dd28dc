"""Decision tables: every cell parsed and typed against its column."""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.inference import Source, infer_unary_tests
from xbyx_rules.feel.inference.environment import phrase_type
from xbyx_rules.feel.joining import fits_type
from xbyx_rules.feel.parser import parse_unary_tests
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node, UnaryTests
from xbyx_rules.feel.types import BOOLEAN, ContextType, ListType, StringType, Type
from xbyx_rules.policy import Clause, Table, Text
from xbyx_rules.policy.model import TableRow
from xbyx_rules.tables import HIT_POLICIES, DecisionTable, Output, Rule

from .names import check_expression

__all__ = ["check_table", "collected_types"]


def check_table(
    table: Table, results: tuple[tuple[str, Type], ...] | None, scope: Scope
) -> tuple[DecisionTable | None, tuple[Diagnostic, ...]]:
    """The table as a node of the tree.

    Args:
        table: as read.
        results: names and types that 结果 declares, in the order of the output columns; None for
            a requirement, whose outputs are true or false.
        scope: the names its cells may use.
    """
    is_requirement = results is None
    verdicts = tuple((one.value, BOOLEAN) for one in table.outputs)
    checker = _TableChecker(scope, verdicts if results is None else results, is_requirement)
    return checker.check(table), tuple(checker.diagnostics)


def collected_types(
    clause: Clause, results: tuple[tuple[str, Type], ...]
) -> tuple[tuple[str, Type], ...]:
    """The types of a calculation's names: lists where its table collects several rows."""
    if isinstance(clause.body, Table) and clause.body.hit_policy.value in ("R", "O", "C"):
        return tuple((name, ListType(kind)) for name, kind in results)
    return results


class _TableChecker:
    def __init__(
        self, scope: Scope, results: tuple[tuple[str, Type], ...], is_requirement: bool
    ) -> None:
        self.scope = scope
        self.results = results
        self.is_requirement = is_requirement
        self.diagnostics: list[Diagnostic] = []

    def check(self, table: Table) -> DecisionTable | None:
        self._check_hit_policy(table)
        outputs = self._outputs(table)
        inputs = [self._input(one) for one in table.inputs]
        rules = [self._rule(row, inputs) for row in table.rows]
        if any(one.severity == "error" for one in self.diagnostics):
            return None
        # WHY: several outputs make a context, which only its own fields' types describe.
        fields = tuple((one.name, one.type) for one in outputs)
        kind = outputs[0].type if len(outputs) == 1 else ContextType(fields)
        return DecisionTable(
            table.hit_policy.value,
            tuple(one for one in inputs if one is not None),
            outputs,
            tuple(one for one in rules if one is not None),
            type=ListType(kind) if table.hit_policy.value in ("R", "O", "C") else kind,
        )

    def _check_hit_policy(self, table: Table) -> None:
        letter = table.hit_policy.value
        if letter not in HIT_POLICIES:
            self.report("XR250", table.hit_policy, found=letter, known=", ".join(HIT_POLICIES))
        if self.is_requirement and (letter not in ("U", "A", "F") or len(self.results) > 1):
            # WHY: rows of a requirement that are collected, counted or ranked are no yes or no.
            self.report("XR254", table.hit_policy, found=letter)
        elif letter in ("C+", "C<", "C>", "C#") and len(self.results) > 1:
            self.report("XR255", table.hit_policy, found=letter)

    def _outputs(self, table: Table) -> tuple[Output, ...]:
        names = tuple(one.value for one in table.outputs)
        declared = tuple(name for name, _ in self.results)
        if names != declared:
            first = table.outputs[0] if table.outputs else table.hit_policy
            self.report("XR251", first, found="、".join(names), expected="、".join(declared))
        if table.hit_policy.value in ("P", "O"):
            for name, kind in self.results:
                if not isinstance(kind, StringType) or kind.values is None:
                    self.report("XR252", table.hit_policy, name=name)
        return tuple(Output(name, kind) for name, kind in self.results)

    def _rule(self, row: TableRow, inputs: list[Node | None]) -> Rule | None:
        pairs = zip(row.inputs, inputs, strict=True)
        tests = [self._tests(cell, tested) for cell, tested in pairs if tested is not None]
        outputs = [self._expression(cell) for cell in row.outputs]
        for cell, node, (name, kind) in zip(row.outputs, outputs, self.results, strict=False):
            if node is not None and not fits_type(kind, node.type):
                found, expected = phrase_type(node.type), phrase_type(kind)
                self.report("XR253", cell, name=name, found=found, expected=expected)
        if None in tests or None in outputs:
            return None
        return Rule(
            row.number,
            tuple(one for one in tests if one is not None),
            tuple(one for one in outputs if one is not None),
            "；".join(one.value for one in row.annotations if one.value),
            row.place.line,
        )

    def _tests(self, cell: Text, tested: Node) -> UnaryTests | None:
        place = cell.place
        scope = self.scope.with_names({"?": tested.type})
        tree, problems = parse_unary_tests(
            cell.value, scope, file=place.file, line=place.line, column=place.column
        )
        self.diagnostics += problems
        if tree is None or problems:
            return None
        source = Source(cell.value, place.file, place.line, place.column)
        typed, found = infer_unary_tests(tree, tested, self.scope, source)
        self.diagnostics += found
        return typed

    def _input(self, text: Text) -> Node | None:
        node = self._expression(text)
        if node is None or node.type.kind != "Any":
            return node
        self.report("XR221", text)
        return None

    def _expression(self, text: Text) -> Node | None:
        node, problems = check_expression(text, self.scope)
        self.diagnostics += problems
        return node

    def report(self, code: str, text: Text, **values: str) -> None:
        self.diagnostics.append(Diagnostic(code, text.place, values))
