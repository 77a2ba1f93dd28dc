"""Who acts for a subject: persons of the school, of the reviewing institution, of the district."""

from __future__ import annotations

from sqlalchemy import Column, Connection, select

from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import Actor

from .registers import REGISTERS, school_of
from .tables import EDUCATION_OFFICE, jcxx_jg, jcxx_jzg, jcxx_xx

__all__ = ["find_actor"]


def find_actor(connection: Connection, subject: Subject, role: str) -> Actor:
    """Find who acts in a role, as the platform's log-in would know them.

    Raises:
        KeyError: nobody acts in such a role.
    """
    register = REGISTERS[subject.entity]
    if role == "区级审核员" and register.reviewing is not None:
        return _official(connection, role, _look_up(connection, subject, register.reviewing))
    if role == "区教委备案员":
        office = EDUCATION_OFFICE
        if register.filing is not None:
            office = _look_up(connection, subject, register.filing)
        return _official(connection, role, office)
    if role in ("分管负责人", "校长"):
        return _member(connection, role, school_of(connection, subject))
    raise KeyError(role)


def _look_up(connection: Connection, subject: Subject, column: Column[str]) -> str:
    key = REGISTERS[subject.entity].key
    return str(connection.execute(select(column).where(key == subject.key)).scalar_one())


def _member(connection: Connection, role: str, school: str) -> Actor:
    district, manager = connection.execute(
        select(jcxx_xx.c.xzqh, jcxx_xx.c.yxfzr).where(jcxx_xx.c.xxbsm == school)
    ).one()
    person = manager
    if role == "校长":
        person = connection.scalar(
            select(jcxx_jzg.c.gh).where(
                jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zw == "1", jcxx_jzg.c.zzbz == "1"
            )
        )
    return _actor(role, person or "", school, district)


def _official(connection: Connection, role: str, organisation: str) -> Actor:
    district = connection.scalar(select(jcxx_jg.c.xzqh).where(jcxx_jg.c.jgdm == organisation))
    return _actor(role, f"{organisation}-01", organisation, district or "")


def _actor(role: str, person: str, organisation: str, district: str) -> Actor:
    return Actor(person, frozenset({role}), organisation, district)
