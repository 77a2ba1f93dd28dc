"""A document as pytest sees it: a file of clauses, each with its examples and laws as items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from xbyx_rules.checking import StatedLaw
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import load_policies
from xbyx_rules.errors import Diagnostic, PolicyError
from xbyx_rules.policy import bundled_rules

from .examples import PreparedExample, prepare_examples, run_example

__all__ = ["PolicyFile"]


class _Failed(Exception):
    """What a failing item says; shown without a traceback."""


@lru_cache(maxsize=8)
def _load(folder: Path) -> Mapping[str, ExecutablePolicy]:
    has_vocabulary = (folder / "vocabulary.md").is_file()
    return load_policies(folder) if has_vocabulary else load_policies(bundled_rules(), folder)


class PolicyFile(pytest.File):
    """One `policy.md`."""

    def __init__(self, *, folder: Path, **others: Any) -> None:
        super().__init__(**others)
        self.folder = folder

    def collect(self) -> Iterator[ClauseItems]:
        """Its clauses that have examples or laws.

        Raises:
            CollectError: the rules folder has errors.
        """
        try:
            policies = _load(self.folder)
        except PolicyError as error:
            texts = [one.render() for one in error.diagnostics]
            raise self.CollectError("\n\n".join(texts)) from None
        for policy in policies.values():
            if Path(policy.policy.file).resolve() == self.path.resolve():
                for clause in policy.policy.clauses:
                    checked = policy.checked.clauses.get(clause.id)
                    if checked is not None and (checked.examples or checked.laws):
                        yield ClauseItems.from_parent(self, name=clause.id, policy=policy)


class ClauseItems(pytest.Collector):
    """One heading."""

    def __init__(self, *, policy: ExecutablePolicy, **others: Any) -> None:
        super().__init__(**others)
        self.policy = policy

    def collect(self) -> Iterator[pytest.Item]:
        """Its examples, then its laws."""
        for prepared in prepare_examples(self.policy, self.name):
            name = prepared.example.name
            yield ExampleItem.from_parent(self, name=name, policy=self.policy, prepared=prepared)
        for law in self.policy.checked.clauses[self.name].laws:
            yield LawItem.from_parent(self, name=law.name, policy=self.policy, law=law)


class _PolicyItem(pytest.Item):
    def __init__(self, *, policy: ExecutablePolicy, **others: Any) -> None:
        super().__init__(**others)
        self.policy = policy

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What the rules said, without a traceback."""
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class ExampleItem(_PolicyItem):
    """One example."""

    def __init__(self, *, prepared: PreparedExample, **others: Any) -> None:
        super().__init__(**others)
        self.prepared = prepared

    def runtest(self) -> None:
        """Decide it."""
        result = run_example(self.policy, self.prepared)
        if not result.passed:
            from .trying import say_answer

            values = {
                "name": result.name,
                "clause": result.clause,
                "expected": say_answer(result.expected),
                "found": say_answer(result.found),
                "because_zh": "",
                "because_en": "",
            }
            raise _Failed(Diagnostic("XR718", result.place, values).render())

    def reportinfo(self) -> tuple[Path, int, str]:
        """Its row."""
        return self.path, self.prepared.example.place.line - 1, self.name


class LawItem(_PolicyItem):
    """One law."""

    def __init__(self, *, law: StatedLaw, **others: Any) -> None:
        super().__init__(**others)
        self.law = law

    def runtest(self) -> None:
        """Look for a case against it."""
        pytest.importorskip("hypothesis", reason=Diagnostic("XR896").render())
        from .trying import describe_result, try_law

        most = self.config.getoption("--xbyx-max-examples")
        clause = self.parent.name if self.parent is not None else ""
        result = try_law(self.policy, clause, self.law, max_examples=most)
        problem = describe_result(self.policy, result)
        if problem is not None:
            raise _Failed(problem.render())

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is declared."""
        return self.path, self.law.text.place.line - 1, self.name
