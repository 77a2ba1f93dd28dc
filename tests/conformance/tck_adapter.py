"""The conformance kit's runner on our decision models: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tck_runner import Temporal

from xbyx_rules.dmn import Model
from xbyx_rules.dmn import load as load_model
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths, parse_temporal

NAME = "xbyx_rules"

_KINDS = {
    Date: "date",
    Time: "time",
    DateTime: "dateTime",
    YearsMonths: "duration",
    DaysTime: "duration",
}


def load(paths: Sequence[str]) -> Model:
    return load_model(*paths)


def evaluate(model: Model, kind: str, name: str, inputs: Mapping[Any, Any]) -> Any:
    given = {
        (one.namespace, str(one)) if getattr(one, "namespace", None) else str(one): _to_feel(value)
        for one, value in inputs.items()
    }
    value = model.evaluate(kind, name, given).value
    return _from_feel(value)


def _to_feel(value: Any) -> Any:
    match value:
        case Temporal():
            found = parse_temporal(value.text)
            if found is None:
                raise ValueError(f"no temporal value: {value.text}")
            return found
        case list() | tuple():
            return [_to_feel(one) for one in value]
        case dict():
            return {key: _to_feel(one) for key, one in value.items()}
    return value


def _from_feel(value: Any) -> Any:
    kind = _KINDS.get(type(value))
    if kind is not None:
        return Temporal(kind, str(value))
    match value:
        case list():
            return [_from_feel(one) for one in value]
        case dict():
            return {key: _from_feel(one) for key, one in value.items()}
    return value
