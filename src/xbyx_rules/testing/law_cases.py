"""Cases for the laws of one clause: generated rows of its own table of examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from hypothesis import strategies as st

from xbyx_rules.checking import JUDGED_ON, CheckedClause, CheckedExample
from xbyx_rules.checking.examples import ATTESTED, HITS
from xbyx_rules.compiling import EACH, ExecutablePolicy, read_paths
from xbyx_rules.deciding import Evaluation
from xbyx_rules.errors import CaseError
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import from_python
from xbyx_rules.feel.types import EntityType, ListType, NumberType, Type
from xbyx_rules.feel.walking import walk

from .examples import prepare_example
from .law_changes import Inputs
from .rows import columns_of
from .strategies import Shape, values
from .thresholds import Thresholds, find_thresholds, trees_of

__all__ = ["CaseSpace"]


@dataclass(frozen=True, slots=True)
class CaseSpace:
    """The cases of one clause: a strategy for each column of its table.

    Args:
        policy: the document.
        anchor: of the clause.
        columns: the paths of the columns, in the order of the table.
        near: the values at which the clause turns.
    """

    policy: ExecutablePolicy
    anchor: str
    columns: tuple[tuple[str, ...], ...]
    near: Thresholds

    @classmethod
    def of(cls, policy: ExecutablePolicy, anchor: str, path: tuple[str, ...] = ()) -> CaseSpace:
        """The space of a clause's table; without one, of the facts that the clause reads.

        Args:
            policy: from `compile_policy`.
            anchor: of the clause.
            path: of the fact a law is about; it gets a column where the table has none.
        """
        clause = policy.checked.clauses[anchor]
        columns = [one for one in columns_of(clause) if one != (HITS,)] or _facts_read(
            policy, clause
        )
        if path and not any(path[: len(one)] == one for one in columns):
            columns.append(_as_column(policy, clause, path))
        return cls(policy, anchor, tuple(columns), find_thresholds(policy, (anchor,)))

    @property
    def clause(self) -> CheckedClause:
        """The clause."""
        return self.policy.checked.clauses[self.anchor]

    def type_at(self, path: tuple[str, ...]) -> Type | None:
        """The type of a fact; through a list, of its records' field."""
        vocabulary = self.policy.checked.vocabulary
        subject = self.clause.subject
        kind: Type | None = None
        for number, name in enumerate(path):
            if number == 0 and not subject:
                found = name in vocabulary.entities
                kind = ListType(vocabulary.type_of(name), records=True) if found else None
                continue
            owner: Type | None = kind if number else vocabulary.type_of(subject)
            owner = owner.element if isinstance(owner, ListType) else owner
            kind = owner.field(name) if isinstance(owner, EntityType) else None
        return kind

    def values_at(
        self, path: tuple[str, ...], shape: Shape | None = None
    ) -> st.SearchStrategy[Any]:
        """Values for one column, or for a number below one."""
        if path == (JUDGED_ON,):
            days = self.near.dates
            return st.sampled_from(days).map(from_python) if days else st.nothing()
        if path == (ATTESTED,):
            return st.sampled_from(["符合", "不符合"])
        kind = self.type_at(path)
        return st.nothing() if kind is None else values(kind, self.near, shape=shape)

    def inputs(self, law_path: tuple[str, ...] = ()) -> st.SearchStrategy[Inputs]:
        """Rows: some cells blank; a number now and then just where a comparison turns."""
        cells = {one: self.values_at(one, self._shape(one, law_path)) for one in self.columns}
        return self._drawn(cells)

    def _drawn(
        self, cells: Mapping[tuple[str, ...], st.SearchStrategy[Any]]
    ) -> st.SearchStrategy[Inputs]:
        turns = list(self._turns())

        @st.composite
        def drawn(draw: st.DrawFn) -> Inputs:
            is_full = draw(st.sampled_from([False, True, True, True]))
            found: Inputs = {}
            for path, known in cells.items():
                value = draw(known if is_full else st.one_of(st.none(), known, known))
                if value is not None:
                    found[path] = value
            is_snapped = draw(st.sampled_from([False, True, True, True]))
            if turns and is_snapped:
                self._snap(found, draw(st.sampled_from(turns)), draw(st.integers(-1, 1)))
            return found

        return drawn()

    def example(self, name: str, inputs: Inputs, expected: object) -> CheckedExample:
        """The row as a checked example."""
        place = self.clause.clause.place
        return CheckedExample(name, tuple(inputs.items()), expected, place)

    def _shape(self, column: tuple[str, ...], law_path: tuple[str, ...]) -> Shape:
        """The fields of a column's records that its examples tell, and the one of the law."""
        shape: dict[str, Any] = {}
        for example in self.clause.examples:
            for path, value in example.inputs:
                if path == column:
                    _add_shape(shape, value)
        inner = shape
        if law_path[: len(column)] == column:
            for name in law_path[len(column) :]:
                inner = inner.setdefault(name, {})
        return shape

    # --- where comparisons turn ------------------------------------------------------------------

    def _turns(self) -> Iterator[tuple[tuple[str, ...], s.Node]]:
        """Each number that a condition compares as it is, with what it is compared with."""
        for tree in trees_of(self.clause):
            for node in walk(tree):
                if isinstance(node, s.Comparison):
                    for one, other in ((node.left, node.right), (node.right, node.left)):
                        path = tuple(self._path_of(one))
                        if path in self.columns and isinstance(self.type_at(path), NumberType):
                            yield path, other

    def _path_of(self, node: s.Node) -> tuple[str, ...]:
        paths = read_paths(node) if isinstance(node, s.Name | s.Path) else ()
        return paths[0].steps if len(paths) == 1 else ()

    def _snap(self, inputs: Inputs, turn: tuple[tuple[str, ...], s.Node], way: int) -> None:
        """Put a number where its comparison turns, or one step of its scale beside it."""
        path, other = turn
        kind = self.type_at(path)
        prepared = prepare_example(self.policy, self.anchor, self.example("", inputs, None))
        case = prepared.case
        names = Evaluation(self.policy, case.subject.entity, case.facts, case.records, prepared.on)
        try:
            value = self.policy.compile_part(other)(names.read, names.budget)
        except CaseError:
            return
        if not isinstance(value, Decimal) or not isinstance(kind, NumberType):
            return
        step = Decimal(1).scaleb(-(2 if kind.scale is None else kind.scale))
        snapped = value.quantize(step, ROUND_CEILING) + way * step
        if (kind.low is None or kind.low <= snapped) and (
            kind.high is None or snapped <= kind.high
        ):
            inputs[path] = snapped


