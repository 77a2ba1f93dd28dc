"""Find the texts that a receipt names: among the policies loaded, else in a store by content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import compile_library
from xbyx_rules.errors import Diagnostic, PolicyError, StoreError
from xbyx_rules.policy import PolicyStore, Snapshot

__all__ = ["TextFinder"]


class TextFinder:
    """Policies by the exact texts they stand on, each set of texts read and compiled once.

    Args:
        policies: loaded ones, with earlier texts of them.
        store: where others are looked for; None for nowhere.
    """

    def __init__(self, policies: Iterable[ExecutablePolicy], store: PolicyStore | None) -> None:
        self._policies = tuple(policies)
        self._store = store
        self._loaded: dict[str, Snapshot] = {}
        self._found: dict[tuple[str, str], ExecutablePolicy | None] = {}
        self._problems: dict[str, tuple[Diagnostic, ...]] = {}

    def find(self, rules: Snapshot, policy: str) -> ExecutablePolicy | None:
        """The document with this id as these texts have it; None when a text is not to be had.

        Never another text in its place, not even one that differs in a full stop.
        """
        # WHY: a vocabulary that was read from no text can't be told from another one.
        if not rules.vocabulary:
            return None
        key = (rules.hash, policy)
        if key not in self._found:
            self._found[key] = self._find_loaded(rules, policy) or self._find_kept(rules, policy)
        return self._found[key]

    def problems_with(self, rules: Snapshot) -> tuple[Diagnostic, ...]:
        """Why a store did not give these texts, beyond not having them."""
        return self._problems.get(rules.hash, ())

    def list_unknown(self, rules: Snapshot) -> tuple[str, ...]:
        """Which of these texts are not among the loaded ones, by name and hash."""
        known: set[str] = set()
        for one in self._policies:
            snapshot = self._snapshot_of(one)
            known.update(snapshot.vocabulary, snapshot.documents.values())
        named = [*rules.documents.items(), *(("vocabulary", one) for one in rules.vocabulary)]
        unknown = [f"{name} {digest}" for name, digest in named if digest not in known]
        return tuple(unknown or [f"{name} {digest}" for name, digest in named])

    def _find_loaded(self, rules: Snapshot, policy: str) -> ExecutablePolicy | None:
        for one in self._policies:
            if one.policy.id == policy and self._snapshot_of(one).text == rules.text:
                return one
        return None

    def _find_kept(self, rules: Snapshot, policy: str) -> ExecutablePolicy | None:
        if self._store is None:
            return None
        try:
            policies: Mapping[str, ExecutablePolicy] = compile_library(self._store.load(rules))
        except (StoreError, PolicyError) as error:
            self._problems[rules.hash] = error.diagnostics
            return None
        return policies.get(policy)

    def _snapshot_of(self, policy: ExecutablePolicy) -> Snapshot:
        key = f"{policy.policy.id} {policy.policy.hash} {policy.checked.vocabulary.hash}"
        if key not in self._loaded:
            self._loaded[key] = Snapshot.of(policy.checked.library)
        return self._loaded[key]
