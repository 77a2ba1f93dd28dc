"""Databases that Alembic doesn't know by itself; openGauss's own dialect makes itself known."""

from __future__ import annotations

from alembic.ddl.impl import DefaultImpl

__all__ = ["DamengImpl"]


class DamengImpl(DefaultImpl):
    """Dameng (达梦): each change of the schema commits by itself, as on Oracle."""

    __dialect__ = "dm"
    transactional_ddl = False
