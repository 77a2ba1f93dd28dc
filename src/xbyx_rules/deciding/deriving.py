"""How calculated values and totals came about: expressions with their values, rows, records.

Derivations nest as calculations do, `_DEEPEST` levels at most; of a total the first
`MOST_CONTRIBUTIONS` records are shown, with how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from xbyx_rules.compiling import (
    Budget,
    ExecutableClause,
    PythonTable,
    StepLimitError,
    read_paths,
    to_prose,
)
from xbyx_rules.compiling.prose import say_value, summed_list
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.types import ANY, ListType, NumberType, Type
from xbyx_rules.feel.values import Record
from xbyx_rules.feel.walking import children
from xbyx_rules.policy import ClauseKind
from xbyx_rules.tables import DecisionTable, OverlapError, select_rows

from .evaluation import Evaluation
from .findings import AppliedRow, Contribution, Derivation, Reading
from .missing import fields_in_english, find_calculation
from .readings import read_facts, read_parameters

__all__ = ["MOST_CONTRIBUTIONS", "derive", "derive_calculation"]

MOST_CONTRIBUTIONS: Final = 6
"""How many records of a total are shown."""

_DEEPEST: Final = 6
_MOST_PARTS: Final = 24
_STEPS: Final = 2_000_000
_TOTALS: Final = frozenset({"sum", "count", "min", "max", "mean"})


def derive(nodes: Iterable[s.Node], names: Evaluation) -> tuple[Derivation, ...]:
    """How the calculated values and totals in some expressions came about, each once.

    Args:
        nodes: conditions, or the expression or table of a calculation.
        names: the evaluation that gave their values.
    """
    return _tried(lambda own: _Deriver(own).derive(nodes), names)


def derive_calculation(
    clause: ExecutableClause, value: Any, names: Evaluation
) -> tuple[Derivation, ...]:
    """How the value of a calculation (计算) came about, or of a requirement that is a table.

    Nothing for any other clause: its conditions say it.
    """
    results = clause.checked.results
    if clause.checked.clause.kind is not ClauseKind.CALCULATION:
        if clause.checked.table is None:
            return ()
        title = clause.checked.clause.title
        named: dict[Language, str] = {"zh": title, "en": title}
        return _tried(lambda own: (_Deriver(own).calculation(clause, value, named, ANY),), names)
    spoken: dict[Language, str] = {
        "zh": "、".join(name for name, _ in results),
        "en": ", ".join(names.policy.checked.english.get(name, name) for name, _ in results),
    }
    kind = results[0][1] if len(results) == 1 else ANY
    return _tried(lambda own: (_Deriver(own).calculation(clause, value, spoken, kind),), names)


def _tried(
    make: Callable[[Evaluation], tuple[Derivation, ...]], names: Evaluation
) -> tuple[Derivation, ...]:
    # WHY: how a value came about is worth some work, but never the explanation itself.
    try:
        return make(names.with_facts({}, Budget(_STEPS)))
    except StepLimitError:
        return ()


@dataclass(slots=True)
class _Deriver:
    names: Evaluation
    depth: int = 0
    _left: list[int] = field(default_factory=lambda: [_MOST_PARTS])

    def derive(self, nodes: Iterable[s.Node]) -> tuple[Derivation, ...]:
        if self.depth >= _DEEPEST:
            return ()
        found: dict[s.Node, Derivation] = {}
        for node in nodes:
            for one in self._find(node):
                if one in found or not self._left[0]:
                    continue
                self._left[0] -= 1
                derivation = self._derive(one)
                if derivation is not None:
                    found[one] = derivation
        return tuple(found.values())

    def _find(self, node: s.Node) -> Iterator[s.Call | s.Name]:
        """The calculated names and the totals of a tree, outside its loops."""
        match node:
            case s.Call(function=s.Name(name=name), arguments=(listed,)) if name in _TOTALS:
                if listed.type.kind == "list" and not isinstance(listed, s.List):
                    yield node
                    return
            case s.Name():
                if find_calculation(node.name, self.names) is not None:
                    yield node
                return
            case s.For() | s.Quantified() | s.Filter() | s.Function():
                return
            case DecisionTable():
                for one in (*node.inputs, *(out for rule in node.rules for out in rule.outputs)):
                    yield from self._find(one)
                return
        for child in children(node):
            yield from self._find(child)

    def _derive(self, node: s.Call | s.Name) -> Derivation | None:
        if isinstance(node, s.Call):
            return self._total(node)
        clause = find_calculation(node.name, self.names)
        if clause is None or clause.checked.subject not in ("", self.names.subject):
            return None
        return self.calculation(clause, self.names.read(node.name), self._say(node), node.type)

    def calculation(
        self, clause: ExecutableClause, value: Any, spoken: Mapping[Language, str], kind: Type
    ) -> Derivation:
        head, table = clause.checked.clause, clause.checked.table
        rows = () if table is None else self._rows(clause, table)
        nodes = self._applied(table, rows) if table is not None else [clause.checked.condition]
        present = [one for one in nodes if one is not None]
        return Derivation(
            spoken,
            value,
            _unit_of(kind),
            f"{head.locator} {head.title}".strip(),
            self._say(present[0]) if table is None and present else {},
            tuple(self._values(present)),
            tuple(self._row(table, row) for row in rows) if table is not None else (),
            parts=self._deeper().derive(present),
        )

    def _deeper(self, names: Evaluation | None = None) -> _Deriver:
        return _Deriver(names or self.names, self.depth + 1, self._left)

    def _rows(self, clause: ExecutableClause, table: DecisionTable) -> tuple[int, ...]:
        run = clause.value
        if not isinstance(run, PythonTable):
            return ()
        try:
            rows = select_rows(table.hit_policy, run.matches(self.names.read, self.names.budget))
        except OverlapError:
            return ()
        return rows if isinstance(rows, tuple) else ()

    def _applied(self, table: DecisionTable, rows: tuple[int, ...]) -> list[s.Node]:
        outputs = [output for row in rows for output in table.rules[row].outputs]
        return [*table.inputs, *outputs]

    def _row(self, table: DecisionTable, row: int) -> AppliedRow:
        rule = table.rules[row]
        tests = [
            s.In(value=value, tests=test)
            for value, test in zip(table.inputs, rule.tests, strict=True)
            if test.tests
        ]
        joined: s.Node | None = (
            tests[0] if len(tests) == 1 else s.And(tuple(tests)) if tests else None
        )
        outputs = [
            {"zh": say_value(one.value, "zh"), "en": say_value(one.value, "en")}
            if isinstance(one, s.Boolean)
            else self._say(one)
            for one in rule.outputs
        ]
        return AppliedRow(
            rule.number,
            {} if joined is None else self._say(joined),
            {
                "zh": "、".join(one["zh"] for one in outputs),
                "en": ", ".join(one["en"] for one in outputs),
            },
            rule.annotation,
        )

    def _values(self, nodes: Iterable[s.Node]) -> Iterator[Reading]:
        """The facts and parameters that are read, whole lists and calculated values left out."""
        paths = tuple(dict.fromkeys(path for node in nodes for path in read_paths(node)))
        for one in read_facts(paths, self.names):
            if not one.is_computed and not isinstance(one.value, list):
                yield one
        yield from read_parameters(paths, self.names)[0]

    def _total(self, node: s.Call) -> Derivation | None:
        # WHY: the zero that stands for a sum of nothing is no record.
        listed = summed_list(node) or node.arguments[0]
        values = self._value(listed)
        if not isinstance(values, list):
            return None
        records, kind = self._records(listed, values)
        fields = fields_in_english(kind, self.names)
        is_count = node.function == s.Name("count")
        shown = [
            Contribution(
                record, None if is_count else value, self._of_record(listed, record), fields
            )
            for record, value in list(zip(records, values, strict=True))[:MOST_CONTRIBUTIONS]
        ]
        element = listed.type.element if isinstance(listed.type, ListType) else listed.type
        return Derivation(
            self._say(node),
            self._value(node),
            "" if is_count else _unit_of(element),
            contributions=tuple(shown),
            count=len(values),
        )

    def _records(self, listed: s.Node, values: list[Any]) -> tuple[list[Any], Type]:
        """The records that the elements of a list belong to; the elements where not known."""
        base: s.Node | None = None
        match listed:
            case s.Path():
                base = listed.base
            case s.For(iterators=(s.Iterator(last=None),)):
                base = listed.iterators[0].domain
        records = values if base is None else self._value(base)
        if base is not None and isinstance(records, list) and len(records) == len(values):
            return records, base.type
        return values, listed.type

    def _of_record(self, listed: s.Node, record: Any) -> tuple[Derivation, ...]:
        """How the value of one record came about, where a calculation about it gives it."""
        match listed:
            case s.For(result=s.Call(function=s.Name(name=name))) if isinstance(record, Record):
                clause = find_calculation(name, self.names)
                if clause is None or self.depth + 1 >= _DEEPEST or not self._left[0]:
                    return ()
                self._left[0] -= 1
                inner = self.names.of_record(clause, record)
                result = listed.result
                deeper = self._deeper(inner)
                value = inner.compute(clause, name)
                return (deeper.calculation(clause, value, self._say(s.Name(name)), result.type),)
        return ()

    def _value(self, node: s.Node) -> Any:
        return self.names.policy.compile_part(node)(self.names.read, self.names.budget)

    def _say(self, node: s.Node) -> dict[Language, str]:
        checked = self.names.policy.checked
        return {
            language: to_prose(
                node, language, vocabulary=checked.vocabulary, english=checked.english
            )
            for language in _LANGUAGES
        }


_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def _unit_of(kind: Type) -> str:
    return kind.unit if isinstance(kind, NumberType) else ""
