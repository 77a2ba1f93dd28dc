"""What stands in the columns for the status and the kind of a task; a timer's status likewise."""

from __future__ import annotations

from typing import Final

__all__ = ["ACT", "ASSIST", "COPY", "DONE", "LAPSED", "OPEN", "REMOVED", "SIGN", "WAITING"]

OPEN: Final = "open"
"""To be done."""
WAITING: Final = "waiting"
"""For others before it, or for its day."""
DONE: Final = "done"
"""By whoever acted in its role, or in its seat."""
LAPSED: Final = "lapsed"
"""The state was left otherwise."""
REMOVED: Final = "removed"
"""A signature that was asked for, and then left out."""

ACT: Final = "act"
"""Somebody's turn."""
SIGN: Final = "sign"
"""One of several who sign together."""
ASSIST: Final = "assist"
"""What somebody prepares for another who decides (委派)."""
COPY: Final = "copy"
"""Told only; it never blocks."""
