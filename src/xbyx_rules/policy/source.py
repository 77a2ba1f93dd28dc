"""A document's lines, stretches of them with their places, and the problems found while reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

from xbyx_rules.errors import Diagnostic, Place, nearest

from .model import Period, Text

__all__ = [
    "LARGEST_COUNT",
    "LARGEST_SIZE",
    "Source",
    "cut_prefix",
    "hash_text",
    "make_period",
    "near_names",
    "read_date",
    "read_period",
    "shorten",
    "split_list",
    "to_half_width",
    "unify_line_ends",
]

LARGEST_SIZE = 2_000_000
LARGEST_COUNT = 10_000
_MOST_PROBLEMS = 500
_MOST_HINTS = 50
_MOST_NAMES = 1_000
_LONGEST_EXCERPT = 500

# WHY: not `splitlines`, which also splits at U+2028 and form feeds; markdown-it does not.
_LINE_END = re.compile(r"\r\n?|\n")
# WHY: a bidirectional or zero-width mark makes a reviewer read another text than the engine does.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COMMA = re.compile("[,\uff0c、]")
_FULL_WIDTH = re.compile("[\u3000\uff01-\uff5e]")
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


def to_half_width(text: str) -> str:
    """Full-width letters, digits and marks as half-width ones, character by character.

    Example:
        >>> to_half_width("六（二）－５")
        '六(二)-5'
    """
    # WHY looked for first: most texts have none, and to translate one is slow.
    return text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text


def shorten(text: str) -> str:
    """The text as a message quotes it: one line, not too long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:59] + "…"


def unify_line_ends(text: str) -> str:
    r"""The text with every line end as ``\n``."""
    return _LINE_END.sub("\n", text)


def hash_text(text: str) -> str:
    """``sha256:…`` of a text, the same whatever its line ends."""
    unified = unify_line_ends(text)
    return "sha256:" + hashlib.sha256(unified.encode("utf-8", "surrogatepass")).hexdigest()


def near_names(name: str, known: Iterable[str]) -> str:
    """The known names nearest to `name`, or else the first twenty of all."""
    # WHY: closeness costs the square of the name's length, for each known name.
    names = list(islice(known, _MOST_NAMES))
    found = nearest(name, names) if len(name) <= 100 else ""
    return found or "、".join(f"`{one}`" for one in names[:20])


class Source:
    """The text of one document while it is read; every problem is reported to it.

    Args:
        text: the document; a byte order mark is taken off, line ends stay.
        file: its name in places.
    """

    __slots__ = ("_problems", "_starts", "file", "lines", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.file = file
        self.lines = tuple(_LINE_END.split(self.text))
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(self.text))]
        self._problems: list[Diagnostic] = []

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """The problems so far, in the order of the document."""
        placed = sorted(self._problems[:_MOST_PROBLEMS], key=lambda one: one.place or self.place(1))
        return (*placed, *self._problems[_MOST_PROBLEMS:])

    def is_readable(self) -> bool:
        """Report what stops all further reading: the size, invisible characters."""
        size = len(self.text.encode("utf-8", "surrogatepass"))
        if size > LARGEST_SIZE:
            self.report("XR002", self.place(1), size=str(size), limit=str(LARGEST_SIZE))
            return False
        if _INVISIBLE.search(self.text) is None:
            return True
        for number, line in enumerate(self.lines, 1):
            for found in _INVISIBLE.finditer(line):
                place = self.place(number, found.start())
                self.report("XR004", place, character=f"U+{ord(found[0]):04X}")
        return not self._problems

    def place(self, line: int, start: int = 0, end: int | None = None) -> Place:
        """The place of the characters ``[start, end)`` of a line (lines from 1, offsets from 0)."""
        stop = start + 1 if end is None else end
        return Place(self.file, line, start + 1, max(1, stop - start))

    def line_place(self, line: int) -> Place:
        """The place of a whole line without the blanks around it."""
        text = self.lines[line - 1]
        start = len(text) - len(text.lstrip())
        return self.place(line, start, len(text.rstrip()))

    def stretch(self, line: int, start: int = 0, end: int | None = None) -> Text:
        """The characters ``[start, end)`` of a line as a text, without the blanks around them."""
        raw = self.lines[line - 1][start:end]
        value = raw.strip()
        first = start + raw.index(value)
        return Text(value, Place(self.file, line, first + 1, len(value) or 1))

    def span(self, line: int) -> tuple[int, int] | None:
        """Where a line stands in the text, without its end; None when there is no such line."""
        if not 1 <= line <= len(self.lines):
            return None
        start = self._starts[line - 1]
        return start, start + len(self.lines[line - 1])

    def slice(self, first: int, last: int) -> str:
        """The lines from `first` to `last` as they stand, without blank lines at the end."""
        end = self._starts[last] if last < len(self._starts) else len(self.text)
        return self.text[self._starts[first - 1] : end].rstrip()

    def near(self, name: str, known: Iterable[str]) -> str:
        """The known names nearest to `name`, or else the first twenty of all."""
        # WHY: closeness is slow, and a person mends a few problems at a time.
        return near_names(name, known) if len(self._problems) < _MOST_HINTS else "-"

    def report(self, code: str, place: Place, **values: str) -> None:
        """Note a problem."""
        if len(self._problems) > _MOST_PROBLEMS:
            return
        if len(self._problems) == _MOST_PROBLEMS:
            code, values = "XR014", {"limit": str(_MOST_PROBLEMS)}
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        excerpt = line if len(line) <= _LONGEST_EXCERPT else ""
        self._problems.append(Diagnostic(code, place, values, excerpt))


