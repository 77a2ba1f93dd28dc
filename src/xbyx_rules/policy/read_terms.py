"""The rows of an entity's table as terms: name, type, relation, confidentiality."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from xbyx_rules.feel.types import ListType, NumberType, StringType, Type

from .grid import Column, NamedRow
from .model import Text
from .source import Source, shorten
from .term_types import TYPE_NAMES, read_plain_type
from .vocabulary import Relation, Term, Vocabulary

__all__ = ["TERM_COLUMNS", "check_name", "read_terms", "relation_type"]

TERM_COLUMNS = (
    Column("名称", "name"),
    Column("English", "english"),
    Column("类型", "type"),
    Column("单位", "unit", is_filled=False),
    Column("取值", "values", is_filled=False),
    Column("主键/关系", "key/relation", is_filled=False),
    Column("密级", "confidentiality"),
    Column("数据元", "data element", is_filled=False),
    Column("说明", "note", is_filled=False),
    Column("填报", "held-by", is_required=False, is_filled=False),
    Column("补正", "remedy", is_required=False, is_filled=False),
)
_CONFIDENTIALITY = {
    "公开": "公开",
    "public": "公开",
    "内部": "内部",
    "internal": "内部",
    "个人": "个人",
    "personal": "个人",
    "敏感": "敏感",
    "sensitive": "敏感",
}
_REMEDIABLE = {"": True, "可": True, "yes": True, "否": False, "no": False}
_RELATIONS: Mapping[str, Relation] = {
    "": "",
    "主键": "key",
    "key": "key",
    "对一": "to_one",
    "to-one": "to_one",
    "对多": "to_many",
    "to-many": "to_many",
}
_REFERENCE = re.compile(r"(?:引用|reference)\s+(\S+)")
# A name that FEEL reads as one word.
_NAME = re.compile(r"[^\W\d]\w*")


def check_name(source: Source, what: str, text: Text, name: str) -> None:
    """Report a name that FEEL can't read as one word."""
    if name and not _NAME.fullmatch(name):
        form = "`学校标识码`"
        source.report("XR053", text.place, name=what, value=shorten(name), form=form)


def relation_type(vocabulary: Vocabulary, relation: Relation, target: str) -> Type:
    """The type of a relation: a record of the target, or a list of them."""
    record = vocabulary.type_of(target)
    return ListType(record, records=True) if relation == "to_many" else record


def read_terms(
    source: Source, rows: Sequence[NamedRow], vocabulary: Vocabulary, known: Collection[str]
) -> dict[str, Term]:
    """The terms of one entity by name.

    Args:
        source: gets the reports.
        rows: of a table with `TERM_COLUMNS`.
        vocabulary: the one that the terms belong to; it may still be empty.
        known: the names of all its entities.
    """
    terms: dict[str, Term] = {}
    lines: dict[str, int] = {}
    for row in rows:
        for cell in (row["名称"], row["English"]):
            spelling = cell.value.casefold()
            if cell and spelling in lines and lines[spelling] != cell.place.line:
                line = str(lines[spelling])
                source.report("XR082", cell.place, name=shorten(cell.value), line=line)
            lines.setdefault(spelling, cell.place.line)
        check_name(source, "名称", row["名称"], row["名称"].value)
        term = _read_term(source, row, vocabulary, known)
        if term is not None:
            terms.setdefault(term.name, term)
    return terms


def _read_term(
    source: Source, row: NamedRow, vocabulary: Vocabulary, known: Collection[str]
) -> Term | None:
    relation, target = _read_relation(source, row["主键/关系"], row["类型"])
    kind = _read_type(source, row, relation, vocabulary, known)
    secrecy, remedy = row["密级"], row["补正"]
    if secrecy:
        _check_word(source, "密级", secrecy, _CONFIDENTIALITY, _CONFIDENTIALITY.values())
    _check_word(source, "补正", remedy, _REMEDIABLE, ("可", "否"))
    if relation == "reference" and target not in known:
        near = source.near(target, known)
        source.report("XR084", row["主键/关系"].place, name=shorten(target), nearest=near)
    if kind is None:
        return None
    return Term(
        name=row["名称"].value,
        english=row["English"].value,
        type=kind,
        relation=relation,
        target=target,
        confidentiality=_CONFIDENTIALITY.get(secrecy.value, ""),
        data_element=row["数据元"].value,
        note=row["说明"].value,
        place=row["名称"].place,
        holder=row["填报"].value,
        is_remediable=_REMEDIABLE.get(remedy.value, True),
    )


def _check_word(
    source: Source, column: str, cell: Text, known: Collection[str], allowed: Iterable[str]
) -> None:
    """Report a cell with another word than those of its column."""
    if cell.value not in known:
        words = "、".join(f"`{word}`" for word in dict.fromkeys(allowed))
        source.report("XR030", cell.place, value=shorten(cell.value), key=column, allowed=words)


def _read_relation(source: Source, cell: Text, written: Text) -> tuple[Relation, str]:
    """The relation and the entity that it leads to."""
    reference = _REFERENCE.fullmatch(cell.value)
    if reference:
        return "reference", reference[1]
    if cell.value not in _RELATIONS:
        source.report("XR088", cell.place, value=shorten(cell.value))
        return "", ""
    relation = _RELATIONS[cell.value]
    return relation, written.value if relation in ("to_one", "to_many") else ""


def _read_type(
    source: Source,
    row: NamedRow,
    relation: Relation,
    vocabulary: Vocabulary,
    known: Collection[str],
) -> Type | None:
    """The type of a term; None after a report."""
    written = row["类型"]
    if not written:
        return None
    kind = read_plain_type(source, written, row["单位"], row["取值"])
    is_record = relation in ("to_one", "to_many")
    inner = written.value.removeprefix("列表<").removesuffix(">")
    if kind is None and inner not in known:
        if is_record:
            near = source.near(written.value, known)
            source.report("XR084", written.place, name=shorten(written.value), nearest=near)
        else:
            near = source.near(written.value, chain(TYPE_NAMES, known))
            source.report("XR083", written.place, name=shorten(written.value), nearest=near)
        return None
    is_key_type = isinstance(kind, StringType) or (isinstance(kind, NumberType) and kind.scale == 0)
    suits = (
        written.value in known
        if is_record
        else kind is not None and (relation == "" or is_key_type)
    )
    if not suits:
        _report_relation(source, written, row["主键/关系"])
        return None
    if not is_record:
        return kind
    for cell, code in ((row["单位"], "XR087"), (row["取值"], "XR086")):
        if cell:
            value = shorten(cell.value)
            source.report(code, cell.place, type=shorten(written.value), value=value)
    return relation_type(vocabulary, relation, written.value)


def _report_relation(source: Source, written: Text, relation: Text) -> None:
    source.report(
        "XR089", written.place, type=shorten(written.value), relation=shorten(relation.value)
    )
