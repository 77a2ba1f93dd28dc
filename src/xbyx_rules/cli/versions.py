"""The two sides of a comparison: a file, a folder or an id, read and where possible checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xbyx_rules.checking import CheckedPolicy
from xbyx_rules.deciding import check_library
from xbyx_rules.errors import Diagnostic, nearest
from xbyx_rules.policy import Library, Policy, read_file, read_library, read_policy

from .rules import choose_roots
from .terminal import WrongUsage

__all__ = ["Version", "find_pairs"]

_POLICY_FILE = "policy.md"


@dataclass(frozen=True, slots=True)
class Version:
    """One document, with its checked form where it passes checking."""

    policy: Policy
    checked: CheckedPolicy | None


@dataclass(frozen=True, slots=True)
class _Side:
    """What an argument names: one document, or all of a rules folder."""

    name: str
    versions: Mapping[str, Version]
    is_single: bool


def find_pairs(
    old: str, new: str, rules: Sequence[Path] | None
) -> tuple[tuple[Version | None, Version | None], ...]:
    """The documents to compare, each with its other version; None where a side lacks it.

    Args:
        old: a document's path, its folder, a rules folder, or an id.
        new: likewise; one document against a rules folder is compared with that of its id.
        rules: folders in which ids are looked up, and which a lone file is checked against.

    Raises:
        WrongUsage: XR742 nothing is named so, XR744 the folder has no such document, or the
            errors of a document that can't be read.
    """
    sides = [_find_side(name, rules) for name in (old, new)]
    if all(one.is_single for one in sides):
        first, second = (next(iter(one.versions.values())) for one in sides)
        return ((first, second),)
    for side, other in (sides, sides[::-1]):
        if side.is_single:
            key = next(iter(side.versions))
            if key not in other.versions:
                known = nearest(key, other.versions) or "—"
                values = {"folder": other.name, "id": key, "known": known}
                raise WrongUsage(Diagnostic("XR744", None, values))
            return ((sides[0].versions.get(key), sides[1].versions.get(key)),)
    keys = dict.fromkeys((*sides[0].versions, *sides[1].versions))
    return tuple((sides[0].versions.get(key), sides[1].versions.get(key)) for key in keys)


def _find_side(name: str, rules: Sequence[Path] | None) -> _Side:
    path = Path(name)
    if path.is_dir() and (path / _POLICY_FILE).is_file():
        path = path / _POLICY_FILE
    if path.is_file():
        policy = _read(path)
        version = Version(policy, _check(policy, _roots_of(path, policy.id, rules)))
        return _Side(name, {policy.id: version}, is_single=True)
    if path.is_dir():
        return _Side(name, _read_folder(path, [*(rules or ()), path]), is_single=False)
    return _find_id(name, rules)


def _read(path: Path) -> Policy:
    found: list[Diagnostic] = []
    text = read_file(path, found)
    policy, problems = (None, ()) if text is None else read_policy(text, path.as_posix())
    if policy is None:
        raise WrongUsage((*found, *problems))
    return policy


def _roots_of(path: Path, policy: str, rules: Sequence[Path] | None) -> tuple[Path, ...]:
    """The rules folder that a file stands in by its id, besides those that are given."""
    folder = path.resolve().parent
    steps = policy.split("/")
    stands = list(folder.parts[-len(steps) :]) == steps
    own = [folder.parents[len(steps) - 1]] if stands else []
    return choose_roots([*(rules or ()), *own])


def _check(policy: Policy, roots: Sequence[Path]) -> CheckedPolicy | None:
    library, _ = read_library(*roots)
    if library is None:
        return None
    policies = {**library.policies, policy.id: policy}
    checked, _ = check_library(Library(policies, library.vocabulary))
    return checked.get(policy.id)


def _read_folder(folder: Path, roots: Sequence[Path]) -> dict[str, Version]:
    """The documents of a rules folder; what it lies over is read too, but not given."""
    library, found = read_library(*choose_roots(roots))
    if library is None:
        raise WrongUsage([one for one in found if one.severity == "error"])
    checked, _ = check_library(library)
    return {
        key: Version(one, checked.get(key))
        for key, one in library.policies.items()
        if Path(one.file).is_relative_to(folder)
    }


def _find_id(name: str, rules: Sequence[Path] | None) -> _Side:
    library, found = read_library(*choose_roots(rules))
    if library is None:
        raise WrongUsage([one for one in found if one.severity == "error"])
    ending = [key for key in library.policies if key == name or key.endswith(f"/{name}")]
    if len(ending) != 1:
        known = nearest(name, library.policies) or "、".join(f"`{one}`" for one in library.policies)
        raise WrongUsage(Diagnostic("XR742", None, {"name": name, "known": known or "—"}))
    checked, _ = check_library(library)
    version = Version(library.policies[ending[0]], checked.get(ending[0]))
    return _Side(name, {ending[0]: version}, is_single=True)
