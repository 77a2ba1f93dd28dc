"""Leave small cells out of a published table so that nobody can compute them from the rest.

A cell of fewer teachers than the threshold would tell of persons.  Leaving out that cell alone is
no protection: the total less the other cells gives it back.  So another cell is left out with it
(complementary suppression), and what is left out is together as large as a cell that may be
published.  A total is left out where it would say the same of every teacher left out.

What this holds for, and what not: one table, one set of units, its totals.  The cells left out
follow from the teachers and names alone, so every table of the same units leaves out the same ones;
but a total left out here must be left out wherever else it stands (in the table of the level
above), and two tables of different days betray whoever joined in between.

Source: the threshold is an inference (推论), not a clause; the policy
`cn/beijing/school-based-training/outcome-statistics` has it as a parameter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from xbyx_rules.errors import CaseError, Diagnostic, Language

__all__ = [
    "LEAST_THRESHOLD",
    "Cell",
    "PublishedCell",
    "PublishedTable",
    "Withheld",
    "suppress_table",
    "table_to_rows",
]

LEAST_THRESHOLD = 3
"""The least that `suppress_table` takes for a threshold."""
_NOT_PUBLISHED: Mapping[Language, str] = {"zh": "未公开", "en": "not published"}
_HEADER: Mapping[Language, tuple[str, str, str]] = {
    "zh": ("单元", "教师数", "合计"),
    "en": ("unit", "teachers", "total"),
}


class Withheld(Enum):
    """Why a cell is left out."""

    SMALL = "small"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True)
class Cell:
    """The figures of one unit.

    Args:
        unit: the unit's name or code, once in a table.
        teachers: how many teachers the figures speak of.
        figures: measure → how many of these teachers (took part), or an amount summed over them
            (class hours) where `suppress_table` is told so.
    """

    unit: str
    teachers: int
    figures: Mapping[str, int | Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """A unit as published; `teachers` and all figures are None where it is left out.

    WHY `withheld` is not to be published: it tells the small cells from those that hide them.
    """

    unit: str
    teachers: int | None
    figures: Mapping[str, int | Decimal | None]
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table as published, in the order given; a total is None where it is left out."""

    cells: tuple[PublishedCell, ...]
    teachers: int | None
    figures: Mapping[str, int | Decimal | None]


def suppress_table(
    cells: Sequence[Cell], *, threshold: int, amounts: Collection[str] = ()
) -> PublishedTable:
    """Make a table fit to be published.

    Args:
        cells: one for each unit, all with the same measures.
        threshold: least teachers of a cell that may be published, and of all that is left out;
            3 or more, since of cells of one teacher or none the total says too much.
        amounts: the measures that are sums of amounts; the others count teachers.

    Returns:
        The table with its totals.  No figure of a small cell can be computed from it, not even by
        who knows this rule, or how many teachers each unit has.

    Raises:
        CaseError: XR840 to XR843, the cells are not a table.

    Example:
        >>> cells = [Cell("甲", 8), Cell("乙", 3), Cell("丙", 30)]
        >>> table = suppress_table(cells, threshold=5)
        >>> [(one.unit, one.teachers) for one in table.cells], table.teachers
        ([('甲', 8), ('乙', None), ('丙', None)], 41)
    """
    problems = tuple(_find_problems(cells, threshold, amounts))
    if problems:
        raise CaseError(problems)
    small = {one.unit for one in cells if one.teachers < threshold}
    hidden = _choose_hidden(cells, small, threshold)
    measures = tuple(cells[0].figures) if cells else ()
    # INVARIANT: what is left out has the threshold's teachers, or is the whole table.
    is_too_small = sum(one.teachers for one in cells) < threshold
    left_out = [one for one in cells if one.unit in hidden]
    return PublishedTable(
        cells=tuple(_publish(one, hidden, small) for one in cells),
        teachers=None if is_too_small else sum(one.teachers for one in cells),
        figures={
            name: None
            if is_too_small or _betrays(left_out, name, is_amount=name in amounts)
            else sum(one.figures[name] for one in cells)
            for name in measures
        },
    )


