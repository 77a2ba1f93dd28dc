"""Changing one text of a document in its place: one line differs, or nothing changes at all."""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic, has_errors

from .model import Policy, Text
from .read_policy import read_policy
from .source import Source

__all__ = ["edit_text"]


def edit_text(policy: Policy, text: Text, value: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    r"""Put another value in the place of one text of a document.

    Args:
        policy: the document as read.
        text: one of its texts on one line: a cell, a property, a one-line expression.
        value: the new value; in a table ``|`` is written as ``\|`` by this function.

    Returns:
        The whole new document, which differs from the old one in that line alone, and the
        warnings of reading it; or None and why not: XR099 the value or the text is longer than a
        line, or whatever reading the new document reports as an error.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> share = policy.clause("parameters").body.rows[0].value
        >>> changed, problems = edit_text(policy, share, "6%")
        >>> [new for old, new in zip(policy.text.split("\n"), changed.split("\n")) if old != new]
        ['| 培训经费最低比例 | 6% | 2022-06-02 | | 六(二)-5 | 已核实 |']
    """
    place = text.place
    last = text.pieces[-1] if text.pieces else None
    span = Source(policy.text, policy.file).span(place.line)
    if "\n" in value or "\r" in value or (last is not None and last[1].line != place.line):
        span = None
    if span is None:
        return None, (Diagnostic("XR099", place),)
    length = place.length if text else 0
    if last is not None:
        length = last[1].column + len(text.value) - last[0] - place.column
    is_cell = policy.text[slice(*span)].lstrip().startswith("|")
    written = value.replace("|", "\\|") if is_cell else value
    start = span[0] + place.column - 1
    if start < span[0] or start + length > span[1]:
        return None, (Diagnostic("XR099", place),)
    changed = policy.text[:start] + written + policy.text[start + length :]
    read, problems = read_policy(changed, policy.file)
    if read is None or has_errors(problems):
        return None, problems
    return changed, problems
