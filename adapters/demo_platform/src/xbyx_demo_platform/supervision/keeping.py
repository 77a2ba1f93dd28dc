"""Fill the registers from what happened in the year, and plant faults that a check should find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, insert, select

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.tables import (
    DISTRICT,
    INSTITUTION,
    OTHER_DISTRICT,
    SCHOOL_YEAR,
    jcxx_jzg,
    jcxx_xx,
    yx_ghsb,
    yx_hdjl,
    yx_jhsb,
    yx_ndpj,
    yx_xfrd,
)

from . import tables as t
from .planted import PlantedDoubt

__all__ = ["keep_registers"]

Row = dict[str, Any]
_OPEN: Final = "99991231"
_KINDS: Final = (("1", yx_ghsb), ("2", yx_jhsb))


@dataclass(slots=True)
class _Registers:
    """One school's rows, by table."""

    code: str
    staff: list[tuple[str, str, str]]
    activities: list[tuple[str, date]]
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: Table, *rows: Row) -> None:
        self.rows.setdefault(table.name, []).extend({"xxbsm": self.code, **one} for one in rows)

    def of(self, table: Table) -> list[Row]:
        return self.rows.setdefault(table.name, [])


def keep_registers(engine: Engine, seed: int) -> tuple[PlantedDoubt, ...]:
    """Make the registers of a platform whose year was run; the same for the same seed.

    Returns:
        The faults planted: each kind once, in a school of its own as far as there are enough, and
        those in the district's list of units.
    """
    with engine.begin() as connection:
        if connection.scalar(select(t.dd_qu.c.xzqh).limit(1)):
            raise ValueError("this platform has its registers already")
        schools = [
            _draw(connection, seed, code)
            for code in connection.scalars(select(jcxx_xx.c.xxbsm).order_by(jcxx_xx.c.xxbsm))
        ]
        planted = _plant(seed, schools)
        names = {table.name: table for table in _SCHOOL_TABLES}
        for school in schools:
            for name, rows in school.rows.items():
                if rows:
                    connection.execute(insert(names[name]), rows)
        return (*planted, *_register_units(connection, seed))


_SCHOOL_TABLES: Final = (
    *(t.dd_rz, t.dd_xzrz, t.dd_hdsj, t.dd_cj, t.dd_xfdj, t.dd_shjl, t.dd_jxpj),
    *(t.dd_zt, t.dd_kc, t.dd_xl, t.dd_ch, t.dd_jd, t.dd_td, t.dd_xk),
)


def _draw(connection: Connection, seed: int, code: str) -> _Registers:
    draws = Draws(seed, "registers", code)
    staff = connection.execute(
        select(jcxx_jzg.c.gh, jcxx_jzg.c.zw, jcxx_jzg.c.fgjxbz)
        .where(jcxx_jzg.c.xxbsm == code, jcxx_jzg.c.zzbz == "1")
        .order_by(jcxx_jzg.c.gh)
    ).all()
    held = connection.execute(
        select(yx_hdjl.c.hdbh, yx_hdjl.c.hdrq)
        .join(yx_jhsb, yx_jhsb.c.jhbh == yx_hdjl.c.jhbh)
        .where(yx_jhsb.c.xxbsm == code)
        .order_by(yx_hdjl.c.hdbh)
    ).all()
    school = _Registers(
        code,
        [(one.gh, one.zw, one.fgjxbz or "N") for one in staff],
        [(one.hdbh, one.hdrq) for one in held],
    )
    _keep_people(connection, school)
    _keep_courses(school)
    _keep_activities(connection, school)
    _keep_reviews(connection, school)
    _keep_partners(school, draws)
    return school


def _keep_people(connection: Connection, school: _Registers) -> None:
    for person, post, is_in_charge in school.staff:
        tenure = {"rzbh": f"RZ{person}", "gh": person, "zw": post, "fgjxbz": is_in_charge}
        school.add(t.dd_rz, {**tenure, "qsrq": "20200901", "zzrq": _OPEN})
    manager = connection.scalar(select(jcxx_xx.c.yxfzr).where(jcxx_xx.c.xxbsm == school.code))
    heads = [person for person, post, _ in school.staff if post == "1"]
    managers = [
        one
        for one, post, is_in_charge in school.staff
        if one == manager and post in "23" and is_in_charge == "Y"
    ]
    for place, (person, role) in enumerate(
        [*((one, "1") for one in heads[:1]), *((one, "2") for one in managers)]
    ):
        row = {"xzrzbh": f"XZ{school.code}{place}", "xzlx": "12"[place % 2], "gh": person}
        school.add(t.dd_xzrz, {**row, "xzzw": role, "qsrq": "20230901", "zzrq": _OPEN})


def _keep_courses(school: _Registers) -> None:
    code = school.code
    school.add(t.dd_xl, {"xlbh": f"XL{code}", "xlmc": "教师发展系列（合成）"})
    for number in (1, 2):
        course = f"KC{code}{number}"
        school.add(t.dd_kc, {"kcbh": course, "kcmc": f"课程{number}（合成）", "xlbh": f"XL{code}"})
        school.add(
            t.dd_zt, {"ztbh": f"ZT{code}{number}", "ztmc": f"主题{number}（合成）", "kcbh": course}
        )


