"""Who holds a role on a day, read from a host's tables as its mapping says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from .conversions import Dates, Text
from .mapping import Holders
from .records import fail
from .selecting import to_table

__all__ = ["read_holders"]


def read_holders(
    connection: Connection,
    declared: tuple[Holders, ...],
    role: str,
    organisation: str,
    on: date,
) -> tuple[str, ...] | None:
    """The persons who hold a role in an organisation on a day, each once.

    Args:
        connection: of the host; nothing is written.
        declared: where the mapping says that holders stand.
        role: which.
        organisation: of which organisation; "" for those of any.
        on: a civil date.

    Returns:
        In the order of the declarations, and of each one's columns; None where none of them is
        about the role.

    Raises:
        HostError: XR621, the end of a period is no date.
    """
    about = [one for one in declared if role in one.named]
    if not about:
        return None
    found = [person for one in about for person in _read(connection, one, role, organisation, on)]
    return tuple(dict.fromkeys(found))


def _read(
    connection: Connection, declared: Holders, role: str, organisation: str, on: date
) -> Iterator[str]:
    source = to_table(declared.table, declared.schema, declared.columns)
    ends = [source.c[one] for one in (declared.valid_from, declared.valid_until) if one]
    query = select(source.c[declared.person], *ends).where(
        source.c[declared.person].is_not(None),
        *(source.c[name] == value for name, value in declared.where.items()),
    )
    if declared.role is not None:
        query = query.where(source.c[declared.role].in_(declared.codes_of(role)))
    if declared.organisation is not None and organisation:
        query = query.where(source.c[declared.organisation] == organisation)
    order = dict.fromkeys((*declared.order_by, declared.person))
    for row in connection.execute(query.order_by(*(source.c[one] for one in order))):
        person = Text().convert(row[0])
        if person and _covers(declared, role, list(row[1:]), on):
            yield person


def _covers(declared: Holders, role: str, ends: list[Any], on: date) -> bool:
    """Whether a day lies within a row's period, both ends included; an empty end is open."""
    first = _read_end(declared, declared.valid_from, role, ends)
    last = _read_end(declared, declared.valid_until, role, ends)
    return (first is None or first <= on) and (last is None or on <= last)


def _read_end(declared: Holders, column: str | None, role: str, ends: list[Any]) -> date | None:
    value = ends.pop(0) if column is not None else None
    if column is None or value is None or str(value).strip() in ("", *declared.missing):
        return None
    try:
        return Dates("YYYYMMDD" if declared.form == "YYYYMMDD" else "YYYY-MM-DD").convert(value)
    except ValueError:
        raise fail("XR621", declared.table, column, role, value, None) from None
