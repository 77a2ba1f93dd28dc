"""The conformance suite passes on a sound adapter, on every database, and leaves nothing there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from tests.servers.databases import DATABASES, Database, Servers
from tests.unit.testing.adapters.sample_platform import ADAPTER, SAMPLES, fill
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Adapter
from xbyx_rules.testing.adapters import AdapterConformance
from xbyx_rules.testing.adapters.altering import undone


@pytest.fixture(scope="module", params=DATABASES)
def filled(
    request: pytest.FixtureRequest, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for all tests of the suite; afterwards it is as it was."""
    if request.param == "sqlite":
        made = Database("sqlite", f"sqlite:///{tmp_path_factory.mktemp('sample') / 'platform.db'}")
        name = None
    else:
        name = servers.get(request.param).make_database()
        url = servers.get(request.param).url(name).render_as_string(hide_password=False)
        made = Database(request.param, url)
    fill(made.open())
    before = made.dump()
    yield made
    assert made.dump() == before
    made.close()
    if name is not None:
        servers.get(request.param).drop_database(name)


class TestSoundAdapter(AdapterConformance):
    @pytest.fixture
    def adapter(self) -> Adapter:
        return ADAPTER

    @pytest.fixture
    def engine(self, filled: Database) -> Iterator[Engine]:
        engine = create_engine(filled.url)  # with a pool, as platforms have
        yield engine
        engine.dispose()

    @pytest.fixture
    def samples(self) -> tuple[Subject, ...]:
        return SAMPLES


def test_an_engine_that_commits_by_itself_is_refused(filled: Database) -> None:
    engine = create_engine(filled.url, isolation_level="AUTOCOMMIT")
    try:
        if filled.name == "sqlite":  # there the suite begins a transaction itself
            with undone(engine) as connection:
                connection.exec_driver_sql("DELETE FROM t_plan")
        else:
            with pytest.raises(ValueError, match="AUTOCOMMIT"), undone(engine):
                pass
    finally:
        engine.dispose()
