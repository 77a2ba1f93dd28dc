"""The recipe for Django: the ledger on Django's own connection, in its own transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import make_url

from tests.integration.embedding import PLAN, USER, Answer, Embedding, Site, fill
from tests.integration.recipes.small_platform import PEOPLE, read_clock
from tests.servers.databases import Database
from xbyx_rules.deciding import Subject
from xbyx_rules.lifecycle import Command

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"], indirect=True)


@pytest.fixture(scope="module")
def _django() -> Iterator[None]:
    """Django configured once for this process; what it tells Python's SQLite driver is taken back.

    WHY: it registers adapters for dates and decimals, and other tests are to see that they lack.
    """
    adapters, converters = dict(sqlite3.adapters), dict(sqlite3.converters)
    import django
    import pymysql

    # WHY in its place: Django asks for mysqlclient, which has no wheels and needs a C compiler.
    pymysql.install_as_MySQLdb()
    from django.conf import settings

    settings.configure(
        ROOT_URLCONF="tests.integration.recipes.in_django",
        ALLOWED_HOSTS=["testserver"],
        LOGGING_CONFIG=None,
        USE_TZ=True,
        SECRET_KEY="not used",
    )
    django.setup()
    yield
    for registered, before in ((sqlite3.adapters, adapters), (sqlite3.converters, converters)):
        registered.clear()
        registered.update(before)


def for_django(database: Database) -> dict[str, Any]:
    url = make_url(database.url)
    if database.name == "sqlite":
        engine, options = "django.db.backends.sqlite3", {"transaction_mode": "IMMEDIATE"}
    elif database.name == "postgresql":
        engine, options = "django.db.backends.postgresql", {}
    else:
        engine, options = "django.db.backends.mysql", {"charset": "utf8mb4"}
    return {
        "ENGINE": engine,
        "NAME": url.database,
        "HOST": url.host or "",
        "PORT": url.port or "",
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "OPTIONS": options,
    }


@pytest.fixture
def django_site(_django: None, database: Database) -> Iterator[Site]:
    from django.db import connections
    from django.db.utils import load_backend
    from django.test import Client

    from tests.integration.recipes import django_connection

    # WHY: a dialect keeps its database's name, and each test has a database of its own.
    django_connection._engine.cache_clear()
    own = connections.configure_settings({"default": for_django(database)})["default"]
    connections["default"] = load_backend(own["ENGINE"]).DatabaseWrapper(own, "default")
    engine = database.open()
    fill(engine)
    client = Client(raise_request_exception=False)

    def post(asked: dict[str, Any]) -> Answer:
        answer = client.post(PLAN, asked, content_type="application/json", headers=USER)
        return answer.status_code, answer.json() if answer.status_code != 500 else {}

    yield Site(engine, post)
    connections["default"].close()


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
        with suppress(RuntimeError), transaction.atomic():
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


def make_command(command_id: str, **more: Any) -> Command:
    return Command(
        Subject("年度计划", "P1"), "撤回", PEOPLE["u-17"], command_id, read_clock(), **more
    )
