"""Check the lines of an export: that every hash fits, and that nothing is lacking."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from xbyx_rules.policy import canonical_text, digest_text

from .digests import is_digest_of

__all__ = ["check_lines"]


def check_lines(lines: Iterable[str]) -> Iterator[int]:
    r"""The numbers, from 1, of the lines that don't fit; a cut end is the line after the last.

    Says the same as the script in docs/ledger-export.md, of lines that anybody may have written.

    Args:
        lines: each with its end.

    Example:
        >>> list(check_lines(['{"format":1,"record":"ledger","tenant":"110108"}\n']))
        [2]
    """
    whole, chain, number, is_ended = hashlib.sha256(), _Chain(), 0, False
    for number, line in enumerate(lines, start=1):
        try:
            one = json.loads(line)
            # WHY canonical: a key that stands twice would show other readers something else.
            is_good = not is_ended and canonical_text(one) + "\n" == line and chain.take(one)
            if one["record"] == "end":
                is_ended = True
                is_good = is_good and one["digest"] == f"sha256:{whole.hexdigest()}"
        except (KeyError, TypeError, ValueError, RecursionError):
            is_good = False
        if not is_good:
            yield number
        whole.update(line.encode("utf-8", "surrogatepass"))
    if not is_ended:
        yield number + 1


class _Chain:
    """The steps of the subject that is being gone through."""

    def __init__(self) -> None:
        self._subject: Any = None
        self._head: Any = None
        self._last: Any = None

    def take(self, one: Any) -> bool:
        """Whether a line fits those before it."""
        if one["record"] == "event":
            return self._take_event(one)
        # What comes after a subject's steps shows whether they were all there.
        is_good = bool(self._last == self._head)
        self._subject = self._head = self._last = None
        if one["record"] == "subject":
            self._subject, self._head = one["subject"], one["head_hash"]
        elif one["record"] == "definition":
            is_good = is_good and digest_text(one["text"]) == one["hash"]
        return is_good

    def _take_event(self, one: Any) -> bool:
        content, bodies, before = one["content"], one["bodies"], self._last
        self._last = one["hash"]
        listed = [[body["kind"], body["digest"]] for body in bodies]
        return (
            is_digest_of(str(one["hash"]), canonical_text(content)) is True
            and content["prev_hash"] == before
            and content["subject"] == self._subject
            and content["payloads"] == listed
            and all(map(_is_body_intact, bodies))
        )


def _is_body_intact(body: Any) -> bool:
    if body["state"] != "kept":
        return body["state"] in ("erased", "missing")
    return is_digest_of(str(body["digest"]), body["salt"], body["kind"], body["text"]) is True