def cut_prefix(text: Text, length: int) -> Text:
    """The text without its first characters and the blanks after them."""
    rest = text.value[length:]
    start = length + len(rest) - len(rest.lstrip())
    if start == 0 or not rest.strip():
        return text if start == 0 else Text("", text.place_at(length))
    place = text.place_at(start)
    is_same_line = place.line == text.place.line
    end = text.place.column + text.place.length if is_same_line else 0
    span = max(1, end - place.column, len(text.value[start:].split("\n", 1)[0]))
    pieces = tuple((offset - start, piece) for offset, piece in text.pieces if offset > start)
    return Text(text.value[start:], Place(place.file, place.line, place.column, span), pieces)


def split_list(source: Source, text: Text) -> tuple[Text, ...]:
    """The parts of a one-line text between commas (either width) or 、; a part can be empty."""
    line, start = text.place.line, text.place.column - 1
    stop = start + text.place.length
    raw = source.lines[line - 1]
    ends = [found.start() for found in _COMMA.finditer(raw, start, stop)]
    begins = [start, *(end + 1 for end in ends)]
    return tuple(
        source.stretch(line, begin, end) for begin, end in zip(begins, [*ends, stop], strict=True)
    )


def read_date(source: Source, text: Text) -> date | None:
    """A civil date, written 2022-06-02; None after a report."""
    written = to_half_width(text.value)
    if _DATE.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    source.report("XR026", text.place, value=shorten(text.value))
    return None


def read_period(source: Source, text: Text) -> Period | None:
    """A period ``2022-09-01..2025-12-31``, either side left out; None after a report."""
    first, dots, last = text.value.partition("..")
    if not dots or not (first.strip() or last.strip()):
        source.report("XR027", text.place, value=shorten(text.value))
        return None
    line, start = text.place.line, text.place.column - 1
    middle = start + len(first)
    sides = (
        source.stretch(line, start, middle),
        source.stretch(line, middle + 2, start + len(text.value)),
    )
    dates = [read_date(source, side) if side else None for side in sides]
    if any(side and day is None for side, day in zip(sides, dates, strict=True)):
        return None
    return make_period(source, dates[0], dates[1], text.place)


def make_period(
    source: Source, start: date | None, end: date | None, place: Place
) -> Period | None:
    """A period of two dates; None after a report when it would end before it starts."""
    if start and end and end < start:
        source.report("XR028", place, start=str(start), end=str(end))
        return None
    return Period(start, end)
