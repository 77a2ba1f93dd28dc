"""What a defect is, and the rows of a school that it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from xbyx_demo_platform.draws import Draws

__all__ = ["Defect", "Row", "SchoolRows"]

Row = dict[str, Any]
_Rows = TypeVar("_Rows")


@dataclass(slots=True)
class SchoolRows:
    """All rows of one school, before they are inserted.  Money in fen."""

    school: Row
    multi_year_plan: Row
    plan: Row
    scheme: Row
    training_year: Row
    finance: Row
    group: list[Row]
    staff: list[Row]
    documents: list[Row]
    items: list[Row]
    activities: list[Row] = field(default_factory=list)

    def set_school_budget(self, fen: int) -> None:
        """Set the school-based training budget and its items, which sum to it."""
        self.school["xbyxjf"] = fen
        rest = fen
        for item in self.items[:-1]:
            item["je"] = fen // len(self.items)
            rest -= item["je"]
        self.items[-1]["je"] = rest


@dataclass(frozen=True, slots=True)
class Defect(Generic[_Rows]):
    """One kind of defect.

    Args:
        name: stable name.
        title: for people.
        group: defects of one group exclude each other.
        stops_at: the action that it stops.
        plant: changes the rows.
        flow: the entity whose flow it stops.
    """

    name: str
    title: str
    group: str
    stops_at: str
    plant: Callable[[_Rows, Draws], None]
    flow: str = "年度计划"
