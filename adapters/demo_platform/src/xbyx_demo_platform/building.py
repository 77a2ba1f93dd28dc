"""Build the demonstration platform: one synthetic district with 52 schools, from a seed.

All names and numbers are invented; every school's name and note say so (合成).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, func, select

from . import tables
from .codes import CODES
from .defects import BOUNDARIES, CONDUCT_DEFECTS, Row, SchoolRows
from .draws import Draws
from .planting import draw_defects
from .supervision.tables import VIEWS
from .tables import BUDGET_YEAR, DISTRICT, EDUCATION_OFFICE, INSTITUTION, SCHOOL_YEAR

__all__ = ["Planted", "PlantedSchool", "build"]

NOTE: Final = "合成数据，非真实学校"
_KINDS: Final = (
    ("01", "示例第{}幼儿园（合成）", 8),
    ("02", "示例第{}小学（合成）", 24),
    ("03", "示例第{}初级中学（合成）", 8),
    ("04", "示例第{}高级中学（合成）", 3),
    ("05", "示例第{}完全中学（合成）", 3),
    ("06", "示例第{}九年一贯制学校（合成）", 3),
    ("07", "示例第{}十二年一贯制学校（合成）", 1),
    ("08", "示例第{}中等职业学校（合成）", 1),
    ("09", "示例第{}特殊教育学校（合成）", 1),
)
_DIGITS: Final = "零一二三四五六七八九"
_DOCUMENTS: Final = (
    ("01", "20240901", "20270831"),
    ("02", "20240901", "20250831"),
    ("03", "20240901", "20250831"),
    ("04", "20200901", "99991231"),
    ("05", "20220901", "99991231"),
    ("06", "20220901", "99991231"),
)
_GOALS: Final = (
    "每位教师完成一次师德研修",
    "每个教研组形成一份作业设计案例",
    "每位教师上一节研究课",
    "每学期开展一次跨学科教研",
)
_ITEMS: Final = ("专家讲课费", "资料费", "差旅费", "线上平台服务费")


@dataclass(frozen=True, slots=True)
class PlantedSchool:
    """One school: its code, its plan's number, and what was planted."""

    code: str
    name: str
    plan: str
    defects: tuple[str, ...]
    boundaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """What a build planted, school by school, in the order of their codes."""

    seed: int
    schools: tuple[PlantedSchool, ...]

    @property
    def clean(self) -> tuple[PlantedSchool, ...]:
        """The schools without a defect."""
        return tuple(one for one in self.schools if not one.defects)


def build(engine: Engine, seed: int) -> Planted:
    """Create the platform's tables in an empty database and fill them; the same for the same seed.

    Args:
        engine: of any database that SQLAlchemy knows.
        seed: any whole number.

    Returns:
        The defects planted, which a demonstration may show and a test may check.

    Raises:
        ValueError: the database already holds such a platform.
    """
    schools = _name_schools()
    flaws = draw_defects(seed)
    rows: list[SchoolRows] = []
    planted: list[PlantedSchool] = []
    for number, ((kind, name), defects) in enumerate(zip(schools, flaws, strict=True), start=1):
        draws = Draws(seed, "school", str(number))
        one = _draw_school(draws, number, kind, name)
        exact = BOUNDARIES if not defects and draws.chance(30) else ()
        for defect in (*defects, *exact):
            if defect not in CONDUCT_DEFECTS:  # those show when the school does something
                defect.plant(one, draws)
        rows.append(one)
        planted.append(
            PlantedSchool(
                code=one.school["xxbsm"],
                name=name,
                plan=one.plan["jhbh"],
                defects=tuple(defect.name for defect in defects),
                boundaries=tuple(defect.name for defect in exact),
            )
        )
    tables.METADATA.create_all(engine)
    with engine.begin() as connection:
        if connection.scalar(select(func.count()).select_from(tables.sys_cs)):
            raise ValueError("this database already holds a demonstration platform")
        for view in VIEWS:
            connection.execute(view)
        _insert_rows(connection, seed, rows)
    return Planted(seed, tuple(planted))


