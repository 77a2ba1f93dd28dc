"""The triggers' statements where no server is at hand, and where we know of none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, create_mock_engine
from sqlalchemy.dialects import oracle, postgresql

from xbyx_rules.hosting.ledger import ledger_tables, protect
from xbyx_rules.hosting.ledger.protection import find_unprotected, is_protectable

TABLES = ("demo_definition", "demo_event", "demo_payload", "demo_anchor")


class OpenGauss(postgresql.dialect):  # type: ignore[misc]
    """As its dialect calls itself; all else it has from PostgreSQL."""

    name = "opengauss"


def dump(dialect: Any, prefix: str = "demo_", **more: Any) -> list[str]:
    """What creating the tables would send there."""
    sent: list[str] = []
    engine = create_mock_engine("sqlite://", lambda sql, *_, **__: sent.append(sql))
    engine._dialect = dialect
    ledger_tables(prefix, **more).metadata.create_all(engine, checkfirst=False)
    return [str(one.compile(dialect=dialect)) for one in sent]


def test_opengauss_gets_the_form_of_postgresql_that_old_versions_take() -> None:
    sent = dump(OpenGauss())
    # WHY sorted: a table's indexes are a set, made in any order.
    assert sorted(sent) == sorted(dump(postgresql.dialect()))
    made = [one for one in sent if one.startswith("CREATE TRIGGER")]
    assert sorted(one.split()[2] for one in made) == sorted(
        f"{table}_no_{what}" for table in TABLES for what in ("change", "truncate")
    )
    assert all("EXECUTE PROCEDURE" in one and "OR REPLACE" not in one for one in made)


def test_a_database_whose_triggers_we_do_not_know_gets_tables_alone() -> None:
    assert not is_protectable(oracle.dialect())
    sent = dump(oracle.dialect())
    assert len(ledger_tables().metadata.tables) == len([one for one in sent if "TABLE" in one])
    assert not any("TRIGGER" in one for one in sent)


def test_names_are_quoted_where_they_must_be() -> None:
    made = [one for one in dump(postgresql.dialect(), 'A"b%_') if "CREATE TRIGGER" in one]
    assert made
    assert all('"A""b%' in one.replace("%%", "%") for one in made)
    engine = create_engine("sqlite://")
    tables = ledger_tables('A"b%_')
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        assert find_unprotected(connection, tables.protected) == ()
    engine.dispose()


def test_a_schema_of_the_host_stands_before_tables_and_functions() -> None:
    sent = dump(postgresql.dialect(), metadata=MetaData(schema="host"))
    made = [one for one in sent if "FUNCTION" in one or "TRIGGER" in one]
    assert made
    assert all(
        "EXECUTE PROCEDURE host.demo_" in one or "FUNCTION host.demo_" in one for one in made
    )


def test_a_table_of_the_host_is_left_alone() -> None:
    metadata = MetaData()
    ledger_tables("demo_", metadata)
    theirs = Table("theirs", metadata, Column("id", Integer, primary_key=True))
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        protect(connection, [theirs])
        assert find_unprotected(connection, [theirs]) == ()
        connection.execute(theirs.insert().values(id=1))
        assert connection.execute(theirs.delete()).rowcount == 1
    engine.dispose()
