"""The library: every policy document of some folders with the vocabulary, refined ones first."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType

from xbyx_rules.errors import Diagnostic, Place, PolicyError, has_errors

from .clause_list import ClauseList
from .model import Policy
from .read_clause_list import read_clause_list
from .read_policy import read_policy
from .read_vocabulary import read_vocabulary
from .source import LARGEST_SIZE, Source, near_names
from .succession import close_predecessors, is_above, report_front
from .vocabulary import Vocabulary

__all__ = [
    "Library",
    "Written",
    "build_library",
    "bundled_rules",
    "load_library",
    "read_file",
    "read_library",
]

_POLICY_FILE = "policy.md"
_CLAUSES_FILE = "clauses.md"
_VOCABULARY_FILE = "vocabulary.md"


@dataclass(frozen=True, slots=True)
class Written:
    """A text and the file's name that places in it bear."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """Policy documents by id, each after those that it refines, and their vocabulary.

    Args:
        policies: the documents.
        vocabulary: their words.
        clause_lists: by a document's id, the list of its official source's clauses, where one
            stands beside it.
    """

    policies: Mapping[str, Policy]
    vocabulary: Vocabulary = field(repr=False)
    clause_lists: Mapping[str, ClauseList] = field(repr=False, default_factory=dict)

    def above(self, policy: str) -> tuple[Policy, ...]:
        """All documents that this one refines, directly or through others, topmost first.

        Raises:
            KeyError: the library has no such document.
        """
        found: set[str] = set()
        waiting = list(self.policies[policy].refines)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.policies[name].refines)
        return tuple(one for name, one in self.policies.items() if name in found)

    def standing(self, policy: str) -> tuple[Policy, ...]:
        """All documents that tell what this one says on any day, itself included.

        Those are the ones above it and the successors that closed any of them, each with its own.

        Raises:
            KeyError: the library has no such document.
        """
        found: set[str] = set()
        waiting = [policy]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                one = self.policies[name]
                waiting += (*one.refines, *((one.closing.by,) if one.closing else ()))
        return tuple(one for name, one in self.policies.items() if name in found)


def bundled_rules() -> Path:
    """The folder of the rules that come with the package.

    Raises:
        PolicyError: XR098, the installation lacks them.
    """
    package = Path(__file__).resolve().parents[1]
    # WHY: in a wheel they lie inside the package, in a checkout beside the sources.
    for folder in (package / "_rules", package.parents[1] / "rules"):
        if (folder / _VOCABULARY_FILE).is_file():
            return folder
    raise PolicyError(Diagnostic("XR098"))


def load_library(*roots: Path | str) -> Library:
    """Load the rules of some folders, a later one laid over those before it.

    Args:
        roots: rules folders, such as ``bundled_rules()`` and a province's own; without any, the
            bundled rules alone.

    Returns:
        The library.

    Raises:
        PolicyError: with every problem found in any document.

    Example:
        >>> library = load_library(bundled_rules())
        >>> library.policies["cn/beijing/school-based-training"].document
        '京教人〔2022〕8号'
    """
    library, found = read_library(*(roots or (bundled_rules(),)))
    if library is None:
        raise PolicyError(found)
    return library


def read_library(*roots: Path | str) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Read the rules of some folders; like `load_library`, but gives the problems back.

    A folder is nested like the law: ``cn/beijing/school-based-training/policy.md`` holds the
    document of that id, and ``vocabulary.md`` stands at the top.  A document of a later folder
    replaces the one of the same id; its vocabulary adds entities, and adds or replaces terms.
    ``clauses.md`` beside a document lists its official source's clauses; a later folder's list
    replaces an earlier one, whichever folder the document itself is from.

    Returns:
        The library, or None when there is an error; and all that was found.
    """
    found: list[Diagnostic] = []
    files: dict[str, Path] = {}
    lists: dict[str, Path] = {}
    vocabularies: list[Path] = []
    for root in map(Path, roots):
        if not root.is_dir():
            found.append(Diagnostic("XR092", None, {"path": root.as_posix()}))
            continue
        files.update(_find_files(root, _POLICY_FILE))
        lists.update(_find_files(root, _CLAUSES_FILE))
        if (root / _VOCABULARY_FILE).is_file():
            vocabularies.append(root / _VOCABULARY_FILE)
    if not vocabularies:
        found.append(Diagnostic("XR093"))
    library, problems = build_library(
        [_read_text(path, found) for path in vocabularies],
        {folder: _read_text(path, found) for folder, path in sorted(files.items())},
    )
    found += problems
    clause_lists = _read_clause_lists(lists, files, found)
    if library is None or has_errors(found):
        return None, tuple(found)
    return replace(library, clause_lists=MappingProxyType(clause_lists)), tuple(found)


