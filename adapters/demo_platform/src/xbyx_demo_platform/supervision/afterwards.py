"""Change the year's own records after the year was run, each so that one check finds it.

The flows of the year let no such record pass, so what they left is clean for half of the checks.
Records do change later, by a correction, a departure, an entry struck out: that is played here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, select, update

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.tables import (
    BUDGET_YEAR,
    cw_gyjf,
    jcxx_jzg,
    jcxx_xx,
    yx_dacl,
    yx_fasb,
    yx_ghsb,
    yx_hdjl,
    yx_jhsb,
    yx_ndpj,
    yx_wj,
    yx_yxnd,
)

from .planted import PlantedDoubt
from .tables import dd_xfdj

__all__ = ["change_afterwards"]

Change = Callable[[Connection, str], bool]
"""Changes the records of the school with that code; False where it has none to change so."""

_DAY: Final = timedelta(days=1)


def change_afterwards(
    engine: Engine, seed: int, planted: Collection[PlantedDoubt]
) -> tuple[PlantedDoubt, ...]:
    """Change records of schools that have no fault yet, one school a check.

    Args:
        engine: the platform, its registers kept.
        seed: the same changes for the same seed.
        planted: from `keep_registers`; those schools are left as they are.

    Returns:
        What was changed.

    Raises:
        ValueError: no school is left whose records can be changed so.
    """
    used = {one.where for one in planted}
    changed: list[PlantedDoubt] = []
    with engine.begin() as connection:
        codes = connection.scalars(select(jcxx_xx.c.xxbsm).order_by(jcxx_xx.c.xxbsm)).all()
        order = Draws(seed, "afterwards").shuffled(codes)
        for check, change in _CHANGES.items():
            where = next((one for one in order if one not in used and change(connection, one)), "")
            if not where:
                raise ValueError(f"no school is left for a change that {check} finds")
            used.add(where)
            changed.append(PlantedDoubt(check, where))
    return tuple(changed)


def _set(
    connection: Connection, table: Table, code: str, *where: ColumnElement[bool], **values: Any
) -> bool:
    """Set values in the school's rows that meet `where`; whether there were any."""
    statement = update(table).where(table.c.xxbsm == code, *where).values(**values)
    return connection.execute(statement).rowcount > 0


def _held(connection: Connection, code: str) -> list[date]:
    """The days of the school's activities, in order."""
    found = connection.scalars(
        select(yx_hdjl.c.hdrq)
        .join(yx_jhsb, yx_jhsb.c.jhbh == yx_hdjl.c.jhbh)
        .where(yx_jhsb.c.xxbsm == code, yx_hdjl.c.hdrq.is_not(None))
    )
    return sorted(found)


def _is_approved(connection: Connection, table: Table, code: str) -> bool:
    approved = select(table.c.pzrq).where(table.c.xxbsm == code, table.c.pzrq.is_not(None))
    return connection.scalar(approved) is not None


# --- approvals, filings, documents --------------------------------------------------------------


def _approve_annual_plan_later(connection: Connection, code: str) -> bool:
    days = _held(connection, code)
    if not days or not _is_approved(connection, yx_jhsb, code):
        return False
    return _set(connection, yx_jhsb, code, pzrq=days[0] + _DAY)


def _approve_later_than_credits(connection: Connection, code: str) -> bool:
    first = connection.scalar(
        select(func.min(yx_hdjl.c.hdrq))
        .join(dd_xfdj, dd_xfdj.c.hdbh == yx_hdjl.c.hdbh)
        .where(dd_xfdj.c.xxbsm == code)
    )
    return first is not None and _set(connection, yx_jhsb, code, pzrq=first + _DAY)


def _approve_multi_year_plan_later(connection: Connection, code: str) -> bool:
    days = _held(connection, code)
    if not days or not _is_approved(connection, yx_ghsb, code):
        return False
    return _set(connection, yx_ghsb, code, pzrq=(days[0] + _DAY).isoformat())


def _strike_filing_out(connection: Connection, code: str) -> bool:
    return _set(connection, yx_fasb, code, yx_fasb.c.barq.is_not(None), barq=None)


def _end_regulations(connection: Connection, code: str) -> bool:
    return _set(connection, yx_wj, code, yx_wj.c.wjlx == "04", zzrq="20250731")


def _leave_out_a_theme(connection: Connection, code: str) -> bool:
    return _set(connection, yx_jhsb, code, yx_jhsb.c.yxzt.is_not(None), yxzt="T1,T2,T3")


def _put_teacher_below_principal(connection: Connection, code: str) -> bool:
    people = select(jcxx_jzg.c.gh).where(jcxx_jzg.c.xxbsm == code, jcxx_jzg.c.zzbz == "1")
    principal = connection.scalar(people.where(jcxx_jzg.c.zw == "1"))
    teacher = connection.scalar(people.where(jcxx_jzg.c.zw == "6").order_by(jcxx_jzg.c.gh))
    if principal is None or teacher is None:
        return False
    return _set(connection, jcxx_jzg, code, jcxx_jzg.c.gh == teacher, sjgh=principal)


