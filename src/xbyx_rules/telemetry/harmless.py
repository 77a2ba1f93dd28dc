"""Failures of telemetry itself: a line for the operator, and no consequence."""

from __future__ import annotations

import logging
from types import TracebackType

__all__ = ["Harmless", "name_error"]


class Harmless:
    """Work whose failure is worth a line, and nothing more.

    WHY: what is committed is done, whatever becomes of the log about it.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        logging.getLogger("xbyx_rules").warning("telemetry failed: %s", name_error(error))
        return True


def name_error(error: BaseException) -> str:
    """An error's class by its full name, ``error.type`` in OpenTelemetry's words.

    Example:
        >>> name_error(KeyError("t-17"))
        'KeyError'
    """
    kind = type(error)
    place = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{place}{kind.__qualname__}"
