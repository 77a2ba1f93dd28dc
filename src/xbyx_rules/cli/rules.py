"""Which rules a command works with: the bundled ones, or folders laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import load_policies
from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.policy import bundled_rules

from .terminal import WrongUsage

__all__ = ["choose_policy", "choose_roots", "cite_clauses", "load_rules"]


def choose_roots(paths: Sequence[Path] | None) -> tuple[Path, ...]:
    """The rules folders to read: the bundled ones first where no folder brings a vocabulary.

    Example:
        >>> [one.name for one in choose_roots(None)]
        ['rules']
    """
    given = tuple(paths or ())
    if any((one / "vocabulary.md").is_file() for one in given):
        return given
    return (_shorten(bundled_rules()), *given)


def load_rules(paths: Sequence[Path] | None) -> Mapping[str, ExecutablePolicy]:
    """The policies of some folders, ready to decide.

    Raises:
        PolicyError: any document has an error.
    """
    return load_policies(*choose_roots(paths))


def choose_policy(policies: Mapping[str, ExecutablePolicy], wanted: str) -> ExecutablePolicy:
    """The policy with an id, or the only one whose id ends so (``school-based-training``).

    Raises:
        WrongUsage: XR701 none, XR723 several.
    """
    if wanted in policies:
        return policies[wanted]
    ending = [key for key in policies if key.endswith("/" + wanted)]
    if len(ending) == 1:
        return policies[ending[0]]
    if ending:
        found = ", ".join(f"`{one}`" for one in sorted(ending))
        raise WrongUsage(Diagnostic("XR723", None, {"id": wanted, "found": found}))
    known = nearest(wanted, policies) or ", ".join(f"`{one}`" for one in policies) or "—"
    raise WrongUsage(Diagnostic("XR701", None, {"id": wanted, "known": known}))


def cite_clauses(policy: ExecutablePolicy, anchors: Iterable[str]) -> tuple[str, ...]:
    """Clauses as people cite them, by locator: ``三(二)-4``; by anchor where there is none."""
    clauses = policy.checked.clauses
    return tuple((clauses[one].clause.locator or one) if one in clauses else one for one in anchors)


def _shorten(folder: Path) -> Path:
    # WHY: places in diagnostics are read by people, and they stand in the checkout.
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
