"""Hostile models end at a bound, however little memory their values take."""

from __future__ import annotations

from functools import partial

import pytest

from tests.unit.dmn.models import decision, definitions, given, read_model, text, variable
from xbyx_rules.dmn import Model
from xbyx_rules.dmn import model as model_module
from xbyx_rules.dmn.external import find_external
from xbyx_rules.dmn.interpreter import Run, calls
from xbyx_rules.dmn.xml_tree import parse
from xbyx_rules.errors import ModelError
from xbyx_rules.feel import types as feel
from xbyx_rules.feel.functions import Builtin, Signature
from xbyx_rules.feel.temporals import Date, DateTime, Time

TYPES = '<itemDefinition name="t0" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
TYPES += "".join(
    f'<itemDefinition name="t{n}" isCollection="true"><typeRef>t{n - 1}</typeRef></itemDefinition>'
    for n in range(1, 40)
)


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller bound: without counting, what stands here takes hours all the same."""
    monkeypatch.setattr(model_module, "Run", partial(Run, most_steps=20_000))


def entry(name: str, expression: str, type_of: str = "") -> str:
    return f"<contextEntry>{variable(name, type_of)}{text(expression)}</contextEntry>"


def context(*entries: str, result: str) -> str:
    return f"<context>{''.join(entries)}<contextEntry>{text(result)}</contextEntry></context>"


def ending(*elements: str) -> str:
    """The code that evaluating `d` ends with."""
    model: Model = read_model(*elements)
    assert not model.diagnostics, model.diagnostics
    with pytest.raises(ModelError) as failure:
        model.evaluate("decision", "d")
    return failure.value.diagnostics[0].code


@pytest.mark.parametrize(
    "expression",
    [
        "a39 = b39",
        "a39 in [b39]",
        "a39.x",
        "string(a39)",
        "list contains([a39], b39)",
        "index of([a39], b39)",
        "distinct values([a39, b39])",
        "union([a39], [b39])",
        f"a39 instance of {'list<' * 40}number{'>' * 40}",
    ],
)
def test_lists_that_hold_one_another_twice_are_not_read_for_ever(expression: str) -> None:
    doubled = [
        entry(f"{name}{n}", f"[{name}{n - 1}, {name}{n - 1}]" if n else "[1]")
        for name in "ab"
        for n in range(40)
    ]
    assert ending(decision("d", context(*doubled, result=expression))) == "XR922"


def test_a_type_that_is_looked_into_counts_too() -> None:
    doubled = [entry(f"a{n}", f"[a{n - 1}, a{n - 1}]" if n else "[1]") for n in range(40)]
    box = context(*doubled, entry("b", "a39", "t39"), result="b")
    assert ending(TYPES, decision("d", box)) == "XR922"


@pytest.mark.parametrize(
    "each", ["count(big.x)", "0 in big", "big = big", "sum(big)", "list contains(big, 0)"]
)
def test_what_each_turn_of_a_loop_reads_counts(each: str) -> None:
    big = entry("big", "for i in 1..1000 return i")
    box = context(big, result=f"for turn in 1..1000 return {each}")
    assert ending(decision("d", box)) == "XR922"


def test_allowed_values_are_tested_within_the_bound() -> None:
    kind = (
        '<itemDefinition name="t" isCollection="true"><typeRef>u</typeRef></itemDefinition>'
        '<itemDefinition name="u"><typeRef>number</typeRef><allowedValues>'
        "<text>every i in [1..9000] satisfies i + ? &gt; 0</text></allowedValues></itemDefinition>"
    )
    box = context(entry("c", "for i in 1..100 return i", "t"), result="c")
    assert ending(kind, decision("d", box)) == "XR922"


def test_a_type_that_holds_another_twice_and_so_on_is_told_so() -> None:
    parts = "".join(
        f'<itemDefinition name="w{n}">'
        + "".join(
            f'<itemComponent name="{key}"><typeRef>{f"w{n - 1}" if n else "number"}</typeRef>'
            "</itemComponent>"
            for key in "xy"
        )
        + "</itemDefinition>"
        for n in range(40)
    )
    model = read_model(parts, given("x", "w39"), decision("d", text("x"), "input x"))
    assert {one.code for one in model.diagnostics} == {"XR902"}


def test_text_in_a_million_pieces_is_joined_once() -> None:
    pieces = "a<!---->" * 1_000_000
    root, problems = parse(definitions(f"<description>{pieces}</description>").encode())
    assert not problems
    assert root is not None
    assert root.text_of("description") == "a" * 1_000_000


def test_a_format_that_repeats_long_text_has_no_value() -> None:
    shape = find_external("java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)")
    assert shape is not None
    assert shape("%s" * 3, "x" * 5_000, "y" * 5_000, "z") is None
    assert shape("%s%s", "x" * 5_000, "y" * 5_000) == "x" * 5_000 + "y" * 5_000


def test_only_the_first_warnings_look_for_names_that_are_like() -> None:
    model = read_model(decision("d", text("for i in 1..200 return {学时: i}.学分时")))
    warnings = model.evaluate("decision", "d").warnings
    assert len(warnings) == 200
    assert "学时" in warnings[0].values["nearest"]
    assert warnings[-1].values["nearest"] == "–"


def test_one_evaluation_has_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    hours = iter(range(24))

    tick = Signature((), feel.ANY, lambda: DateTime(Date(2024, 3, 1), Time(next(hours), 0, 0)), 0)
    monkeypatch.setattr(calls, "BUILTINS", {"now": Builtin("now", (tick,), is_pure=False)})
    model = read_model(decision("d", text("[now(), today(), now()]")))
    first, day, second = model.evaluate("decision", "d").value
    assert first == second == DateTime(Date(2024, 3, 1), Time(0, 0, 0))
    assert day == first.date
    assert model.evaluate("decision", "d").value[0] == DateTime(Date(2024, 3, 1), Time(1, 0, 0))
