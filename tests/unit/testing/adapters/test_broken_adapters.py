"""The conformance suite finds each of many broken adapters, and says where the fault is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.testing.adapters.broken_adapters import BROKEN

SUITE = """
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from tests.unit.testing.adapters.broken_adapters import BROKEN
from tests.unit.testing.adapters.sample_platform import SAMPLES, fill
from xbyx_rules.hosting import Adapter
from xbyx_rules.testing.adapters import AdapterConformance


class TestBroken(AdapterConformance):
    @pytest.fixture(params=BROKEN, ids=[str(place) for place in range(len(BROKEN))])
    def broken(self, request):
        return request.param

    @pytest.fixture
    def adapter(self, broken):
        return Adapter("broken", "坏的", broken.mapping)

    @pytest.fixture
    def host(self, broken, policies):
        vocabulary = policies["cn/beijing/school-based-training"].checked.vocabulary
        return broken.host(broken.mapping, vocabulary)

    @pytest.fixture
    def engine(self, broken):
        engine = create_engine("sqlite://", poolclass=StaticPool)
        fill(engine)
        with engine.begin() as connection:
            for statement in filter(None, broken.first.split("; ")):
                connection.execute(text(statement))
        yield engine
        engine.dispose()

    @pytest.fixture
    def samples(self):
        return SAMPLES
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], str]:
    """What each failed test said, by its name and the place of the broken adapter."""
    root = Path(__file__).parents[4]
    module = tmp_path_factory.mktemp("suite") / "test_broken.py"
    module.write_text(SUITE, "utf-8")
    items = [f"{module}::TestBroken::{one.test}[{place}]" for place, one in enumerate(BROKEN)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *items],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    title = r"^_+ (?:ERROR at setup of )?TestBroken\.(\w+)\[(\d+)\] _+$"
    parts = re.split(title, done.stdout, flags=re.MULTILINE)[1:]
    return {
        (test, int(place)): said
        for test, place, said in zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    }


@pytest.mark.parametrize("place", range(len(BROKEN)), ids=[one.fault for one in BROKEN])
def test_a_broken_adapter_is_found(told: dict[tuple[str, int], str], place: int) -> None:
    broken = BROKEN[place]
    said = told.get((broken.test, place), "")
    missing = [one for one in broken.says if one not in said]
    assert not missing, f"not told: {missing}\n{said}"
