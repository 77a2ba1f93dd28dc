"""Regular expressions in XPath's flavour, translated to Python's.

A pattern that is malformed, too long, or uses what is not translated has no value (None), nor has
one that a text of that length could keep busy: Python's engine tries the ways a pattern can match
one by one, so `count_tries` bounds them beforehand (``(a+)+$`` on forty characters has too many).

Source: XQuery and XPath Functions and Operators 3.1 §5.6; XML Schema Part 2, appendix F.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from xbyx_rules.feel.operators import GREATEST_TEXT

from .characters import escape_character, find_class, find_property
from .tries import GREATEST_TRIES, Branches, cut_off

__all__ = [
    "GREATEST_INPUT",
    "GREATEST_PATTERN",
    "count_tries",
    "is_usable_pattern",
    "matches_pattern",
    "replace_pattern",
    "split_pattern",
    "translate_pattern",
]

GREATEST_PATTERN: Final = 1_000
"""The longest pattern, in characters."""

GREATEST_INPUT: Final = 100_000
"""The longest text that a pattern is tried on, in characters."""

_SENTENCE: Final = 40
_GREATEST_COUNT: Final = 1_000
_QUANTITY: Final = re.compile(r"\{([0-9]{1,4})(?:,([0-9]{0,4}))?\}")
_PROPERTY: Final = re.compile(r"\{([A-Za-z0-9\-]+)\}")
_ESCAPED: Final = frozenset("\\|.?*+(){}-[]^$")
_CONTROLS: Final = {"n": "\\n", "r": "\\r", "t": "\\t"}


def matches_pattern(text: str, pattern: str, flags: str | None = None) -> bool | None:
    """Whether some part of a text matches; None when the pattern or the flags are wrong.

    Example:
        >>> matches_pattern("x", "[A-Z-[OI]]", "i")
        True
    """
    compiled = _compile_for(text, pattern, flags)
    if compiled is None:
        return None
    return compiled.search(text) is not None


def replace_pattern(
    text: str, pattern: str, replacement: str, flags: str | None = None
) -> str | None:
    """A text with every match replaced; ``$1`` in the replacement is the first group.

    Returns:
        The new text; None when pattern, flags or replacement are wrong, or the pattern matches
        the empty text.
    """
    compiled = _compile_for(text, pattern, flags)
    if compiled is None or compiled.search("") is not None:
        return None
    is_literal = "q" in (flags or "")
    parts = [replacement] if is_literal else _read_replacement(replacement, compiled.groups)
    if parts is None:
        return None
    result, last = [], 0
    for match in compiled.finditer(text):
        result.append(text[last : match.start()])
        result += [part if isinstance(part, str) else match[part] or "" for part in parts]
        last = match.end()
    changed = "".join(result) + text[last:]
    return changed if len(changed) <= GREATEST_TEXT else None


def split_pattern(text: str, pattern: str) -> list[str] | None:
    """The parts of a text between matches; None for a wrong or an empty-matching pattern.

    Example:
        >>> split_pattern("a;b;;", ";")
        ['a', 'b', '', '']
    """
    compiled = _compile_for(text, pattern, None)
    if compiled is None or compiled.search("") is not None:
        return None
    parts, last = [], 0
    for match in compiled.finditer(text):
        parts.append(text[last : match.start()])
        last = match.end()
    return [*parts, text[last:]]


def _read_replacement(replacement: str, groups: int) -> list[str | int] | None:
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        character = replacement[position]
        following = replacement[position + 1 : position + 2]
        position += 1
        if character == "\\":
            if following not in ("\\", "$"):
                return None
            parts.append(following)
            position += 1
        elif character == "$":
            if not following.isascii() or not following.isdigit():
                return None
            group, position = int(following), position + 1
            # WHY: further digits belong to the group's number only while there is such a group.
            while (digit := replacement[position : position + 1]) in tuple("0123456789"):
                if group * 10 + int(digit) > groups:
                    break
                group, position = group * 10 + int(digit), position + 1
            parts.append(group if group <= groups else "")
        else:
            parts.append(character)
    return parts


def count_tries(text: str, pattern: str, flags: str | None = None) -> int:
    """A bound of the ways in which a pattern can be tried on a text, over all its places.

    Returns:
        The bound, cut off above `GREATEST_TRIES`; 0 where the pattern is wrong or too long.

    Example:
        >>> count_tries("11010519491231002X", "^[0-9]{17}[0-9X]$")
        18
        >>> count_tries("a" * 40, "(a+)+$") > GREATEST_TRIES
        True
    """
    return _count_tries(len(text), pattern, flags or "")


@lru_cache(maxsize=2048)
def _count_tries(length: int, pattern: str, flags: str) -> int:
    if len(pattern) > GREATEST_PATTERN or not set(flags) <= set("smixq"):
        return 0
    if "q" in flags:
        return length
    translator = _Translator(_strip_spaces(pattern) if "x" in flags else pattern, flags, length)
    try:
        translator.translate()
    except ValueError:
        return 0
    is_anchored = pattern.startswith("^") and not {"m", "x"} & set(flags) and "|" not in pattern
    places = 1 if is_anchored else length + 1
    return cut_off(max(translator.ways * places, length))


def is_usable_pattern(pattern: str, flags: str = "") -> bool:
    """Whether a pattern is well formed and can be tried on texts as long as a sentence.

    Example:
        >>> is_usable_pattern("[0-9]{17}[0-9X]"), is_usable_pattern("(a+)+$")
        (True, False)
    """
    return _compile_for("-" * _SENTENCE, pattern, flags) is not None


def _compile_for(text: str, pattern: str, flags: str | None) -> re.Pattern[str] | None:
    """The compiled pattern; None where it is wrong, or the text too much for it."""
    if len(text) > GREATEST_INPUT or count_tries(text, pattern, flags) > GREATEST_TRIES:
        return None
    return _compile(pattern, flags or "")


@lru_cache(maxsize=512)
def _compile(pattern: str, flags: str) -> re.Pattern[str] | None:
    if len(pattern) > GREATEST_PATTERN or not set(flags) <= set("smixq"):
        return None
    try:
        options = re.IGNORECASE if "i" in flags else re.RegexFlag(0)
        return re.compile(translate_pattern(pattern, flags), options)
    except (ValueError, re.error, OverflowError, RecursionError):
        return None


def translate_pattern(pattern: str, flags: str = "") -> str:
    r"""The Python pattern of an XPath one; the flag ``i`` is for the caller to apply.

    Raises:
        ValueError: when it is no XPath pattern.

    Example:
        >>> translate_pattern("^[a-c-[b]]$")
        '\\A(?:(?![b])[a-c])\\Z'
    """
    if "q" in flags:
        return re.escape(pattern)
    return _Translator(_strip_spaces(pattern) if "x" in flags else pattern, flags).translate()


def _strip_spaces(pattern: str) -> str:
    """The pattern without white space, but for that inside character classes."""
    kept, depth, is_escaped = [], 0, False
    for character in pattern:
        if character in " \t\n\r" and not depth:
            continue
        if not is_escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        is_escaped = character == "\\" and not is_escaped
        kept.append(character)
    return "".join(kept)


class _Translator:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str, flags: str, length: int = 0) -> None:
        self.pattern = pattern
        self.position = 0
        self.is_multiline = "m" in flags
        self.any_character = r"[\s\S]" if "s" in flags else r"[^\n\r]"
        self.opened: list[int | None] = []
        self.groups = 0
        self.closed: set[int] = set()
        self.length = length
        self.branches = [Branches()]

    @property
    def ways(self) -> int:
        """How many ways there are to match a text of `length` characters at one place, at most."""
        return self.branches[0].total

    def translate(self) -> str:
        parts: list[str] = []
        is_atom = False
        while self.position < len(self.pattern):
            character = self.pattern[self.position]
            if character in "*+?{":
                if not is_atom:
                    raise ValueError("nothing to repeat")
                parts.append(self._read_quantifier())
                is_atom = False
            else:
                parts.append(self._read_atom(character))
                is_atom = character not in "|(^$"
        if self.opened:
            raise ValueError("group not closed")
        return "".join(parts)

    def _read_atom(self, character: str) -> str:
        self.position += 1
        if character not in "()|":
            self.branches[-1].add(1)
        match character:
            case "(":
                return self._open_group()
            case ")":
                if not self.opened:
                    raise ValueError("no group to close")
                group = self.opened.pop()
                self.closed |= set() if group is None else {group}
                inner = self.branches.pop().total
                self.branches[-1].add(inner)
                return ")"
            case "|":
                self.branches[-1].start()
                return "|"
            case "^":
                return "(?m:^)" if self.is_multiline else r"\A"
            case "$":
                return "(?m:$)" if self.is_multiline else r"\Z"
            case ".":
                return self.any_character
            case "[":
                return self._read_class()
            case "\\":
                return self._read_escape()
            case "]" | "}":
                raise ValueError(f"unescaped {character}")
        return escape_character(character)

    def _open_group(self) -> str:
        self.branches.append(Branches())
        if self.pattern.startswith("?:", self.position):
            self.position += 2
            self.opened.append(None)
            return "(?:"
        if self.pattern.startswith("?", self.position):
            raise ValueError("no such group")
        self.groups += 1
        self.opened.append(self.groups)
        return "("

    def _read_quantifier(self) -> str:
        character = self.pattern[self.position]
        text = character
        least, most = (0, 1) if character == "?" else (0, self.length)
        if character == "{":
            match = _QUANTITY.match(self.pattern, self.position)
            if match is None:
                raise ValueError("malformed quantity")
            counts = [int(count) for count in match.groups() if count]
            if max(counts) > _GREATEST_COUNT or counts != sorted(counts):
                raise ValueError("quantity out of range")
            text = match[0]
            least = counts[0]
            most = least if match[2] is None else [*counts, self.length][1]
        self.branches[-1].repeat(least, min(most, self.length))
        self.position += len(text)
        if self.pattern.startswith("?", self.position):
            self.position += 1
            text += "?"
        return text

    def _read_escape(self) -> str:
        letter = self._next()
        if letter.isascii() and letter.isdigit():
            return self._read_back_reference(letter)
        body = self._read_class_escape(letter)
        if body is not None:
            # WHY: a category stays what it is when case is ignored.
            return f"(?-i:[{body}])"
        return self._read_character_escape(letter)

    def _read_back_reference(self, digits: str) -> str:
        if digits == "0":
            raise ValueError("no group 0")
        while (digit := self.pattern[self.position : self.position + 1]) in tuple("0123456789"):
            if int(digits + digit) > self.groups:
                break
            digits += digit
            self.position += 1
        if int(digits) not in self.closed:
            raise ValueError("reference to a group that isn't closed")
        return f"(?:\\{digits})"

    def _read_class_escape(self, letter: str) -> str | None:
        if letter not in "pP":
            return find_class(letter)
        match = _PROPERTY.match(self.pattern, self.position)
        body = None if match is None else find_property(match[1], is_negated=letter == "P")
        if match is None or body is None:
            raise ValueError("no such category or block")
        self.position = match.end()
        return body

    def _read_character_escape(self, letter: str) -> str:
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter not in _ESCAPED:
            raise ValueError("no such escape")
        return escape_character(letter)

    def _read_class(self) -> str:
        """A class after its ``[``, with the class taken away from it, if any."""
        start = ""
        if self.pattern.startswith("^", self.position):
            self.position += 1
            start = "^"
        items: list[str] = []
        while (character := self._next()) != "]":
            if character == "-" and self.pattern.startswith("[", self.position) and items:
                self.position += 1
                removed = self._read_class()
                if self._next() != "]":
                    raise ValueError("class goes on after what it takes away")
                return f"(?:(?!{removed})[{start}{''.join(items)}])"
            items.append(self._read_class_item(character))
        if not items:
            raise ValueError("empty class")
        return f"[{start}{''.join(items)}]"

    def _read_class_item(self, character: str) -> str:
        low = self._read_class_character(character)
        if len(low) > 2 or not self._is_range_next():
            return low
        self.position += 1
        high = self._read_class_character(self._next())
        if len(high) > 2:
            raise ValueError("a range ends with a character")
        return f"{low}-{high}"

    def _is_range_next(self) -> bool:
        following = self.pattern[self.position : self.position + 2]
        return len(following) == 2 and following[0] == "-" and following[1] not in "]["

    def _read_class_character(self, character: str) -> str:
        if character == "[":
            raise ValueError("unescaped [ in a class")
        if character != "\\":
            return escape_character(character)
        letter = self._next()
        return self._read_class_escape(letter) or self._read_character_escape(letter)

    def _next(self) -> str:
        if self.position >= len(self.pattern):
            raise ValueError("pattern ends too early")
        self.position += 1
        return self.pattern[self.position - 1]
