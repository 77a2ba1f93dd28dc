"""Functions as values: of an expression, a knowledge model, a service, or the standard's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xbyx_rules.feel.functions import Builtin

__all__ = ["BuiltinValue", "FunctionValue"]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function of the model.

    Args:
        name: for messages; empty for one without a name.
        parameters: the parameters' names, in order.
        apply: the value from as many arguments, in that order.
        types: the parameters' types (`types.ItemType`), as many; none where they aren't said.
        result: the result's type; None where it isn't said.
    """

    name: str
    parameters: tuple[str, ...]
    apply: Callable[..., Any]
    types: Sequence[object] = ()
    result: object = None

    def __call__(self, *values: Any) -> Any:
        """The value for arguments in order; null where their number is wrong."""
        return self.apply(*values) if len(values) == len(self.parameters) else None


@dataclass(frozen=True, slots=True, eq=False)
class BuiltinValue:
    """One of the standard's functions."""

    builtin: Builtin

    def __call__(self, *_values: Any) -> Any:
        """Null: choosing a signature and converting arguments is the interpreter's affair."""
        return None
