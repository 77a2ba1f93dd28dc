"""FEEL, the expression language of DMN 1.5: types, values, syntax tree, parser and printer.

Takes: text, with a `Scope` of the names it may use.
Gives: a tree of `syntax` nodes, or diagnostics XR1xx; text again from a tree.
May assume: nothing about names and types beyond the scope; checking comes later.
Refuses: what is no FEEL, at its place; texts and trees beyond stated limits.
"""

from __future__ import annotations

from .parser import MAX_LENGTH, parse_expression, parse_type_name, parse_unary_tests
from .parsing.levels import MAX_DEPTH
from .printer import print_expression, print_type_name, print_unary_tests
from .scope import BUILTIN_NAMES, Scope
from .walking import children, replace_children, walk

__all__ = [
    "BUILTIN_NAMES",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Scope",
    "children",
    "parse_expression",
    "parse_type_name",
    "parse_unary_tests",
    "print_expression",
    "print_type_name",
    "print_unary_tests",
    "replace_children",
    "walk",
]
