"""A small platform with annual plans, its flow built by hand, and rules that read two columns.

Deciding is replaced by a few lines here, so that these tests are about the ledger alone.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Column, Date, MetaData, String, Table, create_engine, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool, StaticPool

from tests.servers.databases import Database
from xbyx_rules.checking import CheckedLifecycle, CheckedTransition, Invariant
from xbyx_rules.deciding import Case, Finding, Missing, Review, Subject
from xbyx_rules.errors import Place
from xbyx_rules.feel.syntax import Boolean
from xbyx_rules.feel.types import BOOLEAN, STRING
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.lifecycle import Actor, Command
from xbyx_rules.policy import ClauseKind, Force, Outcome

PLAN = Subject("年度计划", "2026-001")
POLICY = "cn/beijing/school-based-training"
SCHOOL, DISTRICT = "2111000001", "haidian-training"
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

DEPUTY = Actor("t-17", frozenset({"分管负责人"}), SCHOOL, "110108")
HEAD = Actor("t-01", frozenset({"校长"}), SCHOOL, "110108")
REVIEWER = Actor("d-05", frozenset({"区级审核员"}), DISTRICT, "110108")
CLERK = Actor("d-09", frozenset({"区教委备案员"}), DISTRICT, "110108")

SEPARATE = "经办人 != 提交人"
SAME_DISTRICT = "经办人.所属区 = 学校.所属区"
OPINION = '意见 != ""'

CONDITIONS = {
    SEPARATE: lambda extra, case: _compare(extra["经办人"], extra["提交人"]),
    SAME_DISTRICT: lambda extra, case: extra["经办人"].get("所属区") == case.facts["所属区"],
    OPINION: lambda extra, case: extra["意见"] != "",
}


def _compare(one: Any, other: Any) -> Any:
    return UNKNOWN if other is UNKNOWN else one != other


def step(
    source: str,
    action: str,
    target: str,
    role: str,
    *must_meet: str,
    condition: str = "",
    line: int = 1,
) -> CheckedTransition:
    return CheckedTransition(
        source=source,
        action=action,
        target=target,
        roles=(role,),
        must_meet=must_meet,
        condition=Boolean(True) if condition else None,
        condition_text=condition,
        is_comment_required=condition == OPINION,
        deadline="15 工作日" if action == "审核通过" else "",
        origin="推论",
        basis="",
        place=Place("policy.md", line),
    )


FLOW = CheckedLifecycle(
    id="annual-plan",
    subject="年度计划",
    initial="草稿",
    finals=("已备案", "已撤回", "已终止"),
    states=(
        "草稿",
        "待校级审核",
        "已撤回",
        "待区级审核",
        "审核通过",
        "已终止",
        "已备案",
    ),
    transitions=(
        step("草稿", "提交校内审核", "待校级审核", "分管负责人", "four-documents"),
        step("草稿", "撤回", "已撤回", "分管负责人"),
        step("待校级审核", "签发并报送", "待区级审核", "校长", condition=SEPARATE),
        step("待校级审核", "退回补正", "草稿", "校长", condition=OPINION),
        step(
            "待区级审核",
            "审核通过",
            "审核通过",
            "区级审核员",
            "funding-floor",
            condition=SAME_DISTRICT,
        ),
        step("待区级审核", "退回补正", "草稿", "区级审核员", condition=OPINION),
        step("待区级审核", "不予通过", "已终止", "区级审核员", condition=OPINION),
        step("审核通过", "备案", "已备案", "区教委备案员"),
    ),
    invariants=(Invariant("已备案", "审核通过", "已备案 之前必有 审核通过"),),
    properties={},
)


def make_policy(flow: CheckedLifecycle = FLOW, text_hash: str = "sha256:policy") -> Any:
    judgement = SimpleNamespace(
        clause=SimpleNamespace(
            kind=ClauseKind.JUDGEMENT,
            property=lambda key: "校长, 专家" if key == "证明人" else "",
        )
    )
    kinds = {"four-documents": BOOLEAN, "funding-floor": BOOLEAN, "所属区": STRING}
    vocabulary = SimpleNamespace(entities={}, fields_of=lambda entity: kinds, texts=())
    checked = SimpleNamespace(
        lifecycles={flow.id: flow},
        vocabulary=vocabulary,
        clauses={"well-led": judgement},
        library=SimpleNamespace(policies={}, vocabulary=vocabulary),
    )
    return SimpleNamespace(policy=SimpleNamespace(id=POLICY, hash=text_hash), checked=checked)


def make_finding(clause: str, outcome: Outcome, missing: tuple[str, ...] = ()) -> Finding:
    return Finding(
        clause=clause,
        locator="六(二)-5",
        title=clause,
        policy=POLICY,
        policy_hash="sha256:policy",
        force=Force.SHALL,
        is_blocking=True,
        outcome=outcome,
        missing=tuple(Missing(name, {"zh": name, "en": name}) for name in missing),
    )


def _outcome(value: Any) -> Outcome:
    if value is None or value is UNKNOWN:
        return Outcome.UNDETERMINED
    return Outcome.MET if value else Outcome.NOT_MET


def decide(policy: Any, case: Case, *, on: date, only: Any = None) -> Review:
    findings = []
    for clause in only:
        value = case.facts.get(clause)
        findings.append(
            make_finding(clause, _outcome(value), () if value is not None else (clause,))
        )
    return Review(case.subject, on, POLICY, "sha256:policy", 1, tuple(findings))


def decide_condition(
    policy: Any, lifecycle: str, source: str, action: str, case: Case, *, extra: Any, on: date
) -> Finding | None:
    transition = policy.checked.lifecycles[lifecycle].transition(source, action)
    if not transition.condition_text:
        return None
    value = CONDITIONS[transition.condition_text](extra, case)
    return make_finding(lifecycle, _outcome(value), ("提交人",) if value is UNKNOWN else ())


@contextmanager
def stand_in_deciding():
    place = "xbyx_rules.hosting.ledger.desk"
    with patch.multiple(place, decide=decide, decide_condition=decide_condition):
        yield


PLATFORM = MetaData()
PLANS = Table(
    "plan",
    PLATFORM,
    Column("plan_no", String(32), primary_key=True),
    Column("status", String(32), nullable=False),
    Column("documents", String(8)),
    Column("funding", String(8)),
    Column("approved_on", Date),
    Column("note", String(64)),
)
_READ = {"yes": True, "no": False, None: None}


class PlanHost:
    """The platform's adapter, by hand."""

    def __init__(self) -> None:
        self.fails_after: str | None = None

    def case(self, connection: Any, subject: Subject, *, on: date) -> Case:
        row = connection.execute(select(PLANS).where(PLANS.c.plan_no == subject.key)).one()
        facts = {
            "four-documents": _READ[row.documents],
            "funding-floor": _READ[row.funding],
            "所属区": "110108",
        }
        return Case(subject, facts)

    def read_state(self, connection: Any, subject: Subject) -> str | None:
        query = select(PLANS.c.status).where(PLANS.c.plan_no == subject.key)
        return connection.execute(query).scalar_one_or_none()

    def write_state(self, connection: Any, subject: Subject, old: str, new: str) -> int:
        rows = update(PLANS).where(PLANS.c.plan_no == subject.key, PLANS.c.status == old)
        return connection.execute(rows.values(status=new)).rowcount

    def responsible(self, connection: Any, subject: Subject, role: str) -> str:
        return SCHOOL if role in ("分管负责人", "校长") else DISTRICT

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        return {"年度计划": (POLICY, "annual-plan")}[entity]

    def on_transition(self, connection: Any, subject: Subject, transition: Any, at: Any) -> None:
        if transition.action == "审核通过":
            rows = update(PLANS).where(PLANS.c.plan_no == subject.key)
            connection.execute(rows.values(approved_on=at.date()))
        if transition.action == self.fails_after:
            raise RuntimeError("the platform failed")


