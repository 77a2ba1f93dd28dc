"""Two processes make the same tables at once, as servers of a platform that start together."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import time
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, inspect, select
from sqlalchemy.pool import NullPool

from tests.servers.databases import Database, Servers
from xbyx_rules.errors import HostError
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.ledger import defining
from xbyx_rules.hosting.ledger.protection import find_unprotected
from xbyx_rules.hosting.migrations import (
    current,
    describe_tables,
    list_differences,
    list_table_names,
    to_sql,
    upgrade,
)

FORKED = multiprocessing.get_context("fork")


def work_slowly(url: str, kind: str, start: Any, answers: Any) -> None:
    """Make the tables with a pause after each, so that two who may both begin do meet."""
    engine = create_engine(url, poolclass=NullPool)

    def pause(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        if "CREATE TABLE" in statement:
            time.sleep(0.02)

    event.listen(engine, "after_cursor_execute", pause)
    start.wait(timeout=30)
    try:
        if kind == "upgrade":
            answers.put(len(upgrade(engine)))
        else:
            Ledger({}, None, tenant="t").create_tables(engine)  # type: ignore[arg-type]
            answers.put(0)
    except Exception as error:
        answers.put(repr(error))


def work_at_once(database: Database, kind: str) -> list[Any]:
    start, answers = FORKED.Barrier(2), FORKED.Queue()
    both = [
        FORKED.Process(target=work_slowly, args=(database.url, kind, start, answers))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    found = [answers.get(timeout=120) for _ in both]
    for one in both:
        one.join()
    return found


def test_of_two_upgrades_at_once_one_makes_the_steps_and_the_other_finds_them(
    database: Database,
) -> None:
    found = work_at_once(database, "upgrade")
    engine = database.open()
    assert set(inspect(engine).get_table_names()) == list_table_names()
    with engine.connect() as connection:
        assert list_differences(connection) == ()
    assert sorted(found) == [0, int(current(engine) or 0)]


def test_two_who_make_the_ledgers_tables_at_once_both_end_well(database: Database) -> None:
    assert work_at_once(database, "create_tables") == [0, 0]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_who_waits_for_too_long_is_told_so_and_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(defining, "_WAIT_SECONDS", 0)
    engine = database.open()
    with engine.connect() as other:
        name = defining._name_lock(other)
        assert other.execute(select(func.get_lock(name, 0))).scalar_one() == 1
        with pytest.raises(HostError) as caught:
            upgrade(engine)
        assert inspect(engine).get_table_names() == []
    assert [one.code for one in caught.value.diagnostics] == ["XR688"]
    assert upgrade(engine)


def test_a_script_for_mysql_runs_in_its_own_client(servers: Servers) -> None:
    server = servers.get("mariadb")
    client = shutil.which("mariadb") or shutil.which("mysql")
    assert client is not None, "the server's package brings it"
    name = server.make_database()
    url = server.url(name)
    place = ["--host=127.0.0.1", f"--port={server.port}", "--user=root", name]
    subprocess.run(
        [client, "--no-defaults", *place], input=to_sql("mysql"), text=True, check=True, timeout=60
    )
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        assert list_differences(connection) == ()
        protected = describe_tables().tables.values()
        assert find_unprotected(connection, protected) == ()
    assert upgrade(engine) == ()
    server.drop_database(name)
