"""Where the subject of each flow stands on the platform: its table, its key, who reviews it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Column, Connection, Table, select

from xbyx_rules.deciding import Subject

from .tables import yx_fasb, yx_ghsb, yx_jhsb, yx_xfrd, yx_yxnd

__all__ = ["REGISTERS", "Register", "keys_of", "school_of"]


@dataclass(frozen=True, slots=True)
class Register:
    """A table with subjects of a flow.

    Args:
        table: the table.
        key: its key.
        reviewing: the column with the institution that reviews; None where none does.
        filing: the column with the office that files; None where the table has none.
    """

    table: Table
    key: Column[str]
    reviewing: Column[str] | None = None
    filing: Column[str] | None = None


REGISTERS: Mapping[str, Register] = MappingProxyType(
    {
        "规划": Register(yx_ghsb, yx_ghsb.c.ghbh, reviewing=yx_ghsb.c.shjgdm),
        "年度计划": Register(yx_jhsb, yx_jhsb.c.jhbh, reviewing=yx_jhsb.c.shjgdm),
        "实施方案": Register(yx_fasb, yx_fasb.c.fabh, filing=yx_fasb.c.badwdm),
        "研修年度": Register(yx_yxnd, yx_yxnd.c.ndbh),
        "年度学分认定": Register(yx_xfrd, yx_xfrd.c.rdbh, reviewing=yx_xfrd.c.shjgdm),
    }
)
"""Entity → its table."""


def keys_of(connection: Connection, entity: str) -> tuple[str, ...]:
    """The keys of an entity's subjects, sorted."""
    key = REGISTERS[entity].key
    return tuple(connection.scalars(select(key).order_by(key)))


def school_of(connection: Connection, subject: Subject) -> str:
    """The code of the school whose subject it is."""
    register = REGISTERS[subject.entity]
    found = connection.scalars(select(register.table.c.xxbsm).where(register.key == subject.key))
    return str(found.one())
