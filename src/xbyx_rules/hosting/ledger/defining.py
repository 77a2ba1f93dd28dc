"""Make, change or drop tables: one process at a time, in the host's transaction or one of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from xbyx_rules.errors import Diagnostic, HostError

from .transactions import Target, write_in

__all__ = ["define_in"]

Given = TypeVar("Given")

_NAME: Final = "xbyx_rules tables"
_WAIT_SECONDS: Final = 600
_POSTGRESQL: Final = frozenset({"postgresql", "opengauss"})
_MYSQL: Final = frozenset({"mysql", "mariadb"})
# WHY: there a change of the schema ends the transaction, and with it any savepoint.
_COMMITS_BY_ITSELF: Final = _MYSQL | {"oracle", "dm"}

_LOCK_POSTGRESQL: Final = text("SELECT pg_advisory_xact_lock(:number)")
_LOCK_MYSQL: Final = text("SELECT GET_LOCK(:name, :seconds)")
_UNLOCK_MYSQL: Final = text("SELECT RELEASE_LOCK(:name)")


def define_in(target: Target, work: Callable[[Connection], Given]) -> Given:
    """Do `work` that makes, changes or drops tables, while nobody else does in that database.

    As `write_in`, except on MySQL, MariaDB and Dameng in the host's own transaction: there each
    such statement commits what stands before it, so that there is no savepoint to go back to, and
    what fails midway stays half done.

    Others wait: on PostgreSQL and openGauss until the transaction ends, the host's too; on MySQL
    and MariaDB until `work` is done, ten minutes at most; on SQLite as for any change.  On other
    databases nothing keeps two processes apart.

    Raises:
        HostError: XR688, somebody else was at it all the while.
    """

    def work_alone(connection: Connection) -> Given:
        with _alone(connection):
            return work(connection)

    if isinstance(target, Engine) or not _commits_definitions(target):
        return write_in(target, work_alone)
    if isinstance(target, Connection):
        return work_alone(target)
    target.flush()
    return work_alone(target.connection())


def _commits_definitions(target: Connection | Session) -> bool:
    connection = target if isinstance(target, Connection) else target.connection()
    return connection.dialect.name in _COMMITS_BY_ITSELF


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    # WHY one lock whatever the prefix: tables are made seldom, and nobody waits long for it.
    if connection.dialect.name in _POSTGRESQL:
        connection.execute(_LOCK_POSTGRESQL, {"number": _number(_NAME)})
    if connection.dialect.name not in _MYSQL:
        yield
        return
    name = _name_lock(connection)
    asked = {"name": name, "seconds": _WAIT_SECONDS}
    if connection.execute(_LOCK_MYSQL, asked).scalar_one() != 1:
        minutes = str(_WAIT_SECONDS // 60)
        raise HostError(Diagnostic("XR688", None, {"minutes": minutes}))
    try:
        yield
    finally:
        # WHY suppressed: where the connection is gone its lock is, and what was raised says more.
        with suppress(DBAPIError):
            connection.execute(_UNLOCK_MYSQL, {"name": name})


def _name_lock(connection: Connection) -> str:
    # WHY a digest: such a lock is the whole server's, and its name ends at 64 characters.
    database = connection.execute(text("SELECT DATABASE()")).scalar_one()
    return f"xbyx_rules_{hashlib.sha256(str(database).encode()).hexdigest()[:40]}"


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
