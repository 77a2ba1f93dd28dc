"""Where each page is: safe and stable file names, and links from one page to another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from xbyx_rules.deciding import Subject

__all__ = ["CLAUSES", "INDEX", "STYLE", "Addresses", "link"]

INDEX: Final = "index.html"
CLAUSES: Final = "clauses/index.html"
STYLE: Final = "style.css"

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|index|com[0-9]|lpt[0-9])", re.IGNORECASE)


class Addresses:
    """The addresses of a site's pages, relative to its folder, with ``/``.

    A plain name stands as it is.  Any other is spelled with what is plain of it and a digest of
    the whole, so that no key leads out of the folder, breaks a link or meets another.

    Example:
        >>> plan = Subject("年度计划", "../JH 1")
        >>> found = Addresses(["9901990001"], [plan], {"年度计划": "annual-plan"})
        >>> found.school("9901990001")
        'schools/9901990001.html'
        >>> found.subject(plan)
        'plans/annual-plan/JH1-43a9932fe443.html'
    """

    def __init__(
        self, schools: Iterable[str], subjects: Iterable[Subject], flows: Mapping[str, str]
    ) -> None:
        self._schools = _name_all(schools)
        self._flows = {entity: _name(anchor) for entity, anchor in flows.items()}
        by_entity: dict[str, list[str]] = {}
        for one in subjects:
            by_entity.setdefault(one.entity, []).append(one.key)
        self._keys = {entity: _name_all(keys) for entity, keys in by_entity.items()}

    def school(self, code: str) -> str:
        """A school's page."""
        return f"schools/{self._schools[code]}.html"

    def subject(self, subject: Subject) -> str:
        """The page of a plan, scheme, year or recognition."""
        return f"plans/{self._flows[subject.entity]}/{self._keys[subject.entity][subject.key]}.html"

    def finding(self, subject: Subject, clause: str) -> str:
        """The page of what a rule found there."""
        key = self._keys[subject.entity][subject.key]
        return f"findings/{self._flows[subject.entity]}/{key}/{_name(clause)}.html"

    def clause(self, anchor: str) -> str:
        """A clause's page."""
        return f"clauses/{_name(anchor)}.html"


def link(page: str, target: str) -> str:
    """The relative address of a page as another links to it.

    Example:
        >>> link("schools/1.html", "plans/annual-plan/2.html")
        '../plans/annual-plan/2.html'
    """
    here, there = page.split("/")[:-1], target.split("/")
    while here and len(there) > 1 and here[0] == there[0]:
        here, there = here[1:], there[1:]
    return "/".join([".."] * len(here) + there)


def _name_all(keys: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in dict.fromkeys(keys):
        name = _name(key)
        # WHY lower case: on some file systems `a1` and `A1` are one file.
        if name.lower() in taken:
            name = f"{name}-{_digest(key)}"
        taken.add(name.lower())
        names[key] = name
    return names


def _name(key: str) -> str:
    if _PLAIN.fullmatch(key) and not _RESERVED.fullmatch(key):
        return key
    plain = re.sub(r"[^A-Za-z0-9_-]", "", key).lstrip("-_")[:40]
    return f"{plain or 'x'}-{_digest(key)}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
