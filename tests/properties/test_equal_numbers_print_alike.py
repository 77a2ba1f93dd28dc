"""Law: numbers that are equal have one printed form, however many zeros they carry."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.feel.values import NUMBERS, print_number

NUMERALS = st.decimals(allow_nan=False, allow_infinity=False, places=6).map(NUMBERS.plus)


@given(NUMERALS, st.integers(0, 9))
def test_equal_numbers_print_alike(number: Decimal, zeros: int) -> None:
    plain = format(number, "f")
    padded = Decimal(f"{plain}{'' if '.' in plain else '.'}{'0' * zeros}")
    assert padded == number
    assert print_number(padded) == print_number(number)
    assert Decimal(print_number(number)) == number
