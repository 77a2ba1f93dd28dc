"""A page read strictly: what is wrong with it, its links, its text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

__all__ = ["Page"]

_VOID = frozenset({"meta", "br", "link", "img", "path", "rect"})
_LOADING = frozenset({"script", "img", "iframe", "object", "embed", "audio", "video", "base"})


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.crossed: list[str] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self._captioned: list[bool] = []
        self.uncaptioned = 0
        self.style = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self._captioned.append(False)
        elif tag == "caption":
            self._captioned[-1] = True
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.uncaptioned += not self._captioned.pop()
        if tag not in _VOID and (not self._open or self._open.pop() != tag):
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            self.style += data
        else:
            self._texts.append(data)

    @property
    def text(self) -> str:
        """All words, with single blanks between them."""
        return " ".join("".join(self._texts).split())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of every element of some kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self) -> list[str]:
        """Every id."""
        return [one["id"] or "" for _, one in self.elements if "id" in one]

    def links(self) -> list[str]:
        """Where it leads and what it loads."""
        return [one["href"] or "" for one in self.all("a", "link")]

    def faults(self) -> list[str]:
        """What is wrong with it, in words."""
        checks = {
            "not closed in order": self.crossed or self._open,
            "no title": not self.all("title"),
            "no language": not (self.all("html") or [{}])[0].get("lang"),
            "not one main": len(self.all("main")) != 1,
            "no skip link": {"class": "skip", "href": "#_main"} not in self.all("a"),
            "not one header and footer": len(self.all("header", "footer")) != 2,
            "an id twice": len(set(self.ids())) != len(self.ids()),
            "headings skip": not self._has_headings_in_order(),
            "a table without caption": self.uncaptioned,
            "a heading cell without scope": any("scope" not in one for one in self.all("th")),
            "something loaded": any(tag in _LOADING for tag, _ in self.elements),
            "an event handler": any(
                name.startswith("on") for _, one in self.elements for name in one
            ),
            "a link that is not relative": any(
                re.match(r"[a-z+.-]+:|/", one) for one in self.links()
            ),
            "style from outside": "url(" in self.style or "@import" in self.style,
            "a name for nothing": not self._named() <= set(self.ids()),
        }
        return [word for word, is_so in checks.items() if is_so]

    def _has_headings_in_order(self) -> bool:
        levels = [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]
        return (
            levels[:1] == [1]
            and levels.count(1) == 1
            and all(later - earlier <= 1 for earlier, later in pairwise(levels))
        )

    def _named(self) -> set[str]:
        named: set[str] = set()
        for _, one in self.elements:
            for attribute in ("aria-labelledby", "aria-describedby"):
                named.update((one.get(attribute) or "").split())
        return named