def _keep_activities(connection: Connection, school: _Registers) -> None:
    registered = connection.scalar(select(yx_xfrd.c.zt).where(yx_xfrd.c.xxbsm == school.code))
    approved = connection.scalar(select(yx_jhsb.c.pzrq).where(yx_jhsb.c.xxbsm == school.code))
    for place, (activity, day) in enumerate(school.activities):
        # WHY an hour apart by number: two on one day must not overlap unless that is planted.
        begins, ends = (f"{day} {8 + place:02d}:{minute}" for minute in ("00", "50"))
        theme = f"ZT{school.code}{1 + place % 2}"
        # `dd_hdsj` has no school of its own.
        school.of(t.dd_hdsj).append({"hdbh": activity, "kssj": begins, "jssj": ends, "ztbh": theme})
        for person, _, _ in school.staff[place % 3 :: 2]:
            key = f"{activity}-{person[-2:]}"
            row = {"gh": person, "hdbh": activity}
            school.add(
                t.dd_cj, {**row, "cjbh": f"CJ{key}", "kssj": begins, "jssj": ends, "sdbz": "Y"}
            )
            if registered == "E" and approved is not None and day >= approved:
                school.add(t.dd_xfdj, {**row, "djbh": f"DJ{key}", "xn": SCHOOL_YEAR, "xf": 1})


def _keep_reviews(connection: Connection, school: _Registers) -> None:
    for kind, table in _KINDS:
        found = connection.execute(
            select(table.c.pzrq).where(table.c.xxbsm == school.code, table.c.pzrq.is_not(None))
        ).scalar()
        if found is not None:
            day = found if isinstance(found, date) else date.fromisoformat(found)
            school.add(t.dd_shjl, _review(school.code, kind, day))
    if connection.scalar(
        select(yx_xfrd.c.zt).where(yx_xfrd.c.xxbsm == school.code, yx_xfrd.c.zt.in_(("D", "E")))
    ):
        school.add(t.dd_shjl, _review(school.code, "3", date(2025, 7, 15)))
    evaluated = connection.scalar(
        select(yx_ndpj.c.pjrq).where(yx_ndpj.c.xxbsm == school.code, yx_ndpj.c.pjlx == "2")
    )
    if evaluated is not None:
        row = {"pjbh": f"PJ{school.code}", "pjrq": evaluated, "xxkh": "Y", "xzkh": "Y"}
        school.add(t.dd_jxpj, row)


def _review(code: str, kind: str, day: date) -> Row:
    return {
        "shbh": f"SH{code}{kind}",
        "xxxzqh": DISTRICT,
        "zl": kind,
        "xn": SCHOOL_YEAR,
        "shr": f"{INSTITUTION}-01",
        "jgxzqh": DISTRICT,
        "jglb": "1",
        "shrq": day,
    }


def _keep_partners(school: _Registers, draws: Draws) -> None:
    code = school.code
    if draws.chance(20):
        school.add(
            t.dd_ch,
            {"chbh": f"CH{code}", "jb": draws.pick("12"), "syrq": "20230901", "sxrq": "20260831"},
        )
        partner = f"99{DISTRICT[-4:]}{1 + draws.below(52):04d}"
        row = {"jdbh": f"JD{code}", "bfxx": partner, "fs": draws.pick("12")}
        school.add(t.dd_jd, {**row, "qsrq": "20240901", "zzrq": "20260831"})
    team = ",".join(person for person, _, _ in school.staff[: draws.between(5, 10)])
    school.add(t.dd_td, {"tdbh": f"TD{code}", "cy": team})
    count = draws.between(3, 9)
    subject: Row = {"xkbh": f"XK{code}", "xk": "语文", "jss": count}
    school.add(t.dd_xk, {**subject, "xjtd": int(count < 5 or draws.chance(30))})


# --- faults -------------------------------------------------------------------------------------

Fault = Callable[[_Registers], bool]
"""Spoils a school's rows; False where it has none that could be spoilt so."""


def _plant(seed: int, schools: Sequence[_Registers]) -> tuple[PlantedDoubt, ...]:
    order = Draws(seed, "doubts").shuffled(schools)
    planted: list[PlantedDoubt] = []
    for check, fault in _FAULTS.items():
        used = {one.where for one in planted}
        fresh = [one for one in order if one.code not in used]
        for school in [*fresh, *order]:
            if fault(school):
                planted.append(PlantedDoubt(check, school.code))
                break
    return tuple(planted)


def _change(table: Table, **values: Any) -> Fault:
    def spoil(school: _Registers) -> bool:
        rows = school.of(table)
        if not rows:
            return False
        rows[0].update(values)
        return True

    return spoil


def _head_before_office(school: _Registers) -> bool:
    return _change_where(school, t.dd_xzrz, "xzzw", "1", qsrq="20190901")


