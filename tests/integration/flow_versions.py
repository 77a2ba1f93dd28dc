"""A plan's flow in two versions, a platform that has moved on to the later one, and a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.integration.year_plan import (
    DISTRICT,
    FLOW,
    OPINION,
    POLICY,
    SAME_DISTRICT,
    SEPARATE,
    make_policy,
    open_platform,
    step,
    tick,
)
from xbyx_rules.checking import CheckedLifecycle, Invariant
from xbyx_rules.hosting.ledger import Ledger
from xbyx_rules.hosting.migrating_flows import (
    MigrationReport,
    carry_out_migration,
    try_migration,
)
from xbyx_rules.lifecycle import Actor, MigrationPlan, build_definition

KEY = f"{POLICY}#annual-plan"
KEEPER = Actor("o-3", frozenset({"管理员"}), DISTRICT, "110108")
REASON = "区级审核改为两级"

LATER = replace(
    FLOW,
    initial="拟稿",
    states=(
        "拟稿",
        "待校级审核",
        "已撤回",
        "待区级初审",
        "待区级复审",
        "审核通过",
        "已终止",
        "已备案",
    ),
    transitions=(
        step("拟稿", "提交校内审核", "待校级审核", "分管负责人", "four-documents"),
        step("拟稿", "撤回", "已撤回", "分管负责人"),
        step("待校级审核", "签发并报送", "待区级初审", "校长", condition=SEPARATE),
        step("待校级审核", "退回补正", "拟稿", "校长", condition=OPINION),
        step("待区级初审", "初审通过", "待区级复审", "区级审核员"),
        step("待区级初审", "退回补正", "拟稿", "区级审核员", condition=OPINION),
        step("待区级复审", "审核通过", "审核通过", "区级审核员", condition=SAME_DISTRICT),
        step("待区级复审", "不予通过", "已终止", "区级审核员", condition=OPINION),
        step("审核通过", "备案", "已备案", "区教委备案员"),
    ),
    invariants=(Invariant("已备案", "审核通过", "已备案 之前必有 审核通过"),),
)
"""草稿 is called 拟稿 since, and the district reviews twice."""

OLD, NEW = make_policy(text_hash="sha256:old"), make_policy(LATER, "sha256:new")


def version_of(flow: CheckedLifecycle) -> str:
    """How a version of the flow is called."""
    return build_definition(flow, policy=POLICY, policy_hash="-").version


PLAN_OF_MOVE = MigrationPlan(
    flow=KEY,
    source=version_of(FLOW),
    target=version_of(LATER),
    reason=REASON,
    states={"待区级审核": "待区级初审"},
    renames={"草稿": "拟稿"},
)


def open_both(
    place: Any, later: CheckedLifecycle = LATER, *, earlier: CheckedLifecycle = FLOW
) -> tuple[Any, Ledger, Ledger, Any]:
    """A platform with a plan in draft: the ledger as it was, and as it is since the change."""
    old = OLD if earlier is FLOW else make_policy(earlier, "sha256:old")
    engine, before, host = open_platform(place, policies={POLICY: old})
    text = NEW if later is LATER else make_policy(later, "sha256:new")
    return engine, before, reopen(before, host, {POLICY: text}), host


def reopen(ledger: Ledger, host: Any, policies: Mapping[str, Any], **more: Any) -> Ledger:
    """The same ledger with other texts loaded."""
    more.setdefault("clock", tick)
    return Ledger(policies, host, tenant="110108", **more)


def move(
    ledger: Ledger, engine: Any, plan: MigrationPlan = PLAN_OF_MOVE, **more: Any
) -> MigrationReport:
    """Try a plan and carry it out."""
    digest = more.pop("digest", None) or try_migration(ledger, engine, plan).digest
    more.setdefault("at", tick(30))
    return carry_out_migration(
        ledger, engine, plan, digest=digest, actor=more.pop("actor", KEEPER), **more
    )
