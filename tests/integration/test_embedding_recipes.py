"""The recipes of docs/embedding.md answer real requests: all is committed together, or nothing is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool
from starlette.testclient import TestClient

from tests.integration.recipes.small_platform import Base, make_ledger
from tests.servers.databases import Database

PLAN = "/plans/P1/actions"
USER = {"X-User": "u-17"}
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Site:
    """A platform that answers requests, and an engine of the test's own on its database."""

    engine: Engine
    post: Callable[[dict[str, Any]], Answer]

    def all(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement)))

    @property
    def events(self) -> int:
        return int(self.all("SELECT count(*) FROM xbyx_event")[0][0])

    def run(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))


def fill(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school VALUES ('9900000001', '示例小学（合成）')"))
        connection.execute(
            text(
                "INSERT INTO plan (number, school_code, status) VALUES ('P1', '9900000001', '10')"
            )
        )
    make_ledger().create_tables(engine)


@contextmanager
def sqlite_engine(folder: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{folder / 'platform.db'}", poolclass=NullPool)
    fill(engine)
    yield engine
    engine.dispose()


def withdraw(command_id: str = "c-1", **more: Any) -> dict[str, Any]:
    return {"action": "撤回", "command_id": command_id, **more}


class Embedding:
    """What holds of every recipe."""

    def test_the_platforms_rows_and_the_ledgers_are_committed_together(self, site: Site) -> None:
        assert site.post(withdraw()) == (200, {"state": "已撤回", "version": 2})
        assert site.all("SELECT status, seen_by FROM plan") == [("80", "u-17")]
        assert site.all("SELECT command_id, body FROM notice") == [("c-1", "80")]
        assert site.events == 2

    def test_a_platform_that_fails_after_the_command_leaves_nothing(self, site: Site) -> None:
        site.run("DROP TABLE notice")
        assert site.post(withdraw())[0] == 500
        assert site.all("SELECT status, seen_by FROM plan") == [("10", None)]
        for table in ("instance", "event", "command", "task", "payload", "outbox"):
            assert site.all(f"SELECT count(*) FROM xbyx_{table}") == [(0,)]

    def test_a_refused_command_says_why_and_leaves_nothing(self, site: Site) -> None:
        status, answer = site.post({"action": "提交校内审核", "command_id": "c-1"})
        assert status == 422
        assert [one["code"] for one in answer["problems"]] == ["XR508"]  # facts are missing
        assert site.all("SELECT status, seen_by FROM plan") == [("10", None)]
        assert site.events == 0

    def test_a_command_sent_again_gets_its_first_answer(self, site: Site) -> None:
        first = site.post(withdraw())
        assert site.post(withdraw()) == first
        assert site.events == 2

    def test_a_page_that_is_out_of_date_is_a_conflict(self, site: Site) -> None:
        assert site.post(withdraw())[0] == 200
        status, answer = site.post(withdraw("c-2", version=1))
        assert status == 409
        assert [one["code"] for one in answer["problems"]] == ["XR515"]


class TestFastAPI(Embedding):
    @pytest.fixture
    def site(self, database: Database) -> Iterator[Site]:
        from tests.integration.recipes.in_fastapi import make_app

        engine = database.open()
        fill(engine)
        with TestClient(make_app(sessionmaker(engine)), raise_server_exceptions=False) as client:
            yield Site(engine, over_http(client))


class TestFastAPIAsync(Embedding):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[Site]:
        from tests.integration.recipes.in_fastapi_async import make_app

        with sqlite_engine(tmp_path) as engine:
            url = f"sqlite+aiosqlite:///{tmp_path / 'platform.db'}"
            waiting = create_async_engine(url, poolclass=NullPool)
            app = make_app(async_sessionmaker(waiting))
            with TestClient(app, raise_server_exceptions=False) as client:
                yield Site(engine, over_http(client))
            asyncio.run(waiting.dispose())


class TestFlask(Embedding):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[Site]:
        from tests.integration.recipes.in_flask import make_app

        with sqlite_engine(tmp_path) as engine:
            client = make_app(sessionmaker(engine)).test_client()

            def post(asked: dict[str, Any]) -> Answer:
                answer = client.post(PLAN, json=asked, headers=USER)
                return answer.status_code, answer.get_json(silent=True)

            yield Site(engine, post)


def over_http(client: TestClient) -> Callable[[dict[str, Any]], Answer]:
    def post(asked: dict[str, Any]) -> Answer:
        answer = client.post(PLAN, json=asked, headers=USER)
        return answer.status_code, answer.json() if answer.status_code != 500 else {}

    return post


# --- Django ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def django_settings() -> Iterator[dict[str, Any]]:
    """Django configured once for this process; what it tells Python's SQLite driver is taken back.

    WHY: it registers adapters for dates and decimals, and other tests are to see that they lack.
    """
    adapters, converters = dict(sqlite3.adapters), dict(sqlite3.converters)
    import django
    from django.conf import settings

    databases: dict[str, Any] = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
    }
    settings.configure(
        DATABASES=databases,
        ROOT_URLCONF="tests.integration.recipes.in_django",
        ALLOWED_HOSTS=["testserver"],
        LOGGING_CONFIG=None,
        USE_TZ=True,
        SECRET_KEY="not used",
    )
    django.setup()
    yield databases["default"]
    for registered, before in ((sqlite3.adapters, adapters), (sqlite3.converters, converters)):
        registered.clear()
        registered.update(before)


@pytest.fixture
def django_site(django_settings: dict[str, Any], tmp_path: Path) -> Iterator[Site]:
    from django.db import connection
    from django.test import Client

    client = Client(raise_request_exception=False)
    with sqlite_engine(tmp_path) as engine:
        connection.settings_dict["NAME"] = str(tmp_path / "platform.db")

        def post(asked: dict[str, Any]) -> Answer:
            answer = client.post(PLAN, asked, content_type="application/json", headers=USER)
            return answer.status_code, answer.json() if answer.status_code != 500 else {}

        yield Site(engine, post)
        connection.close()


class TestDjango(Embedding):
    @pytest.fixture
    def site(self, django_site: Site) -> Site:
        return django_site


def test_a_nested_block_of_django_takes_the_ledgers_rows_back_with_it(django_site: Site) -> None:
    from django.db import transaction

    from tests.integration.recipes import in_django as site

    command = make_command("c-1")
    with transaction.atomic():
        site.Plan.objects.filter(number="P1").update(seen_by="u-0")
        with pytest.raises(RuntimeError), transaction.atomic():
            with site.lent_connection() as connection:
                site.ledger().act(connection, command)
            assert site.Plan.objects.get(number="P1").status == "80"
            raise RuntimeError("the platform thinks better of it")
        assert site.Plan.objects.get(number="P1").status == "10"
    assert django_site.all("SELECT status, seen_by FROM plan") == [("10", "u-0")]
    assert django_site.events == 0
    with transaction.atomic(), site.lent_connection() as connection:
        site.ledger().act(connection, command)
    assert django_site.events == 2


def test_a_refusal_leaves_djangos_transaction_usable(django_site: Site) -> None:
    from django.db import transaction

    from tests.integration.recipes import in_django as site
    from xbyx_rules.errors import ConflictError

    with transaction.atomic():
        site.Plan.objects.filter(number="P1").update(seen_by="u-0")
        with pytest.raises(ConflictError), site.lent_connection() as connection:
            site.ledger().act(connection, make_command("c-1", expected_version=9))
        site.Notice.objects.create(command_id="c-1", plan_number="P1", body="refused")
    assert django_site.all("SELECT status, seen_by FROM plan") == [("10", "u-0")]
    assert django_site.all("SELECT body FROM notice") == [("refused",)]
    assert django_site.events == 0


def test_djangos_connection_is_lent_inside_a_transaction_only(django_site: Site) -> None:
    from django.db.transaction import TransactionManagementError

    from tests.integration.recipes.django_connection import lent_connection

    with pytest.raises(TransactionManagementError), lent_connection():
        pass


def test_the_ledgers_tables_are_made_in_a_migration_of_django(django_site: Site) -> None:
    from django.db import connection, transaction

    from tests.integration.recipes.django_connection import lent_connection
    from xbyx_rules.hosting.migrations import current, list_table_names, upgrade

    with transaction.atomic(), lent_connection() as lent:
        upgrade(lent, prefix="jy_")
    assert set(list_table_names("jy_")) <= set(connection.introspection.table_names())
    assert current(django_site.engine, prefix="jy_") is not None


def make_command(command_id: str, **more: Any) -> Any:
    from tests.integration.recipes.small_platform import PEOPLE, read_clock
    from xbyx_rules.deciding import Subject
    from xbyx_rules.lifecycle import Command

    return Command(
        Subject("年度计划", "P1"), "撤回", PEOPLE["u-17"], command_id, read_clock(), **more
    )
