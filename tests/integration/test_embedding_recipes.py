"""The recipes for FastAPI and Flask answer real requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool
from starlette.testclient import TestClient

from tests.integration.embedding import PLAN, USER, Answer, Embedding, Site, fill
from tests.integration.recipes import in_fastapi, in_fastapi_async, in_flask
from tests.servers.databases import Database


@contextmanager
def sqlite_engine(folder: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{folder / 'platform.db'}", poolclass=NullPool)
    fill(engine)
    yield engine
    engine.dispose()


def over_http(client: TestClient) -> Callable[[dict[str, Any]], Answer]:
    def post(asked: dict[str, Any]) -> Answer:
        answer = client.post(PLAN, json=asked, headers=USER)
        return answer.status_code, answer.json() if answer.status_code != 500 else {}

    return post


class TestFastAPI(Embedding):
    @pytest.fixture
    def site(self, database: Database) -> Iterator[Site]:
        engine = database.open()
        fill(engine)
        with TestClient(
            in_fastapi.make_app(sessionmaker(engine)), raise_server_exceptions=False
        ) as client:
            yield Site(engine, over_http(client))


class TestFastAPIAsync(Embedding):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[Site]:
        with sqlite_engine(tmp_path) as engine:
            url = f"sqlite+aiosqlite:///{tmp_path / 'platform.db'}"
            waiting = create_async_engine(url, poolclass=NullPool)
            app = in_fastapi_async.make_app(async_sessionmaker(waiting))
            with TestClient(app, raise_server_exceptions=False) as client:
                yield Site(engine, over_http(client))
            asyncio.run(waiting.dispose())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
class TestFastAPIAsyncOnPostgreSQL(Embedding):
    @pytest.fixture
    def site(self, database: Database) -> Iterator[Site]:
        engine = database.open()
        fill(engine)
        # psycopg's own asynchronous connection, by the same URL as its other one.
        waiting = create_async_engine(database.url, poolclass=NullPool)
        app = in_fastapi_async.make_app(async_sessionmaker(waiting))
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Site(engine, over_http(client))
        asyncio.run(waiting.dispose())


class TestFlask(Embedding):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[Site]:
        with sqlite_engine(tmp_path) as engine:
            client = in_flask.make_app(sessionmaker(engine)).test_client()

            def post(asked: dict[str, Any]) -> Answer:
                answer = client.post(PLAN, json=asked, headers=USER)
                return answer.status_code, answer.get_json(silent=True)

            yield Site(engine, post)
