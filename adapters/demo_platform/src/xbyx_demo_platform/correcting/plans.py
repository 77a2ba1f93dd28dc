"""What a school corrects for its annual plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import Connection, String, cast, func, select, update

from xbyx_demo_platform.tables import (
    BUDGET_YEAR,
    cw_gyjf,
    cw_ysmx,
    jcxx_jzg,
    jcxx_xx,
    yx_ghsb,
    yx_jhsb,
    yx_ldxz,
    yx_wj,
)

from .asking import ask_one, own_institution

__all__ = ["FOR_PLANS"]


def _complete_themes(connection: Connection, plan: str, school: str) -> None:
    mine = yx_jhsb.c.jhbh == plan
    present = connection.scalar(select(yx_jhsb.c.yxzt).where(mine)) or ""
    themes = [*present.split(","), "T1", "T2", "T3", "T4"] if present else ["T1", "T2", "T3", "T4"]
    connection.execute(update(yx_jhsb).where(mine).values(yxzt=",".join(dict.fromkeys(themes))))


def _complete_documents(connection: Connection, plan: str, school: str) -> None:
    _issue_documents(connection, school, ("01", "02", "03", "04"))


def _complete_mechanisms(connection: Connection, plan: str, school: str) -> None:
    _issue_documents(connection, school, ("05", "06"))


def _issue_documents(connection: Connection, school: str, kinds: Iterable[str]) -> None:
    for kind in kinds:
        mine = (yx_wj.c.xxbsm == school) & (yx_wj.c.wjlx == kind)
        if not connection.scalar(
            select(func.count()).select_from(yx_wj).where(mine, yx_wj.c.zzrq >= "20250831")
        ):
            number = f"WJ{school}B{kind}"
            connection.execute(
                yx_wj.insert().values(
                    wjid=number, xxbsm=school, wjlx=kind, sxrq="20240901", zzrq="20250831"
                )
            )


def _set_up_leadership(connection: Connection, plan: str, school: str) -> None:
    principal = _person(connection, school, "1")
    connection.execute(
        update(jcxx_xx)
        .where(jcxx_xx.c.xxbsm == school)
        .values(xzgh=principal, yxfzr=_person(connection, school, "2"))
    )
    connection.execute(yx_ldxz.delete().where(yx_ldxz.c.xxbsm == school))
    connection.execute(yx_ldxz.insert().values(xxbsm=school, clbz=1, zzgh=principal))


def _mend_reporting(connection: Connection, plan: str, school: str) -> None:
    connection.execute(
        update(jcxx_jzg)
        .where(jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zw == "6", jcxx_jzg.c.zzbz == "1")
        .values(sjgh=_person(connection, school, "4"))
    )


def _person(connection: Connection, school: str, post: str) -> str:
    """The first person of the school in a post."""
    return ask_one(
        connection,
        select(func.min(jcxx_jzg.c.gh)).where(
            jcxx_jzg.c.xxbsm == school, jcxx_jzg.c.zw == post, jcxx_jzg.c.zzbz == "1"
        ),
    )


def _balance_budget(connection: Connection, plan: str, school: str) -> None:
    """Bring the school's budget below the training budget, and its items to its sum."""
    written = ask_one(
        connection, select(cast(jcxx_xx.c.xbyxjf, String(64))).where(jcxx_xx.c.xxbsm == school)
    )
    finance = (cw_gyjf.c.xxbsm == school) & (cw_gyjf.c.nd == BUDGET_YEAR)
    training = int(ask_one(connection, select(cw_gyjf.c.jspxf).where(finance)))
    fen = min(int(Decimal(written) * 100), training)
    connection.execute(
        update(jcxx_xx).where(jcxx_xx.c.xxbsm == school).values(xbyxjf=Decimal(fen).scaleb(-2))
    )
    mine = (cw_ysmx.c.xxbsm == school) & (cw_ysmx.c.nd == BUDGET_YEAR)
    numbers = connection.scalars(select(cw_ysmx.c.mxid).where(mine).order_by(cw_ysmx.c.mxid)).all()
    for number in numbers:
        share = fen // len(numbers)
        rest = fen - share * (len(numbers) - 1)
        connection.execute(
            update(cw_ysmx)
            .where(cw_ysmx.c.mxid == number)
            .values(je=rest if number == numbers[-1] else share)
        )


def _fill_in_funding(connection: Connection, plan: str, school: str) -> None:
    """Fill in what is missing and itemise; what is too little stays too little."""
    mine = (cw_gyjf.c.xxbsm == school) & (cw_gyjf.c.nd == BUDGET_YEAR)
    connection.execute(update(cw_gyjf).where(mine).values(zxlz="Y"))
    # WHY by the last digit: one in five missing totals turns out too high for the training budget.
    times = 21 if school[-1] in "05" else 16
    connection.execute(
        update(cw_gyjf)
        .where(mine, cw_gyjf.c.gyjfze.is_(None))
        .values(gyjfze=cw_gyjf.c.jspxf * times)
    )


def _send_to_own_district(connection: Connection, plan: str, school: str) -> None:
    connection.execute(
        update(yx_jhsb)
        .where(yx_jhsb.c.jhbh == plan)
        .values(shjgdm=ask_one(connection, own_institution()))
    )


def _name_multi_year_plan(connection: Connection, plan: str, school: str) -> None:
    own = select(yx_ghsb.c.ghbh).where(yx_ghsb.c.xxbsm == school)
    connection.execute(
        update(yx_jhsb)
        .where(yx_jhsb.c.jhbh == plan, yx_jhsb.c.ghbh.is_(None))
        .values(ghbh=ask_one(connection, own))
    )


FOR_PLANS: MappingProxyType[str, Callable[[Connection, str, str], None]] = MappingProxyType(
    {
        "required-themes": _complete_themes,
        "four-documents": _complete_documents,
        "mechanisms": _complete_mechanisms,
        "leading-group": _set_up_leadership,
        "group-headed-by-principal": _set_up_leadership,
        "manager": _set_up_leadership,
        "layered-network": _mend_reporting,
        "budget-made": _balance_budget,
        "funding-floor": _fill_in_funding,
        "reviewed-in-own-district": _send_to_own_district,
        "school-year-covered": _name_multi_year_plan,
    }
)
"""Rule → what a school does about it."""