def _add_shape(shape: dict[str, Any], value: Any) -> None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for name, inner in item.items():
                _add_shape(shape.setdefault(name, {}), inner)


def _facts_read(policy: ExecutablePolicy, clause: CheckedClause) -> list[tuple[str, ...]]:
    """The columns that a table of the clause would have."""
    if clause.pattern:
        return [(one,) for one in dict.fromkeys(row.entity for row in clause.pattern)]
    if not clause.subject:
        return []
    terms = policy.checked.vocabulary.fields_of(clause.subject)
    found = [path.steps for tree in trees_of(clause) for path in read_paths(tree)]
    known = [one for one in found if one[0] in terms]
    return list(dict.fromkeys(_as_column(policy, clause, one) for one in known))


def _as_column(
    policy: ExecutablePolicy, clause: CheckedClause, path: tuple[str, ...]
) -> tuple[str, ...]:
    """The part of a path that a column can be: up to the first list."""
    if not clause.subject:
        return path[:1]
    kind: Type | None = policy.checked.vocabulary.type_of(clause.subject)
    for number, name in enumerate(path):
        if name == EACH:
            return path[:number]
        kind = kind.field(name) if isinstance(kind, EntityType) else None
        if not isinstance(kind, EntityType):
            return path[: number + 1]
    return path
