"""What a school, or the district, corrects for the other four flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, func, select, update

from xbyx_demo_platform.codes import CODES
from xbyx_demo_platform.tables import (
    EDUCATION_OFFICE,
    SCHOOL_YEAR,
    jcxx_jzg,
    yx_dacl,
    yx_fasb,
    yx_ghsb,
    yx_hdjl,
    yx_jhsb,
    yx_ndpj,
    yx_xfjl,
    yx_xfrd,
    yx_yxnd,
)

from .asking import ask_one, own_institution

__all__ = ["FOR_THE_YEAR"]


def _send_multi_year_plan_home(connection: Connection, key: str, school: str) -> None:
    connection.execute(
        update(yx_ghsb)
        .where(yx_ghsb.c.ghbh == key)
        .values(shjgdm=ask_one(connection, own_institution()))
    )


def _file_scheme_at_home(connection: Connection, key: str, school: str) -> None:
    connection.execute(update(yx_fasb).where(yx_fasb.c.fabh == key).values(badwdm=EDUCATION_OFFICE))


def _write_goals(connection: Connection, key: str, school: str) -> None:
    connection.execute(
        update(yx_yxnd).where(yx_yxnd.c.ndbh == key).values(yxmb="每位教师完成一次师德研修")
    )


def _evaluate_activities(connection: Connection, key: str, school: str) -> None:
    plan = select(yx_yxnd.c.jhbh).where(yx_yxnd.c.ndbh == key).scalar_subquery()
    connection.execute(update(yx_hdjl).where(yx_hdjl.c.jhbh == plan).values(pjbz=1))


def _register_district_evaluation(connection: Connection, key: str, school: str) -> None:
    mine = (yx_ndpj.c.xxbsm == school) & (yx_ndpj.c.pjlx == "2")
    if not connection.scalar(select(func.count()).select_from(yx_ndpj).where(mine)):
        connection.execute(
            yx_ndpj.insert().values(xxbsm=school, xn=SCHOOL_YEAR, pjlx="2", pjrq="20250708")
        )


def _complete_archive(connection: Connection, key: str, school: str) -> None:
    present = set(connection.scalars(select(yx_dacl.c.cllx).where(yx_dacl.c.ndbh == key)))
    for kind in CODES["cllx"]:
        if kind not in present:
            connection.execute(
                yx_dacl.insert().values(
                    clbh=f"{key}-{kind}", ndbh=key, cllx=kind, grrq=date(2025, 7, 16)
                )
            )


def _complete_credits(connection: Connection, key: str, school: str) -> None:
    """Cite the rule set in force, and give everybody on the staff a record."""
    connection.execute(update(yx_xfrd).where(yx_xfrd.c.rdbh == key).values(rdyj="145"))
    mine = yx_xfjl.c.rdbh == key
    first = connection.scalar(select(func.max(yx_xfjl.c.schdrq)).where(mine))
    present = set(connection.scalars(select(yx_xfjl.c.gh).where(mine)))
    staff = connection.scalars(
        select(jcxx_jzg.c.gh)
        .where(jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zzbz == "1")
        .order_by(jcxx_jzg.c.gh)
    )
    for person in [one for one in staff if one not in present]:
        connection.execute(
            yx_xfjl.insert().values(
                jlbh=f"{key}-{person[-2:]}", rdbh=key, gh=person, xs=10, xf=1, schdrq=first
            )
        )


def _recount_credits(connection: Connection, key: str, school: str) -> None:
    """Count again from the later day of approval on; what was held before it drops out."""
    plan, annual, multi_year = connection.execute(
        select(yx_xfrd.c.jhbh, yx_jhsb.c.pzrq, yx_ghsb.c.pzrq)
        .join(yx_jhsb, yx_jhsb.c.jhbh == yx_xfrd.c.jhbh)
        .join(yx_ghsb, yx_ghsb.c.ghbh == yx_xfrd.c.ghbh)
        .where(yx_xfrd.c.rdbh == key)
    ).one()
    if annual is None or multi_year is None:
        return
    approved = max(annual, date.fromisoformat(multi_year))
    held = connection.scalar(
        select(func.min(yx_hdjl.c.hdrq)).where(yx_hdjl.c.jhbh == plan, yx_hdjl.c.hdrq >= approved)
    )
    if held is None:
        return
    connection.execute(
        update(yx_xfjl)
        .where(yx_xfjl.c.rdbh == key, yx_xfjl.c.schdrq < approved.strftime("%Y%m%d"))
        .values(schdrq=held.strftime("%Y%m%d"))
    )


def _send_credits_home(connection: Connection, key: str, school: str) -> None:
    connection.execute(
        update(yx_xfrd)
        .where(yx_xfrd.c.rdbh == key)
        .values(shjgdm=ask_one(connection, own_institution()))
    )


FOR_THE_YEAR: MappingProxyType[str, Callable[[Connection, str, str], None]] = MappingProxyType(
    {
        "multi-year-plan-reviewed-in-own-district": _send_multi_year_plan_home,
        "scheme-filing": _file_scheme_at_home,
        "themes-and-goals": _write_goals,
        "activities-evaluated": _evaluate_activities,
        "year-evaluated": _register_district_evaluation,
        "archive-complete": _complete_archive,
        "credits-recognised": _complete_credits,
        "credits-after-approval": _recount_credits,
        "credits-reviewed-in-own-district": _send_credits_home,
    }
)
"""Rule → what is done about it."""
