"""Records as plain JSON data in one canonical form, to be told apart by a digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xbyx_rules.deciding import value_to_json
from xbyx_rules.feel.values import UNKNOWN

__all__ = ["record_to_plain"]


def record_to_plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a record; what isn't is left out.

    Example:
        >>> from decimal import Decimal
        >>> record_to_plain({"学分": Decimal("1.50"), "教师": "t1", "学校": UNKNOWN})
        {'学分': '1.5', '教师': 't1'}
    """
    return {name: value_to_json(one) for name, one in record.items() if one is not UNKNOWN}
