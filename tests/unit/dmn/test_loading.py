"""Models from texts: what leads nowhere is refused, what can't be read is null where it is used."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.dmn.models import decision, definitions, given, read_model, text
from xbyx_rules.dmn import read
from xbyx_rules.errors import ModelError

HOURS = definitions(decision("hours", text("8")), namespace="urn:hours")


def importing(*elements: str) -> tuple[str, ...]:
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    return (f'<import name="h" namespace="urn:hours" importType="{kind}"/>', *elements)


def codes_of(failure: pytest.ExceptionInfo[ModelError]) -> list[str]:
    return [one.code for one in failure.value.diagnostics]


def test_a_requirement_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ModelError) as failure:
        read_model(decision("d", text("1"), "input nowhere"))
    assert codes_of(failure) == ["XR905"]


def test_a_decision_that_needs_itself_is_refused() -> None:
    with pytest.raises(ModelError) as failure:
        read_model(decision("a", text("b"), "decision b"), decision("b", text("a"), "decision a"))
    assert set(codes_of(failure)) == {"XR906"}


def test_a_text_that_cannot_be_read_is_null_and_said_with_its_place() -> None:
    model = read_model(decision("d", text("1 +")), decision("e", text("2")))
    assert [one.place and one.place.file for one in model.diagnostics] == ["0.dmn"]
    broken = model.evaluate("decision", "d")
    assert (broken.value, [one.code for one in broken.warnings]) == (None, ["XR923"])
    assert model.evaluate("decision", "e").value == 2


def test_a_decision_of_an_imported_model_is_named_by_the_import() -> None:
    need = '<requiredDecision href="urn:hours#hours"/>'
    box = f"<informationRequirement>{need}</informationRequirement>{text('h.hours * 2')}"
    model = read_model(*importing(f'<decision id="d" name="d">{box}</decision>'), others=(HOURS,))
    assert model.evaluate("decision", "d").value == Decimal(16)


def test_an_import_that_was_not_given_is_said() -> None:
    try:
        found = read_model(*importing(decision("d", text("1")))).diagnostics
    except ModelError as failure:
        found = failure.diagnostics
    assert [one.code for one in found] == ["XR907"]


@pytest.mark.parametrize(
    ("kind", "name"), [("decision", "x"), ("bkm", "d"), ("service", "d"), ("other", "d")]
)
def test_what_the_model_does_not_have_is_told_so(kind: str, name: str) -> None:
    model = read_model(decision("d", text("1")))
    with pytest.raises(ModelError) as failure:
        model.evaluate(kind, name)  # type: ignore[arg-type]
    assert codes_of(failure) == ["XR910"]


def test_an_input_that_is_no_value_is_told_so() -> None:
    model = read_model(given("x"), decision("d", text("x"), "input x"))
    with pytest.raises(ModelError) as failure:
        model.evaluate("decision", "d", {"x": object()})
    assert codes_of(failure) == ["XR911"]


def test_two_models_may_import_each_other_without_a_name() -> None:
    def half(own: str, other: str) -> str:
        wanted = f'<import name="" namespace="{other}" importType="https://x/DMN/MODEL/"/>'
        item = f'<itemDefinition name="t {own}"><typeRef>number</typeRef></itemDefinition>'
        types = "".join(given(name, name) for name in (f"t {other}", "t nobody"))
        return definitions(wanted, item, types, namespace=own)

    files = ((f"{one}.dmn", half(f"urn:{one}", f"urn:{other}")) for one, other in ("ab", "ba"))
    model = read(*((name, one.encode()) for name, one in files))
    assert [(one.code, one.values["name"]) for one in model.diagnostics] == [
        ("XR909", "t nobody"),
        ("XR909", "t nobody"),
    ]
