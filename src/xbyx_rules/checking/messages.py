"""Messages: literal text with expressions in braces."""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.policy import Text

from .model import MessageTemplate
from .names import check_expression

__all__ = ["check_message"]


def check_message(
    text: Text, scope: Scope
) -> tuple[MessageTemplate | None, tuple[Diagnostic, ...]]:
    """Split a message at its braces and check each expression.

    ``{`` opens an expression, the matching ``}`` closes it; braces inside strings and contexts
    are part of the expression.
    """
    parts: list[str | Node] = []
    diagnostics: list[Diagnostic] = []
    at = 0
    while at < len(text.value):
        start = text.value.find("{", at)
        if start < 0:
            parts.append(text.value[at:])
            break
        end = _find_end(text.value, start)
        if end < 0:
            return None, (Diagnostic("XR240", text.place_at(start, 1)),)
        if start > at:
            parts.append(text.value[at:start])
        inside = Text(text.value[start + 1 : end], text.place_at(start + 1, end - start - 1))
        node, problems = check_expression(inside, scope)
        diagnostics += problems
        if node is not None:
            parts.append(node)
        at = end + 1
    if any(one.severity == "error" for one in diagnostics):
        return None, tuple(diagnostics)
    return MessageTemplate(tuple(parts)), tuple(diagnostics)


def _find_end(text: str, start: int) -> int:
    depth, quoted = 0, False
    for index in range(start, len(text)):
        character = text[index]
        if character == '"' and text[index - 1] != "\\":
            quoted = not quoted
        elif not quoted and character == "{":
            depth += 1
        elif not quoted and character == "}":
            depth -= 1
            if depth == 0:
                return index
    return -1
