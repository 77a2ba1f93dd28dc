"""Records as plain JSON data in one canonical form, to be named and told apart by a digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import value_to_json
from xbyx_rules.feel.values import UNKNOWN
from xbyx_rules.policy import canonical_text, digest_text

__all__ = ["name_record", "record_to_plain", "refer_to"]


def record_to_plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a record; what isn't is left out.

    Example:
        >>> from decimal import Decimal
        >>> record_to_plain({"学分": Decimal("1.50"), "教师": "t1", "学校": UNKNOWN})
        {'学分': '1.5', '教师': 't1'}
    """
    return {name: value_to_json(one) for name, one in record.items() if one is not UNKNOWN}


def refer_to(policy: ExecutablePolicy, anchor: str) -> dict[str, tuple[str, str]]:
    """Of each row of a check by its alias: the entity and its key term, "" where it has none."""
    found = {}
    for row in policy.clauses[anchor].checked.pattern:
        key = policy.checked.vocabulary.entities[row.entity].key
        found[row.alias] = (row.entity, key.name if key is not None else "")
    return found


def name_record(record: Mapping[str, Any], entity: str, key: str) -> str:
    """A record as ``实体:主键``; one without a key by a digest of what it says.

    Args:
        record: plain.
        entity: its entity.
        key: the entity's key term.

    Example:
        >>> name_record({"学校标识码": "s1"}, "学校", "学校标识码")
        '学校:s1'
    """
    value = record.get(key)
    if isinstance(value, str) and value:
        return f"{entity}:{value}"
    return f"{entity}:#" + digest_text(canonical_text(record)).removeprefix("sha256:")[:16]
