"""Hypothesis strategies for FEEL: syntax trees as the parser gives them, and broken texts.

The names of the trees are those of `SCOPE`; some hold spaces, signs and keywords.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from xbyx_rules.feel import Scope, print_expression
from xbyx_rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Boolean,
    Call,
    Comparison,
    Context,
    Filter,
    For,
    Function,
    If,
    In,
    InstanceOf,
    Iterator,
    List,
    Name,
    Negation,
    Node,
    Null,
    Number,
    Or,
    Parameter,
    Path,
    Quantified,
    Range,
    String,
    Temporal,
    TypeName,
    UnaryComparison,
    UnaryExpression,
    UnaryTests,
)
from xbyx_rules.feel.types import ANY

NAMES = (
    "a",
    "b2",
    "校长",
    "教师培训经费预算",
    "𠮷田",
    "days in weekend",
    "pre-school",
    "driver's age",
    "date and time",
    "in service years",
    "external",
    "not",
    "?",
    "_x",
)
KEYS = ("a", "名称", "pre-school", "first name", "in service years")
SCOPE = Scope({**dict.fromkeys(NAMES, ANY), **dict.fromkeys(KEYS, ANY)})

MOMENTS = ("2022-06-02", "08:30:00", "2022-06-02T08:30:00", "P1Y2M", "-P3DT4H")
TYPES = ("number", "string", "date and time", "days and time duration", "Any", "tns.学校")

names = st.sampled_from(NAMES)
texts = st.text(max_size=8)
operators = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))


def numbers() -> st.SearchStrategy[Number]:
    """Numbers of up to 34 digits, far from and near to one."""
    digits = st.integers(-(10**34) + 1, 10**34 - 1)
    exponents = st.one_of(st.integers(-6, 2), st.integers(-6100, 6100))
    wide = st.builds(lambda d, e: Number(Decimal(d).scaleb(e)), digits, exponents)
    return st.one_of(st.integers(-9, 999).map(lambda n: Number(Decimal(n))), wide)


def leaves() -> st.SearchStrategy[Node]:
    """Names and literals."""
    return st.one_of(
        names.map(Name),
        numbers(),
        st.builds(String, texts),
        st.booleans().map(Boolean),
        st.just(Null()),
        st.sampled_from(MOMENTS).map(Temporal),
    )


def type_names() -> st.SearchStrategy[TypeName]:
    """Types, with and without parameters."""

    def extend(inner: st.SearchStrategy[TypeName]) -> st.SearchStrategy[TypeName]:
        fields = st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=3)
        return st.one_of(
            st.builds(
                lambda kind, one: TypeName(kind, (one,)), st.sampled_from(("list", "range")), inner
            ),
            st.lists(inner, min_size=1, max_size=3).map(lambda a: TypeName("function", tuple(a))),
            fields.map(lambda f: TypeName("context", tuple(f.values()), tuple(f))),
        )

    return st.recursive(st.sampled_from(TYPES).map(TypeName), extend, max_leaves=4)


def _tuples(of: st.SearchStrategy[Any], least: int, most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


def _tests(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Any]:
    test = st.one_of(
        st.builds(UnaryComparison, operators, inner), st.builds(UnaryExpression, inner)
    )
    return _tuples(test, 1)


def _ranges(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    closed = st.booleans()
    return st.one_of(
        st.builds(Range, inner, inner, closed, closed),
        st.builds(Range, st.none(), inner, st.just(False), closed),
        st.builds(Range, inner, st.none(), closed, st.just(False)),
    )


def _calls(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    named = st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(Call, inner, _tuples(inner, 0)),
        st.builds(lambda f, a: Call(f, tuple(a.values()), tuple(a)), inner, named),
    )


def _constructs(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    variables = st.sampled_from(("a", "校长", "pre-school"))
    plain = _tuples(st.builds(Iterator, variables, inner), 1, 2)
    with_ends = _tuples(st.builds(Iterator, variables, inner, st.none() | inner), 1, 2)
    parameters = _tuples(st.builds(Parameter, variables, st.none() | type_names()), 0, 2)
    return st.one_of(
        st.builds(If, inner, inner, inner),
        st.builds(For, with_ends, inner),
        st.builds(Quantified, st.sampled_from(("some", "every")), plain, inner),
        st.builds(Function, parameters, inner, st.booleans()),
    )


def _contexts(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    # WHY: a key such as `a - b` becomes a name, which a subtraction can't be told from.
    strange = texts.map(lambda text: f"!{text}")
    entries = st.dictionaries(
        st.one_of(st.sampled_from(KEYS), strange, st.just("if")), inner, max_size=3
    )
    return entries.map(lambda one: Context(tuple(one.items())))


def _extend(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    signs = st.sampled_from(("+", "-", "*", "/", "**"))
    return st.one_of(
        st.builds(Arithmetic, signs, inner, inner),
        st.builds(Negation, inner),
        st.builds(Comparison, operators, inner, inner),
        st.builds(And, _tuples(inner, 2)),
        st.builds(Or, _tuples(inner, 2)),
        st.builds(Between, inner, inner, inner),
        st.builds(In, inner, _tests(inner).map(UnaryTests)),
        st.builds(InstanceOf, inner, type_names()),
        st.builds(Path, inner, st.sampled_from((*KEYS, "e5", "time offset"))),
        st.builds(Filter, inner, inner),
        st.builds(List, _tuples(inner, 0)),
        _ranges(inner),
        _contexts(inner),
        _calls(inner),
        _constructs(inner),
    )


def feel_trees(max_leaves: int = 12) -> st.SearchStrategy[Node]:
    """Syntax trees over the names of `SCOPE`, each one that the parser can give."""
    return st.recursive(leaves(), _extend, max_leaves=max_leaves)


def unary_test_trees(max_leaves: int = 6) -> st.SearchStrategy[UnaryTests]:
    """Unary tests, negated ones and ``-`` among them."""
    tests = _tests(feel_trees(max_leaves))
    return st.one_of(st.just(UnaryTests(())), st.builds(UnaryTests, tests, st.booleans()))


# WHY: a recursive strategy is slow to build; within a composite it would be built for each example.
_TREES = feel_trees()
_SIGNS = st.text("()[]{}<>=!.,:;-+*/%&|'\"“”@?\\ \n\t＞＜≥（），：１if不", max_size=4)


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """Valid texts with a stretch removed, doubled, or replaced by signs or any other text."""
    text = print_expression(draw(_TREES))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 6)))
    middle = draw(st.one_of(_SIGNS, st.text(max_size=4), st.just(text[start:end] * 2)))
    return text[:start] + middle + text[end:]
