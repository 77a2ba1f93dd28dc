"""The adapter passes the conformance suite on the platform's own database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

import pytest
from sqlalchemy import Column, Date, Engine, Integer, Numeric, create_engine, func, select
from sqlalchemy.pool import StaticPool

from xbyx_demo_platform import PlantedSchool, build, tables
from xbyx_demo_platform.adapter import ADAPTER
from xbyx_demo_platform.books import dd_pxjl, keep_books
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Adapter
from xbyx_rules.testing.adapters import AdapterConformance

DAY = date(2024, 9, 9)


@pytest.fixture(scope="module")
def platform_with_a_row_in_every_table() -> Iterator[tuple[Engine, PlantedSchool]]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    school = build(engine, 7).clean[0]
    keep_books(engine, 7)
    with engine.begin() as connection:
        for table in tables.METADATA.sorted_tables:
            is_empty = connection.scalar(select(func.count()).select_from(table)) == 0
            if is_empty or table is tables.yx_hdjl:  # it has those of other schools
                row = {column.name: make_value(column, school) for column in table.columns}
                connection.execute(table.insert().values(row))
        # Something is approved and filed, for the views and records of what is.
        approved = tables.yx_jhsb.c.jhbh == school.plan
        connection.execute(tables.yx_jhsb.update().where(approved).values(pzrq=DAY))
        filed = tables.yx_fasb.c.fabh == f"FA2024{school.code}"
        connection.execute(tables.yx_fasb.update().where(filed).values(barq=DAY))
    yield engine, school
    engine.dispose()


def make_value(column: Column[Any], school: PlantedSchool) -> Any:
    """A value for a register's column: `1` is a code of each of them, and means yes."""
    known = {
        "xxbsm": school.code,
        "jhbh": school.plan,
        "ghbh": f"GH2024{school.code}",
        "ndbh": f"ND2024{school.code}",
        "xzqh": tables.DISTRICT,
        "badwdm": tables.EDUCATION_OFFICE,
        "shjgdm": tables.INSTITUTION,
        "rdyj": "145",
        "zt": "A" if column.table.name == "yx_xfrd" else "0",
        "kssj": "2024-09-20 14:00",
        "jssj": "2024-09-20 16:00",
    }
    if column.name in known:
        return known[column.name]
    if isinstance(column.type, Date):
        return DAY
    if isinstance(column.type, Integer | Numeric):
        return 1
    return DAY.strftime("%Y%m%d") if column.name.endswith("rq") else "1"


class TestDemoAdapter(AdapterConformance):
    day: ClassVar[date] = DAY

    @pytest.fixture
    def adapter(self) -> Adapter:
        return ADAPTER

    @pytest.fixture
    def engine(self, platform_with_a_row_in_every_table: tuple[Engine, PlantedSchool]) -> Engine:
        return platform_with_a_row_in_every_table[0]

    @pytest.fixture
    def samples(
        self, platform_with_a_row_in_every_table: tuple[Engine, PlantedSchool]
    ) -> tuple[Subject, ...]:
        engine, school = platform_with_a_row_in_every_table
        with engine.connect() as connection:
            cycle = connection.scalars(select(dd_pxjl.c.zqbh).limit(1)).one()
        return (
            Subject("学校", school.code),
            Subject("规划", f"GH2024{school.code}"),
            Subject("年度计划", school.plan),
            Subject("实施方案", f"FA2024{school.code}"),
            Subject("研修年度", f"ND2024{school.code}"),
            Subject("年度学分认定", "1"),
            Subject("周期学分", cycle),
            Subject("区", tables.DISTRICT),
        )