# --- budget -------------------------------------------------------------------------------------

_OF_THE_YEAR: Final = cw_gyjf.c.nd == BUDGET_YEAR


def _cut_training_budget(connection: Connection, code: str) -> bool:
    funds = select(cw_gyjf.c.gyjfze, cw_gyjf.c.jspxf)
    found = connection.execute(funds.where(cw_gyjf.c.xxbsm == code, _OF_THE_YEAR)).first()
    if found is None or not found.gyjfze or (found.jspxf or 0) * 20 < found.gyjfze:
        return False
    # CLAUSE: 六(二)-5; one fen below the floor.
    short = -(-found.gyjfze // 20) - 1
    return _set(connection, cw_gyjf, code, _OF_THE_YEAR, jspxf=short)


def _empty_operating_funds(connection: Connection, code: str) -> bool:
    return _set(connection, cw_gyjf, code, _OF_THE_YEAR, cw_gyjf.c.gyjfze > 0, gyjfze=0)


def _stop_itemising(connection: Connection, code: str) -> bool:
    return _set(connection, cw_gyjf, code, _OF_THE_YEAR, cw_gyjf.c.zxlz == "Y", zxlz="N")


def _raise_school_based_budget(connection: Connection, code: str) -> bool:
    budget = select(cw_gyjf.c.jspxf).where(cw_gyjf.c.xxbsm == code, _OF_THE_YEAR)
    fen = connection.scalar(budget)
    if fen is None:
        return False
    return _set(connection, jcxx_xx, code, xbyxjf=(Decimal(fen) + 1) / 100)


# --- survey, goals, activities, evaluation, archive ---------------------------------------------


def _survey_later(connection: Connection, code: str) -> bool:
    submitted = connection.scalar(
        select(yx_jhsb.c.tjrq)
        .join(yx_yxnd, yx_yxnd.c.jhbh == yx_jhsb.c.jhbh)
        .where(yx_yxnd.c.xxbsm == code, yx_jhsb.c.tjrq.is_not(None))
    )
    if submitted is None:
        return False
    later = date.fromisoformat(submitted) + _DAY
    return _set(connection, yx_yxnd, code, dyrq=later)


def _strike_goals_out(connection: Connection, code: str) -> bool:
    return _set(connection, yx_yxnd, code, yx_yxnd.c.yxmb != "", yxmb="")


def _strike_evaluation_out(connection: Connection, code: str) -> bool:
    evaluated = connection.scalar(
        select(func.min(yx_hdjl.c.hdbh))
        .join(yx_jhsb, yx_jhsb.c.jhbh == yx_hdjl.c.jhbh)
        .where(yx_jhsb.c.xxbsm == code, yx_hdjl.c.pjbz == 1)
    )
    statement = update(yx_hdjl).where(yx_hdjl.c.hdbh == evaluated).values(pjbz=0)
    return connection.execute(statement).rowcount > 0


_SELF: Final = (yx_ndpj.c.pjlx == "1", yx_ndpj.c.pjrq.is_not(None))


def _lose_survey_from_archive(connection: Connection, code: str) -> bool:
    evaluated = select(yx_ndpj.c.pjrq).where(yx_ndpj.c.xxbsm == code, *_SELF)
    if connection.scalar(evaluated) is None:
        return False
    years = select(yx_yxnd.c.ndbh).where(yx_yxnd.c.xxbsm == code)
    statement = delete(yx_dacl).where(yx_dacl.c.cllx == "1", yx_dacl.c.ndbh.in_(years))
    return connection.execute(statement).rowcount > 0


def _evaluate_earlier(connection: Connection, code: str) -> bool:
    days = _held(connection, code)
    if not days:
        return False
    return _set(connection, yx_ndpj, code, *_SELF, pjrq=f"{days[-1] - _DAY:%Y%m%d}")


# WHY credits first: few schools have registered any.
_CHANGES: Final[dict[str, Change]] = {
    "credit-before-approval": _approve_later_than_credits,
    "evaluated-too-early": _evaluate_earlier,
    "archive-gap": _lose_survey_from_archive,
    "held-before-approval": _approve_annual_plan_later,
    "multi-year-plan-not-approved": _approve_multi_year_plan_later,
    "scheme-not-filed": _strike_filing_out,
    "broken-chain": _put_teacher_below_principal,
    "documents-missing": _end_regulations,
    "training-budget-low": _cut_training_budget,
    "operating-funds-zero": _empty_operating_funds,
    "training-budget-not-itemised": _stop_itemising,
    "budget-inverted": _raise_school_based_budget,
    "theme-gap": _leave_out_a_theme,
    "survey-after-plan": _survey_later,
    "no-goals": _strike_goals_out,
    "activity-not-evaluated": _strike_evaluation_out,
}
