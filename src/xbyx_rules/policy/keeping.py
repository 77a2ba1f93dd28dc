"""Results of pure functions, kept for as long as the last few texts they were made from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Keeper"]

_R = TypeVar("_R")
_Key = tuple[object, ...]


class Keeper(Generic[_R]):
    """Keeps results, so that what was read or checked once is not read or checked again.

    A result is found again only by the very same arguments: a text by all its characters, any
    other value by being the same object, which must be immutable.  Nothing is written to disk.

    Args:
        most: how much is kept, in the unit of the weights; the least recently used goes first.
        least: what a result counts at the least, so that no number of light ones is without end.

    Example:
        >>> lengths = Keeper[int](most=100)
        >>> lengths.get(lambda: len("甲乙"), "甲乙", weight=2)
        2
        >>> lengths.get(lambda: 0, "甲乙", weight=2)
        2
    """

    def __init__(self, most: int, least: int = 1) -> None:
        self._most = most
        self._least = least
        self._weight = 0
        # INVARIANT: an entry holds the arguments of its key, so that no other object gets their id.
        self._entries: OrderedDict[_Key, tuple[_R, int, _Key]] = OrderedDict()
        self._lock = Lock()

    def get(self, make: Callable[[], _R], *arguments: object, weight: int) -> _R:
        """The result for these arguments, made where it isn't kept.

        Args:
            make: gives the result; it must depend on nothing but the arguments.
            arguments: texts and immutable objects.
            weight: how much the result counts; one that counts more than everything isn't kept.
        """
        weight = max(weight, self._least)
        key = tuple(one if isinstance(one, str) else (id(one),) for one in arguments)
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return found[0]
        result = make()
        with self._lock:
            if key not in self._entries and weight <= self._most:
                self._entries[key] = (result, weight, arguments)
                self._weight += weight
                while self._weight > self._most:
                    _, (_, dropped, _) = self._entries.popitem(last=False)
                    self._weight -= dropped
        return result
