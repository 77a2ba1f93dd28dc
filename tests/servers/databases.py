"""Fixtures: an empty database on SQLite, on a real PostgreSQL and on a real MariaDB.

Where a server isn't installed its tests are left out, and the end of the run says so; in
continuous integration (``CI``) that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine, MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from .mariadb import MariaDB
from .postgresql import PostgreSQL
from .server import Absent, Server, find_memory

__all__ = ["DATABASES", "LEFT_OUT", "Database", "Servers", "database", "servers"]

DATABASES: Final = ("sqlite", "postgresql", "mariadb")
LEFT_OUT: Final[set[str]] = set()
"""What is not installed here and how to get it; the end of the run shows it."""

_SERVERS: Final[Mapping[str, Callable[..., Server]]] = {
    "postgresql": PostgreSQL,
    "mariadb": MariaDB,
}


class Database:
    """One empty database.

    Args:
        name: which product.
        url: where it is, for another process to open too.
    """

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._opened: list[Engine] = []

    def open(self, *, connections: int = 0) -> Engine:
        """An engine of the test's own; it keeps no connection unless told how many."""
        pool = {"pool_size": connections} if connections else {"poolclass": NullPool}
        engine = create_engine(self.url, **pool)
        self._opened.append(engine)
        return engine

    def dump(self) -> list[str]:
        """Every row of every table, as text, in a stable order."""
        engine = self.open()
        tables = MetaData()
        tables.reflect(engine)
        with engine.connect() as connection:
            return [
                line
                for table in tables.sorted_tables
                for line in sorted(
                    f"{table.name}: {row!r}" for row in connection.execute(select(table))
                )
            ]

    def close(self) -> None:
        """Dispose of the engines that the test opened."""
        for engine in self._opened:
            engine.dispose()


class Servers:
    """The servers of a test run, each started when first asked for."""

    def __init__(self) -> None:
        self._running: dict[str, Server] = {}

    def get(self, name: str, *, is_durable: bool = False) -> Server:
        """A running server; the test that asks is left out where there is none.

        Args:
            name: which product.
            is_durable: one whose commits survive its being killed; slower, and a server of its own.
        """
        key = f"{name} that lasts" if is_durable else name
        if key not in self._running:
            try:
                home = None if is_durable else find_memory()
                server = _SERVERS[name](is_durable=is_durable, home=home)
            except Absent as absent:
                if os.environ.get("CI"):
                    pytest.fail(f"not installed: {absent}")
                LEFT_OUT.add(str(absent))
                pytest.skip(str(absent))
            server.start()
            self._running[key] = server
        return self._running[key]

    def remove(self) -> None:
        """End them all."""
        for one in self._running.values():
            one.remove()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers of this run."""
    found = Servers()
    yield found
    found.remove()


@pytest.fixture(params=DATABASES)
def database(
    request: pytest.FixtureRequest, servers: Servers, tmp_path: Path
) -> Iterator[Database]:
    """An empty database; each test that asks for one runs on every product."""
    if request.param == "sqlite":
        made = Database("sqlite", f"sqlite:///{tmp_path / 'platform.db'}")
        yield made
        made.close()
        return
    server = servers.get(request.param)
    name = server.make_database()
    made = Database(request.param, server.url(name).render_as_string(hide_password=False))
    yield made
    made.close()
    server.drop_database(name)
