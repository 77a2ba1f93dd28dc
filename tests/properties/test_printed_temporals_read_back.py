"""Law: parse_temporal(str(value)) is value, and printing is canonical."""

from hypothesis import given

from tests.properties.temporal_values import temporals
from xbyx_rules.feel.temporals import Temporal, parse_temporal


@given(temporals())
def test_printed_temporals_read_back(value: Temporal) -> None:
    again = parse_temporal(str(value))
    assert again == value
    assert hash(again) == hash(value)
    assert str(again) == str(value)
