"""Migrations make what the newest tables are: nobody can add a table or a column without a step."""

from __future__ import annotations

import inspect as python_inspect
from typing import Any

import pytest
from sqlalchemy import Engine, Inspector, String, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

import xbyx_rules.hosting
from tests.servers.databases import Database
from xbyx_rules.hosting.migrations import (
    current,
    describe_tables,
    downgrade,
    list_differences,
    list_table_names,
    name_version_table,
    upgrade,
)


@pytest.fixture
def engine(database: Database) -> Engine:
    return database.open()


def describe(engine: Engine, prefix: str) -> dict[str, Any]:
    """What a database says of the tables with a prefix, and the prefix taken out of every name."""
    inspector = inspect(engine)

    def plain(thing: Any) -> str:
        return repr(thing).replace(prefix, "")

    def sorted_names(things: Any) -> list[str]:
        return sorted(plain(sorted(one.items(), key=repr)) for one in things)

    return {
        plain(name): {
            "columns": [
                (one["name"], repr(one["type"]), one["nullable"], one["default"])
                for one in inspector.get_columns(name)
            ],
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted_names(inspector.get_unique_constraints(name)),
            "indexes": sorted_names(inspector.get_indexes(name)),
            "foreign": sorted_names(inspector.get_foreign_keys(name)),
            "options": _options(inspector, name).replace(prefix, ""),
        }
        for name in inspector.get_table_names()
        if name.startswith(prefix) and name != name_version_table(prefix)
    }


def _options(inspector: Inspector, name: str) -> str:
    # Only MySQL and MariaDB have an engine and a collation of a table, and can be asked for them.
    if inspector.dialect.name not in ("mysql", "mariadb"):
        return ""
    return repr(sorted(inspector.get_table_options(name).items()))


TRIGGERS = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table, trigger_name, event_manipulation, action_timing,"
    " action_statement FROM information_schema.triggers",
    "mysql": "SELECT event_object_table, trigger_name, event_manipulation, action_timing,"
    " action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
}
TRIGGERS["mariadb"] = TRIGGERS["mysql"]


def triggers(engine: Engine, prefix: str) -> set[str]:
    """What fires on the tables with a prefix, and the prefix taken out of every name."""
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(TRIGGERS[engine.dialect.name]))]
    return {repr(row).replace(prefix, "") for row in rows if row[0].startswith(prefix)}


def test_the_tables_of_the_migrations_are_those_that_the_library_describes(engine: Engine) -> None:
    describe_tables("made_").create_all(engine)
    upgrade(engine, prefix="moved_")
    made, moved = describe(engine, "made_"), describe(engine, "moved_")
    assert len(made) == len(describe_tables().tables)
    assert moved == made


def test_triggers_are_made_by_the_migrations_too(engine: Engine) -> None:
    describe_tables("made_").create_all(engine)
    upgrade(engine, prefix="moved_")
    assert triggers(engine, "moved_") == triggers(engine, "made_")


def test_no_difference_is_found_after_an_upgrade(engine: Engine) -> None:
    upgrade(engine, prefix="p_")
    with engine.connect() as connection:
        assert list_differences(connection, "p_") == ()


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("DROP INDEX p_task_inbox", "add_index p_task_inbox"),
        ("ALTER TABLE p_task ADD COLUMN more TEXT", "remove_column p_task.more"),
        ("ALTER TABLE p_task DROP COLUMN calendar_version", "add_column p_task.calendar_version"),
        ("DROP TABLE p_payload", "add_table p_payload"),
        ("CREATE INDEX p_more ON p_event (actor_id)", "remove_index p_more"),
    ],
)
def test_each_difference_is_named(engine: Engine, change: str, difference: str) -> None:
    upgrade(engine, prefix="p_")
    if engine.dialect.name == "mariadb" and change.startswith("DROP INDEX"):
        change += " ON p_task"
    with engine.begin() as connection:
        connection.execute(text(change))
    with engine.connect() as connection:
        assert difference in list_differences(connection, "p_")


def test_every_description_of_tables_that_the_library_has_is_under_migrations() -> None:
    described = set()
    for name in dir(xbyx_rules.hosting):
        thing = getattr(xbyx_rules.hosting, name)
        if callable(thing) and name.endswith("_tables"):
            parameters = python_inspect.signature(thing).parameters
            if {"prefix", "metadata"} <= set(parameters):
                described |= set(thing("p_").metadata.tables)
    assert described
    assert described == set(describe_tables("p_").tables)


def test_downgrading_to_the_base_leaves_nothing_of_ours_but_an_empty_version_table(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plan (plan_no INTEGER)"))
    upgrade(engine)
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"plan", name_version_table()}
    assert triggers(engine, "xbyx_") == set()


def test_tables_are_made_with_the_hosts_own_connection(engine: Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)
        assert current(connection) is not None
    assert set(inspect(engine).get_table_names()) == list_table_names()
    with engine.begin() as connection:
        downgrade(connection, "base")
    assert set(inspect(engine).get_table_names()) == {name_version_table()}


def test_a_doubt_about_many_records_is_kept_whole(engine: Engine) -> None:
    upgrade(engine)
    table = describe_tables().tables["xbyx_doubt"]
    records = "疑" * 100_000
    plain = {one.name: "1" for one in table.columns if isinstance(one.type, String)}
    numbers = {one.name: 1 for one in table.columns if not isinstance(one.type, String)}
    with engine.begin() as connection:
        connection.execute(insert(table).values({**plain, **numbers, "records_text": records}))
        assert connection.execute(select(table.c.records_text)).scalar_one() == records


def test_an_upgrade_that_fails_leaves_nothing_where_the_database_can_undo_it(
    engine: Engine,
) -> None:
    # A name of the second step is taken by a view, which no check of ours looks at.
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW xbyx_supervised AS SELECT 1 AS number"))
    with pytest.raises(DBAPIError, match="xbyx_supervised"):
        upgrade(engine)
    left = set(inspect(engine).get_table_names())
    if engine.dialect.name == "mariadb":
        assert "xbyx_event" in left
    else:
        assert left == set()
