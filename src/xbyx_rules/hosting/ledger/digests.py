"""The algorithms that a ledger's hashes are made by: SHA-256, or SM3 where it is asked for.

A stored hash names its algorithm, and is compared by that one: a ledger may go over to another.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.policy import digest_text

__all__ = [
    "ALGORITHMS",
    "DigestName",
    "algorithm_of",
    "check_digest_name",
    "diagnose_unavailable",
    "is_digest_of",
]

DigestName = Literal["sha256", "sm3"]
"""``sha256`` (FIPS 180-4) or ``sm3`` (GB/T 32905-2016)."""
ALGORITHMS: Final[tuple[DigestName, ...]] = ("sha256", "sm3")


def check_digest_name(name: str) -> None:
    """See to it that hashes can be made by an algorithm here.

    Raises:
        HostError: XR568, the ledger knows no such algorithm, or this Python's OpenSSL has none.

    Example:
        >>> check_digest_name("sha256")
        >>> check_digest_name("md5")
        Traceback (most recent call last):
        xbyx_rules.errors.exceptions.HostError: XR568
        ...
    """
    if not _is_available(name):
        raise HostError(diagnose_unavailable(name))


def diagnose_unavailable(name: str) -> Diagnostic:
    """XR568: hashes of an algorithm can't be made here, or compared."""
    known = ", ".join(f"`{one}`" for one in ALGORITHMS if _is_available(one))
    return Diagnostic("XR568", None, {"digest": name, "known": known})


def algorithm_of(digest: str) -> str:
    """The algorithm that a stored hash names.

    Example:
        >>> algorithm_of("sm3:66c7f0f4")
        'sm3'
    """
    return digest.partition(":")[0]


def is_digest_of(digest: str, *parts: str) -> bool | None:
    """Whether a stored hash is that of the parts; None where its algorithm is not to be had here.

    A hash that names an algorithm no ledger uses is the hash of nothing.
    """
    algorithm = algorithm_of(digest)
    if algorithm not in ALGORITHMS:
        return False
    if not _is_available(algorithm):
        return None
    return digest_text(*parts, algorithm=algorithm) == digest


def _is_available(name: str) -> bool:
    if name not in ALGORITHMS:
        return False
    try:
        hashlib.new(name)
    except ValueError:
        return False
    return True
