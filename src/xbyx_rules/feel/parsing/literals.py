"""Literals and everything in brackets: numbers, text, at-literals, lists, ranges, contexts.

Source: DMN 1.5 §10.3.1.2, rules 7-12, 31-37, 54 and 57-66.
"""

from __future__ import annotations

import re
from decimal import Context as DecimalContext
from decimal import Decimal
from typing import Final

from xbyx_rules.feel.lexer import Token
from xbyx_rules.feel.syntax import Context, List, Node, Number, Range, String, Temporal
from xbyx_rules.feel.temporals import parse_temporal
from xbyx_rules.feel.values import NUMBERS

from .failures import FeelSyntaxError, fail_at, missing_sign
from .levels import KEYWORDS, MAX_ITEMS, Level
from .names import find_known_name, read_new_name
from .reader import OpenFrame, Reader
from .shapes import shape_of_context, shape_of_list

__all__ = [
    "can_start_value",
    "read_bare_range",
    "read_bracketed",
    "read_number",
    "read_rest_of_range",
    "read_string",
    "read_temporal",
]

_MAX_EXPONENT: Final = 6143
_WIDE: Final = DecimalContext(prec=200_000, Emax=999_999_999, Emin=-999_999_999, traps=[])
_BEGINNERS: Final = frozenset({"true", "false", "null", "if", "for", "some", "every", "function"})
_RANGE_CLOSERS: Final = ("]", ")", "[")


def read_number(reader: Reader, minus: Token | None = None) -> Number:
    """Read a number, with the minus sign that was taken before it; ``5%`` is 0.05."""
    token = reader.advance()
    text, end = token.text, token.end
    is_percent = reader.is_sign("%") and not reader.current.is_spaced
    if is_percent:
        percent = reader.advance()
        if not reader.is_keyword(*KEYWORDS) and can_start_value(reader, but=("[", "(", "-")):
            raise fail_at("XR119", percent, meant="modulo(…)")
        text, end = f"{text}%", percent.end
    follower = reader.current
    if follower.kind == "word" and not follower.is_spaced and follower.text not in KEYWORDS:
        name = f"{token.text}{follower.text}"
        raise FeelSyntaxError("XR126", token.start, follower.end, {"found": name})
    sign = "" if minus is None else "-"
    value = _to_decimal(token, sign, is_percent=is_percent)
    start = token.start if minus is None else minus.start
    return Number(value, sign + text, start=start, end=end)


def _to_decimal(token: Token, sign: str, *, is_percent: bool) -> Decimal:
    exact = _WIDE.create_decimal(sign + token.text)
    if is_percent and exact.is_finite():
        exact = _WIDE.scaleb(exact, Decimal(-2))
    # INVARIANT: a number other than zero is not taken for zero because it is too small.
    is_lost = not exact and re.search("[1-9]", re.split("[eE]", token.text)[0]) is not None
    if is_lost or not exact.is_finite() or (exact and abs(exact.adjusted()) > _MAX_EXPONENT):
        raise fail_at("XR133", token, limit=str(_MAX_EXPONENT))
    value = NUMBERS.plus(exact)
    if value != exact:
        raise fail_at("XR132", token, limit=str(NUMBERS.prec))
    return value


def read_string(reader: Reader) -> String:
    """Read a string."""
    token = reader.advance()
    return String(token.text, start=token.start, end=token.end)


def read_temporal(reader: Reader) -> Temporal:
    """Read an at-literal such as ``@"2022-06-02"``."""
    at = reader.advance()
    if reader.current.kind != "string":
        raise missing_sign(reader, '`"`')
    token = reader.advance()
    value = parse_temporal(token.text)
    if value is None:
        raise fail_at("XR134", token)
    return Temporal(token.text, value, start=at.start, end=token.end)


def read_bracketed(reader: Reader) -> Node | None:
    """Read what the next bracket opens; None when it opens nothing."""
    opened = reader.current
    match opened.text:
        case "(":
            return _read_parentheses(reader)
        case "[":
            return _read_list(reader)
        case "{":
            return _read_context(reader)
        case "]":
            reader.advance()
            if can_start_value(reader, but=("]",)):
                low = reader.read(Level.ADDITION)
                return read_rest_of_range(reader, opened, low)
            reader.at -= 1
    return None


def can_start_value(reader: Reader, but: tuple[str, ...] = ()) -> bool:
    """Whether the next token can begin a value; `but` names signs that are not to count."""
    token = reader.current
    match token.kind:
        case "word":
            is_keyword = token.text in KEYWORDS and token.text not in _BEGINNERS
            return not is_keyword or find_known_name(reader) is not None
        case "sign":
            return token.text in ("(", "[", "{", "]", "-", "@") and token.text not in but
        case _:
            return token.kind in ("number", "string")


def read_bare_range(reader: Reader) -> Range:
    """Read ``< 10``, ``>= 5`` or ``= 7`` where a whole expression stands (rule 7a)."""
    operator = reader.advance()
    if operator.text == "!=":
        raise fail_at("XR136", operator)
    bound = reader.read(Level.ADDITION)
    if reader.is_keyword("and", "or"):
        raise fail_at("XR127", operator)
    is_closed = operator.text in ("<=", ">=", "=")
    is_low, is_high = operator.text in (">", ">=", "="), operator.text in ("<", "<=", "=")
    return Range(
        bound if is_low else None,
        bound if is_high else None,
        is_low and is_closed,
        is_high and is_closed,
        start=operator.start,
        end=reader.end,
    )


def _read_parentheses(reader: Reader) -> Node:
    opened = reader.advance()
    node = reader.read()
    if reader.is_sign(".."):
        return read_rest_of_range(reader, opened, node)
    reader.expect_sign(")", opened=opened)
    return node


def read_rest_of_range(reader: Reader, opened: Token, low: Node) -> Range:
    """Read ``..high]`` after the bracket and the low end of a range."""
    reader.expect_sign("..", opened=opened)
    high = reader.read(Level.ADDITION, ends_range=True)
    if not reader.is_sign(*_RANGE_CLOSERS):
        raise missing_sign(reader, "`]` `)`", opened)
    closed = reader.advance()
    return Range(
        low, high, opened.text == "[", closed.text == "]", start=opened.start, end=closed.end
    )


def _read_list(reader: Reader) -> Node:
    opened = reader.advance()
    items: list[Node] = []
    if reader.take_sign("]"):
        return List((), start=opened.start, end=reader.end)
    items.append(reader.read())
    if reader.is_sign(".."):
        return read_rest_of_range(reader, opened, items[0])
    while reader.take_sign(","):
        if len(items) == MAX_ITEMS:
            raise fail_at("XR135", opened, limit=str(MAX_ITEMS))
        items.append(reader.read())
    reader.expect_sign("]", also="`,`", opened=opened)
    shape = shape_of_list(item.type for item in items)
    return List(tuple(items), start=opened.start, end=reader.end, type=shape)


def _read_context(reader: Reader) -> Context:
    opened = reader.advance()
    frame = OpenFrame()
    reader.frames.append(frame)
    entries: list[tuple[str, Node]] = []
    while not reader.is_sign("}") or entries:
        key = reader.advance().text if reader.current.kind == "string" else read_new_name(reader)
        reader.expect_sign(":")
        value = reader.read()
        entries.append((key, value))
        frame.declare(key, value.type)
        reader.declared.append(key)
        if not reader.take_sign(","):
            break
    reader.frames.pop()
    reader.expect_sign("}", also="`,`", opened=opened)
    shape = shape_of_context(frame.declared)
    return Context(tuple(entries), start=opened.start, end=reader.end, type=shape)
