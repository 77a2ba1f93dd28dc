"""Values of FEEL in words: dates as 2025年9月1日, text in quotation marks, yes and no."""

from __future__ import annotations

import datetime as python
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.errors import Language
from xbyx_rules.feel.formatting import format_value
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths, from_python
from xbyx_rules.feel.values import UNKNOWN, Incomplete, Interval, Record, print_number

from .words import WORDS

__all__ = [
    "GREATEST_SHOWN",
    "say_holder",
    "say_items",
    "say_number",
    "say_record",
    "say_unit",
    "say_value",
]

GREATEST_SHOWN: Final = 6
"""How many elements of a list are said before the rest is only counted."""

_LONGEST_NUMBER: Final = 40
_MOST_FIELDS: Final = 3
_INNER_QUOTES: Final = str.maketrans("“”", "‘’")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_PHRASES: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "unknown": "未填报",
        "empty": "（空）",
        "rest": "等{count}项",
        "incomplete": "（清单不完整）",
        "record": "（{entries}）",
        "entry": "{name}：{value}",
        "record_separator": "；",
        "at": "{date}{time}",
        "zone": "（{zone}）",
    },
    "en": {
        "unknown": "not reported",
        "empty": "(empty)",
        "rest": " … {count} items in all",
        "incomplete": " (list not complete)",
        "record": "({entries})",
        "entry": "{name}: {value}",
        "record_separator": "; ",
        "at": "{date}, {time}",
        "zone": " ({zone})",
    },
}


def say_number(number: Decimal, written: str = "") -> str:
    """A number in digits; a percentage stays one, what is very long is said with its exponent.

    Example:
        >>> say_number(Decimal("0.05"), "5%"), say_number(Decimal("1E+3"))
        ('5%', '1000')
    """
    written = written.strip().replace("％", "%")
    if written.endswith("%"):
        return written
    if abs(number.adjusted()) < _LONGEST_NUMBER:
        return print_number(number)
    mantissa = number.scaleb(-number.adjusted())
    return f"{print_number(mantissa)}×10^{number.adjusted()}"


def say_unit(unit: str, language: Language, *, is_one: bool = False) -> str:
    """A unit of the vocabulary in one language; one without a known English word stays.

    Example:
        >>> say_unit("学时", "en"), say_unit("学时", "en", is_one=True)
        ('class hours', 'class hour')
    """
    words = WORDS[language]
    plain = words.units.get(unit, unit)
    return words.units_of_one.get(unit, plain) if is_one else plain


def say_holder(holder: str, language: Language) -> str:
    """Who reports a fact or attests; one without a known English word stays."""
    return WORDS[language].holders.get(holder, holder)


def say_value(value: Any, language: Language = "zh", unit: str = "") -> str:
    """A value at run time in words, Unknown included.

    Args:
        value: a FEEL value, or a Python date, time or whole number.
        language: ``zh`` or ``en``.
        unit: such as 元, put behind a number.

    Example:
        >>> say_value(Decimal("49999.99"), unit="元"), say_value(True), say_value(UNKNOWN)
        ('49999.99 元', '“是”', '未填报')
    """
    words, phrases = WORDS[language], _PHRASES[language]
    match value:
        case bool():
            return words.yes if value else words.no
        case Decimal() | int():
            text = say_number(Decimal(value))
            return f"{text} {say_unit(unit, language, is_one=value == 1)}" if unit else text
        case str():
            return f"“{value.translate(_INNER_QUOTES)}”"
        case list() | tuple():
            return say_items(
                [say_value(one, language, unit) for one in value],
                language,
                isinstance(value, Incomplete),
            )
        case Mapping():
            return _say_record(value, language)
        case Interval():
            return _say_interval(value, language)
        case python.date() | python.time() | python.timedelta():
            return _say_temporal(from_python(value), language)
    if value is UNKNOWN:
        return phrases["unknown"]
    return words.null if value is None else _say_temporal(value, language)


def say_record(
    record: Record, language: Language = "zh", fields: Mapping[str, str] | None = None
) -> str:
    """A record of the host, by its key; where that isn't known, by the first things that are.

    Args:
        record: what is known of it.
        language: ``zh`` or ``en``.
        fields: English names of its terms.
    """
    if record.key and record[record.key] is not UNKNOWN:
        return say_value(record[record.key], language)
    names = (fields or {}) if language == "en" else {}
    known = [(names.get(key, key), one) for key, one in record.items() if one is not UNKNOWN]
    return _say_record(dict(known[:_MOST_FIELDS]), language)


def say_items(said: Sequence[str], language: Language, is_incomplete: bool = False) -> str:
    """Items in words one after the other, the first ones of very many with how many there are."""
    phrases = _PHRASES[language]
    shown = WORDS[language].separator.join(said[:GREATEST_SHOWN]) or phrases["empty"]
    if len(said) > GREATEST_SHOWN:
        shown += phrases["rest"].format(count=len(said))
    return shown + (phrases["incomplete"] if is_incomplete else "")


def _say_record(record: Mapping[str, Any], language: Language) -> str:
    phrases = _PHRASES[language]
    entries = phrases["record_separator"].join(
        phrases["entry"].format(name=name, value=say_value(value, language))
        for name, value in record.items()
    )
    return phrases["record"].format(entries=entries) if entries else phrases["empty"]


def _say_interval(value: Interval, language: Language) -> str:
    words = WORDS[language]
    low, high = (
        "" if end is None else say_value(end, language) + (words.included, words.excluded)[not shut]
        for end, shut in ((value.low, value.is_low_closed), (value.high, value.is_high_closed))
    )
    both, from_low, to_high, neither = words.ranges
    template = (both if high else from_low) if low else (to_high if high else neither)
    return template.format(low=low, high=high)


def _say_temporal(value: Any, language: Language) -> str:
    match value:
        case Date():
            return _say_date(value, language)
        case Time():
            return _say_time(value, language)
        case DateTime():
            date, time = _say_date(value.date, language), _say_time(value.time, language)
            return _PHRASES[language]["at"].format(date=date, time=time)
        case YearsMonths() | DaysTime():
            return format_value(value, language)
    return format_value(value, language)


def _say_date(date: Date, language: Language) -> str:
    if language == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _say_time(time: Time, language: Language) -> str:
    second = f"{time.second}.{time.nanosecond:09d}".rstrip("0").rstrip(".")
    if not time.nanosecond:
        second = str(time.second)
    if language == "zh":
        text = f"{time.hour}时{time.minute}分" + (f"{second}秒" if second != "0" else "")
    else:
        text = f"{time.hour:02d}:{time.minute:02d}"
        text += f":{second.zfill(2)}" if second != "0" else ""
    # WHY: `str` of a local time has neither offset nor zone, so what follows the clock is the zone.
    zone = str(time)[8:].lstrip("." + "0123456789") if not time.is_local else ""
    if not zone:
        return text
    named = zone.removeprefix("@") if zone.startswith("@") else f"UTC{'' if zone == 'Z' else zone}"
    return text + _PHRASES[language]["zone"].format(zone=named)
