"""What can go wrong, said once and said well: diagnostics with code, place, message and help.

Takes: a code of the catalogue and the values of its message.
Gives: `Diagnostic` (renders in Chinese or English), exceptions that carry them, the codes' page.
May assume: nothing; this is the lowest package.
Refuses: a code that is not in `codes/*.toml` (each code has one entry there and one in docs).
"""

from .catalogue import CATALOGUE, Entry, Severity
from .diagnostics import Diagnostic, Language, Place, has_errors, nearest
from .exceptions import (
    CaseError,
    CommandRefused,
    ConflictError,
    HostError,
    ModelError,
    PolicyError,
    ReceiptError,
    StoreError,
    XbyxError,
)

__all__ = [
    "CATALOGUE",
    "CaseError",
    "CommandRefused",
    "ConflictError",
    "Diagnostic",
    "Entry",
    "HostError",
    "Language",
    "ModelError",
    "Place",
    "PolicyError",
    "ReceiptError",
    "Severity",
    "StoreError",
    "XbyxError",
    "has_errors",
    "nearest",
]
