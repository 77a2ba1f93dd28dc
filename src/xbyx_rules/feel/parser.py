"""From text to tree: the three ways into the grammar, and where a problem stands in its document.

Source: DMN 1.5 §10.3.1.2.  Beyond the standard: full-width signs and digits, quotation marks
“ ”, and ``5%`` for 0.05 (docs: the policy document, full-width input).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from unicodedata import category

from xbyx_rules.errors import Diagnostic, Place

from .parsing import (
    MAX_DEPTH,
    FeelSyntaxError,
    Reader,
    read_operators,
    read_type,
    read_unary_tests,
)
from .scope import Scope
from .syntax import Node, TypeName, UnaryTests
from .walking import has_node_deeper_than

__all__ = ["MAX_LENGTH", "parse_expression", "parse_type_name", "parse_unary_tests"]

MAX_LENGTH: Final = 100_000
"""The longest text that is parsed, in characters."""

_EXCERPT_MARGIN: Final = 120

Parsed = TypeVar("Parsed", bound=Node)


def parse_expression(
    text: str,
    scope: Scope,
    *,
    file: str = "",
    line: int = 1,
    column: int = 1,
    indent: int = 0,
    source: Sequence[str] = (),
) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Parse one expression.  Never raises on any text, and always ends.

    Args:
        text: the expression.
        scope: the names known outside it; a word that isn't among them becomes a `Name` all the
            same, for the checker to report.
        file: the document's name, for places.
        line: the document's line where the text begins, from 1.
        column: the column where it begins, from 1.
        indent: columns that stand before the text's other lines.
        source: the document's lines, shown in diagnostics; without them, the text's own.

    Returns:
        The tree and nothing, or None and what is wrong: the first thing that can't be read.

    Example:
        >>> tree, problems = parse_expression("1 + 2 × ３", Scope())
        >>> tree.operator, problems
        ('+', ())
        >>> _, problems = parse_expression("if 学时 > 20 then 1", Scope(), file="policy.md", line=7)
        >>> print(problems[0].render("en"))
        XR112 policy.md:7:18
        `if` on line 7 has no `else`
         7 | if 学时 > 20 then 1
           |                    ^
        help: add `else` and what follows it
    """
    origin = _Origin(text, file, line, column, indent, source)
    return _parse(text, scope, origin, Reader.read)


def parse_unary_tests(
    text: str,
    scope: Scope,
    *,
    file: str = "",
    line: int = 1,
    column: int = 1,
    indent: int = 0,
    source: Sequence[str] = (),
) -> tuple[UnaryTests | None, tuple[Diagnostic, ...]]:
    """Parse the unary tests of a decision table's cell; else like `parse_expression`.

    Example:
        >>> tests, _ = parse_unary_tests("[1..5], ＞ 20", Scope())
        >>> [type(test).__name__ for test in tests.tests]
        ['UnaryExpression', 'UnaryComparison']
    """
    origin = _Origin(text, file, line, column, indent, source)
    return _parse(text, scope, origin, read_unary_tests)


def parse_type_name(
    text: str,
    scope: Scope,
    *,
    file: str = "",
    line: int = 1,
    column: int = 1,
    indent: int = 0,
    source: Sequence[str] = (),
) -> tuple[TypeName | None, tuple[Diagnostic, ...]]:
    """Parse a type as it is written after ``instance of``; else like `parse_expression`.

    Example:
        >>> found, _ = parse_type_name("list<date and time>", Scope())
        >>> found.name, found.arguments[0].name
        ('list', 'date and time')
    """
    origin = _Origin(text, file, line, column, indent, source)
    return _parse(text, scope, origin, read_type)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a text stands in its document."""

    text: str
    file: str
    line: int
    column: int
    indent: int
    source: Sequence[str]

    def diagnose(self, failure: FeelSyntaxError) -> Diagnostic:
        before = self.text[: failure.start]
        row = before.count("\n")
        begin = before.rfind("\n") + 1
        finish = self.text.find("\n", begin)
        own = self.text[begin : len(self.text) if finish < 0 else finish].rstrip("\r")
        offset = failure.start - begin
        pad = self.indent if row else self.column - 1
        number = self.line + row
        length = max(1, min(failure.end - failure.start, len(own) - offset))
        known = self.source[number - 1] if number <= len(self.source) else " " * pad + own
        shown = _make_visible(known.rstrip("\r\n")[: pad + offset + length + _EXCERPT_MARGIN])
        place = Place(self.file, number, pad + offset + 1, length)
        return Diagnostic(failure.code, place, failure.values, shown)


def _parse(
    text: str, scope: Scope, origin: _Origin, read: Callable[[Reader], Parsed]
) -> tuple[Parsed | None, tuple[Diagnostic, ...]]:
    try:
        return _read_all(text, scope, origin.line, read), ()
    except FeelSyntaxError as failure:
        return None, (origin.diagnose(failure),)
    except RecursionError:
        # WHY: `MAX_DEPTH` is below Python's limit, unless the host's stack is nearly full.
        return None, (origin.diagnose(_too_deep(text)),)


def _read_all(text: str, scope: Scope, line: int, read: Callable[[Reader], Parsed]) -> Parsed:
    if len(text) > MAX_LENGTH:
        limits = {"length": str(len(text)), "limit": str(MAX_LENGTH)}
        raise FeelSyntaxError("XR139", 0, 1, limits)
    reader = Reader(text, scope, read_operators, line)
    if reader.current.kind == "end":
        raise FeelSyntaxError("XR101", 0, 1, {})
    node = read(reader)
    reader.expect_end()
    if has_node_deeper_than(node, MAX_DEPTH):
        raise _too_deep(text)
    return node


def _make_visible(line: str) -> str:
    # WHY: a control character in a terminal could move the marks, or do worse.
    return "".join("\ufffd" if category(one)[0] == "C" and one != "\t" else one for one in line)


def _too_deep(text: str) -> FeelSyntaxError:
    return FeelSyntaxError("XR131", 0, len(text), {"limit": str(MAX_DEPTH)})