def build_library(
    vocabularies: Iterable[Written | None], documents: Mapping[str, Written | None]
) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Build a library from texts.

    Pure: opens no file.

    Args:
        vocabularies: the vocabulary's layers, the lowest first.
        documents: each document under the id that it must have.  One that could not be read is
            None: it exists, so that nothing is said against those that refine it.

    Returns:
        The library, or None when there is an error; and all that was found.
    """
    found: list[Diagnostic] = []
    vocabulary: Vocabulary | None = None
    for layer in vocabularies:
        if layer is not None:
            vocabulary, problems = read_vocabulary(layer.text, layer.file, vocabulary)
            found += problems
    policies = _read_documents(documents, found)
    _check_refines(policies, documents, found)
    ordered = _order(policies, found)
    if vocabulary is None or has_errors(found):
        return None, tuple(found)
    closed, problems = close_predecessors(ordered)
    found += problems
    if has_errors(problems):
        return None, tuple(found)
    return Library(MappingProxyType(closed), vocabulary), tuple(found)


def _find_files(root: Path, file: str) -> dict[str, Path]:
    """The files of this name below a folder by the path of their folder."""
    files: dict[str, Path] = {}
    for folder, below, names in os.walk(root):
        # WHY: the order of a folder differs from one file system to the next.
        below[:] = sorted(name for name in below if not name.startswith("."))
        if file in names:
            path = Path(folder)
            files[path.relative_to(root).as_posix()] = path / file
    return files


def read_file(path: Path, found: list[Diagnostic]) -> str | None:
    """A document's text with its line ends, from its file.

    Args:
        path: the file.
        found: gets the report: XR001, it isn't UTF-8; XR002, it is too large.

    Returns:
        The text; None after a report.

    Raises:
        OSError: the file can't be read.
    """
    file = path.as_posix()
    # WHY: one byte more than allowed shows that the file is too large without reading it all.
    with path.open("rb") as stream:
        raw = stream.read(LARGEST_SIZE + 4)
    if len(raw) > LARGEST_SIZE + 3:
        values = {"size": str(path.stat().st_size), "limit": str(LARGEST_SIZE)}
        found.append(Diagnostic("XR002", Place(file, 1), values))
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found.append(Diagnostic("XR001", Place(file, line)))
        return None


def _read_text(path: Path, found: list[Diagnostic]) -> Written | None:
    text = read_file(path, found)
    return None if text is None else Written(path.as_posix(), text)


def _read_documents(
    documents: Mapping[str, Written | None], found: list[Diagnostic]
) -> dict[str, Policy]:
    """The documents by id."""
    policies: dict[str, Policy] = {}
    for name, written in documents.items():
        if written is None:
            continue
        policy, problems = read_policy(written.text, written.file)
        found.extend(problems)
        if policy is None:
            continue
        if policy.id != name:
            report_front(found, "XR094", policy, "policy", name=policy.id, folder=name)
        policies[name] = policy
    return policies


def _read_clause_lists(
    lists: Mapping[str, Path], files: Mapping[str, Path], found: list[Diagnostic]
) -> dict[str, ClauseList]:
    """The lists of clauses by the id of their document, in the order of the ids."""
    clause_lists: dict[str, ClauseList] = {}
    for folder, path in sorted(lists.items()):
        if folder not in files:
            found.append(Diagnostic("XR043", Place(path.as_posix(), 1), {"folder": folder}))
            continue
        written = _read_text(path, found)
        if written is None:
            continue
        clauses, problems = read_clause_list(written.text, written.file)
        found.extend(problems)
        if clauses is None:
            continue
        if clauses.policy != folder:
            values = {"name": clauses.policy, "folder": folder}
            excerpt = Source(written.text, clauses.file).lines[clauses.place.line - 1]
            found.append(Diagnostic("XR044", clauses.place, values, excerpt))
        clause_lists[folder] = clauses
    return clause_lists


def _check_refines(
    policies: Mapping[str, Policy], documents: Collection[str], found: list[Diagnostic]
) -> None:
    """Report what is refined and doesn't exist, or lies in a jurisdiction not above."""
    known = sorted(documents)
    for folder, policy in policies.items():
        for name in policy.refines:
            if name not in documents:
                near = near_names(name, known)
                report_front(found, "XR095", policy, "refines", name=name, nearest=near)
            elif not is_above(name, folder):
                where = name.rpartition("/")[0]
                report_front(
                    found, "XR096", policy, "refines", name=name, below=folder, folder=where
                )


def _order(policies: Mapping[str, Policy], found: list[Diagnostic]) -> dict[str, Policy]:
    """The documents, refined ones first, otherwise by id; a cycle is reported."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, policy in policies.items():
        sorter.add(name, *(one for one in policy.refines if one in policies))
    try:
        return {name: policies[name] for name in sorter.static_order()}
    except CycleError as error:
        cycle: list[str] = error.args[1]
        policy = policies[min(cycle)]
        report_front(
            found, "XR097", policy, "refines", cycle=" → ".join(f"`{one}`" for one in cycle)
        )
        return {}
