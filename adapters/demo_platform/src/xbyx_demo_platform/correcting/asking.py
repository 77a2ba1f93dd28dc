"""Small questions to the platform that several corrections ask."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from xbyx_demo_platform.tables import DISTRICT, jcxx_jg

__all__ = ["ask_one", "own_institution"]


def ask_one(connection: Connection, statement: Select[Any]) -> str:
    """The one value that a statement gives, as text."""
    return str(connection.execute(statement).scalar_one())


def own_institution() -> Select[tuple[str]]:
    """The district's own institution of teacher training."""
    return select(func.min(jcxx_jg.c.jgdm)).where(
        jcxx_jg.c.xzqh == DISTRICT, jcxx_jg.c.jgdm.like("JX%")
    )
