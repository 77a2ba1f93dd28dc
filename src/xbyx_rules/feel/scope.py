"""The names that an expression may use, with their types: what the parser needs to read names.

FEEL names may hold spaces, signs and keywords (``days in weekend``, ``date and time``), so where
a name ends is known only from the names in scope: the longest one that fits is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .lexer import Token, is_word, tokenise
from .syntax import Node
from .types import Type

__all__ = ["BUILTIN_NAMES", "NameTree", "Scope"]

BUILTIN_NAMES: Final = frozenset(
    {
        *("abs", "after", "all", "any", "append", "before", "ceiling", "coincides"),
        *("concatenate", "contains", "context", "context merge", "context put", "count"),
        *("date", "date and time", "day of week", "day of year", "decimal", "distinct values"),
        *("duration", "during", "ends with", "even", "exp", "finished by", "finishes"),
        *("flatten", "floor", "get entries", "get value", "includes", "index of"),
        *("insert before", "is", "list contains", "list replace", "log", "lower case", "matches"),
        *("max", "mean", "median", "meets", "met by", "min", "mode", "modulo", "month of year"),
        *("not", "now", "number", "odd", "overlaps", "overlaps after", "overlaps before"),
        *("product", "range", "remove", "replace", "reverse", "round down", "round half down"),
        *("round half up", "round up", "sort", "split", "sqrt", "started by", "starts"),
        *("starts with", "stddev", "string", "string join", "string length", "sublist"),
        *("substring", "substring after", "substring before", "sum", "time", "today", "union"),
        *("upper case", "week of year", "years and months duration"),
    }
)
"""The names of the standard's functions (DMN 1.5 §10.3.4), in scope everywhere."""


class NameTree:
    """Names as sequences of tokens, for finding the longest one at a place in a text.

    White space counts: the name ``a-b`` is not found in ``a - b``, which is a subtraction.

    Example:
        >>> tree = NameTree(["days", "days in weekend"])
        >>> tree.find_longest(tokenise("days in weekend + 1"), 0)
        ('days in weekend', 3)
    """

    __slots__ = ("_root",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root: dict[str, _Branch] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Add one name.  A text that is no sequence of tokens with a word in it is left out."""
        steps = _steps_of(name)
        if not steps:
            return
        branches, branch = self._root, None
        for step in steps:
            branch = branches.setdefault(step, _Branch())
            branches = branch.branches
        if branch is not None:
            branch.name = name

    def find_longest(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """The longest name that stands at `at`, and the place after it; None when none does."""
        branch = self._root.get(tokens[at].text) if _is_step(tokens[at]) else None
        found = None
        while branch is not None:
            at += 1
            if branch.name is not None:
                found = branch.name, at
            token = tokens[at]
            branch = branch.branches.get(_step_of(token)) if _is_step(token) else None
        return found


class _Branch:
    __slots__ = ("branches", "name")

    def __init__(self) -> None:
        self.branches: dict[str, _Branch] = {}
        self.name: str | None = None


def _is_step(token: Token) -> bool:
    return token.kind in ("word", "number", "sign")


def _step_of(token: Token) -> str:
    return f" {token.text}" if token.is_spaced else token.text


@lru_cache(maxsize=4096)
def _steps_of(name: str) -> tuple[str, ...]:
    if is_word(name):
        return (tokenise(name)[0].text,)
    tokens = tokenise(name)[:-1]
    if not all(_is_step(token) for token in tokens):
        return ()
    if not any(token.kind == "word" for token in tokens):
        return ()
    return (tokens[0].text, *(_step_of(token) for token in tokens[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Names with their types, in front of the names of an outer scope.  Immutable.

    Args:
        names: each name with its type, `types.ANY` where that isn't known.
        parent: the scope around this one, or None.
        types: names of types that may stand after ``instance of`` and hold spaces; single words
            need not be listed.

    `typed` holds typed trees of texts read in this scope, for whoever wants to read them once.

    Example:
        >>> from xbyx_rules.feel.types import DATE, STRING
        >>> inner = Scope({"校长": STRING}).with_names({"判定日": DATE})
        >>> inner.lookup("校长") == STRING, inner.lookup("组长"), inner.is_builtin("sum")
        (True, None, True)
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    parent: Scope | None = None
    types: frozenset[str] = frozenset()
    tree: NameTree = field(init=False, repr=False)
    type_tree: NameTree = field(init=False, repr=False)
    typed: dict[tuple[str, bool], Node] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", MappingProxyType(dict(self.names)))
        object.__setattr__(self, "tree", NameTree(self.names))
        object.__setattr__(self, "type_tree", NameTree(self.types))

    def lookup(self, name: str) -> Type | None:
        """The type of a name, from the innermost scope that has it; None when none has.

        A standard function that nobody redefines has no type here: see `is_builtin`.
        """
        return next((one.names[name] for one in self.chain() if name in one.names), None)

    def is_builtin(self, name: str) -> bool:
        """Whether a name means one of the standard's functions in this scope."""
        return name in BUILTIN_NAMES and self.lookup(name) is None

    def with_names(self, names: Mapping[str, Type]) -> Scope:
        """A scope inside this one with further names."""
        return Scope(names, self)

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def known_names(self) -> frozenset[str]:
        """Every name in scope, without the standard's functions: for "did you mean"."""
        return frozenset(name for scope in self.chain() for name in scope.names)
