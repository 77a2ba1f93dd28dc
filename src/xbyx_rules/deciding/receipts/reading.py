"""Receipts and payloads as canonical JSON text, and back from text that anybody may write."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from xbyx_rules.errors import Diagnostic, ReceiptError
from xbyx_rules.policy import canonical_text, digest_text, parse_strictly

from .model import Payload, Receipt

__all__ = ["digest_receipt", "payload_text", "read_payload", "read_receipt", "receipt_text"]

_Kind = TypeVar("_Kind", Receipt, Payload)

_LARGEST: Final = 20_000_000
_DEEPEST: Final = 90
_MOST_PROBLEMS: Final = 10
_RECEIPTS: Final = TypeAdapter(Receipt)
_PAYLOADS: Final = TypeAdapter(Payload)
_WHAT: Final = {
    Receipt: ("回执", "receipt"),
    Payload: ("回执的事实文件", "file of a receipt's facts"),
}
_REASONS: Final = {
    "missing": ("缺少这一项", "it is missing"),
    "extra_forbidden": ("不应有这一项", "it does not belong here"),
    "unexpected_keyword_argument": ("不应有这一项", "it does not belong here"),
}
_OTHERWISE: Final = ("写法不对", "it is not so written")


def receipt_text(receipt: Receipt) -> str:
    """The receipt as canonical JSON (RFC 8785)."""
    return canonical_text(_RECEIPTS.dump_python(receipt, mode="json"))


def payload_text(payload: Payload) -> str:
    """The payload as canonical JSON; it holds what the receipt doesn't tell."""
    return canonical_text(_PAYLOADS.dump_python(payload, mode="json"))


def digest_receipt(receipt: Receipt) -> str:
    """The digest over everything in a receipt but the digest itself."""
    content = _RECEIPTS.dump_python(receipt, mode="json", exclude={"digest"})
    return digest_text("receipt", canonical_text(content))


def read_receipt(text: str) -> Receipt:
    """Read a receipt; whether it fits its digest is for `replay` to say.

    Raises:
        ReceiptError: XR314, with every place that is not as it should be.

    Example:
        >>> read_receipt('{"format": 1, "format": 1}')
        Traceback (most recent call last):
        xbyx_rules.errors.exceptions.ReceiptError: ...
    """
    return _read(text, Receipt, _RECEIPTS)


def read_payload(text: str) -> Payload:
    """Read a payload; whether it opens its receipt's commitments is for `replay` to say.

    Raises:
        ReceiptError: XR314, with every place that is not as it should be.
    """
    return _read(text, Payload, _PAYLOADS)


def _read(text: str, kind: type[_Kind], adapter: TypeAdapter[_Kind]) -> _Kind:
    try:
        # WHY first: pydantic takes a key that stands twice, and numbers that lose digits.
        parse_strictly(text, largest=_LARGEST, deepest=_DEEPEST)
    except ValueError as error:
        reason = (f"不是严格的 JSON（{error}）", f"no strict JSON ({error})")
        raise ReceiptError(_problem(kind, "—", reason)) from None
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        problems = (_explain(kind, one) for one in found[:_MOST_PROBLEMS])
        raise ReceiptError(problems) from None


def _explain(kind: type[Any], found: Any) -> Diagnostic:
    path = ".".join(str(step)[:60] for step in found["loc"]) or "—"
    return _problem(kind, path, _REASONS.get(found["type"], _OTHERWISE))


def _problem(kind: type[Any], path: str, reason: tuple[str, str]) -> Diagnostic:
    values = {"path": path, "reason_zh": reason[0], "reason_en": reason[1]}
    what_zh, what_en = _WHAT[kind]
    return Diagnostic("XR314", None, {**values, "what_zh": what_zh, "what_en": what_en})
