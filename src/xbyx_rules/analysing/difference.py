"""The difference of two versions of a document, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from xbyx_rules.errors import Language, Place
from xbyx_rules.policy import Clause, Period, Policy

__all__ = ["Change", "ClauseDifference", "Difference", "Part", "Sort"]

Sort = Literal["added", "removed", "changed", "moved"]


class Part(Enum):
    """What of a document has changed; `value` is the stable code."""

    FRONT = ("front", "文件信息", "document")
    PREFACE = ("preface", "前文", "preface")
    ANCHOR = ("anchor", "锚点", "anchor")
    LOCATOR = ("locator", "条款号", "locator")
    TITLE = ("title", "标题", "title")
    LEVEL = ("level", "标题级别", "heading level")
    PROPERTY = ("property", "属性", "property")
    PROSE = ("prose", "表述", "wording")
    CONDITION = ("condition", "条件", "condition")
    MESSAGE = ("message", "提示", "message")
    BODY = ("body", "规则的形式", "form of the rule")
    HIT_POLICY = ("hit_policy", "命中策略", "hit policy")
    COLUMN = ("column", "列", "column")
    TABLE_ROW = ("table_row", "决策表第", "row")
    TRANSITION = ("transition", "流转", "transition")
    PATTERN_ROW = ("pattern_row", "事实", "fact")
    TAXONOMY_VALUE = ("taxonomy_value", "取值", "value")
    PARAMETER = ("parameter", "参数", "parameter")
    EXAMPLE = ("example", "例", "example")

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code = code
        self.zh = zh
        self.en = en

    def label(self, language: Language) -> str:
        """The word for people."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise in the new version.

    Args:
        part: what it is.
        sort: ``changed`` has an `old` and a `new`; ``moved`` stands elsewhere, or has another
            number (then `old` and `new` are the numbers).
        name: which one: a property's key, a row's name, a parameter, an example.
        column: of a row, the column; "" for the whole row.
        old: as written in the old version.
        new: as written in the new one.
        old_place: where it stood.
        new_place: where it stands.
        period: of a parameter, the days for which it holds.
        words: of a condition, the change in words, by language.
        is_equivalent: whether the two provably give the same for every case; False says nothing.
    """

    part: Part
    sort: Sort
    name: str = ""
    column: str = ""
    old: str = ""
    new: str = ""
    old_place: Place | None = None
    new_place: Place | None = None
    period: Period | None = None
    words: Mapping[Language, str] = field(default_factory=dict)
    is_equivalent: bool = False

    def as_json(self) -> dict[str, Any]:
        """The change as plain data; what it doesn't have is left out."""
        data: dict[str, Any] = {
            "part": self.part.code,
            "sort": self.sort,
            "name": self.name,
            "column": self.column,
            "old": self.old,
            "new": self.new,
            "old_place": str(self.old_place) if self.old_place else "",
            "new_place": str(self.new_place) if self.new_place else "",
            "period": str(self.period) if self.period else "",
            "words": dict(self.words),
            "is_equivalent": self.is_equivalent,
        }
        kept = ("part", "sort", "old", "new")
        return {key: one for key, one in data.items() if one or key in kept}


@dataclass(frozen=True, slots=True)
class ClauseDifference:
    """A clause that isn't the same in both versions.

    Args:
        old: None when it was added.
        new: None when it was removed.
        changes: what of it has changed.
        is_moved: whether it stands elsewhere among the clauses of both.
    """

    old: Clause | None
    new: Clause | None
    changes: tuple[Change, ...] = ()
    is_moved: bool = False

    @property
    def sort(self) -> Sort:
        """``moved`` when nothing else has changed."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "changed" if self.changes else "moved"

    @property
    def clause(self) -> Clause:
        """The clause in the version that has it, the newer one first."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a difference of no clause")
        return found

    def as_json(self) -> dict[str, Any]:
        """The difference as plain data."""
        clause = self.clause
        return {
            "sort": self.sort,
            "is_moved": self.is_moved,
            "id": clause.id,
            "locator": clause.locator,
            "title": clause.title,
            "changes": [one.as_json() for one in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two versions; clauses in the new document's order, removed last."""

    old: Policy
    new: Policy
    document: tuple[Change, ...]
    clauses: tuple[ClauseDifference, ...]
    parameters: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.document or self.clauses or self.parameters)

    def changes(self) -> Iterator[Change]:
        """Every change of something that both versions have."""
        yield from self.document
        for one in self.clauses:
            yield from one.changes
        yield from self.parameters

    def as_json(self) -> dict[str, Any]:
        """The difference as plain data."""
        return {
            "old": {"policy": self.old.id, "hash": self.old.hash, "file": self.old.file},
            "new": {"policy": self.new.id, "hash": self.new.hash, "file": self.new.file},
            "document": [one.as_json() for one in self.document],
            "clauses": [one.as_json() for one in self.clauses],
            "parameters": [one.as_json() for one in self.parameters],
        }
