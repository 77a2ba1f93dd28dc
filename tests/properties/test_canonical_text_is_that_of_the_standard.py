"""Law: plain data has the text that RFC 8785 gives it, and data without one is refused."""

from __future__ import annotations

from typing import Any

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from xbyx_rules.policy import canonical_text

_LETTERS = st.one_of(
    st.characters(),
    st.sampled_from(
        ["\x00", "\x1f", "\x7f", '"', "\\", "/", "\u2028", "\ud7ff", "\ud83d", "\ue000", "𠀀"]
    ),
)
_TEXTS = st.text(_LETTERS, max_size=6)
_NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from([2**53 - 1, 2**53, -(2**53) + 1, -(2**53), True, 0]),
    st.floats(),
)
_DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(_TEXTS, st.integers()), inner, max_size=4),
    ),
    max_leaves=12,
)


def _text_or_error(make: Any, value: Any) -> str:
    try:
        return str(make(value))
    except ValueError as error:
        return type(error).__name__


@given(_DATA)
@example({"\ue000": 1, "𠀀": 2, "a": 3})
@example({"\ud7ff": 1, "b": 2})
@example(["\ud800", 2**53, 0.1, 1e21, -0.0])
@example({"甲": "\ud800"})
@example({1: "a"})
def test_canonical_text_is_that_of_the_standard(value: Any) -> None:
    wanted = _text_or_error(lambda one: rfc8785.dumps(one).decode("utf-8"), value)
    assert _text_or_error(canonical_text, value) == wanted
