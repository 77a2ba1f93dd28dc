"""Law: a value's FEEL literal, parsed, says the value again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.temporal_values import temporals
from xbyx_rules.feel import Scope, parse_expression, syntax
from xbyx_rules.feel.formatting import to_feel_text
from xbyx_rules.feel.values import NUMBERS

NUMERALS = st.decimals(allow_nan=False, allow_infinity=False, places=6).map(NUMBERS.plus)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    NUMERALS,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    temporals(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.characters(categories=["L"]), min_size=1), inner, max_size=3),
    ),
    max_leaves=10,
)


def evaluate(node: syntax.Node) -> Any:
    match node:
        case syntax.Null():
            return None
        case syntax.Number() | syntax.String() | syntax.Boolean() | syntax.Temporal():
            return node.value
        case syntax.Negation():
            return -evaluate(node.operand)
        case syntax.List():
            return [evaluate(item) for item in node.items]
        case syntax.Context():
            return {key: evaluate(value) for key, value in node.entries}
    raise AssertionError(node)


@given(VALUES)
def test_literals_read_back(value: Any) -> None:
    tree, problems = parse_expression(to_feel_text(value), Scope())
    assert problems == ()
    assert tree is not None
    assert evaluate(tree) == value
