"""Values as text: for people (`format_value`) and as FEEL literals (`to_feel_text`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, Literal

from .temporals import DateTime, DaysTime, YearsMonths
from .values import UNKNOWN, Incomplete, Interval, kind_of, print_number

__all__ = ["Language", "format_value", "quote_string", "to_feel_text"]

Language = Literal["zh", "en"]

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "true": "是",
        "false": "否",
        "unknown": "未知",
        "null": "无",
        "function": "函数",
        "separator": "、",
        "open": "（",
        "close": "）",
        "colon": "：",
        "none": "（空）",
        "unit_space": "",
    },
    "en": {
        "true": "true",
        "false": "false",
        "unknown": "unknown",
        "null": "none",
        "function": "function",
        "separator": ", ",
        "open": "(",
        "close": ")",
        "colon": ": ",
        "none": "(none)",
        "unit_space": " ",
    },
}

# (singular, plural) for years, months, days, hours, minutes, seconds
_UNITS: Final[dict[Language, dict[str, tuple[str, str]]]] = {
    "zh": {
        "years": ("年", "年"),
        "months": ("个月", "个月"),
        "days": ("天", "天"),
        "hours": ("小时", "小时"),
        "minutes": ("分钟", "分钟"),
        "seconds": ("秒", "秒"),
    },
    "en": {
        name: (f" {name[:-1]}", f" {name}")
        for name in ("years", "months", "days", "hours", "minutes", "seconds")
    },
}

_WORD_OF_KIND: Final = {"Null": "null", "Unknown": "unknown", "function": "function"}

# WHY: a string may hold any character but a break of lines (DMN 1.5 grammar rule 33).
_ESCAPES: Final = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\u000B",
        "\f": "\\u000C",
    }
)


def format_value(value: Any, language: Language = "zh") -> str:
    """A value as people read it.

    Args:
        value: any FEEL value, null and Unknown included.
        language: ``zh`` or ``en``.

    Example:
        >>> format_value([Decimal("49999.99"), True, UNKNOWN])
        '49999.99、是、未知'
    """
    words = _WORDS[language]
    match value:
        case bool():
            return words["true" if value else "false"]
        case Decimal():
            return print_number(value)
        case DateTime():
            return f"{value.date} {value.time}"
        case YearsMonths() | DaysTime():
            return _format_duration(value, language)
        case Interval():
            return _print_range(value, lambda end: format_value(end, language)) or "-"
        case list() | dict():
            return words["separator"].join(_format_parts(value, language)) or words["none"]
    word = _WORD_OF_KIND.get(kind_of(value))
    return str(value) if word is None else words[word]


def _format_parts(value: list[Any] | dict[str, Any], language: Language) -> Iterator[str]:
    if isinstance(value, list):
        yield from (_format_part(item, language) for item in value)
        return
    colon = _WORDS[language]["colon"]
    for key, item in value.items():
        yield f"{key}{colon}{_format_part(item, language)}"


def to_feel_text(value: Any) -> str:
    r"""A literal that gives the value when it is parsed and evaluated.

    Raises:
        ValueError: for what has no literal: Unknown, an incomplete list, a function, or a range
            without ends.

    Example:
        >>> to_feel_text([Decimal("1.50"), 'a "b"'])
        '[1.5, "a \\"b\\""]'
    """
    if value is UNKNOWN or isinstance(value, Incomplete) or kind_of(value) == "function":
        raise ValueError(f"no FEEL literal for {value!r}")
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return print_number(value)
        case str():
            return quote_string(value)
        case list():
            return f"[{', '.join(map(to_feel_text, value))}]"
        case dict():
            entries = (f"{quote_string(key)}: {to_feel_text(item)}" for key, item in value.items())
            return f"{{{', '.join(entries)}}}"
        case Interval():
            return _print_range_literal(value)
    return f'@"{value}"'


def quote_string(text: str) -> str:
    """A string as a FEEL literal, quoted and escaped."""
    return f'"{text.translate(_ESCAPES)}"'


def _format_part(value: Any, language: Language) -> str:
    text = format_value(value, language)
    words = _WORDS[language]
    is_nested = isinstance(value, list | dict) and len(value) > 0
    return f"{words['open']}{text}{words['close']}" if is_nested else text


def _format_duration(value: YearsMonths | DaysTime, language: Language) -> str:
    if isinstance(value, YearsMonths):
        years, months = divmod(abs(value.months), 12)
        counts: dict[str, Decimal] = {"years": Decimal(years), "months": Decimal(months)}
        is_negative = value.months < 0
    else:
        seconds, fraction = divmod(abs(value.nanoseconds), 1_000_000_000)
        counts = {
            "days": Decimal(seconds // 86_400),
            "hours": Decimal(seconds // 3600 % 24),
            "minutes": Decimal(seconds // 60 % 60),
            "seconds": Decimal(seconds % 60) + Decimal(fraction).scaleb(-9),
        }
        is_negative = value.nanoseconds < 0
    units = _UNITS[language]
    shown = {name: count for name, count in counts.items() if count}
    if not shown:
        name = list(counts)[-1]
        return f"0{units[name][1]}"
    text = _WORDS[language]["unit_space"].join(
        f"{print_number(count)}{units[name][count != 1]}" for name, count in shown.items()
    )
    return f"-{text}" if is_negative else text


def _print_range_literal(value: Interval) -> str:
    text = _print_range(value, to_feel_text, at_least=">=", at_most="<=")
    if not text:
        raise ValueError(f"no FEEL literal for {value!r}")
    return text if text[0] in "[(" else f"({text})"


def _print_range(
    value: Interval, print_end: Callable[[Any], str], at_least: str = "≥", at_most: str = "≤"
) -> str:
    """A range with its brackets, or, where an end is missing, as a comparison (``≤10``)."""
    low = None if value.low is None else print_end(value.low)
    high = None if value.high is None else print_end(value.high)
    if low is not None and high is not None:
        if value.is_comparison:
            return f"={low}"
        opening = "[" if value.is_low_closed else "("
        return f"{opening}{low}..{high}{']' if value.is_high_closed else ')'}"
    if low is not None:
        return f"{at_least if value.is_low_closed else '>'}{low}"
    return "" if high is None else f"{at_most if value.is_high_closed else '<'}{high}"
