"""The books beside the year: budgets with what was spent, and teachers' credits of a past cycle.

Takes: an engine of a platform that `build` filled, its seed.
Gives: `keep_books`, the tables filled; `BOOKS`, their mapping.
May assume: nothing of the year.
Refuses: to fill them twice.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    Numeric,
    String,
    Table,
    insert,
    select,
)

from xbyx_rules.hosting import (
    Beside,
    Codes,
    Dates,
    DateTimes,
    EntityMapping,
    FenToYuan,
    Number,
    ToMany,
    ToOne,
    YesNo,
)
from xbyx_rules.hosting import Column as Filled

from .draws import Draws
from .tables import BUDGET_YEAR, METADATA, cw_ysmx, jcxx_jzg, jcxx_xx

__all__ = ["BOOKS", "keep_books"]

# 年度预算: 编号, 学校, 年度, 批准日期; 金额在 cw_gyjf 和 jcxx_xx
dd_ndys = Table(
    "dd_ndys",
    METADATA,
    Column("ysbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("nd", Integer, nullable=False),
    Column("pzrq", Date),
)
# 支出: 编号, 预算, 明细, 金额(分), 日期
dd_zc = Table(
    "dd_zc",
    METADATA,
    Column("zcbh", String(28), primary_key=True),
    Column("ysbh", String(20), nullable=False),
    Column("mxid", String(24), nullable=False),
    Column("je", BigInteger, nullable=False),
    Column("zcrq", Date, nullable=False),
)
# 周期学分: 编号, 工号, 入职日期
dd_zqxf = Table(
    "dd_zqxf",
    METADATA,
    Column("zqbh", String(24), primary_key=True),
    Column("gh", String(16), nullable=False),
    Column("rzrq", String(8), nullable=False),
)
# 培训记录: 类别, 性质, 学时, 日期, 时间, 计划批准日期
dd_pxjl = Table(
    "dd_pxjl",
    METADATA,
    Column("pxbh", String(28), primary_key=True),
    Column("zqbh", String(24), nullable=False),
    Column("hdbh", String(24), nullable=False),
    Column("pxlb", String(2), nullable=False),
    Column("kcxz", String(1), nullable=False),
    Column("xs", Numeric(6, 1), nullable=False),
    Column("rq", String(8), nullable=False),
    Column("kssj", String(16)),
    Column("jssj", String(16)),
    Column("jhpzrq", String(8)),
)

_KINDS: Final = {
    "01": "集中培训",
    "02": "实践类课程",
    "03": "教研",
    "04": "网络学习",
    "05": "校本研修",
}
_PARTS: Final = {"1": "公共必修", "2": "专业必修", "3": "选修", "4": "校本研修"}
_COMPACT: Final = Dates("YYYYMMDD")

BOOKS: Final = (
    EntityMapping(
        entity="年度预算",
        table="dd_ndys",
        key="ysbh",
        terms={
            "学校": ToOne(on={"xxbsm": "xxbsm"}, only=("学校标识码", "学校名称", "所属区")),
            "预算年度": Filled("nd", Number()),
            "批准日期": Filled("pzrq", Dates()),
            "预算明细": ToMany(
                on={"xxbsm": "xxbsm", "nd": "nd"}, is_complete=True, order_by=("mxid",)
            ),
            "支出": ToMany(on={"ysbh": "ysbh"}, is_complete=True, order_by=("zcbh",)),
        },
        beside=(
            Beside(
                table="cw_gyjf",
                on={"xxbsm": "xxbsm", "nd": "nd"},
                terms={
                    "公用经费预算总额": Filled("gyjfze", FenToYuan()),
                    "教师培训经费预算": Filled("jspxf", FenToYuan()),
                    "专项列支": Filled("zxlz", YesNo()),
                },
            ),
            Beside(
                table="jcxx_xx",
                on={"xxbsm": "xxbsm"},
                terms={"校本研修经费预算": Filled("xbyxjf", Number())},
            ),
        ),
    ),
    EntityMapping(
        entity="预算明细",
        table="cw_ysmx",
        key="mxid",
        terms={
            "科目": Filled("kmmc"),
            "预算年度": Filled("nd", Number()),
            "金额": Filled("je", FenToYuan()),
        },
    ),
    EntityMapping(
        entity="支出",
        table="dd_zc",
        key="zcbh",
        terms={
            "明细编号": Filled("mxid"),
            "金额": Filled("je", FenToYuan()),
            "日期": Filled("zcrq", Dates()),
        },
    ),
    EntityMapping(
        entity="周期学分",
        table="dd_zqxf",
        key="zqbh",
        terms={
            "教师": Filled("gh"),
            "入职日期": Filled("rzrq", _COMPACT),
            "培训记录": ToMany(on={"zqbh": "zqbh"}, is_complete=True, order_by=("pxbh",)),
        },
    ),
    EntityMapping(
        entity="培训记录",
        table="dd_pxjl",
        key="pxbh",
        terms={
            "活动编号": Filled("hdbh"),
            "培训类别": Filled("pxlb", Codes(_KINDS)),
            "课程性质": Filled("kcxz", Codes(_PARTS)),
            "学时": Filled("xs", Number()),
            "日期": Filled("rq", _COMPACT),
            # Every training of this platform is of one day.
            "末日": Filled("rq", _COMPACT),
            "开始时间": Filled("kssj", DateTimes()),
            "结束时间": Filled("jssj", DateTimes()),
            "计划批准日期": Filled("jhpzrq", _COMPACT),
        },
    ),
)
"""How the books fill the vocabulary."""


def keep_books(engine: Engine, seed: int) -> None:
    """Fill the books: for every school a budget with its spending and one teacher's cycle.

    Raises:
        ValueError: they are filled already.
    """
    with engine.begin() as connection:
        if connection.scalar(select(dd_ndys.c.ysbh).limit(1)):
            raise ValueError("this platform has its books already")
        codes = connection.scalars(select(jcxx_xx.c.xxbsm).order_by(jcxx_xx.c.xxbsm)).all()
        for code in codes:
            _keep_budget(connection, code, Draws(seed, "books", code))
            _keep_cycle(connection, code, Draws(seed, "cycle", code))


def _keep_budget(connection: Connection, code: str, draws: Draws) -> None:
    budget = f"YS{BUDGET_YEAR}{code}"
    approved = date(BUDGET_YEAR, 1, draws.between(8, 25))
    row = {"ysbh": budget, "xxbsm": code, "nd": BUDGET_YEAR, "pzrq": approved}
    connection.execute(insert(dd_ndys), [row])
    lines = connection.execute(
        select(cw_ysmx.c.mxid, cw_ysmx.c.je)
        .where(cw_ysmx.c.xxbsm == code, cw_ysmx.c.je.is_not(None))
        .order_by(cw_ysmx.c.mxid)
    ).all()
    spent: list[dict[str, Any]] = []
    for line in lines:
        # One school in six has spent a fen too much on a line.
        most = line.je + 1 if draws.chance(6) else line.je
        first = most * draws.between(20, 60) // 100
        for part in (first, most - first):
            number = f"ZC{code}{len(spent):02d}"
            day = date(BUDGET_YEAR, draws.between(3, 12), draws.between(1, 28))
            spent.append(
                {"zcbh": number, "ysbh": budget, "mxid": line.mxid, "je": part, "zcrq": day}
            )
    if spent:
        connection.execute(insert(dd_zc), spent)


def _keep_cycle(connection: Connection, code: str, draws: Draws) -> None:
    """One teacher's five years 2016 to 2020, with a repeated and an overlapping activity."""
    teacher = connection.scalars(
        select(jcxx_jzg.c.gh)
        .where(jcxx_jzg.c.xxbsm == code, jcxx_jzg.c.zw == "6", jcxx_jzg.c.zzbz == "1")
        .order_by(jcxx_jzg.c.gh)
        .limit(1)
    ).one()
    cycle = f"ZQ2016{teacher}"
    row = {"zqbh": cycle, "gh": teacher, "rzrq": f"{draws.between(1998, 2014)}0901"}
    connection.execute(insert(dd_zqxf), [row])
    rows: list[dict[str, Any]] = []

    def add(kind: str, part: str, hours: int, day: date, **more: Any) -> dict[str, Any]:
        number = len(rows) + 1
        made = {
            "pxbh": f"{cycle}{number:02d}",
            "zqbh": cycle,
            "hdbh": f"P{number:02d}",
            "pxlb": kind,
            "kcxz": part,
            "xs": hours,
            "rq": f"{day:%Y%m%d}",
            "kssj": None,
            "jssj": None,
            "jhpzrq": None,
        }
        rows.append({**made, **more})
        return rows[-1]

    for year in range(2016, 2021):
        add("01", "1", draws.between(1, 3) * 5, date(year, 4, draws.between(1, 28)))
        add("01", "2", draws.between(3, 6) * 5, date(year, 5, draws.between(1, 28)))
        add("04", "3", draws.between(4, 9) * 5, date(year, 7, draws.between(1, 28)))
        approval = {"jhpzrq": f"{year}0920"}
        add("05", "4", draws.between(7, 10) * 5, date(year, 10, draws.between(1, 28)), **approval)
    add("05", "4", 10, date(2018, 9, 10), jhpzrq="20180920")  # before approval
    add("01", "2", rows[1]["xs"], date(2016, 5, 1), hdbh=rows[1]["hdbh"], rq=rows[1]["rq"])
    day = date(2019, 11, 12)
    add("03", "3", 10, day, kssj=f"{day} 08:00", jssj=f"{day} 11:00")
    add("02", "3", 10, day, kssj=f"{day} 10:00", jssj=f"{day} 12:00")  # overlaps
    connection.execute(insert(dd_pxjl), rows)
