"""One evaluation: each decision once, after what it requires, with the names that brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xbyx_rules.feel.syntax import Null
from xbyx_rules.feel.values import kind_of

from .definitions import Decision, Element, InputData, Key, Knowledge, Requirement, Service
from .functions import FunctionValue
from .interpreter import Environment, Run, convert, evaluate
from .interpreter.calls import call
from .types import ANY, ItemType

__all__ = ["Evaluation", "InputKey"]

InputKey = str | tuple[str, str]
"""An input's name, or its name space and name."""


class Evaluation:
    """Values of a model's elements for given inputs.

    Args:
        elements: the model's elements.
        namespace: whose inputs need no name space.
        inputs: the values of input data.
        run: bounds and warnings.
        known: values of elements that are given rather than computed.
    """

    def __init__(
        self,
        elements: Mapping[Key, Element],
        namespace: str,
        inputs: Mapping[InputKey, Any],
        run: Run,
        known: Mapping[Key, Any] | None = None,
    ) -> None:
        self._elements = elements
        self._namespace = namespace
        self._inputs = inputs
        self._run = run
        self._known: dict[Key, Any] = dict(known or {})

    def value_of(
        self, element: Decision | Knowledge | Service, inputs: Mapping[InputKey, Any]
    ) -> Any:
        """The value of a decision; of knowledge or a service, called with inputs by name."""
        if isinstance(element, Decision):
            return self._value(element.key)
        function = self._value(element.key)
        if function is None:
            return None
        values = [inputs.get(name) for name in function.parameters]
        return call(function, values, (), Null(), self._environment({}, element))

    def _value(self, key: Key) -> Any:
        if key not in self._known:
            self._known[key] = self._compute(self._elements[key])
        return self._known[key]

    def _compute(self, element: Element) -> Any:
        match element:
            case InputData():
                return self._input(element)
            case Decision():
                return self._decide(element)
            case Knowledge():
                return self._knowledge(element)
        return self._service(element)

    def _input(self, element: InputData) -> Any:
        space, _ = element.key
        key = element.name if space == self._namespace else (space, element.name)
        value = self._inputs.get(key)
        return self._convert(value, element.expected, element)

    def _convert(self, value: Any, expected: ItemType, element: Element) -> Any:
        fitting, is_well = convert(value, expected, self._run)
        if not is_well:
            env = self._environment({}, element)
            return env.null(
                "XR919", Null(), value=f"{element.name} ({kind_of(value)})", type=str(expected)
            )
        return fitting

    def _decide(self, element: Decision) -> Any:
        env = self._environment(self._names(element.requirements), element)
        if element.logic is None:
            return env.null("XR925", Null(), name=element.name)
        value = evaluate(element.logic, env)
        return self._convert(value, element.expected, element)

    def _knowledge(self, element: Knowledge) -> Any:
        logic = element.logic
        if logic is None:
            env = self._environment({}, element)
            return env.null("XR925", Null(), name=element.name)
        if logic.language != "FEEL":
            return evaluate(logic, self._environment({}, element))
        names = tuple(name for name, _ in logic.parameters)

        def apply(*values: Any) -> Any:
            # WHY here: knowledge may require itself, so its scope exists once it is called.
            own = self._names((*element.requirements, Requirement(element.key)))
            env = self._environment(own, element)
            return evaluate(logic.body, env.with_names(dict(zip(names, values, strict=True))))

        types = tuple(kind for _, kind in logic.parameters)
        return FunctionValue(element.name, names, apply, types, logic.result)

    def _service(self, element: Service) -> FunctionValue:
        names = tuple(self._elements[key].name for key in element.given)
        types = tuple(_type_of(self._elements[key]) for key in element.given)

        def apply(*values: Any) -> Any:
            known = dict(zip(element.given, values, strict=True))
            inner = Evaluation(self._elements, self._namespace, {}, self._run, known)
            results = {self._elements[key].name: inner._value(key) for key in element.outputs}
            return next(iter(results.values())) if len(results) == 1 else results

        return FunctionValue(element.name, names, apply, types, element.expected)

    def _names(self, requirements: tuple[Requirement, ...]) -> dict[str, Any]:
        names: dict[str, Any] = {}
        imported: dict[str, dict[str, Any]] = {}
        for one in requirements:
            target = names if not one.prefix else imported.setdefault(one.prefix, {})
            target[self._elements[one.target].name] = self._value(one.target)
        return names | imported

    def _environment(self, names: Mapping[str, Any], element: Element) -> Environment:
        types = element.types if isinstance(element, Decision | Knowledge) else lambda _: None
        return Environment(names, self._run, types)


def _type_of(element: Element) -> ItemType:
    return element.expected if isinstance(element, InputData | Decision) else ANY
