"""What is read of a case: a mapping that notes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Watched"]


class Watched(Mapping[str, Any]):
    """A mapping that notes, in order, which keys its reader asks the value of.

    Whoever makes it sees to it that the mapping below it doesn't change.

    Example:
        >>> facts = Watched({"甲": 1, "乙": 2})
        >>> facts.get("丙"), facts["甲"], facts.asked
        (None, 1, ('丙', '甲'))
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._asked: dict[str, None] = {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys asked for, whether they are there or not, each once."""
        return tuple(self._asked)

    def __getitem__(self, key: str) -> Any:
        self._asked[key] = None
        return self._content[key]

    def __contains__(self, key: object) -> bool:
        return key in self._content

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)
