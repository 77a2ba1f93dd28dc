"""The exceptions of the public interface: each carries its diagnostics."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnostics import Diagnostic

__all__ = [
    "CaseError",
    "CommandRefused",
    "ConflictError",
    "HostError",
    "ModelError",
    "PolicyError",
    "ReceiptError",
    "StoreError",
    "XbyxError",
]


class XbyxError(Exception):
    """Base of all errors of this library.  `diagnostics` says what and where, in two languages."""

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = found
        super().__init__("\n\n".join(one.render("zh") for one in found))


class PolicyError(XbyxError):
    """A policy, a vocabulary or an expression can't be read or checked."""


class CaseError(XbyxError):
    """Facts or records are of another type than the vocabulary says."""


class CommandRefused(XbyxError):
    """A lifecycle command can't be carried out; nothing was changed."""


class ConflictError(CommandRefused):
    """A stale version, or a command id used before with another content."""


class HostError(XbyxError):
    """A host's tables, mapping or adapter are not as declared, or its ledger doesn't verify."""


class ModelError(XbyxError):
    """A decision model can't be loaded, or doesn't have what is to be evaluated."""


class ReceiptError(XbyxError):
    """A receipt or its payload can't be made, or can't be read as one."""


class StoreError(XbyxError):
    """A text is not in the store of policies as it was put there."""
