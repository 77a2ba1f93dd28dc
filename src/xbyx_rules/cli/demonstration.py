"""The demonstration's work: a platform built, a school year run through the ledger, and verified.

It knows no platform: an adapter's package that has `build` and `keep_papers`, and `run_year` in a
module `year`, can be demonstrated.  Nothing is printed here; `Watcher` is told what happens.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Engine, create_engine, event, select, update
from sqlalchemy.engine.interfaces import DBAPIConnection

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Finding
from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting import Ledger, Supervisor, Verification, find_adapter, unprotect
from xbyx_rules.hosting.adapters import GROUP
from xbyx_rules.reporting.site import SiteResults, Step, SubjectOutcome, Year
from xbyx_rules.testing import run_examples

from .papers import Papers, write_papers
from .rules import load_rules

__all__ = [
    "Demonstration",
    "Watcher",
    "demonstrate",
]

NOTICE: Final = "合成数据（synthetic data）：学校、人员、金额全部虚构，不反映任何真实学校。"
_TENANT: Final = "demo"
_DATABASE: Final = "xbyx-demo.sqlite"
_TAMPERED: Final = "xbyx-demo-altered.sqlite"


class Watcher(Protocol):
    """Who is told how the demonstration goes on."""

    def stage(self, zh: str, en: str) -> None:
        """A new stage begins."""

    def done(self, zh: str, en: str) -> None:
        """What the stage has given."""

    def step(self, step: Step) -> None:
        """Something happened to a subject."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Everything that the summary says, beside what the site is made of.

    Args:
        seed: the platform's data follow from it.
        database: the SQLite file.
        results: what the site shows.
        shown: the subject whose way is shown.
        explained: the stopped subject that is explained; None when none was stopped.
        papers: the report of supervision, and the statements.
    """

    seed: int
    database: Path
    results: SiteResults
    shown: SubjectOutcome
    explained: SubjectOutcome | None
    papers: Papers


@dataclass(frozen=True, slots=True)
class _Driver:
    build: Callable[[Engine, int], Any]
    run_year: Callable[..., Year]
    keep_papers: Callable[[Engine, int], object]


def demonstrate(adapter: str, seed: int, folder: Path, watcher: Watcher) -> Demonstration:
    """Build the platform in a fresh SQLite file, run its year, verify the ledger.

    Args:
        adapter: name of the adapter whose package has the platform.
        seed: what its data follow from.
        folder: where the databases go; those of an earlier demonstration are replaced.
        watcher: told of every stage and step.

    Raises:
        HostError: XR712, the adapter is not installed; XR713, its package has no platform.
        PolicyError: the rules have an error.
    """
    driver = _find_driver(adapter)
    found = find_adapter(adapter)
    watcher.stage("检查规则文件", "checking the policy documents")
    policies = load_rules(None)
    examples = {key: run_examples(policy) for key, policy in policies.items()}
    _tell_examples(watcher, policies, [one.passed for each in examples.values() for one in each])

    watcher.stage("建演示平台", "building the platform")
    engine = _fresh_engine(folder / _DATABASE)
    driver.build(engine, seed)
    host = found.host(next(iter(policies.values())).checked.vocabulary)
    supervisor = Supervisor(policies, host, tenant=_TENANT)
    supervisor.create_tables(engine)
    ledger = supervisor.ledger
    watcher.done(
        f"{found.title}，种子 {seed}，全部是合成数据",
        f"{found.title}, seed {seed}, all data synthetic",
    )

    watcher.stage("办理一个学年", "running a school year")
    steps: list[Step] = []

    def note(step: Step) -> None:
        steps.append(step)
        watcher.step(step)

    year = driver.run_year(engine, ledger, progress=note)
    shown, explained = _choose_shown(year.subjects), _choose_explained(year.subjects)

    watcher.stage("核查记录，写清单", "supervising the records, writing statements")
    driver.keep_papers(engine, seed)
    papers = write_papers(engine, host, supervisor, policies, folder / "papers")
    watcher.done(
        f"疑点 {papers.doubts} 处，涉及 {papers.subjects} 个对象；文书 {len(papers.files)} 份",
        f"{papers.doubts} doubts about {papers.subjects} subjects; {len(papers.files)} papers",
    )

    watcher.stage("核验台账", "verifying the ledger")
    verification = ledger.verify(engine)
    tampered = _tamper_and_verify(ledger, engine, folder / _TAMPERED)
    _tell_verification(watcher, verification, tampered)
    policy = policies[host.mapping.flows[0].policy]
    results = SiteResults(
        title=found.title,
        notice=NOTICE,
        redo=f"xbyx demo --seed {seed}",
        policy=policy,
        flows=tuple(policy.checked.lifecycles[one.lifecycle] for one in host.mapping.flows),
        examples=len(examples[policy.policy.id]),
        year=year,
        steps=tuple(steps),
        timelines={one.subject: ledger.timeline(engine, one.subject) for one in year.subjects},
        verification=verification,
        tampered=tampered,
    )
    engine.dispose()
    return Demonstration(seed, folder / _DATABASE, results, shown, explained, papers)


def _find_driver(adapter: str) -> _Driver:
    entries = list(entry_points(group=GROUP, name=adapter))
    if not entries:
        raise HostError(Diagnostic("XR712", None, {"name": adapter}))
    package = entries[0].module.rpartition(".")[0] or entries[0].module
    try:
        root = importlib.import_module(package)
        build, keep_papers = root.build, root.keep_papers
        run_year = importlib.import_module(f"{package}.year").run_year
    except (ImportError, AttributeError):
        raise HostError(Diagnostic("XR713", None, {"name": adapter})) from None
    return _Driver(build, run_year, keep_papers)


def _fresh_engine(file: Path) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    # WHY: a thousand commands are a thousand transactions, and none of them need outlive a power
    # cut: the demonstration is made again.
    event.listen(engine, "connect", _wait_for_no_disk)
    return engine


def _wait_for_no_disk(connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute("PRAGMA synchronous = OFF")


def _choose_shown(subjects: Sequence[SubjectOutcome]) -> SubjectOutcome:
    """What had the longest way among those that came to the end, else among all."""
    ended = [one for one in subjects if one.outcome == "done"] or subjects
    return max(ended, key=lambda one: (one.returned, len(one.corrected)))


def _choose_explained(subjects: Sequence[SubjectOutcome]) -> SubjectOutcome | None:
    """What was stopped with figures that tell by how much, else any that was stopped."""
    stopped = [one for one in subjects if one.outcome == "blocked"]
    stopped += [one for one in subjects if one.outcome == "undetermined"]
    return next((one for one in stopped if _has_shortfall(one.findings)), next(iter(stopped), None))


def _has_shortfall(findings: Iterable[Finding]) -> bool:
    return any(part.shortfall is not None for one in findings for part in one.conditions)


def _tamper_and_verify(ledger: Ledger, engine: Engine, copy: Path) -> tuple[Diagnostic, ...]:
    """Alter one step in a copy of the database, past the ledger, and verify the copy."""
    tampered = _fresh_engine(copy)
    engine.dispose()  # so that all of the file is there to be copied
    shutil.copyfile(str(engine.url.database), copy)
    table = ledger.tables.event
    with tampered.begin() as connection:
        victim = connection.execute(select(table).where(table.c.seq == 2).limit(1)).first()
        if victim is not None:
            unprotect(connection, [table])  # as somebody who administers the database can
            chosen = (table.c.instance_id == victim.instance_id, table.c.seq == victim.seq)
            connection.execute(update(table).where(*chosen).values(actor_id="somebody-else"))
    problems = ledger.verify(tampered, is_host_compared=False).problems
    tampered.dispose()
    return problems


def _tell_examples(
    watcher: Watcher, policies: Mapping[str, ExecutablePolicy], passed: Sequence[bool]
) -> None:
    clauses = sum(len(one.checked.clauses) for one in policies.values())
    good = sum(passed)
    watcher.done(
        f"文件 {len(policies)} 份，条款 {clauses} 条，例子 {len(passed)} 个，通过 {good} 个",
        f"documents: {len(policies)}, clauses: {clauses}, examples: {good} of {len(passed)} pass",
    )


def _tell_verification(
    watcher: Watcher, verification: Verification, tampered: Sequence[Diagnostic]
) -> None:
    count = len(verification.problems)
    watcher.done(
        f"{verification.subjects} 个对象，{verification.events} 步，发现问题 {count} 处；"
        f"在副本里改动一步后，发现 {len(tampered)} 处",
        f"{verification.subjects} subjects, {verification.events} steps, {count} problems; "
        f"with one step of a copy altered: {len(tampered)}",
    )
