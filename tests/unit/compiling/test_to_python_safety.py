"""No text of a policy becomes an identifier, an attribute or code of the generated functions."""

from __future__ import annotations

import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.evaluating import type_text
from xbyx_rules.compiling import Budget, PythonFunction, to_python
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.types import NUMBER, STRING, ContextType, ListType

HOSTILE = (
    "__class__",
    "__builtins__",
    "__import__",
    "__globals__",
    "UNKNOWN",
    "budget",
    "rule",
    "a0",
    "t1",
    "c1",
    "v1",
    "exec",
    "lambda",
    "pass",
    "import os",
    "os.system",
    "get",
    "append",
)
RECORD = ContextType(tuple((name, NUMBER) for name in HOSTILE))
SCOPE = Scope({**dict.fromkeys(HOSTILE, NUMBER), "r": RECORD, "rs": ListType(RECORD), "文": STRING})

# What generated functions may name: our own constants, and the methods they call on our values.
METHODS = {"get", "append", "spend", "charge", "__len__"}
OWN = {"UNKNOWN", "Incomplete", "list", "type", "budget"}

TEXTS = [
    *HOSTILE,
    *(f"r.{name}" for name in HOSTILE),
    *(f"rs.{name}" for name in HOSTILE),
    *(f"count(rs[{name} > 1])" for name in HOSTILE),
    *(f'{{"{name}": 1}}' for name in HOSTILE),
    *(f"for {name} in rs return {name}.get" for name in ("__class__", "budget", "v1", "t1")),
    *(f"(function({name}) {name} + 1)(2)" for name in ("__class__", "budget", "p1", "f1")),
    *(f"some {name} in [1, 2] satisfies {name} = 2" for name in ("__class__", "UNKNOWN", "a0")),
    '"__import__(\\"os\\").system(\\"id\\")"',
    '文 = "\\u0027); import os; (\\u0027"',
    'string({"__class__": 文})',
    'get value({"__class__": 1}, "__class__")',
]


def code_objects(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and those of the functions nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from code_objects(constant)


def compiled(text: str) -> PythonFunction:
    """A text compiled in the hostile scope."""
    function = to_python(type_text(text, SCOPE))
    assert isinstance(function, PythonFunction)
    return function


@pytest.mark.parametrize("text", TEXTS)
def test_generated_code_holds_only_names_of_ours(text: str) -> None:
    run = compiled(text).run
    assert isinstance(run, types.FunctionType)
    for code in code_objects(run.__code__):
        for name in (*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars):
            is_made = name[0] in "acftvp" and name[1:].isdigit()
            assert is_made or name in METHODS | OWN or name.startswith("."), name
        strings = [one for one in code.co_consts if isinstance(one, str)]
        assert all(one.startswith(("rule", "f")) for one in strings), strings


@pytest.mark.parametrize("text", TEXTS)
def test_generated_code_has_no_builtins_of_python(text: str) -> None:
    run = compiled(text).run
    assert isinstance(run, types.FunctionType)
    assert run.__globals__["__builtins__"] == {}
    assert not any(isinstance(one, types.ModuleType) for one in run.__globals__.values())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_read_as_the_fact_it_is(name: str) -> None:
    known: dict[str, Any] = {one: Decimal(index) for index, one in enumerate(HOSTILE)}
    function = compiled(f"{name} + r.{name}")
    value = function({**known, "r": known}.__getitem__, Budget(10))
    assert value == 2 * HOSTILE.index(name)


def test_a_field_is_never_an_attribute_of_python() -> None:
    function = compiled("r.__class__")
    assert function({"r": {"__class__": Decimal(5)}}.__getitem__, Budget(10)) == 5
