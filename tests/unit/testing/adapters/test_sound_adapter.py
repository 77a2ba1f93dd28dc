"""The conformance suite passes on a sound adapter, on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.servers.databases import Database
from tests.unit.testing.adapters.sample_platform import ADAPTER, SAMPLES, fill
from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Adapter
from xbyx_rules.testing.adapters import AdapterConformance


class TestSoundAdapter(AdapterConformance):
    @pytest.fixture
    def adapter(self) -> Adapter:
        return ADAPTER

    @pytest.fixture
    def engine(self, database: Database) -> Engine:
        engine = database.open()
        fill(engine)
        return engine

    @pytest.fixture
    def samples(self) -> tuple[Subject, ...]:
        return SAMPLES
