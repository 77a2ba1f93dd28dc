"""A small platform: its tables, its adapter, its people; the recipes embed the ledger in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import load_policies
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting import (
    Adapter,
    Column,
    Constant,
    EntityMapping,
    Flow,
    HostMapping,
    Ledger,
    Responsible,
    ToOne,
)
from xbyx_rules.lifecycle import Actor

POLICY = "cn/beijing/school-based-training"
SCHOOL, DISTRICT = "9900000001", "110199"


class Base(DeclarativeBase):
    pass


class School(Base):
    __tablename__ = "school"
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Plan(Base):
    __tablename__ = "plan"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    school_code: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(2), default="10")
    approved_on: Mapped[Any] = mapped_column(Date, nullable=True)
    seen_by: Mapped[str | None] = mapped_column(String(20))


class Notice(Base):
    """Whom the platform tells of what was done, one a command."""

    __tablename__ = "notice"
    command_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    plan_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(60))


ADAPTER = Adapter(
    name="small-platform",
    title="某小平台",
    mapping=HostMapping(
        entities=(
            EntityMapping(
                entity="学校", table="school", key="code", terms={"学校名称": Column("name")}
            ),
            EntityMapping(
                entity="年度计划",
                table="plan",
                key="number",
                terms={"学校": ToOne(on={"school_code": "code"})},
            ),
        ),
        flows=(
            Flow(
                entity="年度计划",
                policy=POLICY,
                lifecycle="annual-plan",
                column="status",
                states={
                    "10": "草稿",
                    "20": "待校级审核",
                    "30": "待区级审核",
                    "40": "审核通过",
                    "50": "已备案",
                    "80": "已撤回",
                    "90": "已终止",
                },
                responsible=(
                    Responsible("分管负责人", Column("school_code")),
                    Responsible("校长", Column("school_code")),
                    Responsible("区级审核员", Constant("JX110199")),
                    Responsible("区教委备案员", Constant("JW110199")),
                ),
            ),
        ),
    ),
)
PEOPLE = {"u-17": Actor("u-17", frozenset({"分管负责人"}), SCHOOL, DISTRICT)}
"""Whom the platform has authenticated, by the pseudonym that its login gives."""


@cache
def read_policies() -> Mapping[str, ExecutablePolicy]:
    """Once for the process: they don't change while it runs."""
    return load_policies()


def make_ledger() -> Ledger:
    policies = read_policies()
    host = ADAPTER.host(policies[POLICY].checked.vocabulary)
    return Ledger(policies, host, tenant=DISTRICT)


def read_clock() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def to_problem(refused: CommandRefused) -> tuple[dict[str, Any], int]:
    """The answer to a refused command: what stands in the way, and 409 or 422."""
    problems = [{"code": one.code, "message": one.message("zh")} for one in refused.diagnostics]
    return {"problems": problems}, 409 if isinstance(refused, ConflictError) else 422
