"""A moved subject's record: each step is decided again by the text and the flow of its time."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.integration.test_ledger_replay import load, open_ledger
from tests.integration.test_ledger_with_documents import POLICY, attest
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    PLAN,
    PLATFORM,
    REVIEWER,
    add_plan,
    command,
    tick,
)
from xbyx_rules.hosting.archive import ArchiveMetadata, pack_archive, verify_archive
from xbyx_rules.hosting.migrating_flows import carry_out_migration, try_migration
from xbyx_rules.lifecycle import Actor, MigrationPlan
from xbyx_rules.policy import PolicyStore

LATER = POLICY.replace("草稿", "拟稿").replace("退回补正", "退回修改")


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    root = tmp_path_factory.mktemp("rules")
    return load(root / "before"), load(root / "after", LATER)


@pytest.fixture
def moved(tmp_path, texts):
    """A plan that was returned, submitted again, signed, moved, and goes on to be filed."""
    engine = create_engine(f"sqlite:///{tmp_path / 'platform.db'}", poolclass=NullPool)
    PLATFORM.create_all(engine)
    with engine.begin() as connection:
        add_plan(connection, PLAN.key)
    before, after = (open_ledger(one) for one in texts)
    before.create_tables(engine)
    attest(before, engine)
    for one in (before, after):
        one.desk.host.budget = Decimal(50_000)
    start = (
        ("提交校内审核", DEPUTY, {}),
        ("退回补正", HEAD, {"comment": "预算不足"}),
        ("提交校内审核", DEPUTY, {}),
    )
    for number, (action, actor, more) in enumerate(start):
        before.act(engine, command(action, actor, number, at=tick(number), **more))
    plan = MigrationPlan(
        flow="test/year-plan#annual-plan",
        source=before.snapshot(engine, PLAN).definition_version,
        target=after.desk.current_flow("年度计划").definition.version,
        reason="统一名称",
        renames={"草稿": "拟稿", "退回补正": "退回修改"},
    )
    digest = try_migration(after, engine, plan).digest
    carry_out_migration(after, engine, plan, digest=digest, actor=Actor("o-3"), at=tick(4))
    rest = (
        ("签发并报送", HEAD, {"comment": "同意"}),
        ("审核通过", REVIEWER, {}),
        ("备案", CLERK, {}),
    )
    for number, (action, actor, more) in enumerate(rest, start=10):
        after.act(engine, command(action, actor, number, at=tick(number), **more))
    yield engine, before, after
    engine.dispose()


def test_every_step_is_decided_again_by_the_text_of_its_time(moved, texts, tmp_path):
    engine, _, after = moved
    both = open_ledger(texts[1], earlier=texts[0].values())
    found = both.replay(engine)
    assert (found.problems, found.steps, found.undecided) == ((), 6, 0)
    assert found.guards == 5  # of 退回补正 before, of 签发并报送 (three) and 审核通过 (two) since
    without = after.replay(engine)
    assert ([one.code for one in without.problems], without.steps) == (["XR573"], 3)
    store = PolicyStore(tmp_path / "store")
    store.put(texts[0]["test/year-plan"].checked.library)
    assert (after.replay(engine, store=store).problems, found.steps) == ((), 6)
    assert after.verify(engine).problems == ()


def test_a_moved_subject_is_archived_and_the_archive_verified(moved):
    engine, _, after = moved
    out = BytesIO()
    metadata = ArchiveMetadata("计划", "某校", "永久", tick().date())
    pack_archive(after, engine, PLAN, out, metadata=metadata)
    out.seek(0)
    assert verify_archive(out).is_intact
