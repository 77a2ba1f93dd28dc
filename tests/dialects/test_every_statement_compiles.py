"""What the library sends to a database is SQL on each of them, whether we can run it or not.

Dameng's dialect needs SQLAlchemy 2.0 and is looked at there only (`make dialects`).
"""

from __future__ import annotations

import re

import pytest
import sqlalchemy
from opengauss_sqlalchemy.psycopg2 import OpenGaussDialect_psycopg2
from sqlalchemy import ClauseElement, Dialect, Select
from sqlalchemy.dialects import mysql, oracle, postgresql, sqlite
from sqlalchemy.dialects.mysql import mariadb
from sqlalchemy.schema import CreateIndex, CreateTable

import xbyx_rules.hosting
from tests.dialects.collecting import functions_with_statements
from tests.dialects.everyday_work import statements_of_everyday_work
from xbyx_rules.hosting.migrations import describe_tables, list_table_names, to_sql

IS_OLDER_LINE = sqlalchemy.__version__.startswith("2.0.")


def _dialects() -> dict[str, Dialect]:
    known: dict[str, Dialect] = {
        "sqlite": sqlite.dialect(),
        "postgresql": postgresql.dialect(),
        "mysql": mysql.dialect(),
        "mariadb": mariadb.MariaDBDialect(),
        "oracle": oracle.dialect(),
        "opengauss": OpenGaussDialect_psycopg2(),
    }
    if IS_OLDER_LINE:
        from dmSQLAlchemy.dmpython import DMDialect_dmPython

        known["dm"] = DMDialect_dmPython()
    return known


DIALECTS = _dialects()
NAMES = pytest.mark.parametrize("dialect", DIALECTS)


def to_text(statement: ClauseElement, dialect: str) -> str:
    values = dict(statements_of_everyday_work().values[str(statement)])
    made = statement.compile(dialect=DIALECTS[dialect], column_keys=list(values) or None)
    return str(made.construct_expanded_state(values).statement)


def statements() -> list[ClauseElement]:
    found = statements_of_everyday_work().statements
    return [one for text, one in found.items() if "xbyx_" in text]


def test_every_function_that_makes_a_statement_was_at_work() -> None:
    """Whoever adds a query adds to `everyday_work` what asks it."""
    made = functions_with_statements(xbyx_rules.hosting, leaving_out="migrations")
    assert len(made) > 20
    assert made - statements_of_everyday_work().functions == set()


@NAMES
def test_every_statement_compiles(dialect: str) -> None:
    verbs = set()
    for statement in statements():
        verbs.add(to_text(statement, dialect).split()[0])
    assert verbs == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@NAMES
def test_a_row_that_is_read_to_be_changed_is_locked_where_the_database_can(dialect: str) -> None:
    locking = [one for one in statements() if getattr(one, "_for_update_arg", None) is not None]
    assert len(locking) >= 4
    for statement in locking:
        assert ("FOR UPDATE" in to_text(statement, dialect)) is (dialect != "sqlite")


@NAMES
def test_the_first_row_only_is_asked_for_in_the_databases_own_way(dialect: str) -> None:
    limited = [one for one in statements() if isinstance(one, Select) and one._limit is not None]
    assert limited
    for statement in limited:
        text = to_text(statement, dialect)
        assert re.search(r"\bLIMIT\b|\bFETCH FIRST\b|\bROWNUM\b|\bTOP\b", text), text


@NAMES
def test_no_name_of_ours_needs_quotes(dialect: str) -> None:
    for statement in statements():
        text = to_text(statement, dialect)
        assert not set('"`[') & set(text), text


@NAMES
def test_every_table_and_index_is_made(dialect: str) -> None:
    tables = describe_tables().sorted_tables
    indexes = [index for table in tables for index in table.indexes]
    made = [*map(CreateTable, tables), *map(CreateIndex, indexes)]
    whole = "\n".join(str(one.compile(dialect=DIALECTS[dialect])) for one in made)
    for thing in (*tables, *indexes):
        assert f" {thing.name} " in whole
    assert not set('"`[') & set(whole)


@NAMES
def test_the_migrations_can_be_written_as_sql(dialect: str) -> None:
    whole = to_sql(dialect)
    for name in list_table_names():
        assert f"CREATE TABLE {name} (" in whole
    assert whole.count("UPDATE xbyx_alembic_version") + whole.count("INSERT INTO") >= 2


def test_no_name_is_longer_than_old_databases_take() -> None:
    """30 characters with the prefix that is set: the bound of Oracle before 12.2."""
    tables = describe_tables().sorted_tables
    names = {
        *list_table_names(),
        *(column.name for table in tables for column in table.columns),
        *(index.name for table in tables for index in table.indexes),
        *(one.name for table in tables for one in table.constraints if one.name),
    }
    assert len(names) > 50
    assert {name for name in names if len(str(name)) > 30} == set()


def test_dameng_is_looked_at_on_the_older_line_of_sqlalchemy() -> None:
    assert ("dm" in DIALECTS) is IS_OLDER_LINE
