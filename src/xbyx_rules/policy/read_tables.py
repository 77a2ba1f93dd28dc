"""The tables under a heading as typed rows: parameters, transitions, facts, values, examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from .grid import Column, Grid, NamedRow, name_columns
from .model import (
    Example,
    ParameterRow,
    Parameters,
    Pattern,
    PatternRow,
    Period,
    Taxonomy,
    TaxonomyRow,
    Text,
    TransitionRow,
    Transitions,
)
from .properties import read_word
from .source import Source, make_period, read_date, shorten, split_list

__all__ = [
    "NAMED_TABLES",
    "ORIGINS",
    "check_overlaps",
    "check_parents",
    "read_examples",
    "read_parameters",
    "read_pattern",
    "read_taxonomy",
    "read_transitions",
    "report_twice",
]

_PARAMETERS = (
    Column("参数", "parameter"),
    Column("值", "value"),
    Column("生效", "valid-from", is_required=False, is_filled=False),
    Column("失效", "valid-to", is_required=False, is_filled=False),
    Column("依据", "basis", is_required=False, is_filled=False),
    Column("核实", "verification"),
    Column("English", "english", is_required=False, is_filled=False),
)
_TRANSITIONS = (
    Column("从", "from"),
    Column("动作", "action"),
    Column("到", "to"),
    Column("由", "by"),
    Column("须符合", "must-meet", is_required=False, is_filled=False),
    Column("条件", "condition", is_required=False, is_filled=False),
    Column("时限", "deadline", is_required=False, is_filled=False),
    Column("来源", "origin", is_required=False, is_filled=False),
    Column("依据", "basis", is_required=False, is_filled=False),
)
_PATTERN = (
    Column("事实", "fact"),
    Column("记作", "alias"),
    Column("满足", "where", is_required=False, is_filled=False),
)
_TAXONOMY = (
    Column("取值", "value"),
    Column("上级", "parent", is_required=False, is_filled=False),
    Column("English", "english", is_required=False, is_filled=False),
    Column("说明", "note", is_required=False, is_filled=False),
)
# The top-left cell of a table → its columns.
NAMED_TABLES: Mapping[str, tuple[Column, ...]] = {
    name: columns
    for columns in (_PARAMETERS, _TRANSITIONS, _PATTERN, _TAXONOMY)
    for name in (columns[0].zh, columns[0].en)
}
ORIGINS = {
    "条文": "条文",
    "source-text": "条文",
    "推论": "推论",
    "inference": "推论",
    "参数": "参数",
    "parameter": "参数",
}
_ABSENT = re.compile(r"(?:无|no)\s+(?=\S)")
_REQUIREMENT = re.compile(r"(?:[a-z0-9/-]+)?#([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")


def report_twice(source: Source, names: Iterable[Text]) -> None:
    """Report each name that stands in the table already; empty ones are reported elsewhere."""
    seen: dict[str, int] = {}
    for name in names:
        if name and name.value in seen:
            line = str(seen[name.value])
            source.report("XR066", name.place, name=shorten(name.value), line=line)
        seen.setdefault(name.value, name.place.line)


def read_parameters(source: Source, grid: Grid) -> Parameters:
    """Rows ``参数 | 值 | 生效 | 失效 | 依据 | 核实 | English``; 失效 is the last day in force."""
    rows: list[ParameterRow] = []
    for row in name_columns(source, grid, _PARAMETERS):
        period = _read_row_period(source, row)
        if period is None:
            continue
        verification = row["核实"]
        word = read_word(source, "核实", verification) if verification else None
        rows.append(
            ParameterRow(
                name=row["参数"].value,
                value=row["值"],
                period=period,
                basis=row["依据"].value,
                is_verified=word is not None and word.value == "已核实",
                place=row.place,
                english=row["English"].value,
            )
        )
    return Parameters(tuple(rows))


def _read_row_period(source: Source, row: NamedRow) -> Period | None:
    cells = (row["生效"], row["失效"])
    start, end = (read_date(source, cell) if cell else None for cell in cells)
    if (cells[0] and start is None) or (cells[1] and end is None):
        return None
    return make_period(source, start, end, cells[1].place)


def check_overlaps(source: Source, rows: Iterable[ParameterRow]) -> None:
    """Report rows of one name whose periods have a day in common."""
    by_name: dict[str, list[ParameterRow]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    for history in by_name.values():
        history.sort(key=lambda one: (one.period.start or date.min, one.place))
        # INVARIANT: `longest` ends last of the rows so far, so one comparison a row is enough.
        longest = history[0]
        for row in history[1:]:
            if row.period.overlaps(longest.period):
                _report_overlap(source, row, longest)
            if (row.period.end or date.max) > (longest.period.end or date.max):
                longest = row


def _report_overlap(source: Source, one: ParameterRow, other: ParameterRow) -> None:
    first, later = sorted((one, other), key=lambda row: row.place)
    ends = [row.period.end for row in (one, other) if row.period.end]
    common = Period(one.period.start or other.period.start, min(ends, default=None))
    line = str(first.place.line)
    source.report("XR067", later.place, name=shorten(one.name), period=str(common), line=line)


def read_transitions(source: Source, grid: Grid) -> Transitions:
    """Rows ``从 | 动作 | 到 | 由 | 须符合 | 条件 | 时限 | 来源 | 依据``."""
    rows = [
        TransitionRow(
            source=row["从"].value,
            action=row["动作"].value,
            target=row["到"].value,
            by=_read_roles(source, row["由"]),
            must_meet=_read_must_meet(source, row["须符合"]),
            condition=row["条件"] or None,
            deadline=row["时限"] or None,
            origin=_read_origin(source, row["来源"]),
            basis=row["依据"].value,
            place=row.place,
        )
        for row in name_columns(source, grid, _TRANSITIONS)
    ]
    return Transitions(tuple(rows))


def _read_roles(source: Source, cell: Text) -> tuple[str, ...]:
    roles: dict[str, None] = {}
    for role in split_list(source, cell) if cell else ():
        if not role:
            source.report("XR063", role.place, name="由")
        elif role.value in roles:
            source.report("XR032", role.place, value=shorten(role.value))
        else:
            roles[role.value] = None
    return tuple(roles)


def _read_must_meet(source: Source, cell: Text) -> tuple[str, ...]:
    anchors: dict[str, None] = {}
    for item in split_list(source, cell) if cell else ():
        anchor = item.value.removeprefix("#")
        if not _REQUIREMENT.fullmatch(item.value):
            source.report("XR072", item.place, value=shorten(item.value))
        elif anchor in anchors:
            source.report("XR032", item.place, value=shorten(item.value))
        else:
            anchors[anchor] = None
    return tuple(anchors)


def _read_origin(source: Source, cell: Text) -> str:
    if cell and cell.value not in ORIGINS:
        allowed = "、".join(f"`{word}`" for word in dict.fromkeys(ORIGINS.values()))
        source.report("XR030", cell.place, value=shorten(cell.value), key="来源", allowed=allowed)
    return ORIGINS.get(cell.value, "")


def read_pattern(source: Source, grid: Grid) -> Pattern:
    """Rows ``事实 | 记作 | 满足``; ``无 有效批准`` says that there is no such record."""
    rows: list[PatternRow] = []
    named = name_columns(source, grid, _PATTERN)
    report_twice(source, [row["记作"] for row in named])
    for row in named:
        fact = row["事实"].value
        absent = _ABSENT.match(fact)
        rows.append(
            PatternRow(
                entity=fact[absent.end() :] if absent else fact,
                alias=row["记作"].value,
                condition=row["满足"] or None,
                is_absent=absent is not None,
                place=row.place,
            )
        )
    return Pattern(tuple(rows))


def read_taxonomy(source: Source, grid: Grid) -> Taxonomy:
    """Rows ``取值 | 上级 | English | 说明``."""
    named = name_columns(source, grid, _TAXONOMY)
    report_twice(source, [row["取值"] for row in named])
    return Taxonomy(
        tuple(
            TaxonomyRow(
                value=row["取值"].value,
                parent=row["上级"],
                english=row["English"].value,
                note=row["说明"].value,
                place=row.place,
            )
            for row in named
        )
    )


def check_parents(source: Source, taxonomy: Taxonomy) -> None:
    """Report each value above that is not another one of the values."""
    values = dict.fromkeys(row.value for row in taxonomy.rows)
    for row in taxonomy.rows:
        parent = row.parent
        if parent and (parent.value not in values or parent.value == row.value):
            near = source.near(parent.value, (value for value in values if value != row.value))
            source.report("XR071", parent.place, name=shorten(parent.value), nearest=near)


def read_examples(source: Source, grid: Grid) -> tuple[Example, ...]:
    """Rows ``例 | fact … | 结果``: the columns between are names or paths of facts."""
    last = grid.header[-1]
    if len(grid.header) < 2 or last.value.casefold() not in ("结果", "expected"):
        source.report("XR060", last.place, name="结果")
        return ()
    report_twice(source, grid.header[1:-1])
    report_twice(source, [row.cells[0] for row in grid.rows])
    for name in grid.header[1:-1]:
        if not name:
            source.report("XR063", name.place, name="例")
    for row in grid.rows:
        for heading, cell in ((grid.header[0], row.cells[0]), (last, row.cells[-1])):
            if not cell:
                source.report("XR063", cell.place, name=heading.value)
    return tuple(
        Example(
            name=row.cells[0].value,
            inputs=tuple(zip(grid.header[1:-1], row.cells[1:-1], strict=True)),
            expected=row.cells[-1],
            place=row.place,
        )
        for row in grid.rows
    )
