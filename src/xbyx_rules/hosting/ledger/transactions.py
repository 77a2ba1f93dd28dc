"""Run a piece of work in one transaction: the host's, or one of ours when given an Engine.

In the host's transaction nothing is committed and nothing but our own savepoint rolled back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from xbyx_rules.telemetry import note_retry

__all__ = [
    "Target",
    "is_retryable",
    "open_transaction",
    "read_in",
    "read_moment_in",
    "write_in",
]

Target = Engine | Connection | Session
"""Where a command runs: an Engine (a transaction of ours), or the host's Connection or Session."""

Given = TypeVar("Given")

_ATTEMPTS: Final = 6
_FIRST_WAIT_SECONDS: Final = 0.02
_RETRYABLE_STATES: Final = frozenset({"40001", "40P01"})  # PostgreSQL: serialisation, deadlock
_WITH_SNAPSHOTS: Final = frozenset({"postgresql", "opengauss", "mysql", "mariadb"})
_RETRYABLE_NUMBERS: Final = frozenset({1205, 1213})  # MySQL: lock wait timeout, deadlock
_NO_SAVEPOINT: Final = 1305  # MySQL


def write_in(target: Target, work: Callable[[Connection], Given]) -> Given:
    """Do `work` wholly or not at all.

    With an Engine the transaction is ours: READ COMMITTED (SQLite: BEGIN IMMEDIATE), committed at
    the end, and done again from the start after a deadlock or a lock that could not be had.  With
    a Connection or a Session it becomes part of the host's transaction: a savepoint is rolled
    back when `work` raises, and the host commits.  A Session is flushed before, so that `work`
    sees what the host has changed, and expired after, so that the host sees what `work` has.
    """
    if isinstance(target, Engine):
        return _write_owned(target, work)
    if isinstance(target, Connection):
        return _write_joined(target, work)
    target.flush()
    result = _write_joined(target.connection(), work)
    target.expire_all()
    return result


def open_transaction(connection: Connection) -> None:
    """Make sure that a transaction is open on a connection, so that a savepoint is one in it."""
    if connection.dialect.name == "sqlite":
        _begin_sqlite(connection, is_ours=False)


def read_in(target: Target, work: Callable[[Connection], Given]) -> Given:
    """Do `work` that only reads; with an Engine on a connection of ours, rolled back at the end."""
    if isinstance(target, Engine):
        with target.connect() as connection:
            return work(connection)
    if isinstance(target, Connection):
        return work(target)
    target.flush()
    return work(target.connection())


def read_moment_in(target: Target, work: Callable[[Connection], Given]) -> Given:
    """As `read_in`; with an Engine `work` sees one moment throughout, however long it takes.

    WHY: what others commit between two reads would look like a chain that doesn't hold.  In the
    host's own transaction that is for its isolation level to say.
    """
    if not isinstance(target, Engine):
        return read_in(target, work)
    with target.connect() as connection:
        name = connection.dialect.name
        if name == "sqlite":
            if not _is_open_sqlite(connection):
                connection.exec_driver_sql("BEGIN")
        elif name in _WITH_SNAPSHOTS:
            connection.execution_options(isolation_level="REPEATABLE READ")
        return work(connection)


def is_retryable(error: DBAPIError) -> bool:
    """Whether doing all of a transaction again may help, as after a deadlock."""
    return _retryable_state(error) is not None


def _write_owned(engine: Engine, work: Callable[[Connection], Given]) -> Given:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _write_once(engine, work)
        except DBAPIError as error:
            state = _retryable_state(error)
            if attempt == _ATTEMPTS or state is None:
                raise
            note_retry(database=_name_database(engine), state=state, attempt=attempt)
        time.sleep(_FIRST_WAIT_SECONDS * 2**attempt)
    raise AssertionError("unreachable")


def _write_once(engine: Engine, work: Callable[[Connection], Given]) -> Given:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            _begin_sqlite(connection, is_ours=True)
        elif engine.dialect.name in ("mysql", "mariadb"):
            _begin_mysql(connection)
        else:
            connection.execution_options(isolation_level="READ COMMITTED")
        result = work(connection)
        connection.commit()
        return result


def _begin_mysql(connection: Connection) -> None:
    """Begin a transaction on MySQL or MariaDB that sees what is committed at each statement.

    WHY by the driver: SQLAlchemy sets that for the session and back again, in four statements.
    Begun by its name, it is one where an engine of the host's commits each statement, too.
    """
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        cursor.execute("START TRANSACTION")


def _write_joined(connection: Connection, work: Callable[[Connection], Given]) -> Given:
    open_transaction(connection)
    with connection.begin_nested():
        return work(connection)


def _begin_sqlite(connection: Connection, *, is_ours: bool) -> None:
    """Make sure that a transaction is really open, one that may write.

    WHY: Python's driver opens one only before the first change.  Until then a SAVEPOINT is itself
    the transaction, and releasing it commits, behind the host's back.
    """
    is_open = _is_open_sqlite(connection)
    if is_open and is_ours:
        # WHY: a host's hook begins deferred, and such a transaction can fail when it first writes.
        connection.exec_driver_sql("ROLLBACK")
    if is_ours or not is_open:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_open_sqlite(connection: Connection) -> bool:
    connection.exec_driver_sql("SELECT 1")  # begins for SQLAlchemy, and runs the host's own hooks
    # WHY the driver's own connection: what stands before an asynchronous one doesn't know.
    driver = connection.connection.driver_connection
    return bool(getattr(driver, "in_transaction", False))


def _retryable_state(error: DBAPIError) -> str | None:
    """What the database calls the reason, where trying again may help; else None."""
    cause = _first_cause(error)
    name = str(getattr(cause, "sqlite_errorname", ""))
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    number = _number_of(cause)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return name
    if state in _RETRYABLE_STATES:
        return str(state)
    return str(number) if number in _RETRYABLE_NUMBERS else None


def _first_cause(error: DBAPIError) -> BaseException | None:
    """The driver's error; of a savepoint that is gone, the one that it went with.

    WHY: a deadlock undoes all of a transaction on MySQL, savepoints too, and going back to one of
    those is what fails last.
    """
    found: BaseException | None = error
    cause = error.orig
    while found is not None and _number_of(cause) == _NO_SAVEPOINT:
        found = found.__context__
        if isinstance(found, DBAPIError):
            cause = found.orig
    return cause


def _number_of(cause: BaseException | None) -> object:
    return cause.args[0] if cause is not None and cause.args else None


def _name_database(engine: Engine) -> str:
    # WHY: a MariaDB that was reached by a MySQL address is one dialect to SQLAlchemy, two databases
    # to whoever reads the figures.
    is_mariadb = bool(getattr(engine.dialect, "is_mariadb", False))
    return "mariadb" if is_mariadb else engine.dialect.name
