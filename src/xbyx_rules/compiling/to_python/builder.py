"""Building Python's own syntax tree: statements, temporaries and constants, names of ours only.

INVARIANT: no text of a policy becomes an identifier, an attribute or code; its names are keys of
dictionaries and its values are constants in the function's namespace.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from xbyx_rules.feel.values import UNKNOWN, Incomplete

__all__ = ["Builder", "Operand", "load", "store"]


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in generated code: a name or a constant, and whether it may be UNKNOWN."""

    code: ast.expr
    may_be_unknown: bool


def load(name: str) -> ast.expr:
    """A name, read."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.expr:
    """A name, written."""
    return ast.Name(name, ast.Store())


class Builder:
    """The body of one generated function, statement by statement."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {
            "__builtins__": {},
            "UNKNOWN": UNKNOWN,
            "Incomplete": Incomplete,
            "list": list,
            "type": type,
        }
        self.statements: list[ast.stmt] = []
        self._names = {id(value): name for name, value in self.namespace.items()}
        self._count = 0

    @property
    def steps(self) -> int:
        """About how many steps the code so far takes when it runs once: eight operations are one.

        The code of a loop's body counts once too.
        """
        return self._count // 8

    def fresh(self, prefix: str = "t") -> str:
        """A name that nothing else uses."""
        self._count += 1
        return f"{prefix}{self._count}"

    def constant(self, value: Any) -> ast.expr:
        """A value from the namespace; True and False stand for themselves."""
        if value is True or value is False:
            return ast.Constant(value)
        name = self._names.get(id(value))
        if name is None:
            # INVARIANT: the namespace keeps the value, so that no other value gets its id.
            name = self._names[id(value)] = self.fresh("c")
            self.namespace[name] = value
        return load(name)

    def add(self, statement: ast.stmt) -> None:
        """Append a statement to the current block."""
        self.statements.append(statement)

    def assign(self, value: ast.expr, name: str = "") -> str:
        """``name = value``; a fresh name where none is given."""
        name = name or self.fresh()
        self.add(ast.Assign([store(name)], value))
        return name

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """Collect the statements added inside as the body of an `if` or a loop."""
        outer, self.statements = self.statements, []
        inner = self.statements
        try:
            yield inner
        finally:
            if not inner:
                inner.append(ast.Pass())
            self.statements = outer

    def call(self, function: Any, *arguments: ast.expr) -> ast.expr:
        """A call of a function of ours."""
        return ast.Call(self.constant(function), list(arguments), [])

    def charge(self, *values: ast.expr) -> None:
        """Take the steps for the size of values off the budget."""
        charge = ast.Attribute(load("budget"), "charge", ast.Load())
        self.add(ast.Expr(ast.Call(charge, list(values), [])))

    def is_same(self, left: ast.expr, value: Any) -> ast.expr:
        """``left is value``."""
        return ast.Compare(left, [ast.Is()], [self.constant(value)])

    def any_unknown(self, *operands: Operand) -> ast.expr | None:
        """Whether one of the operands is UNKNOWN; None when none can be."""
        tests = [self.is_same(one.code, UNKNOWN) for one in operands if one.may_be_unknown]
        if not tests:
            return None
        return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)

    def strict(self, value: ast.expr, *operands: Operand, is_total: bool = True) -> Operand:
        """``value``, or UNKNOWN when an operand is.

        With `is_total` False the value may be None for "no value", which becomes UNKNOWN.
        """
        test = self.any_unknown(*operands)
        if test is not None:
            value = ast.IfExp(test, self.constant(UNKNOWN), value)
        name = self.assign(value)
        if not is_total:
            absent = ast.Compare(load(name), [ast.Is()], [ast.Constant(None)])
            self.add(ast.If(absent, [ast.Assign([store(name)], self.constant(UNKNOWN))], []))
        return Operand(load(name), test is not None or not is_total)

    def finish(self, parameters: list[str], result: ast.expr) -> types.FunctionType:
        """The function of these parameters that runs the statements and returns `result`."""
        self.add(ast.Return(result))
        arguments = ast.arguments([], [ast.arg(one) for one in parameters], None, [], [], None, [])
        definition = ast.FunctionDef("rule", arguments, self.statements, [])
        module = ast.fix_missing_locations(ast.Module([definition], []))
        code = compile(module, "<rule>", "exec")
        body = next(one for one in code.co_consts if isinstance(one, types.CodeType))
        # WHY: the function is made from its code object; nothing is executed to define it.
        return types.FunctionType(body, self.namespace)
