"""Adapters, found by name: installed packages offer them under one entry-point group.

An adapter's `pyproject.toml` says::

    [project.entry-points."xbyx_rules.adapters"]
    demo-platform = "xbyx_demo_platform.adapter:ADAPTER"
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Final

from pydantic.dataclasses import dataclass

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.policy import Vocabulary

from .conversions import DECLARATION
from .mapping import HostMapping
from .reading import MappedHost

__all__ = ["GROUP", "Adapter", "find_adapter", "list_adapters"]

GROUP: Final = "xbyx_rules.adapters"


@dataclass(frozen=True, config=DECLARATION)
class Adapter:
    """What a package offers for one host platform.

    Args:
        name: the entry point's name, such as ``demo-platform``.
        title: the platform's name, for people.
        mapping: its tables in the vocabulary's words.
    """

    name: str
    title: str
    mapping: HostMapping

    def host(self, vocabulary: Vocabulary) -> MappedHost:
        """The host, for the ledger and for decisions.

        Raises:
            HostError: XR601–XR615, the mapping doesn't agree with the vocabulary.
        """
        return MappedHost(self.mapping, vocabulary)


def list_adapters() -> tuple[str, ...]:
    """The names of the installed adapters, sorted; none of them is imported."""
    return tuple(sorted({one.name for one in entry_points(group=GROUP)}))


def find_adapter(name: str) -> Adapter:
    """Load an installed adapter by its name.

    Raises:
        HostError: XR640 no such adapter (the help names the installed ones), XR641 it can't be
            imported, XR642 the entry point is something else, XR643 two packages offer it.
    """
    found = [one for one in entry_points(group=GROUP) if one.name == name]
    if not found:
        installed = ", ".join(f"`{one}`" for one in list_adapters()) or "—"
        raise HostError(Diagnostic("XR640", values={"name": name, "installed": installed}))
    if len({one.value for one in found}) > 1:
        packages = ", ".join(sorted(_package(one) for one in found))
        raise HostError(Diagnostic("XR643", values={"name": name, "packages": packages}))
    return _load(found[0])


def _load(entry: EntryPoint) -> Adapter:
    try:
        loaded = entry.load()
    # WHY any exception: this runs the package's own module; whatever it raises is the answer.
    except Exception as error:
        values = {"name": entry.name, "package": _package(entry)}
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise HostError(Diagnostic("XR641", values={**values, "reason": reason})) from error
    if not isinstance(loaded, Adapter):
        values = {"name": entry.name, "target": entry.value}
        raise HostError(Diagnostic("XR642", values=values))
    return loaded


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module
