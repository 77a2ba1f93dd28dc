"""Law: arithmetic on numbers of two types gives numbers of the type that it promises."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.feel.operators import ARITHMETIC
from xbyx_rules.feel.types import NumberType


@st.composite
def typed_numbers(draw: st.DrawFn) -> tuple[NumberType, Decimal]:
    """A number, and a type that it belongs to."""
    scale = draw(st.integers(0, 4))
    low, number, high = sorted(
        Decimal(draw(st.integers(-(10**9), 10**9))).scaleb(-scale) for _ in range(3)
    )
    is_constant = draw(st.booleans())
    return NumberType(number if is_constant else low, number if is_constant else high, scale), (
        number
    )


@given(typed_numbers(), st.sampled_from("+-*/"), typed_numbers())
def test_bounds_hold(
    left: tuple[NumberType, Decimal], operator: str, right: tuple[NumberType, Decimal]
) -> None:
    operation = ARITHMETIC[operator, "number", "number"]
    promised = operation.result(left[0], right[0])
    result = operation.apply(left[1], right[1])
    assert isinstance(promised, NumberType)
    if result is None:
        assert operator == "/"
        return
    assert promised.low is None or promised.low <= result
    assert promised.high is None or result <= promised.high
    if promised.scale is not None:
        exponent = result.normalize().as_tuple().exponent
        assert isinstance(exponent, int)
        assert -exponent <= promised.scale
