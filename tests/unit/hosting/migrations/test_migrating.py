"""Versions of the tables: what is refused, whose transaction it is, and the host's own Alembic."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from xbyx_rules.errors import HostError
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.migrations import (
    adopt,
    current,
    describe_tables,
    downgrade,
    list_table_names,
    name_version_table,
    to_sql,
    upgrade,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path}/platform.db", poolclass=NullPool)
    yield made
    made.dispose()


def names(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(HostError) as caught:
        call()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message("zh") != diagnostic.message("en")
    return diagnostic.code, diagnostic.message("en")


# --- versions -----------------------------------------------------------------------------------


def test_a_database_without_migrations_has_no_version(engine: Engine) -> None:
    assert current(engine) is None
    assert names(engine) == set()


def test_an_upgrade_makes_the_steps_in_order_and_a_second_one_none(engine: Engine) -> None:
    first = upgrade(engine)
    assert first[:2] == ("0001", "0002")
    assert list(first) == sorted(first)
    assert current(engine) == first[-1]
    assert upgrade(engine) == ()


def test_steps_can_be_made_and_undone_one_by_one(engine: Engine) -> None:
    assert upgrade(engine, revision="0001") == ("0001",)
    assert "xbyx_doubt" not in names(engine)
    assert upgrade(engine, revision="0002") == ("0002",)
    assert downgrade(engine, "0001") == ("0002",)
    assert downgrade(engine, "0001") == ()
    assert current(engine) == "0001"
    assert downgrade(engine, "base") == ("0001",)
    assert current(engine) is None


@pytest.mark.parametrize("version", ["0099", "", "-1", "nonsense", "0001'--"])
def test_an_unknown_version_is_refused_and_the_known_ones_are_named(
    engine: Engine, version: str
) -> None:
    calls: list[Callable[[], object]] = [
        lambda: upgrade(engine, revision=version),
        lambda: downgrade(engine, version),
        lambda: to_sql("sqlite", revision=version),
    ]
    for call in calls:
        code, message = refused(call)
        assert (code, f"to `{version}`" in message) == ("XR588", True)
    assert names(engine) == set()


def test_each_command_goes_in_its_own_direction_only(engine: Engine) -> None:
    upgrade(engine, revision="0001")
    assert refused(lambda: downgrade(engine, "0002"))[0] == "XR588"
    upgrade(engine, revision="0002")
    assert refused(lambda: upgrade(engine, revision="0001"))[0] == "XR588"
    assert current(engine) == "0002"


def test_two_prefixes_in_one_database_know_nothing_of_each_other(engine: Engine) -> None:
    upgrade(engine, prefix="a_")
    upgrade(engine, prefix="b_", revision="0001")
    downgrade(engine, "base", prefix="b_")
    assert current(engine, prefix="a_") == upgrade(engine, prefix="b_")[-1]
    assert names(engine) == list_table_names("a_") | list_table_names("b_")


def test_without_alembic_the_extra_is_named(engine: Engine, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)
    calls: list[Callable[[], object]] = [
        lambda: upgrade(engine),
        lambda: downgrade(engine, "base"),
        lambda: current(engine),
        lambda: adopt(engine),
        lambda: to_sql("sqlite"),
    ]
    assert {refused(call)[0] for call in calls} == {"XR586"}


# --- tables that are there already ----------------------------------------------------------------


def make_tables(engine: Engine) -> None:
    describe_tables().create_all(engine)


def test_tables_without_a_version_are_not_upgraded_blindly(engine: Engine) -> None:
    make_tables(engine)
    code, message = refused(lambda: upgrade(engine))
    assert code == "XR587"
    assert message.endswith("—")
    assert name_version_table() not in names(engine)


def test_tables_made_by_the_library_can_be_adopted(engine: Engine) -> None:
    make_tables(engine)
    newest = adopt(engine)
    assert current(engine) == newest
    assert adopt(engine) == newest
    assert upgrade(engine) == ()
    assert downgrade(engine, "base")[0] == newest


def test_tables_that_differ_are_not_adopted_and_the_difference_is_named(engine: Engine) -> None:
    Ledger({}, None, tenant="t").create_tables(engine)  # type: ignore[arg-type]
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE xbyx_task ADD COLUMN more TEXT"))
    code, message = refused(lambda: adopt(engine))
    assert code == "XR587"
    assert "add_table xbyx_doubt" in message
    assert "remove_column xbyx_task.more" in message
    assert current(engine) is None


# --- whose transaction ----------------------------------------------------------------------------


def test_in_the_hosts_transaction_the_host_commits(engine: Engine) -> None:
    with engine.connect() as connection:
        upgrade(connection)
        connection.rollback()
    assert names(engine) == set()
    with engine.begin() as connection:
        upgrade(connection)
    assert names(engine) == list_table_names()


def test_in_the_hosts_session_the_host_commits(engine: Engine) -> None:
    with Session(engine) as session:
        upgrade(session)
        session.rollback()
        assert current(session) is None
        upgrade(session)
        session.commit()
    assert names(engine) == list_table_names()


# --- as SQL ---------------------------------------------------------------------------------------


def test_the_sql_run_by_hand_does_what_an_upgrade_does(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.executescript(to_sql("sqlite", revision="0001"))  # type: ignore[attr-defined]
        driver.executescript(to_sql("sqlite", since="0001"))  # type: ignore[attr-defined]
    assert current(engine) == upgrade(engine, prefix="other_")[-1]
    assert list_table_names() <= names(engine)
    assert upgrade(engine) == ()


# --- beside the host's own Alembic ----------------------------------------------------------------


def test_the_hosts_version_table_is_not_touched(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('a1b2c3')"))
    upgrade(engine)
    downgrade(engine, "base")
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT * FROM alembic_version")).all() == ["a1b2c3"]


def compare(engine: Engine, metadata: MetaData, **options: Any) -> list[Any]:
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_a_host_that_leaves_our_names_out_sees_nothing_to_drop(engine: Engine) -> None:
    hosts = MetaData()
    Table("plan", hosts, Column("plan_no", Integer, primary_key=True))
    hosts.create_all(engine)
    upgrade(engine)
    ours = list_table_names()

    def is_hosts(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name not in ours

    assert {one[0] for one in compare(engine, hosts)} >= {"remove_table"}
    assert compare(engine, hosts, include_name=is_hosts) == []


def test_a_host_that_takes_our_tables_into_its_metadata_gets_them_made(engine: Engine) -> None:
    hosts = MetaData()
    describe_tables("xbyx_", hosts)
    missing = {one[1].name for one in compare(engine, hosts) if one[0] == "add_table"}
    assert missing == set(describe_tables().tables)
    hosts.create_all(engine)
    assert compare(engine, hosts) == []
