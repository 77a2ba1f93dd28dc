"""The texts of a model, parsed in the names they may use; what can't be read stands for null."""

from __future__ import annotations

from xbyx_rules.dmn.boxed import Cell, Placed, Unreadable
from xbyx_rules.dmn.origins import Origin
from xbyx_rules.dmn.xml_tree import Element
from xbyx_rules.feel import Scope, parse_expression, parse_unary_tests
from xbyx_rules.feel.syntax import Node

from .source import File, Problems

__all__ = ["is_blank", "read_cell", "read_literal", "read_text"]


def is_blank(element: Element | None) -> bool:
    """Whether an element has no text to read."""
    return element is None or not element.text_of("text")


def read_literal(element: Element, scope: Scope, file: File, problems: Problems) -> Node:
    """Read a literal expression, or what else holds its text in ``text``."""
    holder = element.first("text")
    if holder is None or not holder.text.strip():
        return Placed(Unreadable(), Origin(file.name, element.line))
    return read_text(holder.text, holder.line, scope, file, problems)


def read_text(text: str, line: int, scope: Scope, file: File, problems: Problems) -> Node:
    """Read one expression."""
    origin = Origin(file.name, line, text)
    tree, found = parse_expression(text, scope, file=file.name, line=line)
    problems.found += found
    if tree is None:
        return Placed(Unreadable(end=1), origin)
    return Placed(tree, origin, type=tree.type)


def read_cell(element: Element | None, scope: Scope, file: File, problems: Problems) -> Cell:
    """Read unary tests; without a text any value passes."""
    holder = None if element is None else element.first("text")
    text = "-" if holder is None or not holder.text.strip() else holder.text
    line = 1 if holder is None else holder.line
    origin = Origin(file.name, line, text)
    tests, found = parse_unary_tests(text, scope, file=file.name, line=line)
    problems.found += found
    return Cell(tests, origin)
