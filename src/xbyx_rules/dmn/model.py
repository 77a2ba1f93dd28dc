"""A loaded model: evaluating its decisions, knowledge and services.

Source: DMN 1.5 §6.3, §10.4 (decision services), §10.3.2.9 (conversions at boundaries).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from xbyx_rules.errors import Diagnostic, ModelError, nearest
from xbyx_rules.feel.temporals import DateTime

from .definitions import Decision, Element, InputData, Key, Knowledge, Service
from .evaluating import Evaluation, InputKey
from .functions import FunctionValue
from .inputs import to_value
from .interpreter import LimitError, Run

__all__ = ["Kind", "Model", "Result"]

Kind = Literal["decision", "bkm", "service"]

_KINDS: Final[Mapping[str, type[Element]]] = {
    "decision": Decision,
    "bkm": Knowledge,
    "service": Service,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What an evaluation gave.

    Args:
        value: the value; None is the standard's null.
        warnings: each null that came from an error, with its place, in the order they arose.
    """

    value: Any
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A decision model with what it imports.  Immutable; made by `load`.

    Args:
        namespace: the model's own name space.
        elements: its elements and those of the imported models.
        diagnostics: what could not be read; it evaluates to null.
    """

    namespace: str
    elements: Mapping[Key, Element] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), repr=False)

    def evaluate(
        self,
        kind: Kind,
        name: str,
        inputs: Mapping[InputKey, Any] | None = None,
        *,
        now: DateTime | None = None,
    ) -> Result:
        """Evaluate one decision, business knowledge model or decision service.

        Args:
            kind: ``decision``, ``bkm`` or ``service``.
            name: its name.
            inputs: values by the names of input data, of a service's input decisions or of a
                knowledge model's parameters; ``(name space, name)`` for imported input data.
                Numbers are `int` or `Decimal`, dates FEEL's or Python's.
            now: what ``now()`` and ``today()`` answer; with None the clock is read once,
                when the first of them is called.

        Returns:
            The value, and the nulls that came from errors.

        Raises:
            ModelError: XR910, there is no such element; XR911, an input is no FEEL value; XR922,
                the evaluation went beyond its bounds.
        """
        target = self._find(kind, name)
        given = {key: _to_input(key, value) for key, value in (inputs or {}).items()}
        run = Run(now=now)
        evaluation = Evaluation(self.elements, self.namespace, given, run)
        try:
            value = evaluation.value_of(target, inputs=given)
        except LimitError as failure:
            raise ModelError(Diagnostic("XR922", None, {"limit": failure.limit})) from None
        except RecursionError:
            raise ModelError(Diagnostic("XR922", None, {"limit": "recursion"})) from None
        return Result(value, tuple(run.warnings))

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The names of the model's own elements of one kind, in order."""
        wanted = _KINDS[kind]
        return tuple(
            one.name
            for key, one in self.elements.items()
            if key[0] == self.namespace and isinstance(one, wanted)
        )

    def _find(self, kind: Kind, name: str) -> Decision | Knowledge | Service:
        wanted = _KINDS.get(kind)
        for key, one in self.elements.items():
            is_ours = key[0] == self.namespace and wanted is not None and isinstance(one, wanted)
            if is_ours and one.name == name and not isinstance(one, InputData):
                return one
        known = self.names(kind) if wanted is not None else tuple(_KINDS)
        values = {"kind": kind, "name": name, "nearest": nearest(name, known) or "–"}
        raise ModelError(Diagnostic("XR910", None, values))


def _to_input(key: InputKey, value: Any) -> Any:
    if isinstance(value, FunctionValue):
        return value
    try:
        return to_value(value)
    except ValueError as failure:
        name = key if isinstance(key, str) else key[1]
        values = {"name": name, "detail": str(failure)}
        raise ModelError(Diagnostic("XR911", None, values)) from None