def _manager_after_office(school: _Registers) -> bool:
    return _change_where(school, t.dd_xzrz, "xzzw", "2", qsrq="20190901")


def _change_where(school: _Registers, table: Table, name: str, value: str, **values: Any) -> bool:
    found = [row for row in school.of(table) if row[name] == value]
    if found:
        found[0].update(values)
    return bool(found)


def _reviewer_on_staff(school: _Registers) -> bool:
    if not school.of(t.dd_shjl):
        return False
    tenure = {"gh": f"{INSTITUTION}-01", "zw": "6", "fgjxbz": "N"}
    school.add(
        t.dd_rz, {"rzbh": f"RZ{school.code}X", **tenure, "qsrq": "20240101", "zzrq": "20251231"}
    )
    return True


def _credits_of_no_activity(school: _Registers) -> bool:
    if not school.of(t.dd_xfdj):
        return False
    entry = school.of(t.dd_xfdj)[0]
    signed = next(
        one
        for one in school.of(t.dd_cj)
        if (one["gh"], one["hdbh"]) == (entry["gh"], entry["hdbh"])
    )
    entry["hdbh"] = signed["hdbh"] = "HD-NONE"
    return True


def _credits_of_the_absent(school: _Registers) -> bool:
    entries = {(one["gh"], one["hdbh"]) for one in school.of(t.dd_xfdj)}
    found = [one for one in school.of(t.dd_cj) if (one["gh"], one["hdbh"]) in entries]
    if found:
        found[0]["sdbz"] = "N"
    return bool(found)


def _credits_not_reviewed(school: _Registers) -> bool:
    if not school.of(t.dd_xfdj):
        return False
    rows = school.of(t.dd_shjl)
    rows[:] = [one for one in rows if one["zl"] != "3"]
    return True


def _two_places_at_once(school: _Registers) -> bool:
    rows = school.of(t.dd_cj)
    if not rows:
        return False
    other = {**rows[0], "cjbh": f"{rows[0]['cjbh']}Y", "hdbh": f"{rows[0]['hdbh']}Y"}
    rows.append(other)
    return True


def _title_lapsed(school: _Registers) -> bool:
    return bool(school.of(t.dd_jd)) and _change(t.dd_ch, sxrq="20250630")(school)


def _team_too_small(school: _Registers) -> bool:
    return _change(t.dd_td, cy=",".join(one for one, _, _ in school.staff[:4]))(school)


_FAULTS: Final[dict[str, Fault]] = {
    "head-not-principal": _head_before_office,
    "manager-not-in-charge": _manager_after_office,
    "reviewed-elsewhere": _change(t.dd_shjl, jgxzqh=OTHER_DISTRICT),
    "reviewer-of-own-school": _reviewer_on_staff,
    "credit-without-activity": _credits_of_no_activity,
    "credit-without-attendance": _credits_of_the_absent,
    "credit-without-review": _credits_not_reviewed,
    "evaluation-unused": _change(t.dd_jxpj, xzkh="N"),
    "activity-without-theme": _change(t.dd_hdsj, ztbh=""),
    "theme-without-course": _change(t.dd_zt, kcbh="KC-NONE"),
    "course-without-series": _change(t.dd_kc, xlbh=""),
    "pairing-without-title": _title_lapsed,
    "alliance-team-size": _team_too_small,
    "small-subject-alone": _change(t.dd_xk, jss=4, xjtd=0),
    "overlapping-attendance": _two_places_at_once,
}


def _register_units(connection: Connection, seed: int) -> tuple[PlantedDoubt, ...]:
    """The district's list of units, kept by hand, with units in it twice."""
    connection.execute(insert(t.dd_qu), [{"xzqh": DISTRICT, "qmc": "示例区（合成）"}])
    found = connection.execute(
        select(jcxx_xx.c.xxbsm, jcxx_xx.c.xxmc).order_by(jcxx_xx.c.xxbsm)
    ).all()
    rows: list[Row] = [
        {"djbh": f"DW{number:03d}", "xzqh": DISTRICT, "dwmc": one.xxmc, "xxbsm": one.xxbsm}
        for number, one in enumerate(found, start=1)
    ]
    draws = Draws(seed, "units")
    first, second = draws.shuffled(range(len(found)))[:2]
    spaced = found[first].xxmc.replace("第", "第 ", 1)
    rows.append({"djbh": "DW901", "xzqh": DISTRICT, "dwmc": spaced, "xxbsm": None})
    renamed = {"djbh": "DW902", "dwmc": "示例更名学校（合成）", "xxbsm": found[second].xxbsm}
    rows.append({"xzqh": DISTRICT, **renamed})
    # Short and full name of one unit, whose code nobody entered.
    for number, name in (("DW903", "示例第十九中"), ("DW904", "示例第十九中学")):
        rows.append({"djbh": number, "xzqh": DISTRICT, "dwmc": name, "xxbsm": None})
    connection.execute(insert(t.dd_djdw), rows)
    return tuple(PlantedDoubt(one, DISTRICT) for one in ("same-unit-twice", "same-code-twice"))
