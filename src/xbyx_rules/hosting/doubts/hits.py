"""Hits as one subject's doubts, and what they were found in as plain data; nothing here is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from xbyx_rules.deciding import Subject, value_to_json
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import canonical_text, digest_text
from xbyx_rules.supervising import Hit

__all__ = ["describe_records", "name_hits"]


def name_hits(subject: Subject, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """A subject's hits, each doubt once.

    WHY the subject: a key such as 工号 names a record in its school only.  WHY once: a platform may
    have a record twice, or two with one key; then both are what was found.

    Args:
        subject: whose records were searched.
        hits: of one check.

    Example:
        >>> hit = Hit("d", {}, ("教职工:1",), "c", {})
        >>> first, second = (Subject("学校", key) for key in ("s1", "s2"))
        >>> len(name_hits(first, [hit, hit]))
        1
        >>> name_hits(first, [hit]) == name_hits(second, [hit])
        False
    """
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        name = canonical_text([subject.entity, subject.key, hit.doubt_id])
        key = digest_text(name).removeprefix("sha256:")[:32]
        found.setdefault(key, []).append(replace(hit, doubt_id=key))
    return tuple(_merge(same) for same in found.values())


def _merge(same: list[Hit]) -> Hit:
    contents = sorted({one.content for one in same})
    # WHY not the first one found: the order of records changes nothing.
    shown = min(same, key=lambda one: one.content)
    if len(contents) == 1:
        return shown
    return replace(shown, content=digest_text(canonical_text(contents)))


def describe_records(value: Any) -> Any:
    """A record, a list or a value as plain data; of a list also whether it is complete.

    WHY that too: what a check can't tell of a list, it can once the list is complete.

    Raises:
        TypeError: for what is no value of FEEL.

    Example:
        >>> describe_records([1]) == describe_records(Complete([1]))
        False
    """
    if isinstance(value, list | tuple):
        return [isinstance(value, Complete), [describe_records(one) for one in value]]
    if isinstance(value, Mapping):
        return {str(name): describe_records(one) for name, one in value.items()}
    return value_to_json(value)
