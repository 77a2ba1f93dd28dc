"""One schema for every database: types and names that all of them take; SQLite besides."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import (
    BigInteger,
    Engine,
    Integer,
    SmallInteger,
    String,
    Text,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.dialects import mysql, oracle, postgresql, sqlite
from sqlalchemy.dialects.mysql import mariadb
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from tests.integration.year_plan import (
    PLAN,
    PLANS,
    REVIEWER,
    PlanHost,
    command,
    open_platform,
    stand_in_deciding,
    walk,
)
from xbyx_rules.hosting.ledger import Ledger, ledger_tables
from xbyx_rules.hosting.ledger import transactions as transactions_module

DIALECTS = {
    "postgresql": postgresql.dialect(),
    "mysql": mysql.dialect(),
    "mariadb": mariadb.MariaDBDialect(),
    "sqlite": sqlite.dialect(),
    "oracle": oracle.dialect(),
}
COLUMNS = [
    (table, column) for table in ledger_tables().metadata.sorted_tables for column in table.columns
]


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite"])
def test_every_table_compiles(dialect):
    for table in ledger_tables().metadata.sorted_tables:
        assert table.name in str(CreateTable(table).compile(dialect=DIALECTS[dialect]))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_name_needs_quotes(dialect):
    preparer = DIALECTS[dialect].identifier_preparer
    for table, column in COLUMNS:
        assert preparer.quote(column.name) == column.name
        assert preparer.quote(table.name) == table.name


@pytest.mark.parametrize("name", ["comment", "from", "to", "at", "class", "role", "result", "key"])
def test_no_column_has_a_name_that_some_database_keeps_for_itself(name):
    assert name not in {column.name for _, column in COLUMNS}


def test_types_are_those_that_every_database_has():
    allowed = (BigInteger, Integer, SmallInteger, String, Text)
    assert all(isinstance(column.type, allowed) for _, column in COLUMNS)
    assert not any(column.autoincrement is True for _, column in COLUMNS)
    # A column that was added where rows were says what those have; every database can.
    defaults = {column.name for _, column in COLUMNS if column.server_default}
    assert defaults == {"task_kind"}
    instants = [column for _, column in COLUMNS if column.name.endswith(("_at", "retain_until"))]
    assert all(isinstance(column.type, BigInteger) for column in instants)


def test_keys_fit_into_an_index_of_mysql():
    for table in ledger_tables().metadata.sorted_tables:
        sets = [table.primary_key.columns, *(index.columns for index in table.indexes)]
        for columns in sets:
            sizes = [getattr(one.type, "length", None) or 2 for one in columns]
            assert sum(sizes) * 4 <= 3072


def test_the_prefix_stands_before_every_name():
    assert {one.name[:5] for one in ledger_tables("demo_").metadata.sorted_tables} == {"demo_"}


def test_creating_tables_twice_changes_nothing(database):
    engine, ledger, _ = open_platform(database)
    walk(ledger, engine, 1)
    before = database.dump()
    ledger.create_tables(engine)
    assert database.dump() == before
    engine.dispose()


@pytest.mark.parametrize("opens", [Engine.connect, Session], ids=["connection", "session"])
def test_tables_are_made_in_the_hosts_own_transaction(database, opens):
    engine = database.open()
    ledger = Ledger({}, PlanHost(), tenant="110108")
    with opens(engine) as target, target.begin():
        ledger.create_tables(target)
    assert set(inspect(engine).get_table_names()) == {
        one.name for one in ledger.tables.metadata.sorted_tables
    }


# --- SQLite ---------------------------------------------------------------------------------------


def with_the_documented_recipe(engine):
    """The host begins its transactions itself, as SQLAlchemy's manual describes."""

    @event.listens_for(engine, "connect")
    def connect(connection, _record):
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")


@pytest.mark.parametrize("has_recipe", [True, False])
def test_both_ways_of_beginning_on_sqlite_work(tmp_path, has_recipe):
    file = tmp_path / "platform.db"
    _, ledger, _ = open_platform(file)
    engine = create_engine(f"sqlite:///{file}")
    if has_recipe:
        with_the_documented_recipe(engine)
    walk(ledger, engine, 2)
    with engine.connect() as connection:
        connection.execute(PLANS.update().values(note="mine"))
        ledger.act(connection, command("退回补正", REVIEWER, "back", comment="重来"))
        connection.rollback()
    assert ledger.snapshot(engine, PLAN).state == "待区级审核"
    assert ledger.verify(engine).is_intact
    engine.dispose()


def test_a_locked_database_is_tried_again(tmp_path, monkeypatch):
    file = tmp_path / "platform.db"
    _, ledger, _ = open_platform(file)
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            blocker.execute("ROLLBACK")

    monkeypatch.setattr(transactions_module.time, "sleep", wait)
    walk(ledger, engine, 1)
    assert len(waits) == 2
    assert ledger.verify(engine).is_intact
    blocker.close()
    engine.dispose()


def test_a_database_that_stays_locked_is_an_error_not_a_lost_command(tmp_path, monkeypatch):
    file = tmp_path / "platform.db"
    _, ledger, _ = open_platform(file)
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(transactions_module.time, "sleep", lambda _: None)
    with pytest.raises(OperationalError):
        walk(ledger, engine, 1)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert len(walk(ledger, engine, 1)) == 1
    engine.dispose()
