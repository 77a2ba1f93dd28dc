"""The reader's state: where it is in the tokens, and which names are in scope there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from xbyx_rules.feel.lexer import Token, tokenise
from xbyx_rules.feel.scope import BUILTIN_NAMES, NameTree, Scope
from xbyx_rules.feel.syntax import Node
from xbyx_rules.feel.types import ANY, Type

from .failures import fail_at, missing_keyword, missing_sign, trailing_text
from .levels import MAX_DEPTH, Level
from .shapes import field_names, fields_of

__all__ = ["Found", "Frame", "Grammar", "OpenFrame", "Reader"]

_BUILTIN_TREE = NameTree(BUILTIN_NAMES)


class Frame:
    """Names that the text itself brings into scope: of a ``for``, a context, a filter's items."""

    __slots__ = ("tree", "types")

    def __init__(self, tree: NameTree, types: Mapping[str, Type]) -> None:
        self.tree = tree
        self.types = types


class OpenFrame(Frame):
    """A frame that grows while its construct is read."""

    __slots__ = ("declared",)

    def __init__(self) -> None:
        self.declared: dict[str, Type] = {}
        super().__init__(NameTree(), self.declared)

    def declare(self, name: str, type_: Type = ANY) -> None:
        """Bring a name into scope."""
        self.tree.add(name)
        self.declared[name] = type_


class Found(NamedTuple):
    """A known name at the reader's place: the name, the place after it, and its type."""

    name: str
    end: int
    type: Type


class LastName(NamedTuple):
    """The last name that was read, for messages: the place after it, whether it was known."""

    end: int
    is_known: bool
    candidates: Iterable[str] | None


class Reader:
    """Walks over the tokens of one text.

    Args:
        text: the source text.
        scope: the names known from outside.
        grammar: reads an expression of at least one level.  WHY: expressions contain lists that
            contain expressions; the knot is tied here, so the grammar's modules need not import
            each other in a circle.
        first_line: the document's line where the text begins, for messages.
    """

    __slots__ = (
        "_field_tree",
        "_fields",
        "_grammar",
        "at",
        "declared",
        "depth",
        "ends_range",
        "first_line",
        "frames",
        "last_name",
        "scope",
        "text",
        "tokens",
    )

    def __init__(self, text: str, scope: Scope, grammar: Grammar, first_line: int = 1) -> None:
        self.text = text
        self.first_line = first_line
        self.scope = scope
        self.tokens = tokenise(text)
        self.at = 0
        self.depth = 0
        self.frames: list[Frame] = []
        self.declared: list[str] = []
        self.ends_range = False
        """Whether a ``[`` that no expression follows ends the range being read (``]1..10[``)."""
        self.last_name: LastName | None = None
        self._grammar = grammar
        self._field_tree: NameTree | None = None
        self._fields: dict[int, tuple[Type, Frame | None]] = {}

    # Tokens

    @property
    def current(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    @property
    def start(self) -> int:
        """The offset where the next token starts."""
        return self.tokens[self.at].start

    @property
    def end(self) -> int:
        """The offset where the last token that was read ends."""
        return self.tokens[self.at - 1].end

    def advance(self) -> Token:
        """Take one token; the last one (``end``) stays."""
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def start_again(self) -> None:
        """Go back to the beginning of the text, to read it in another way."""
        self.at = self.depth = 0
        self.frames.clear()
        self.ends_range = False

    def is_sign(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        token = self.tokens[self.at]
        return token.kind == "sign" and token.text in signs

    def is_sign_after(self, sign: str) -> bool:
        """Whether the token after the next one is this sign."""
        token = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return token.kind == "sign" and token.text == sign

    def is_keyword(self, *words: str) -> bool:
        """Whether the next token is one of these words."""
        token = self.tokens[self.at]
        return token.kind == "word" and token.text in words

    def take_sign(self, sign: str) -> bool:
        """Take the next token if it is this sign."""
        if self.is_sign(sign):
            self.at += 1
            return True
        return False

    def expect_sign(self, sign: str, *, also: str = "", opened: Token | None = None) -> Token:
        """Take a sign that has to stand here; `also` names others that could, for the message."""
        if not self.is_sign(sign):
            raise missing_sign(self, f"{also} `{sign}`".strip(), opened)
        return self.advance()

    def expect_keyword(self, word: str, begun: Token) -> Token:
        """Take a keyword that the construct begun at `begun` needs here."""
        if not self.is_keyword(word):
            raise missing_keyword(self, word, begun)
        return self.advance()

    def expect_end(self) -> None:
        """Refuse text after the end of what was read."""
        if self.current.kind != "end":
            raise trailing_text(self)

    def line_of(self, offset: int) -> int:
        """The document's line of an offset in this text."""
        return self.text.count("\n", 0, offset) + self.first_line

    # Expressions

    def read(self, level: Level = Level.EXPRESSION, *, ends_range: bool = False) -> Node:
        """Read an expression whose operators bind at least as strongly as `level`."""
        outer, self.ends_range = self.ends_range, ends_range
        node = self._grammar(self, level)
        self.ends_range = outer
        return node

    def descend(self) -> None:
        """Go one level deeper; `ascend` comes back."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fail_at("XR131", self.current, limit=str(MAX_DEPTH))

    def ascend(self) -> None:
        """Come back from one level."""
        self.depth -= 1

    # Names

    def find_name(self) -> Found | None:
        """The longest known name that starts at the next token; the innermost of equals."""
        found: Found | None = None
        for frame in reversed(self.frames):
            found = _longer(found, frame.tree.find_longest(self.tokens, self.at), frame.types)
        for scope in self.scope.chain():
            found = _longer(found, scope.tree.find_longest(self.tokens, self.at), scope.names)
        return _longer(found, _BUILTIN_TREE.find_longest(self.tokens, self.at), {})

    def mark_name(self, *, is_known: bool, candidates: Iterable[str] | None = None) -> None:
        """Note the name just read; `candidates` are what it could be, where not all names could."""
        self.last_name = LastName(self.at, is_known, candidates)

    def near_names(self) -> Iterable[str]:
        """The names that the last one could have been."""
        if self.last_name is not None and self.last_name.candidates is not None:
            return self.last_name.candidates
        inner = (name for frame in self.frames for name in frame.types)
        return self.scope.known_names() | BUILTIN_NAMES | frozenset(inner)

    def fields_of(self, type_: Type) -> Frame | None:
        """The fields of a type, by name; None when they aren't known.  Built once for a type."""
        # WHY: by identity, since comparing large context types costs more than building the tree.
        kept = self._fields.get(id(type_))
        if kept is None:
            fields = fields_of(type_)
            frame = None if fields is None else Frame(NameTree(fields), fields)
            kept = self._fields[id(type_)] = (type_, frame)
        return kept[1]

    def tree_of_all_fields(self) -> NameTree:
        """All names and fields known anywhere: the guess for a value whose type isn't known."""
        if self._field_tree is None:
            self._field_tree = NameTree(field_names(self.scope))
        while self.declared:
            self._field_tree.add(self.declared.pop())
        return self._field_tree


Grammar = Callable[[Reader, Level], Node]


def _longer(
    found: Found | None, other: tuple[str, int] | None, types: Mapping[str, Type]
) -> Found | None:
    if other is None or (found is not None and other[1] <= found.end):
        return found
    return Found(other[0], other[1], types.get(other[0], ANY))
