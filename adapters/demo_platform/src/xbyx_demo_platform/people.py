"""Who acts for a plan: persons of the school, of the reviewing institution, of the district."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from xbyx_rules.lifecycle import Actor

from .tables import EDUCATION_OFFICE, jcxx_jg, jcxx_jzg, jcxx_xx, yx_jhsb

__all__ = ["People", "find_people"]


@dataclass(frozen=True, slots=True)
class People:
    """The actor of each role for one plan, by role."""

    by_role: dict[str, Actor]

    def __getitem__(self, role: str) -> Actor:
        return self.by_role[role]


def find_people(connection: Connection, plan: str) -> People:
    """Find who acts, as the platform's log-in would know them."""
    school, reviewing = connection.execute(
        select(yx_jhsb.c.xxbsm, yx_jhsb.c.shjgdm).where(yx_jhsb.c.jhbh == plan)
    ).one()
    district, manager = connection.execute(
        select(jcxx_xx.c.xzqh, jcxx_xx.c.yxfzr).where(jcxx_xx.c.xxbsm == school)
    ).one()
    principal = connection.scalar(
        select(jcxx_jzg.c.gh).where(
            jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zw == "1", jcxx_jzg.c.zzbz == "1"
        )
    )
    return People(
        {
            "分管负责人": _actor("分管负责人", manager, school, district),
            "校长": _actor("校长", principal or "", school, district),
            "区级审核员": _official(connection, "区级审核员", reviewing),
            "区教委备案员": _official(connection, "区教委备案员", EDUCATION_OFFICE),
        }
    )


def _official(connection: Connection, role: str, organisation: str) -> Actor:
    district = connection.scalar(select(jcxx_jg.c.xzqh).where(jcxx_jg.c.jgdm == organisation))
    return _actor(role, f"{organisation}-01", organisation, district or "")


def _actor(role: str, person: str, organisation: str, district: str) -> Actor:
    return Actor(person, frozenset({role}), organisation, district)
