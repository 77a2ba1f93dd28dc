"""SHA-256 and SM3 side by side: what a hash names, what can't be made here, a way from one over."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.integration.year_plan import (
    NINE,
    WAY,
    PlanHost,
    command,
    open_platform,
    stand_in_deciding,
    tick,
)
from xbyx_rules.errors import HostError
from xbyx_rules.hosting.ledger import Ledger, unprotect
from xbyx_rules.hosting.ledger.digests import check_digest_name, is_digest_of
from xbyx_rules.policy import digest_text


def has_sm3() -> bool:
    try:
        hashlib.new("sm3")
    except ValueError:
        return bool(os.environ.get("CI"))  # there it has to be
    return True


needs_sm3 = pytest.mark.skipif(not has_sm3(), reason="the OpenSSL of this Python has no SM3")


# --- SM3 from the standard's own words (GB/T 32905-2016, clause 5), to compare with ---------------

MASK = 0xFFFFFFFF
FIRST = (
    0x7380166F,
    0x4914B2B9,
    0x172442D7,
    0xDA8A0600,
    0xA96F30BC,
    0x163138AA,
    0xE38DEE4D,
    0xB0FB0E4E,
)


def rotate(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & MASK


def compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = [int.from_bytes(block[at : at + 4]) for at in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ rotate(words[j - 3], 15)
        mixed ^= rotate(mixed, 15) ^ rotate(mixed, 23)
        words.append(mixed ^ rotate(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        first = rotate((rotate(a, 12) + e + rotate(constant, j)) & MASK, 7)
        second = first ^ rotate(a, 12)
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & MASK & g)
        one = (ff + d + second + (words[j] ^ words[j + 4])) & MASK
        two = (gg + h + first + words[j]) & MASK
        a, b, c, d = one, a, rotate(b, 9), c
        e, f, g, h = two ^ rotate(two, 9) ^ rotate(two, 17), e, rotate(f, 19), g
    return tuple(x ^ y for x, y in zip((a, b, c, d, e, f, g, h), state, strict=True))


def sm3(message: bytes) -> str:
    padded = message + b"\x80" + b"\0" * ((55 - len(message)) % 64)
    padded += (8 * len(message)).to_bytes(8)
    state = FIRST
    for at in range(0, len(padded), 64):
        state = compress(state, padded[at : at + 64])
    return "".join(f"{word:08x}" for word in state)


def test_the_standard_itself_gives_this_digest() -> None:
    """GB/T 32905-2016, example A.1."""
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abc") == known


@needs_sm3
@given(st.lists(st.text(max_size=80), max_size=4))
def test_a_digest_by_sm3_is_that_of_the_standard(parts: list[str]) -> None:
    encoded = [part.encode() for part in parts]
    framed = b"".join(str(len(one)).encode() + b":" + one for one in encoded)
    assert digest_text(*parts, algorithm="sm3") == f"sm3:{sm3(framed)}"


# --- names ----------------------------------------------------------------------------------------


def test_a_hash_is_compared_by_the_algorithm_that_it_names() -> None:
    assert is_digest_of(digest_text("a"), "a") is True
    assert is_digest_of(digest_text("a"), "b") is False


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha512", ""])
def test_a_hash_by_an_algorithm_that_no_ledger_uses_is_that_of_nothing(algorithm: str) -> None:
    digest = digest_text("a", algorithm=algorithm) if algorithm else digest_text("a")[7:]
    assert is_digest_of(digest, "a") is False
    with pytest.raises(HostError) as caught:
        check_digest_name(algorithm)
    assert [one.code for one in caught.value.diagnostics] == ["XR568"]


def forbid_sm3(patch: pytest.MonkeyPatch) -> None:
    """As in an OpenSSL that was built without it."""
    make = hashlib.new

    def make_all_but_one(name: str, *more: Any, **options: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return make(name, *more, **options)

    patch.setattr(hashlib, "new", make_all_but_one)


# --- ledgers --------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def deciding() -> Any:
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(tmp_path: Path) -> Any:
    engine, ledger, _ = open_platform(tmp_path / "platform.db")
    return engine, ledger, ledger_by(tmp_path, "sm3") if has_sm3() else None


def ledger_by(folder: Path, digest: str) -> Any:
    _, ledger, _ = open_platform(folder / f"{digest}.db", digest=digest)
    return ledger


def go(ledger: Any, engine: Any, first: int, last: int) -> None:
    for number, (action, actor, more) in enumerate(WAY[first:last], first):
        ledger.act(engine, command(action, actor, number, at=tick(number), **more))


def hashes_of(engine: Any, ledger: Any) -> list[str]:
    event = ledger.tables.event
    with engine.connect() as connection:
        return list(connection.scalars(select(event.c.event_hash).order_by(event.c.seq)))


@needs_sm3
def test_a_ledger_goes_over_from_one_algorithm_to_the_other_and_back(platform: Any) -> None:
    engine, by_sha256, by_sm3 = platform
    go(by_sha256, engine, 0, 2)
    first = by_sha256.anchor(engine, at=NINE)
    go(by_sm3, engine, 2, 3)
    second = by_sm3.anchor(engine, at=NINE)
    go(by_sha256, engine, 3, 4)
    names = [one.partition(":")[0] for one in hashes_of(engine, by_sm3)]
    assert names == ["sha256", "sha256", "sha256", "sm3", "sha256"]
    assert second.digest.startswith("sm3:")
    assert second.row.previous == first.digest
    for ledger in (by_sha256, by_sm3):
        assert ledger.verify(engine, anchors=[first, second]).is_intact
    payload = by_sm3.tables.payload
    with engine.connect() as connection:
        digests = list(connection.scalars(select(payload.c.digest)))
    assert {one.partition(":")[0] for one in digests} == {"sha256", "sm3"}


@needs_sm3
@pytest.mark.parametrize("sequence", [3, 4])
def test_an_edited_step_shows_whatever_made_its_hash(platform: Any, sequence: int) -> None:
    engine, by_sha256, by_sm3 = platform
    go(by_sha256, engine, 0, 2)
    go(by_sm3, engine, 2, 4)
    event = by_sm3.tables.event
    with engine.begin() as connection:
        unprotect(connection, by_sm3.tables.protected)
        rows = update(event).where(event.c.seq == sequence)
        connection.execute(rows.values(actor_id="t-99"))
    problems = by_sha256.verify(engine).problems
    assert [(one.code, one.values["sequence"]) for one in problems] == [("XR550", str(sequence))]


@needs_sm3
def test_without_sm3_nothing_by_it_is_called_edited_or_intact(
    platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, by_sha256, by_sm3 = platform
    go(by_sha256, engine, 0, 2)
    go(by_sm3, engine, 2, 4)
    kept = by_sm3.anchor(engine, at=NINE)
    forbid_sm3(monkeypatch)
    found = by_sha256.verify(engine, anchors=[kept])
    assert {one.code for one in found.problems} == {"XR568"}
    assert not found.is_intact


def test_without_sm3_no_ledger_by_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_sm3(monkeypatch)
    with pytest.raises(HostError) as caught:
        Ledger({}, PlanHost(), tenant="110108", digest="sm3")
    (told,) = caught.value.diagnostics
    assert (told.code, told.values["known"]) == ("XR568", "`sha256`")
