"""Adapters are found among the installed packages, by name."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from tests.unit.hosting.mapping_fixture import VOCABULARY, mapping
from xbyx_rules.errors import HostError
from xbyx_rules.hosting import adapters
from xbyx_rules.hosting.adapters import GROUP, Adapter, find_adapter, list_adapters
from xbyx_rules.hosting.reading import MappedHost

HERE = __name__
GOOD = Adapter(name="good", title="好", mapping=mapping())


def install(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    found = [EntryPoint(name, value, GROUP) for name, value in targets.items()]
    monkeypatch.setattr(adapters, "entry_points", lambda group: found if group == GROUP else [])


def code_of(name: str) -> str:
    with pytest.raises(HostError) as caught:
        find_adapter(name)
    return caught.value.diagnostics[0].code


def test_an_installed_adapter_is_found_and_makes_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, good="tests.unit.hosting.test_mapping_adapters:GOOD")
    adapter = find_adapter("good")
    assert adapter.title == "好"
    assert isinstance(adapter.host(VOCABULARY), MappedHost)


def test_a_missing_adapter_is_told_with_those_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, b="x:y", a="x:y")
    assert list_adapters() == ("a", "b")
    with pytest.raises(HostError) as caught:
        find_adapter("c")
    (found,) = caught.value.diagnostics
    assert found.code == "XR640"
    assert found.help("en") == "installed: `a`, `b`"


def test_without_any_adapter_the_help_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    assert list_adapters() == ()
    assert code_of("c") == "XR640"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("no_such_package:ADAPTER", "XR641"),
        ("tests.unit.hosting.test_mapping_adapters:NOTHING", "XR641"),
        ("tests.unit.hosting.test_mapping_adapters:GROUP", "XR642"),
    ],
)
def test_an_adapter_that_does_not_load_says_why(
    monkeypatch: pytest.MonkeyPatch, target: str, code: str
) -> None:
    install(monkeypatch, broken=target)
    assert code_of("broken") == code


def test_two_packages_for_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [EntryPoint("twin", "a:A", GROUP), EntryPoint("twin", "b:B", GROUP)]
    monkeypatch.setattr(adapters, "entry_points", lambda group: found)
    assert list_adapters() == ("twin",)
    assert code_of("twin") == "XR643"
