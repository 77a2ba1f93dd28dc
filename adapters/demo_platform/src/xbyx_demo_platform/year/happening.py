"""What happens at the schools between the flows' steps, written on the platform's own tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from xbyx_demo_platform.defects import CONDUCT_DEFECTS, Conduct, Defect, Row
from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.planting import draw_defects
from xbyx_demo_platform.tables import (
    INSTITUTION,
    SCHOOL_YEAR,
    jcxx_jzg,
    jcxx_xx,
    yx_dacl,
    yx_hdjl,
    yx_jhsb,
    yx_ndpj,
    yx_xfjl,
    yx_xfrd,
    yx_yxnd,
)

from .days import CREDITS_COUNTED, MONTHS

__all__ = ["Schools"]


class Schools:
    """The schools as they act: each as its defects have it, the same for the same seed."""

    def __init__(self, connection: Connection, seed: int) -> None:
        self._seed = seed
        codes = connection.scalars(select(jcxx_xx.c.xxbsm).order_by(jcxx_xx.c.xxbsm)).all()
        self._defects: Mapping[str, tuple[Defect[Any], ...]] = dict(
            zip(codes, draw_defects(seed), strict=True)
        )

    def hold_activities(self, connection: Connection, plan: str) -> None:
        """Hold a year's activities under an approved plan, and evaluate each."""
        school, approved = connection.execute(
            select(yx_jhsb.c.xxbsm, yx_jhsb.c.pzrq).where(yx_jhsb.c.jhbh == plan)
        ).one()
        draws = Draws(self._seed, "activities", plan)
        days = sorted(
            date(*draws.pick(MONTHS), draws.between(1, 28)) for _ in range(draws.between(3, 8))
        )
        if draws.chance(30):  # on the very day of approval, which is allowed
            days[0] = approved
        activities: list[Row] = [
            {
                "hdbh": f"{plan}-{number:02d}",
                "jhbh": plan,
                "hdmc": f"第{number}次校本研修（合成）",
                "hdrq": day,
                "ks": draws.between(1, 8),
                "nrly": draws.pick("1239"),
                "yxfs": draws.pick("12345"),
                "pjbz": 1,
            }
            for number, day in enumerate(days, start=1)
        ]
        rows = self._spoil(school, Conduct(activities=activities))
        _insert(connection, yx_hdjl, rows.activities)

    def evaluate_year(self, connection: Connection, school: str) -> None:
        """Let the school evaluate its own year, and the district the school."""
        draws = Draws(self._seed, "evaluations", school)
        days = (date(2025, 6, draws.between(12, 20)), date(2025, 6, draws.between(23, 30)))
        evaluations: list[Row] = [
            {"xxbsm": school, "xn": SCHOOL_YEAR, "pjlx": kind, "pjrq": f"{day:%Y%m%d}"}
            for kind, day in zip("12", days, strict=True)
        ]
        rows = self._spoil(school, Conduct(evaluations=evaluations))
        _insert(connection, yx_ndpj, rows.evaluations)

    def fill_archive(self, connection: Connection, year: str) -> None:
        """File the papers of a training year: survey, plan, activities, evaluations."""
        school, survey, approved = connection.execute(
            select(yx_yxnd.c.xxbsm, yx_yxnd.c.dyrq, yx_jhsb.c.pzrq)
            .join(yx_jhsb, yx_jhsb.c.jhbh == yx_yxnd.c.jhbh)
            .where(yx_yxnd.c.ndbh == year)
        ).one()
        days = (survey, approved, date(2025, 6, 12), date(2025, 7, 3))
        archive: list[Row] = [
            {"clbh": f"{year}-{kind}", "ndbh": year, "cllx": kind, "grrq": day}
            for kind, day in zip("1234", days, strict=True)
        ]
        rows = self._spoil(school, Conduct(archive=archive))
        _insert(connection, yx_dacl, rows.archive)

    def count_credits(self, connection: Connection, plan: str) -> None:
        """Count the credits of everybody on the staff; without activities there are none."""
        school, approved = connection.execute(
            select(yx_jhsb.c.xxbsm, yx_jhsb.c.pzrq).where(yx_jhsb.c.jhbh == plan)
        ).one()
        held = connection.scalars(
            select(yx_hdjl.c.hdrq)
            .where(yx_hdjl.c.jhbh == plan, yx_hdjl.c.hdrq >= approved)
            .where(yx_hdjl.c.hdrq <= CREDITS_COUNTED)
            .order_by(yx_hdjl.c.hdrq)
        ).all()
        if not held:
            return
        staff = connection.scalars(
            select(jcxx_jzg.c.gh)
            .where(jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zzbz == "1")
            .order_by(jcxx_jzg.c.gh)
        ).all()
        draws = Draws(self._seed, "credits", plan)
        number = f"XF{SCHOOL_YEAR[:4]}{school}"
        recognition: Row = {
            "rdbh": number,
            "xxbsm": school,
            "xn": SCHOOL_YEAR,
            "jhbh": plan,
            "ghbh": f"GH{SCHOOL_YEAR[:4]}{school}",
            "zt": "A",
            "rdyj": "145",
            "shjgdm": INSTITUTION,
        }
        # The rule set's conversion isn't verified; this platform counts ten hours a credit.
        hours = {person: draws.between(8, 40) for person in staff}
        records: list[Row] = [
            {
                "jlbh": f"{number}-{person[-2:]}",
                "rdbh": number,
                "gh": person,
                "xs": hours[person],
                "xf": Decimal(hours[person]) / 10,
                "schdrq": f"{draws.pick(held[:2]):%Y%m%d}",
            }
            for person in staff
        ]
        rows = self._spoil(
            school, Conduct(recognitions=[recognition], credits=records, approved=approved)
        )
        _insert(connection, yx_xfrd, rows.recognitions)
        _insert(connection, yx_xfjl, rows.credits)

    def _spoil(self, school: str, rows: Conduct) -> Conduct:
        for defect in self._defects[school]:
            if defect in CONDUCT_DEFECTS:
                defect.plant(rows, Draws(self._seed, "conduct", school, defect.name))
        return rows


def _insert(connection: Connection, table: Any, rows: list[Row]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