def tick(hours: int = 0) -> datetime:
    return NINE + timedelta(hours=hours)


def command(action: str, actor: Actor, number: int | str, **more: Any) -> Command:
    more.setdefault("at", NINE)
    return Command(more.pop("subject", PLAN), action, actor, f"c-{number}", **more)


OPENED: list[Engine] = []
"""Engines of the running test; tests/conftest.py disposes of them after it."""


def open_platform(place: Database | Path | None, **more: Any) -> tuple[Any, Ledger, PlanHost]:
    """A platform with one plan in draft, and its ledger.

    Args:
        place: a database, a SQLite file, or None for SQLite in memory.
        more: for the ledger.
    """
    if place is None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
    elif isinstance(place, Path):
        engine = create_engine(f"sqlite:///{place}", poolclass=NullPool)
    else:
        engine = place.open()
    OPENED.append(engine)
    PLATFORM.create_all(engine)
    with engine.begin() as connection:
        add_plan(connection, PLAN.key)
    host = PlanHost()
    more.setdefault("clock", lambda: NINE)
    ledger = Ledger(more.pop("policies", {POLICY: make_policy()}), host, tenant="110108", **more)
    ledger.create_tables(engine)
    return engine, ledger, host


def add_plan(connection: Any, number: str, status: str = "草稿", **columns: Any) -> None:
    row = {"documents": "yes", "funding": "yes", **columns}
    connection.execute(insert(PLANS).values(plan_no=number, status=status, **row))


def set_plan(engine: Any, number: str = PLAN.key, **columns: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(PLANS).where(PLANS.c.plan_no == number).values(**columns))


WAY = (
    ("提交校内审核", DEPUTY, {}),
    ("签发并报送", HEAD, {"comment": "同意"}),
    ("审核通过", REVIEWER, {"comment": "材料齐全", "evidence": ("doc-7",)}),
    ("备案", CLERK, {}),
)


def walk(ledger: Ledger, target: Any, steps: int = len(WAY)) -> list[Any]:
    """Go the plan's main way for some steps."""
    return [
        ledger.act(target, command(action, actor, number, at=tick(number), **more))
        for number, (action, actor, more) in enumerate(WAY[:steps])
    ]
