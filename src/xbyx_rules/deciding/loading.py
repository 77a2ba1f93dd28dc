"""From folders of documents to policies ready to decide, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from xbyx_rules.checking import CheckedPolicy, check_policy, check_ranks
from xbyx_rules.compiling import ExecutablePolicy, compile_policy
from xbyx_rules.errors import Diagnostic, PolicyError, has_errors
from xbyx_rules.policy import Keeper, Library, Policy, bundled_rules, read_library

from .strictness import judge_overlay

__all__ = ["check_library", "compile_library", "load_policies"]

_JUDGED = Keeper[tuple[CheckedPolicy, tuple[Diagnostic, ...]]](2_000_000)
"""Documents compared with those above them, by the length of their texts."""

_KEPT = Keeper[ExecutablePolicy](2_000_000)
"""Policies loaded of late, with what is compiled of them, by the length of their texts."""


def check_library(library: Library) -> tuple[dict[str, CheckedPolicy], tuple[Diagnostic, ...]]:
    """Check every document of a library, those above before those that refine them.

    Returns:
        The documents without errors by id, and all diagnostics.
    """
    checked: dict[str, CheckedPolicy] = {}
    diagnostics: list[Diagnostic] = []
    for policy in library.policies.values():
        above = [checked[one] for one in policy.refines if one in checked]
        if len(above) < len(policy.refines):
            continue  # WHY: the document above has errors of its own, already reported
        result, problems = check_policy(policy, library.vocabulary, above)
        diagnostics += problems
        if result is not None:
            standing = library.standing(policy.id)
            if len(standing) == len(result.above) + 1:
                standing = ()  # WHY: no successor is among them, and so `above` says it all
            result, problems = _JUDGED.get(
                partial(_judge, result, above, standing),
                result,
                *above,
                *standing,
                weight=len(policy.text),
            )
            diagnostics += problems
            checked[policy.id] = result
    diagnostics += check_ranks(checked)
    return checked, tuple(diagnostics)


def _judge(
    checked: CheckedPolicy, above: Sequence[CheckedPolicy], standing: tuple[Policy, ...]
) -> tuple[CheckedPolicy, tuple[Diagnostic, ...]]:
    judged, found = judge_overlay(checked, above)
    return (replace(judged, standing=standing) if standing else judged), found


def load_policies(*roots: Path) -> Mapping[str, ExecutablePolicy]:
    """Read, check and compile every document below some folders.

    Args:
        roots: folders with `vocabulary.md` and nested `policy.md` files; a later folder lies over
            the earlier ones.  Default: the rules that come with the library.

    Returns:
        Policies by id.

    Raises:
        PolicyError: any document, or the vocabulary, has an error.
    """
    library, problems = read_library(*(roots or (bundled_rules(),)))
    if library is None or has_errors(problems):
        raise PolicyError([one for one in problems if one.severity == "error"])
    return compile_library(library)


def compile_library(library: Library) -> Mapping[str, ExecutablePolicy]:
    """Check and compile every document of a library.

    Returns:
        Policies by id.

    Raises:
        PolicyError: any document has an error.
    """
    checked, found = check_library(library)
    if has_errors(found):
        raise PolicyError([one for one in found if one.severity == "error"])
    return MappingProxyType(
        {
            key: _KEPT.get(partial(compile_policy, one), one, weight=len(one.policy.text))
            for key, one in checked.items()
        }
    )
