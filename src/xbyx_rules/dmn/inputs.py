"""Values of a host to values of FEEL, at the boundary of a model."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.feel.temporals import from_python
from xbyx_rules.feel.values import Interval, kind_of, to_number

__all__ = ["to_value"]

_DEEPEST: Final = 100


def to_value(value: Any, depth: int = 0) -> Any:
    """A host's value as FEEL has it: whole numbers become numbers, Python's dates FEEL's.

    Raises:
        ValueError: for what FEEL has no value for, such as a float, and for nesting too deep.

    Example:
        >>> to_value({"人数": 12})
        {'人数': Decimal('12')}
    """
    if depth > _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} values within one another")
    match value:
        case None | bool() | str() | Interval():
            return value
        case int() | Decimal():
            return to_number(value)
        case datetime.date() | datetime.time() | datetime.timedelta():
            return from_python(value)
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise ValueError("the keys of a context are text")
            return {key: to_value(one, depth + 1) for key, one in value.items()}
        case list() | tuple():
            return [to_value(one, depth + 1) for one in value]
    try:
        kind_of(value)
    except TypeError as failure:
        raise ValueError(str(failure)) from None
    return value
