"""Up and down with rows in every table: what a version has, it keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from tests.integration.filled_ledger import fill, rows_of, verify
from tests.integration.year_plan import PLATFORM
from tests.servers.databases import Database
from xbyx_rules.errors import HostError
from xbyx_rules.hosting import migrations
from xbyx_rules.hosting.migrations import current, describe_tables, downgrade, upgrade

OURS = describe_tables()
SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))
STEPS = sorted(one.revision for one in SCRIPTS.walk_revisions())


@pytest.fixture
def engine(database: Database) -> Engine:
    made = database.open()
    upgrade(made)
    fill(made)
    return made


def test_the_flow_that_these_tests_run_writes_into_every_table(engine: Engine) -> None:
    rows = rows_of(engine, OURS)
    assert [name for name in OURS.tables if not rows[name]] == []


@pytest.mark.parametrize("version", ["base", *STEPS])
def test_going_back_and_forward_keeps_the_rows_of_the_tables_that_stay(
    engine: Engine, version: str
) -> None:
    before, hosts = rows_of(engine, OURS), rows_of(engine, PLATFORM)
    downgrade(engine, version, is_loss_accepted=True)
    stayed = rows_of(engine, OURS)
    assert set(stayed) == set(inspect(engine).get_table_names()) & set(OURS.tables)
    # What a version has no column for it can't keep; everything else it does.
    kept = {name: set(rows[0]) for name, rows in stayed.items() if rows}
    assert stayed == {name: _only(before[name], kept.get(name, set())) for name in stayed}
    upgrade(engine)
    after = rows_of(engine, OURS)
    assert set(after) == set(before)
    for name, rows in after.items():
        assert _only(rows, kept.get(name, set())) == stayed.get(name, [])
    assert rows_of(engine, PLATFORM) == hosts


def _only(rows: list[dict[str, Any]], columns: set[str]) -> list[dict[str, Any]]:
    return sorted(
        ({key: value for key, value in row.items() if key in columns} for row in rows), key=repr
    )


def test_the_ledger_goes_on_after_supervision_was_taken_away_and_brought_back(
    engine: Engine,
) -> None:
    before = verify(engine)
    downgrade(engine, "0001", is_loss_accepted=True)
    upgrade(engine)
    after = verify(engine)
    assert (after.events, after.plan) == (before.events, before.plan)
    assert before.is_intact
    # The register of delegations went with its step; that one was granted stays on record.
    assert after.codes == ["XR691"]
    assert before.plan.state == "已备案"


def test_going_back_is_refused_while_rows_would_be_lost(engine: Engine) -> None:
    before = rows_of(engine, OURS)
    with pytest.raises(HostError) as caught:
        downgrade(engine, "base")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "XR589"
    assert all(name in diagnostic.message("en") for name in OURS.tables)
    assert rows_of(engine, OURS) == before
    assert current(engine) == STEPS[-1]
