"""A private PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from .server import Absent, Server, find_program

__all__ = ["PostgreSQL"]

_PLACES = [str(one) for one in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


class PostgreSQL(Server):
    """PostgreSQL, wherever it is installed.

    Raises:
        Absent: it isn't.
    """

    name = "postgresql"

    def __init__(self, *, is_durable: bool = False, home: Path | None = None) -> None:
        programs = (find_program(one, places=_PLACES) for one in ("initdb", "postgres"))
        self._initdb, self._postgres = (one or "" for one in programs)
        if not self._initdb or not self._postgres:
            raise Absent("PostgreSQL: apt-get install postgresql")
        super().__init__(is_durable=is_durable, home=home)

    def prepare(self) -> None:
        """Make the cluster: UTF-8, no password, since only loopback reaches it."""
        more = ("--username=xbyx", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        self.run(self._initdb, "--pgdata", str(self.folder / "data"), *more)

    def command(self) -> list[str]:
        """On loopback only, without a socket in the file system."""
        on = "on" if self.is_durable else "off"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": on,
            "synchronous_commit": on,
            "full_page_writes": on,
            "max_connections": "60",
            "shared_buffers": "32MB",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [self._postgres, "-D", str(self.folder / "data"), *options]

    def url(self, database: str = "") -> URL:
        """By the psycopg driver."""
        return URL.create(
            "postgresql+psycopg",
            username="xbyx",
            host="127.0.0.1",
            port=self.port,
            database=database or "postgres",
        )

    def statements(self, database: str) -> tuple[str, str]:
        """A database of its own for each test."""
        return f"CREATE DATABASE {database}", f"DROP DATABASE {database} WITH (FORCE)"
