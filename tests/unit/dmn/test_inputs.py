"""Values of a host at the boundary: exact ones are taken, others refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from xbyx_rules.dmn.inputs import to_value
from xbyx_rules.feel.temporals import Date, DaysTime


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        (True, True),
        ((1, "研"), [Decimal(1), "研"]),
        ({"日": date(2024, 3, 1)}, {"日": Date(2024, 3, 1)}),
        (timedelta(hours=1), DaysTime.of(seconds=3600)),
        (Decimal("0.10"), Decimal("0.10")),
    ],
)
def test_a_value_is_taken_exactly(given: Any, expected: Any) -> None:
    found = to_value(given)
    assert (found, type(found)) == (expected, type(expected))


def nested(depth: int) -> Any:
    value: Any = None
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "given", [0.1, Decimal("NaN"), Decimal("Infinity"), {1: 2}, object(), nested(200)]
)
def test_what_is_no_value_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        to_value(given)
