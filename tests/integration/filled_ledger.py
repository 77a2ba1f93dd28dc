"""A database with rows in every table of ours, each written by the engine itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, inspect, select

from tests.integration.year_plan import (
    FLOW,
    HEAD,
    NINE,
    PLAN,
    PLATFORM,
    POLICY,
    PlanHost,
    add_plan,
    make_policy,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules import Complete, ExecutablePolicy, load_policies
from xbyx_rules.checking import Approvals
from xbyx_rules.deciding import Attestation, Case, Subject
from xbyx_rules.hosting import Delegation, DelegationRegister, Ledger, Supervisor
from xbyx_rules.policy import Outcome

__all__ = ["fill", "rows_of", "verify"]

TENANT = "110108"
SCHOOL = Subject("学校", "s1")
WEEK = Delegation(HEAD.id, "t-30", "校长", date(2026, 3, 2), date(2026, 3, 8))
Rows = Mapping[str, list[dict[str, Any]]]


@cache
def policies() -> Mapping[str, ExecutablePolicy]:
    return load_policies()


class RecordsHost(PlanHost):
    """A platform with one school, of one person, who names a superior that isn't there."""

    def __init__(self, post: str = "教师", superior: str = "9") -> None:
        super().__init__()
        self.staff = [{"工号": "1", "职务": post, "上级": superior}]

    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        if subject != SCHOOL:
            return super().case(connection, subject, on=on)
        facts = {"学校标识码": "s1", "所属区": "110108"}
        return Case(subject, facts, records={"教职工": Complete(self.staff)})


REVIEWED = frozenset({"审核通过"})
APPROVALS = Approvals(
    extendable=REVIEWED,
    retractable=REVIEWED | {"签发并报送"},
    straight_back=frozenset({"退回补正"}),
    in_force=frozenset({"已备案"}),
)


def make_ledger(prefix: str) -> Ledger:
    policy = {POLICY: make_policy(replace(FLOW, approvals=APPROVALS))}
    return Ledger(policy, PlanHost(), tenant=TENANT, prefix=prefix, clock=lambda: NINE)


def fill(engine: Engine, prefix: str = "xbyx_") -> None:
    """Take a plan to its end, keep a judgement, supervise a school."""
    PLATFORM.create_all(engine)
    with engine.begin() as connection:
        add_plan(connection, PLAN.key)
    ledger = make_ledger(prefix)
    with stand_in_deciding():
        walk(ledger, engine)
    judgement = Attestation("well-led", Outcome.MET, HEAD.id, "校长", "doc-9", date(2026, 3, 2))
    ledger.attest(engine, PLAN, judgement, attestation_id="a-1", policy=POLICY, at=tick(5))
    register = DelegationRegister(ledger.tables, TENANT)
    register.grant(engine, WEEK, delegation_id="g-1", actor=HEAD, at=tick(5))
    ledger.anchor(engine, at=tick(6))
    supervisor = Supervisor(
        policies(), RecordsHost(), tenant=TENANT, prefix=prefix, evaluator="reference"
    )
    (found,) = supervisor.supervise(
        engine, [SCHOOL], at=NINE + timedelta(days=1), on=date(2026, 3, 3)
    )
    assert found.changes


def verify(engine: Engine, prefix: str = "xbyx_") -> SimpleNamespace:
    """Whether the chains are whole, and where the plan stands."""
    ledger = make_ledger(prefix)
    found = ledger.verify(engine, is_host_compared=False)
    return SimpleNamespace(
        is_intact=found.is_intact,
        codes=[one.code for one in found.problems],
        events=found.events,
        plan=ledger.snapshot(engine, PLAN),
    )


def rows_of(engine: Engine, metadata: MetaData) -> Rows:
    """Every row of the described tables and columns that are there, sorted."""
    found = inspect(engine)
    there = set(found.get_table_names())
    rows: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in there:
                known = {one["name"] for one in found.get_columns(table.name)}
                query = select(*(one for one in table.columns if one.name in known))
                listed = (dict(row._mapping) for row in connection.execute(query))
                rows[table.name] = sorted(listed, key=repr)
    return rows
