"""Changing one text of a document in its place: one line differs, or nothing changes at all."""

from __future__ import annotations

from xbyx_rules.errors import Diagnostic, has_errors

from .addresses import Address, parse_address
from .model import Policy, Text
from .places import find_place, list_places
from .properties import WORDS
from .read_policy import read_policy
from .source import Source, shorten

__all__ = ["edit", "edit_text"]

_BLANKS = " \t"


def edit(
    policy: Policy, address: Address | str, value: str
) -> tuple[str | None, tuple[Diagnostic, ...]]:
    r"""Put another value in one place of a document, named by its address.

    Args:
        policy: the document as read.
        address: where; as text, see `parse_address`.
        value: the new value, without the escapes of a table.

    Returns:
        The whole new document and the warnings of reading it.  It differs from the old one in
        one line (in none, where the value stands there already), and what it says differs in that
        place alone.  Or None and why: XR034 the address can't be read, XR054 there is no such
        place, XR070 several rows are meant, XR099 the value is longer than a line, XR051 it would
        be read as something else, or what reading the new document reports as an error.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> changed, problems = edit(policy, "六(二)-5/例/差一分/教师培训经费预算", "49999")
        >>> [new for old, new in zip(policy.text.split("\n"), changed.split("\n")) if old != new]
        ['| 差一分 | 1000000 | 49999 | true | 不符合 |']
    """
    found = parse_address(address) if isinstance(address, str) else address
    if found is None:
        return None, (Diagnostic("XR034", None, {"address": shorten(str(address))}),)
    text, problems = find_place(policy, found)
    if text is None:
        return None, problems
    changed, problems = edit_text(policy, text, value)
    if changed is None or changed == policy.text:
        return changed, problems
    if not _reads_as(policy, changed, text, value):
        return None, (Diagnostic("XR051", text.place, {"value": shorten(value) or "—"}),)
    return changed, problems


def _reads_as(policy: Policy, changed: str, text: Text, value: str) -> bool:
    """Whether the new document says this value in that place, and all else as before."""
    read, _ = read_policy(changed, policy.file)
    if read is None:
        return False
    before = [one.text for one in list_places(policy)]
    after = [one.text for one in list_places(read)]
    said = [
        [(one.id, one.kind is None, one.prose) for one in each.clauses] for each in (policy, read)
    ]
    if len(before) != len(after) or said[0] != said[1]:
        return False
    for old, new in zip(before, after, strict=True):
        if old.place != text.place:
            if old.value != new.value:
                return False
        elif new.value not in {value, *(words.get(value) for words in WORDS.values())}:
            return False
    return True


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
        ['| 培训经费最低比例 | 6% | 2022-06-02 | | 六(二)-5 | 已核实 | minimum training share |']
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
    stop = start + length
    if start < span[0] or stop > span[1]:
        return None, (Diagnostic("XR099", place),)
    if is_cell and not (text and written):
        start, stop = _widen(policy.text, start, stop)
        written = f" {written} " if written else " "
    changed = policy.text[:start] + written + policy.text[stop:]
    read, problems = read_policy(changed, policy.file)
    if read is None or has_errors(problems):
        return None, problems
    return changed, problems


def _widen(text: str, start: int, stop: int) -> tuple[int, int]:
    """The stretch with the blanks around it."""
    while text[start - 1 : start] and text[start - 1] in _BLANKS:
        start -= 1
    while text[stop : stop + 1] and text[stop] in _BLANKS:
        stop += 1
    return start, stop
