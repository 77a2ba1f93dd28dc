"""Functions of contexts.  A context given is never changed; a new one is made.

Source: DMN 1.5 §10.3.4.9 (context functions).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from xbyx_rules.feel.types import ANY, STRING, ContextType, ListType, Type

from .signature import Builtin, make_signature

__all__ = ["CONTEXT_FUNCTIONS"]


def _get_entries(context: dict[str, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in context.items()]


def _make_context(entries: list[Any]) -> dict[str, Any] | None:
    """A context of entries with a `key` and a `value`; None when a key is missing or repeated."""
    context: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in context:
            return None
        context[key] = entry["value"]
    return context


def _put(context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


def _put_deep(context: Any, keys: Sequence[Any], value: Any) -> dict[str, Any] | None:
    if not keys or not all(isinstance(key, str) for key in keys):
        return None
    contexts = []
    for key in keys:
        if not isinstance(context, dict):
            return None
        contexts.append(context)
        context = context.get(key)
    for original, key in zip(reversed(contexts), reversed(keys), strict=True):
        value = {**original, key: value}
    return value if isinstance(value, dict) else None


def _merge(contexts: list[Any]) -> dict[str, Any] | None:
    merged: dict[str, Any] = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged |= context
    return merged


def _merged_type(arguments: tuple[Type, ...]) -> Type:
    kind = arguments[0]
    element = kind.element if isinstance(kind, ListType) else ANY
    return ContextType(element.fields) if isinstance(element, ContextType) else _CONTEXT


_CONTEXT: Final = ContextType(())
_ENTRY: Final = ContextType((("key", STRING), ("value", ANY)))

CONTEXT_FUNCTIONS: Final = (
    Builtin(
        "get value",
        (make_signature(lambda m, key: m.get(key), ANY, ("m", _CONTEXT), ("key", STRING)),),
    ),
    Builtin("get entries", (make_signature(_get_entries, ListType(_ENTRY), ("m", _CONTEXT)),)),
    Builtin(
        "context",
        (make_signature(_make_context, _CONTEXT, ("entries", ListType(_CONTEXT))),),
        needs_complete=True,
    ),
    Builtin(
        "context put",
        (
            make_signature(
                _put,
                _CONTEXT,
                ("context", _CONTEXT),
                ("key", STRING),
                ("value", ANY),
                nullable=("value",),
            ),
            make_signature(
                _put_deep,
                _CONTEXT,
                ("context", _CONTEXT),
                ("keys", ListType(STRING)),
                ("value", ANY),
                nullable=("value",),
            ),
        ),
        needs_complete=True,
    ),
    Builtin(
        "context merge",
        (make_signature(_merge, _merged_type, ("contexts", ListType(_CONTEXT))),),
        needs_complete=True,
    ),
)
