"""A private MariaDB."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from .server import Absent, Server, find_program

__all__ = ["MariaDB"]


class MariaDB(Server):
    """MariaDB, wherever it is installed.

    Raises:
        Absent: it isn't.
    """

    name = "mariadb"

    def __init__(self, *, is_durable: bool = False, home: Path | None = None) -> None:
        self._install = find_program("mariadb-install-db", "mysql_install_db") or ""
        self._server = find_program("mariadbd") or ""
        if not self._install or not self._server:
            raise Absent("MariaDB: apt-get install mariadb-server")
        super().__init__(is_durable=is_durable, home=home)

    def prepare(self) -> None:
        """Make the system tables; root has no password, since only loopback reaches it."""
        more = ("--auth-root-authentication-method=normal", "--skip-test-db")
        self.run(self._install, "--no-defaults", f"--datadir={self.folder / 'data'}", *more)

    def command(self) -> list[str]:
        """On loopback only; the default isolation is left as it is: REPEATABLE READ."""
        flush = "1" if self.is_durable else "0"
        return [
            self._server,
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--innodb-flush-log-at-trx-commit={flush}",
            "--innodb-buffer-pool-size=32M",
            "--skip-name-resolve",
            "--skip-log-bin",
        ]

    def url(self, database: str = "") -> URL:
        """By the PyMySQL driver."""
        return URL.create(
            "mariadb+pymysql",
            username="root",
            host="127.0.0.1",
            port=self.port,
            database=database or "mysql",
            # WHY no TLS: the driver reads all of the system's certificates for each connection,
            # 40 ms, ten times what the rest takes, and the tests open thousands on loopback.
            query={"charset": "utf8mb4", "ssl_disabled": "true"},
        )

    def statements(self, database: str) -> tuple[str, str]:
        """A database of its own for each test, with the collation that compares byte by byte."""
        made = f"CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        return made, f"DROP DATABASE {database}"
