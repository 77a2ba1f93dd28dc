"""A difference in the words of an official: ``参数 培训经费最低比例：5% → 6%（2026-01-01 起）``."""

from __future__ import annotations

from typing import Final

from xbyx_rules.errors import Language
from xbyx_rules.policy import PROPERTY_KEYS, Clause, Period

from .difference import Change, ClauseDifference, Part, Sort

__all__ = ["say_change", "say_clause"]

_SORTS: Final[dict[Sort, tuple[str, str]]] = {
    "added": ("新增", "added"),
    "removed": ("删去", "removed"),
    "changed": ("修改", "changed"),
    "moved": ("移动", "moved"),
}
_NUMBERED: Final = frozenset({Part.TABLE_ROW})
# Names of parts that are words of ours rather than of the document.
_ENGLISH: Final = PROPERTY_KEYS | {"规则": "rule", "中文": "Chinese", "英文": "English"}
_NONE: Final = ("（空）", "(empty)")


def say_clause(difference: ClauseDifference, language: Language) -> str:
    """One line that names the clause and says what has become of it.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> policy = load_library().policies["cn/beijing/school-based-training"]
        >>> say_clause(ClauseDifference(None, policy.clause("manager")), "zh")
        '新增 六(四)-3a 副校长或主任负责实施与管理（#manager）'
    """
    word = _word(difference.sort, language)
    if difference.changes and difference.is_moved:
        word += "、移动" if language == "zh" else " and moved"
    return f"{word} {_cite(difference.clause, language)}"


def _cite(clause: Clause, language: Language) -> str:
    name = f"{clause.locator} {clause.title}".strip()
    if not clause.id:
        return name
    return f"{name}（#{clause.id}）" if language == "zh" else f"{name} (#{clause.id})"


def say_change(change: Change, language: Language) -> str:
    """One line, or more where a condition is also given in FEEL.

    Example:
        >>> from datetime import date
        >>> new = Period(date(2026, 1, 1))
        >>> say_change(
        ...     Change(Part.PARAMETER, "changed", "最低比例", "值", "5%", "6%", period=new), "zh"
        ... )
        '参数 最低比例：5% → 6%（2026-01-01 起）'
    """
    head = _head(change, language)
    colon = "：" if language == "zh" else ": "
    if change.part is Part.CONDITION:
        return head + colon + _say_condition(change, language)
    text = head + colon + _say_values(change, language)
    if change.period is not None:
        text += _bracket(_say_period(change.period, language), language)
    if change.is_equivalent:
        text += _bracket("写法不同，值相同" if language == "zh" else "the same value", language)
    return text


def _head(change: Change, language: Language) -> str:
    label = change.part.label(language)
    name = change.name if language == "zh" else _ENGLISH.get(change.name, change.name)
    if change.part in _NUMBERED:
        label = f"{label} {name} 行" if language == "zh" else f"{label} {name}"
    elif name:
        label = f"{label} {name}"
    column = change.column.removeprefix("→ ")
    if column and not (change.part is Part.PARAMETER and column == "值"):
        label += f"“{column}”"
    return label


def _say_values(change: Change, language: Language) -> str:
    empty = _NONE[0 if language == "zh" else 1]
    if change.sort == "changed":
        return f"{_flat(change.old) or empty} → {_flat(change.new) or empty}"
    word = _word(change.sort, language)
    if change.sort == "moved":
        numbers = f" {change.old} → {change.new}" if change.old != change.new else ""
        return word + numbers
    said = _flat(change.new if change.sort == "added" else change.old)
    return f"{word} {said}" if said and said != change.name else word


def _say_condition(change: Change, language: Language) -> str:
    said = change.words.get(language, "")
    lines = [said or _word(change.sort, language)]
    if change.is_equivalent:
        lines[0] = (
            "写法不同，所用各项不变时结果总是相同（已证明）"
            if language == "zh"
            else "written otherwise, always the same while what it names is the same (proved)"
        )
    if change.old:
        lines.append(f"  - {_flat(change.old)}")
    if change.new:
        lines.append(f"  + {_flat(change.new)}")
    return "\n".join(lines)


def _word(sort: Sort, language: Language) -> str:
    return _SORTS[sort][0 if language == "zh" else 1]


def _bracket(text: str, language: Language) -> str:
    if not text:
        return ""
    return f"（{text}）" if language == "zh" else f" ({text})"


def _say_period(period: Period, language: Language) -> str:
    start, end = period.start, period.end
    if start and end:
        return f"{start} 至 {end}" if language == "zh" else f"{start} to {end}"
    if start:
        return f"{start} 起" if language == "zh" else f"from {start}"
    if end:
        return f"至 {end}" if language == "zh" else f"until {end}"
    return ""


def _flat(text: str) -> str:
    return " ".join(text.split())
