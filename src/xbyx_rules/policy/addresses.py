"""Addresses of what can be edited in a document: typed, and as text for a command line.

/title                                       a value of the front matter
funding-floor/标题                            a heading's title
funding-floor/前提                            a property
leading-group/规则:2                          the second line of a rule (``规则``: the first)
funding-floor/提示, funding-floor/提示-en      a message, in Chinese and in English
parameters/培训经费最低比例@2022-06-02/值        a cell of a table: row, column
funding-floor/例/差一分/教师培训经费预算           a cell of a table of examples
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from xbyx_rules.errors import Language

from .front_matter import find_front_key
from .properties import canonical_key

__all__ = [
    "Address",
    "Cell",
    "ExampleCell",
    "FrontValue",
    "Message",
    "Parameter",
    "Property",
    "Rule",
    "Title",
    "parse_address",
]

_TITLE, _RULE, _MESSAGE, _EXAMPLE = "标题", "规则", "提示", "例"
_LINE = re.compile(r"(规则|rule|提示|message)(-en)?(?::([1-9]\d{0,5}))?")


@dataclass(frozen=True, slots=True)
class FrontValue:
    """A value of the front matter, by its key."""

    key: str

    def __str__(self) -> str:
        return f"/{self.key}"


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a clause; a clause is named by its anchor, or else by its locator."""

    clause: str

    def __str__(self) -> str:
        return f"{self.clause}/{_TITLE}"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a clause, by its key in either language."""

    clause: str
    key: str

    def __str__(self) -> str:
        return f"{self.clause}/{self.key}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a clause's `feel` block; lines count from 1."""

    clause: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.clause}/{_RULE}{_say_line(self.line)}"


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a clause's message in one language; lines count from 1."""

    clause: str
    language: Language = "zh"
    line: int = 1

    def __str__(self) -> str:
        suffix = "" if self.language == "zh" else f"-{self.language}"
        return f"{self.clause}/{_MESSAGE}{suffix}{_say_line(self.line)}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a clause's table.

    Args:
        clause: anchor or locator.
        row: what names the row: the number of a decision table's rule, ``参数`` or
            ``参数@2022-06-02`` (with the first day of its period), ``从→动作`` of a transition,
            记作 of a fact, the value of a taxonomy; ``…#2`` for a second row of that name.
        column: the column's heading, without ``→``.
    """

    clause: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.clause}/{self.row}/{self.column}"


@dataclass(frozen=True, slots=True)
class ExampleCell:
    """A cell of a clause's table of examples: the example's name, the column's heading."""

    clause: str
    example: str
    column: str

    def __str__(self) -> str:
        return f"{self.clause}/{_EXAMPLE}/{self.example}/{self.column}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A cell of a parameter's row, wherever in the document its table stands.

    Args:
        name: the parameter.
        column: the column's heading.
        on: a day of the row's period; None for a parameter with one row only.
    """

    name: str
    column: str = "值"
    on: date | None = None

    def __str__(self) -> str:
        return f"{self.name}@{self.on or ''}/{self.column}"


Address = FrontValue | Title | Property | Rule | Message | Cell | ExampleCell | Parameter


def parse_address(text: str) -> Address | None:
    """The address that a text writes; None when it is none.

    Example:
        >>> parse_address("parameters/培训经费最低比例@2022-06-02/值")
        Cell(clause='parameters', row='培训经费最低比例@2022-06-02', column='值')
        >>> str(parse_address("funding-floor/message-en:2"))
        'funding-floor/提示-en:2'
    """
    clause, *parts = text.split("/")
    if not parts or not all(parts):
        return None
    if not clause:
        key = find_front_key(parts[0]) if len(parts) == 1 else None
        return None if key is None else FrontValue(key)
    if len(parts) == 1:
        return _parse_part(clause, parts[0])
    if parts[0].casefold() in (_EXAMPLE, "example") and len(parts) > 2:
        return ExampleCell(clause, "/".join(parts[1:-1]), parts[-1])
    return Cell(clause, "/".join(parts[:-1]), parts[-1])


def _parse_part(clause: str, part: str) -> Address | None:
    if part in (_TITLE, "title"):
        return Title(clause)
    found = _LINE.fullmatch(part)
    if found:
        line = int(found[3] or 1)
        if found[1] in (_MESSAGE, "message"):
            return Message(clause, "en" if found[2] else "zh", line)
        return None if found[2] else Rule(clause, line)
    key = canonical_key(part)
    return None if key is None else Property(clause, key)


def _say_line(line: int) -> str:
    return "" if line == 1 else f":{line}"
