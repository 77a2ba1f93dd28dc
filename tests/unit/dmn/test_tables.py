"""Decision tables: every hit policy and aggregation, defaults, allowed values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.dmn.models import decision, given, read_model, table

ROWS = ["< 10 : 1", "< 20 : 3", ">= 5 : 2", "> 100 : 3"]
RANKED = "<output><outputValues><text>3, 2, 1</text></outputValues></output>"


def decide(box: str, hours: Any) -> Any:
    model = read_model(given("hours"), decision("d", box, "input hours"))
    assert not model.diagnostics, model.diagnostics
    return model.evaluate("decision", "d", {"hours": hours})


@pytest.mark.parametrize(
    ("policy", "hours", "expected"),
    [
        ('hitPolicy="UNIQUE"', 50, 2),
        ('hitPolicy="UNIQUE"', 7, None),
        ('hitPolicy="ANY"', 7, None),
        ('hitPolicy="FIRST"', 7, 1),
        ('hitPolicy="FIRST"', 15, 3),
        ('hitPolicy="PRIORITY"', 7, 3),
        ('hitPolicy="OUTPUT ORDER"', 7, [3, 2, 1]),
        ('hitPolicy="RULE ORDER"', 7, [1, 3, 2]),
        ('hitPolicy="COLLECT"', 7, [1, 3, 2]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 7, 6),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 7, 3),
        ('hitPolicy="COLLECT" aggregation="MIN"', 7, 1),
        ('hitPolicy="COLLECT" aggregation="MAX"', 7, 3),
        ("", 50, 2),
    ],
)
def test_a_hit_policy_gives(policy: str, hours: int, expected: Any) -> None:
    found = decide(table(policy, ["hours"], ROWS, outputs=RANKED), hours)
    assert found.value == expected


def test_rows_that_must_not_meet_are_named() -> None:
    found = decide(table('hitPolicy="UNIQUE"', ["hours"], ROWS), 7)
    assert [one.code for one in found.warnings] == ["XR920"]
    assert found.warnings[0].values["rows"] == "1, 2, 3"


def test_any_lets_rows_meet_that_agree() -> None:
    assert decide(table('hitPolicy="ANY"', ["hours"], ["< 10 : 1", "> 5 : 1"]), 7).value == 1


def test_where_nothing_hits_the_default_holds_or_null() -> None:
    default = "<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>"
    rows = ["> 100 : 1"]
    assert decide(table("", ["hours"], rows, outputs=default), 7).value == 0
    assert decide(table("", ["hours"], rows), 7).value is None


def test_several_outputs_are_a_context() -> None:
    outputs = '<output name="学分"/><output name="说明"/>'
    found = decide(table("", ["hours"], ['>= 8 : 1 | "满"'], outputs=outputs), 8)
    assert found.value == {"学分": Decimal(1), "说明": "满"}


def test_a_value_that_an_input_does_not_allow_gives_null() -> None:
    column = (
        "<input><inputExpression><text>hours</text></inputExpression>"
        "<inputValues><text>[0..24]</text></inputValues></input>"
    )
    box = table("", ["hours"], ["- : 1"]).replace(
        "<input><inputExpression><text>hours</text></inputExpression></input>", column
    )
    assert decide(box, 24).value == 1
    refused = decide(box, 25)
    assert (refused.value, [one.code for one in refused.warnings]) == (None, ["XR927"])
