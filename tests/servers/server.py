"""A private server of the test run: a program, its folder, a port on loopback; start, kill, end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

__all__ = ["Absent", "Server", "find_memory", "find_program"]

_PATIENCE_SECONDS: Final = 60.0
_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 2 * 1024**3
# WHY: neither server runs as root, and this user owns nothing on any machine.
_UNPRIVILEGED: Final = "nobody"


class Absent(Exception):
    """The database isn't installed here; the text says what to install."""


def find_memory() -> Path | None:
    """A file system in memory with room for a server; None where there is none.

    WHY: on a disk MariaDB takes ten times as long to make a test's tables, most of it waiting.
    """
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room and os.access(_MEMORY, os.W_OK) else None


def find_program(*names: str, places: Sequence[str] = ()) -> str | None:
    """The first program of these names on the path, or in places that are not on it."""
    path = os.pathsep.join((*places, os.environ.get("PATH", ""), "/usr/sbin"))
    return next((found for one in names if (found := shutil.which(one, path=path))), None)


class Server(ABC):
    """One server; `start` and `stop` may be called again and again, the data stay.

    Args:
        is_durable: whether a commit waits for the disk.  Only tests that kill the server need it.
        home: where its folder is made; None for where temporary files are.
    """

    name: str

    def __init__(self, *, is_durable: bool = False, home: Path | None = None) -> None:
        self.is_durable = is_durable
        self.folder = Path(tempfile.mkdtemp(prefix=f"xbyx-{self.name}-", dir=home))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line, in the foreground."""

    @abstractmethod
    def url(self, database: str = "") -> URL:
        """Where a database is; "" the one to make others from."""

    @abstractmethod
    def statements(self, database: str) -> tuple[str, str]:
        """The statements that make a database, and drop it."""

    def run(self, *command: str) -> None:
        """Run a program of the server's to its end, unprivileged.

        Raises:
            RuntimeError: it failed; with what it said.
        """
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **_unprivileged(),
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_unprivileged(),
            )
        self._wait()

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(
                signal.SIGINT if self.name == "postgresql" else signal.SIGTERM
            )
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def kill(self) -> None:
        """End it as a failure of power would; the whole group, since some have child processes."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def remove(self) -> None:
        """End it and take its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- databases ------------------------------------------------------------------------------

    def make_database(self) -> str:
        """An empty database; its name."""
        self._made += 1
        name = f"t{os.getpid()}_{self._made}"
        self._execute(self.statements(name)[0])
        return name

    def drop_database(self, name: str) -> None:
        """Take a database away."""
        self._execute(self.statements(name)[1])

    def _execute(self, statement: str) -> None:
        engine = self.open_engine()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)

    def open_engine(self, database: str = "") -> Engine:
        """An engine that keeps no connection open."""
        return create_engine(self.url(database), poolclass=NullPool)

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.open_engine().connect().close()
            except DBAPIError as error:
                process = self._process
                if time.monotonic() > end or process is None or process.poll() is not None:
                    log = (self.folder / "server.log").read_text("utf-8", "replace")
                    raise RuntimeError(f"{self.name} does not answer: {error}\n{log}") from error
            else:
                return
            time.sleep(0.05)


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    group = pwd.getpwnam(_UNPRIVILEGED).pw_gid
    return {"user": _UNPRIVILEGED, "group": group, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
