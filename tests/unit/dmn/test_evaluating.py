"""Graphs of decisions, knowledge and services; types at boundaries; boxed expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.dmn.models import decision, given, read_model, text, variable
from xbyx_rules.dmn.external import find_external
from xbyx_rules.errors import ModelError

CREDIT = (
    '<businessKnowledgeModel id="credit" name="credit">'
    + variable("credit")
    + '<encapsulatedLogic><formalParameter name="hours" typeRef="number"/>' + text("hours / 8")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)  # fmt: skip
LOOP = (
    '<businessKnowledgeModel id="f" name="f">' + variable("f") + "<encapsulatedLogic>"
    '<formalParameter name="n"/>' + text("f(n + 1)") + "</encapsulatedLogic>"
    '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'
    "</businessKnowledgeModel>"
)  # fmt: skip
KINDS = (
    '<itemDefinition name="kind"><typeRef>string</typeRef>'
    '<allowedValues><text>"集中", "分散"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="kinds" isCollection="true"><typeRef>kind</typeRef></itemDefinition>'
    '<itemDefinition name="record"><itemComponent name="hours"><typeRef>number</typeRef>'
    "</itemComponent></itemDefinition>"
)


def evaluate(box: str, *needs: str, type_of: str = "", more: str = "", **inputs: Any) -> Any:
    model = read_model(
        KINDS, more, *(given(name) for name in inputs), decision("d", box, *needs, type_of=type_of)
    )
    assert not model.diagnostics, model.diagnostics
    return model.evaluate("decision", "d", inputs)


def test_a_decision_reads_those_that_it_requires() -> None:
    model = read_model(
        given("hours", "number"),
        decision("days", text("hours / 8"), "input hours"),
        decision("credit", text("floor(days)"), "decision days"),
    )
    assert model.evaluate("decision", "credit", {"hours": 20}).value == 2
    assert model.names("decision") == ("days", "credit")


def test_knowledge_is_called_by_name_and_by_parameter() -> None:
    assert evaluate(text("credit(24)"), "knowledge credit", more=CREDIT).value == 3
    assert evaluate(text("credit(hours: 24)"), "knowledge credit", more=CREDIT).value == 3
    invocation = (
        f"<invocation>{text('credit')}<binding><parameter name='hours'/>{text('16')}</binding>"
        "</invocation>"
    )
    assert evaluate(invocation, "knowledge credit", more=CREDIT).value == 2
    model = read_model(CREDIT)
    assert model.evaluate("bkm", "credit", {"hours": 8}).value == 1


def test_knowledge_that_calls_itself_for_ever_ends_at_a_bound() -> None:
    with pytest.raises(ModelError, match="XR922"):
        evaluate(text("f(1)"), "knowledge f", more=LOOP)


def test_a_service_gives_its_outputs() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#b"/>'
        '<encapsulatedDecision href="#a"/><inputData href="#x"/></decisionService>'
    )
    model = read_model(
        given("x"),
        decision("a", text("x + 1"), "input x"),
        decision("b", text("a * 2"), "decision a"),
        service,
    )
    assert model.evaluate("service", "s", {"x": 2}).value == 6


@pytest.mark.parametrize(
    ("type_of", "expression", "expected"),
    [
        ("number", "1", Decimal(1)),
        ("number", "[1]", Decimal(1)),
        ("number", '"1"', None),
        ("kind", '"集中"', "集中"),
        ("kind", '"别的"', None),
        ("kinds", '["集中", "分散"]', ["集中", "分散"]),
        ("kinds", '["集中", "别的"]', None),
        ("record", "{hours: 1}", {"hours": Decimal(1)}),
        ("record", '{hours: "1"}', None),
    ],
)
def test_a_value_that_is_not_of_its_type_is_null(
    type_of: str, expression: str, expected: Any
) -> None:
    found = evaluate(text(expression), type_of=type_of)
    assert found.value == expected
    assert [one.code for one in found.warnings] == (["XR919"] if expected is None else [])


def entry(name: str, expression: str) -> str:
    return f"<contextEntry>{variable(name)}{text(expression)}</contextEntry>"


ONE_TO_THREE = "[1, 2, 3]"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (f"<context>{entry('a', '1')}{entry('b', 'a + 1')}</context>", {"a": 1, "b": 2}),
        (f"<context>{entry('a', '1')}<contextEntry>{text('a + 4')}</contextEntry></context>", 5),
        (f"<list>{text('1')}{text('2')}</list>", [1, 2]),
        (
            (
                '<relation><column name="a"/><column name="b"/>'
                f"<row>{text('1')}{text('2')}</row></relation>"
            ),
            [{"a": 1, "b": 2}],
        ),
        (
            (
                f"<conditional><if>{text('1 > 2')}</if><then>{text('1')}</then>"
                f"<else>{text('2')}</else></conditional>"
            ),
            2,
        ),
        (
            f"<filter><in>{text(ONE_TO_THREE)}</in><match>{text('item > 1')}</match></filter>",
            [2, 3],
        ),
        (
            (
                f'<for iteratorVariable="x"><in>{text(ONE_TO_THREE)}</in>'
                f"<return>{text('x * x')}</return></for>"
            ),
            [1, 4, 9],
        ),
        (
            (
                f'<some iteratorVariable="x"><in>{text(ONE_TO_THREE)}</in>'
                f"<satisfies>{text('x > 2')}</satisfies></some>"
            ),
            True,
        ),
        (
            (
                f'<every iteratorVariable="x"><in>{text(ONE_TO_THREE)}</in>'
                f"<satisfies>{text('x > 2')}</satisfies></every>"
            ),
            False,
        ),
    ],
    ids=["context", "result", "list", "relation", "if", "filter", "for", "some", "every"],
)
def test_a_boxed_expression_gives(box: str, expected: Any) -> None:
    assert evaluate(box).value == expected


@pytest.mark.parametrize(
    ("owner", "signature"),
    [
        ("java.lang.Runtime", "exec(java.lang.String)"),
        ("java.lang.System", "exit(int)"),
        ("java.lang.Math", "random()"),
        ("os", "system(str)"),
        ("", ""),
    ],
)
def test_no_function_is_there_but_those_of_the_list(owner: str, signature: str) -> None:
    assert find_external(owner, signature) is None


def test_arguments_that_do_not_fit_a_listed_function_give_null() -> None:
    greatest = find_external("java.lang.Math", "max(int, int)")
    assert greatest is not None
    assert greatest(Decimal(3), Decimal(4)) == 4
    for wrong in (
        (Decimal(3),),
        (Decimal("3.5"), Decimal(1)),
        ("3", Decimal(1)),
        (Decimal(2**31), Decimal(1)),
    ):
        assert greatest(*wrong) is None
    shape = find_external("java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)")
    assert shape is not None
    assert shape("%s 学分", "三") == "三 学分"
    assert shape("%d", Decimal(1)) is None
