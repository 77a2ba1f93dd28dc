"""A clause's own messages, with their expressions evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xbyx_rules.compiling import ExecutableClause, PythonFunction
from xbyx_rules.errors import Language
from xbyx_rules.feel.formatting import format_value

from .evaluation import Evaluation

__all__ = ["fill_messages"]


def fill_messages(
    clause: ExecutableClause, names: Evaluation, extra: Mapping[str, Any] | None = None
) -> dict[Language, str]:
    """The messages of a clause by language.

    Args:
        clause: whose messages.
        names: evaluates their expressions.
        extra: names of a check's hit: its records by alias.
    """
    known = extra or {}

    def read(name: str) -> Any:
        return known[name] if name in known else names.read(name)

    def say(part: str | PythonFunction, language: Language) -> str:
        if isinstance(part, str):
            return part
        said = format_value(part(read, names.budget), language)
        names.budget.charge(said)
        return said

    return {
        language: "".join(say(part, language) for part in message.parts)
        for language, message in clause.messages.items()
    }