def _name_schools() -> list[tuple[str, str]]:
    return [
        (kind, name.format(_to_chinese(number)))
        for kind, name, count in _KINDS
        for number in range(1, count + 1)
    ]


def _draw_school(draws: Draws, number: int, kind: str, name: str) -> SchoolRows:
    code = f"99{DISTRICT[-4:]}{number:04d}"
    staff = _draw_staff(draws, code)
    total = draws.between(300, 4_000) * 100_000  # fen, in steps of 1,000 yuan
    training = total * draws.between(51, 90) // 1000
    themes = ["T1", "T2", "T3", "T4", *(one for one in ("T5", "T6", "T7") if draws.chance(40))]
    rows = SchoolRows(
        school={
            "xxbsm": code,
            "xxmc": name,
            "xxlb": kind,
            "xzqh": DISTRICT,
            "xzgh": staff[0]["gh"],
            "yxfzr": staff[1]["gh"] if draws.chance(70) else staff[2]["gh"],
            "xbyxjf": None,
            "bz": NOTE,
        },
        multi_year_plan={
            "ghbh": f"GH{SCHOOL_YEAR[:4]}{code}",
            "xxbsm": code,
            "ksrq": "20240901",
            "jsrq": "20270831",
            "zt": "10",
            "tjrq": None,
            "pzrq": None,
            "shjgdm": INSTITUTION,
        },
        plan={
            "jhbh": f"JH{SCHOOL_YEAR[:4]}{code}",
            "xxbsm": code,
            "xn": SCHOOL_YEAR,
            "ghbh": f"GH{SCHOOL_YEAR[:4]}{code}",
            "zt": "10",
            "yxzt": ",".join(draws.shuffled(themes)),
            "tjrq": None,
            "pzrq": None,
            "shjgdm": INSTITUTION,
        },
        scheme={
            "fabh": f"FA{SCHOOL_YEAR[:4]}{code}",
            "xxbsm": code,
            "xn": SCHOOL_YEAR,
            "zt": "0",
            "bbrq": None,
            "barq": None,
            "badwdm": EDUCATION_OFFICE,
        },
        training_year={
            "ndbh": f"ND{SCHOOL_YEAR[:4]}{code}",
            "xxbsm": code,
            "xn": SCHOOL_YEAR,
            "jhbh": f"JH{SCHOOL_YEAR[:4]}{code}",
            "ghbh": f"GH{SCHOOL_YEAR[:4]}{code}",
            "zt": "10",
            "dyrq": date(2024, 6, draws.between(10, 28)),
            "yxzt": ",".join(themes),
            "yxmb": ";".join(draws.shuffled(_GOALS)[: draws.between(1, 3)]),
        },
        finance={
            "xxbsm": code,
            "nd": BUDGET_YEAR,
            "gyjfze": total,
            "jspxf": training,
            "zxlz": "Y",
        },
        group=[{"xxbsm": code, "clbz": 1, "zzgh": staff[0]["gh"]}],
        staff=staff,
        documents=[
            {"wjid": f"WJ{code}{place:02d}", "xxbsm": code, "wjlx": one, "sxrq": start, "zzrq": end}
            for place, (one, start, end) in enumerate(_DOCUMENTS, start=1)
        ],
        items=[
            {"mxid": f"MX{code}{place:02d}", "xxbsm": code, "nd": BUDGET_YEAR, "kmmc": item}
            for place, item in enumerate(_ITEMS[: draws.between(2, 4)], start=1)
        ],
    )
    rows.set_school_budget(training * draws.between(30, 95) // 100)
    return rows


def _draw_staff(draws: Draws, code: str) -> list[Row]:
    posts = ["1", "2", "3", "4", "4", "5"]
    above = ["0", "01", "01", "02", "02", "03"]
    for _ in range(draws.between(4, 9)):
        posts.append("6")
        above.append(draws.pick(["04", "05", "06"]))
    staff: list[Row] = [
        {
            "gh": f"{code}-{place:02d}",
            "xxbsm": code,
            "xm": f"合成教师{code[-2:]}{place:02d}",
            "zw": post,
            "fgjxbz": "Y" if post in "123" else "N",
            "sjgh": "0" if over == "0" else f"{code}-{over}",
            "zzbz": "1",
        }
        for place, (post, over) in enumerate(zip(posts, above, strict=True), start=1)
    ]
    if draws.chance(40):  # somebody who left: not on the staff any more, though still in the table
        staff.append(
            {
                "gh": f"{code}-99",
                "xxbsm": code,
                "xm": f"合成教师{code[-2:]}99",
                "zw": "6",
                "fgjxbz": None,
                "sjgh": None,
                "zzbz": "0",
            }
        )
    return staff


def _insert_rows(connection: Connection, seed: int, schools: list[SchoolRows]) -> None:
    def insert(table: Table, rows: Iterable[dict[str, Any]]) -> None:
        given = list(rows)
        if given:
            connection.execute(table.insert(), given)

    insert(
        tables.sys_cs,
        [{"csm": "seed", "csz": str(seed)}, {"csm": "note", "csz": NOTE}],
    )
    insert(
        tables.sys_dict,
        [
            {"lx": kind, "dm": code, "mc": name}
            for kind, codes in CODES.items()
            for code, name in codes.items()
        ],
    )
    insert(tables.jcxx_jg, _organisations())
    insert(tables.sys_gw, _officers())
    insert(tables.jcxx_xx, ({**one.school, "xbyxjf": _to_yuan(one)} for one in schools))
    insert(tables.jcxx_jzg, (row for one in schools for row in one.staff))
    insert(tables.yx_ldxz, (row for one in schools for row in one.group))
    insert(tables.yx_wj, (row for one in schools for row in one.documents))
    insert(tables.cw_gyjf, (one.finance for one in schools))
    insert(tables.cw_ysmx, (row for one in schools for row in one.items))
    insert(tables.yx_ghsb, (one.multi_year_plan for one in schools))
    insert(tables.yx_jhsb, (one.plan for one in schools))
    insert(tables.yx_fasb, (one.scheme for one in schools))
    insert(tables.yx_yxnd, (one.training_year for one in schools))
    insert(tables.yx_hdjl, (row for one in schools for row in one.activities))


def _organisations() -> list[dict[str, Any]]:
    return [
        {"jgdm": INSTITUTION, "jgmc": "示例区教师进修学校（合成）", "xzqh": DISTRICT},
        {
            "jgdm": tables.OTHER_INSTITUTION,
            "jgmc": "示例邻区教师进修学校（合成）",
            "xzqh": tables.OTHER_DISTRICT,
        },
        {"jgdm": EDUCATION_OFFICE, "jgmc": "示例区教委（合成）", "xzqh": DISTRICT},
        {
            "jgdm": tables.OTHER_EDUCATION_OFFICE,
            "jgmc": "示例邻区教委（合成）",
            "xzqh": tables.OTHER_DISTRICT,
        },
    ]


def _officers() -> list[dict[str, Any]]:
    """Who reviews and who files; each body's second officer left before the school year."""
    bodies = {
        INSTITUTION: "21",
        tables.OTHER_INSTITUTION: "21",
        EDUCATION_OFFICE: "22",
        tables.OTHER_EDUCATION_OFFICE: "22",
    }
    periods = {"01": ("20220901", None), "02": ("20190901", "20240831")}
    return [
        {"gh": f"{body}-{number}", "gwdm": post, "jgdm": body, "qsrq": first, "zzrq": last}
        for body, post in bodies.items()
        for number, (first, last) in periods.items()
    ]


def _to_yuan(rows: SchoolRows) -> Decimal:
    return Decimal(rows.school["xbyxjf"]).scaleb(-2)


def _to_chinese(number: int) -> str:
    """A number of 1 … 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