def table_to_rows(table: PublishedTable, language: Language = "zh") -> list[list[str]]:
    """The table as rows of text, header first and total last, for a page or a file.

    Why a cell is left out stays unsaid: that would tell the small cells from the others.

    Example:
        >>> table_to_rows(suppress_table([Cell("甲", 4, {"参与": 1})], threshold=5))[1]
        ['甲', '未公开', '未公开']
    """
    unit, teachers, total = _HEADER[language]
    measures = list(table.figures)

    def write(
        name: str, people: int | None, figures: Mapping[str, int | Decimal | None]
    ) -> list[str]:
        values = (people, *(figures[one] for one in measures))
        return [name, *(_NOT_PUBLISHED[language] if one is None else str(one) for one in values)]

    return [
        [unit, teachers, *measures],
        *(write(one.unit, one.teachers, one.figures) for one in table.cells),
        write(total, table.teachers, table.figures),
    ]


def _choose_hidden(cells: Sequence[Cell], small: set[str], threshold: int) -> set[str]:
    """The small cells, with the first other cell by name where they alone could be computed.

    WHY two at least: the total gives the sum of what is left out, which of one cell is the cell.
    WHY the threshold for their sum: that sum can always be computed, so it is published in effect.
    WHY not each one below the threshold: cells all known to be small, with the greatest sum that
    small cells can have, are each known.
    WHY by name, not the smallest: a choice that looks at the figures tells of them who knows it.
    """
    others = sorted(one.unit for one in cells if one.unit not in small)
    count = sum(one.teachers for one in cells if one.unit in small)
    is_safe = len(small) > 1 and threshold <= count < len(small) * (threshold - 1)
    # One other is enough: it has the threshold's teachers itself.
    return small if is_safe or not small else {*small, *others[:1]}


def _betrays(left_out: Sequence[Cell], measure: str, *, is_amount: bool) -> bool:
    """Whether the sum of what is left out says what each of its teachers did.

    It does where nobody has the measure (every part of a sum of nothing is nothing) and where
    every teacher has it.
    """
    if not left_out:
        return False
    value = sum(one.figures[measure] for one in left_out)
    return value == 0 or (not is_amount and value == sum(one.teachers for one in left_out))


def _publish(cell: Cell, hidden: set[str], small: set[str]) -> PublishedCell:
    if cell.unit not in hidden:
        return PublishedCell(cell.unit, cell.teachers, dict(cell.figures))
    reason = Withheld.SMALL if cell.unit in small else Withheld.COMPLEMENTARY
    return PublishedCell(cell.unit, None, dict.fromkeys(cell.figures), reason)


def _find_problems(
    cells: Sequence[Cell], threshold: int, amounts: Collection[str]
) -> Iterator[Diagnostic]:
    if threshold < LEAST_THRESHOLD:
        yield Diagnostic("XR840", None, {"threshold": str(threshold)})
    seen: set[str] = set()
    measures = set(cells[0].figures) if cells else set()
    for cell in cells:
        if cell.unit in seen:
            yield Diagnostic("XR841", None, {"unit": cell.unit})
        seen.add(cell.unit)
        if set(cell.figures) != measures:
            names = "、".join(sorted(measures.symmetric_difference(cell.figures)))
            yield Diagnostic("XR842", None, {"unit": cell.unit, "measures": names})
        limits = {name: None if name in amounts else cell.teachers for name in cell.figures}
        for name, value in {"教师数": cell.teachers, **cell.figures}.items():
            most = limits.get(name)
            if not _is_possible(value, most):
                values = {"unit": cell.unit, "measure": name, "value": str(value)}
                yield Diagnostic("XR843", None, values)


def _is_possible(value: int | Decimal, most: int | None) -> bool:
    # WHY no float: 0.1 + 0.2 of them is not 0.3, and a total must be the sum of what is shown.
    is_number = not isinstance(value, float) and Decimal(value).is_finite()
    return is_number and value >= 0 and (most is None or value <= most)
