"""The database itself refuses to change what is on record; one that can't still keeps a ledger."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from tests.integration.year_plan import CLERK, NINE, PLAN, open_platform, stand_in_deciding, walk
from xbyx_rules.hosting.ledger import protect, unprotect

TABLES = ("xbyx_definition", "xbyx_event", "xbyx_payload", "xbyx_anchor")
PAYLOAD = "UPDATE xbyx_payload SET {} WHERE payload_class = 'opinion'"
CHANGES = (
    "UPDATE xbyx_event SET actor_id = 't-99' WHERE seq = 3",
    "UPDATE xbyx_event SET actor_id = actor_id",
    "DELETE FROM xbyx_event WHERE seq = 3",
    "UPDATE xbyx_anchor SET event_count = 1",
    "DELETE FROM xbyx_anchor",
    "UPDATE xbyx_definition SET content = '{}'",
    "DELETE FROM xbyx_definition",
    "DELETE FROM xbyx_payload",
    PAYLOAD.format("content = '{}'"),
    PAYLOAD.format("content = NULL"),
    PAYLOAD.format("salt = NULL"),
    PAYLOAD.format("retain_until = 1"),
    PAYLOAD.format("content = NULL, salt = NULL, retain_until = 1"),
    PAYLOAD.format("content = NULL, salt = NULL, payload_class = 'receipt'"),
    PAYLOAD.format("content = NULL, salt = NULL, tenant = '110108 '"),
)
ERASURE = PAYLOAD.format("content = NULL, salt = NULL")
AS_PRODUCTS_HAVE_IT = {
    "sqlite": (
        "INSERT OR REPLACE INTO xbyx_definition SELECT * FROM xbyx_definition",
        "INSERT OR REPLACE INTO xbyx_event SELECT * FROM xbyx_event WHERE seq = 3",
        "UPDATE OR REPLACE xbyx_event SET seq = 2 WHERE seq = 3",
    ),
    "mariadb": (
        "REPLACE INTO xbyx_event SELECT * FROM xbyx_event WHERE seq = 3",
        (
            "INSERT INTO xbyx_definition SELECT * FROM xbyx_definition "
            "ON DUPLICATE KEY UPDATE content = 'x'"
        ),
    ),
    "postgresql": (
        "TRUNCATE xbyx_event",
        "TRUNCATE xbyx_payload CASCADE",
        (
            "INSERT INTO xbyx_definition SELECT * FROM xbyx_definition "
            "ON CONFLICT (definition_key, definition_version) DO UPDATE SET content = 'x'"
        ),
    ),
}


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(database):
    engine, ledger, _ = open_platform(database)
    walk(ledger, engine, 3)
    ledger.anchor(engine, at=NINE)
    return engine, ledger


def run(engine, statement):
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0


def test_what_is_on_record_is_not_changed(platform, database):
    engine, ledger = platform
    before = database.dump()
    for statement in (*CHANGES, *AS_PRODUCTS_HAVE_IT[database.name]):
        with pytest.raises(DBAPIError, match="the ledger only grows"):
            run(engine, statement)
    assert database.dump() == before
    assert ledger.verify(engine).unprotected == ()


def test_a_body_can_be_erased_and_not_written_back(platform):
    engine, _ = platform
    run(engine, ERASURE)
    with pytest.raises(DBAPIError, match="the ledger only grows"):
        run(engine, PAYLOAD.format("content = '{}', salt = 'x'"))


def test_triggers_that_are_taken_away_are_missed(platform, database):
    engine, ledger = platform
    if database.name == "postgresql":
        run_ddl(engine, "ALTER TABLE xbyx_event DISABLE TRIGGER xbyx_event_no_change")
    else:
        run_ddl(engine, "DROP TRIGGER xbyx_event_no_update")
    assert ledger.verify(engine).unprotected == ("xbyx_event",)
    with engine.begin() as connection:
        unprotect(connection, ledger.tables.protected)
    assert ledger.verify(engine).unprotected == TABLES
    run(engine, CHANGES[1])


def run_ddl(engine, statement):
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_migration_may_protect_again_and_as_often_as_it_likes(platform):
    engine, ledger = platform
    with engine.begin() as connection:
        unprotect(connection, ledger.tables.protected)
    for _ in range(2):
        with engine.begin() as connection:
            protect(connection, ledger.tables.protected)
    assert ledger.verify(engine).unprotected == ()
    with pytest.raises(DBAPIError, match="the ledger only grows"):
        run(engine, CHANGES[0])


def test_dropping_the_tables_leaves_nothing_behind(platform, database):
    engine, ledger = platform
    ledger.tables.metadata.drop_all(engine)
    ledger.create_tables(engine)
    assert ledger.verify(engine).unprotected == ()
    ledger.tables.metadata.drop_all(engine)
    if database.name == "postgresql":
        with engine.connect() as connection:
            left = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'xbyx%'"
            assert connection.execute(text(left)).scalar() == 0


# --- where triggers can't be made -----------------------------------------------------------------


def _engine_on_sqlite(database):
    engine = create_engine(database.url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def forbid(connection, _record):
        connection.set_authorizer(
            lambda action, *_: (
                sqlite3.SQLITE_DENY
                if action == sqlite3.SQLITE_CREATE_TRIGGER
                else sqlite3.SQLITE_OK
            )
        )

    return engine


def _engine_of_visitor(database, *statements):
    url = make_url(database.url)
    visitor = f"visitor_{url.database}"
    owner = database.open()
    with owner.begin() as connection:
        for statement in statements:
            words = {"visitor": visitor, "database": url.database}
            connection.execute(text(statement.format(**words)))
    return create_engine(url.set(username=visitor), poolclass=NullPool)


def _engine_without_rights(database):
    if database.name == "postgresql":
        return _engine_of_visitor(
            database,
            "CREATE ROLE {visitor} LOGIN",
            "GRANT ALL ON SCHEMA public TO {visitor}",
            "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
        )
    if database.name == "mariadb":
        rights = "SELECT, INSERT, UPDATE, DELETE, CREATE, INDEX"
        return _engine_of_visitor(
            database,
            "CREATE USER {visitor}@'127.0.0.1'",
            f"GRANT {rights} ON {{database}}.* TO {{visitor}}@'127.0.0.1'",
        )
    return _engine_on_sqlite(database)


def test_a_database_that_lets_no_triggers_be_made_keeps_a_ledger_and_that_is_told(database):
    place = SimpleNamespace(open=lambda: _engine_without_rights(database))
    with capture_logs() as logs:
        engine, ledger, _ = open_platform(place)
    told = [one for one in logs if one["event"] == "ledger_unprotected"]
    assert sorted(one["table"] for one in told) == sorted(TABLES)
    assert all(one["reason"] and one["log_level"] == "warning" for one in told)
    walk(ledger, engine, 3)
    erasing = {"reason": "依申请删除", "actor": CLERK, "command_id": "e", "at": NINE}
    ledger.erase(engine, PLAN, version=3, kind="opinion", **erasing)
    found = ledger.verify(engine, anchors=[ledger.anchor(engine, at=NINE)])
    assert (found.is_intact, found.erased) == (True, 1)
    assert found.unprotected == TABLES


# --- where rights stand in for triggers -----------------------------------------------------------

KEPT = ("xbyx_definition", "xbyx_event", "xbyx_anchor")


def _engine_that_adds_only(database):
    """One for which nothing of `KEPT` can be changed or deleted."""
    if database.name == "sqlite":
        engine = create_engine(database.url, poolclass=NullPool)
        denied = (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)

        @event.listens_for(engine, "connect")
        def forbid(connection, _record):
            connection.set_authorizer(
                lambda action, table, *_: (
                    sqlite3.SQLITE_DENY if action in denied and table in KEPT else sqlite3.SQLITE_OK
                )
            )

        return engine
    at = "@'127.0.0.1'" if database.name == "mariadb" else ""
    with database.open().connect() as connection:
        names = inspect(connection).get_table_names()
    changed = [one for one in names if one not in KEPT]
    maker = f"CREATE USER {{visitor}}{at}" if at else "CREATE ROLE {visitor} LOGIN"
    return _engine_of_visitor(
        database,
        maker,
        *(f"GRANT SELECT, INSERT ON {one} TO {{visitor}}{at}" for one in names),
        *(f"GRANT UPDATE, DELETE ON {one} TO {{visitor}}{at}" for one in changed),
    )


def test_a_ledger_works_without_the_right_to_change_what_is_on_record(database):
    engine, ledger, _ = open_platform(database)
    with engine.begin() as connection:
        unprotect(connection, ledger.tables.protected)
    hardened = _engine_that_adds_only(database)
    walk(ledger, hardened)
    erasing = {"reason": "依申请删除", "actor": CLERK, "command_id": "e", "at": NINE}
    ledger.erase(hardened, PLAN, version=3, kind="opinion", **erasing)
    anchors = [ledger.anchor(hardened, at=NINE) for _ in range(2)]
    found = ledger.verify(hardened, anchors=anchors)
    assert (found.is_intact, found.erased) == (True, 1)
    for statement in CHANGES[:7]:
        with pytest.raises(DBAPIError):
            run(hardened, statement)
    hardened.dispose()
