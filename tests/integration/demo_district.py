"""The demonstration district in an in-memory database, with its year run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, create_engine

from xbyx_demo_platform import Planted, build
from xbyx_demo_platform.adapter import ADAPTER
from xbyx_demo_platform.year import YearResult, run_year
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import load_policies
from xbyx_rules.hosting import Ledger, MappedHost

POLICY = "cn/beijing/school-based-training"


@dataclass(frozen=True)
class District:
    engine: Engine
    planted: Planted
    ledger: Ledger
    year: YearResult


@cache
def policies() -> dict[str, ExecutablePolicy]:
    return dict(load_policies())


@cache
def host() -> MappedHost:
    return ADAPTER.host(policies()[POLICY].checked.vocabulary)


@contextmanager
def district_after_the_year(seed: int) -> Iterator[District]:
    engine = create_engine("sqlite://")
    try:
        planted = build(engine, seed)
        ledger = Ledger(policies(), host(), tenant="110199")
        ledger.create_tables(engine)
        yield District(engine, planted, ledger, run_year(engine, ledger))
    finally:
        engine.dispose()
