"""The differences between two versions as text for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from xbyx_rules.errors import Language
from xbyx_rules.feel.values import print_number, to_number

from .differences import PathStep, TermChange

__all__ = ["render_differences"]

_LONGEST: Final = 120
_MOST_ITEMS: Final = 20
_VERBS: Final = {
    "added": ("增", "added"),
    "removed": ("删", "removed"),
    "changed": ("改", "changed"),
}


def render_differences(
    changes: Iterable[TermChange], language: Language = "zh", *, is_personal_shown: bool = False
) -> str:
    """The differences, one a line.

    Args:
        changes: from `differences`.
        language: of the text; terms keep their names.
        is_personal_shown: whether values marked 个人 or 敏感 are written out.

    Example:
        >>> path = (PathStep("研修活动", 2, "A-7"), PathStep("学时"))
        >>> change = TermChange(path, "changed", {"number": "2"}, {"number": "3.5"}, "公开")
        >>> print(render_differences([change]))
        改 研修活动[A-7].学时：2 → 3.5
        >>> print(render_differences([change], "en"))
        changed 研修活动[A-7].学时: 2 → 3.5
    """
    words = _Words(language == "zh", is_personal_shown)
    return "\n".join(words.say(one) for one in changes)


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's words, with or without what is personal."""

    is_chinese: bool
    is_personal_shown: bool

    def say(self, change: TermChange) -> str:
        """One difference as a line."""
        where = ".".join(map(self._say_step, change.path))
        colon = self._pick("：", ": ")
        return f"{self._pick(*_VERBS[change.kind])} {where}{colon}{self._say_values(change)}"

    def _say_step(self, step: PathStep) -> str:
        if not step.position:
            return step.term
        is_shown = self.is_personal_shown or not step.is_key_personal
        if step.key is not None and is_shown:
            return f"{step.term}[{self._say_value(step.key)}]"
        which = self._pick(f"第 {step.position} 条", f"no. {step.position}")
        return f"{step.term}[{which}]"

    def _say_values(self, change: TermChange) -> str:
        if change.is_personal and not self.is_personal_shown:
            return self._pick("（涉及个人，不显示）", "(personal, not shown)")
        if change.kind == "added":
            return self._say_value(change.after)
        if change.kind == "removed":
            return self._say_value(change.before)
        return f"{self._say_value(change.before)} → {self._say_value(change.after)}"

    def _say_value(self, plain: Any) -> str:
        # WHY in one line: a text's own line ends would look like further differences.
        text = " ".join(self._spell(plain).split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def _spell(self, plain: Any) -> str:
        match plain:
            case None:
                return self._pick("空值", "null")
            case bool():
                return self._pick("是", "yes") if plain else self._pick("否", "no")
            case str():
                # WHY cut before it is worked on: it may be a whole document.
                return plain[: _LONGEST * 2] or self._pick("空文本", "empty text")
            case {"number": str(text)}:
                return _spell_number(text)
            case {"key": key}:
                return self._spell(key)
            case {"record": dict(fields)}:
                said = [f"{name} {self._spell(one)}" for name, one in fields.items()]
                return self._pick("，", ", ").join(said)
            case {"list": list(items), **rest}:
                return self._spell_list(items, are_records="complete" in rest)
        return self._spell_mark(plain)

    def _spell_list(self, items: list[Any], *, are_records: bool) -> str:
        if not items:
            return self._pick("无", "none")
        if are_records:
            return self._pick(f"{len(items)} 条", f"{len(items)} records")
        said = [self._spell(one) for one in items[:_MOST_ITEMS]]
        return self._pick("、", ", ").join(said)

    def _spell_mark(self, plain: Any) -> str:
        """What stands instead of a value, or a day or time, which stands with its kind."""
        match plain:
            case {"complete": bool(is_complete)}:
                return (
                    self._pick("清单已齐", "the list is complete")
                    if is_complete
                    else self._pick("清单未齐", "the list is not known to be complete")
                )
            case {"cut": {"characters": int(length), **rest}}:
                count = rest.get("records")
                long = self._pick(
                    f"{length} 字，只比较了摘要", f"{length} characters, compared by digest"
                )
                return (
                    long
                    if count is None
                    else self._pick(f"{count} 条，{long}", f"{count} records, {long}")
                )
            case {"unknown": True}:
                return self._pick("未填", "not known")
            case {"unfit": str(code)}:
                return self._pick(f"与词汇表不符（{code}）", f"unfit for the vocabulary ({code})")
        return next(map(str, plain.values()), "") if isinstance(plain, dict) else str(plain)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.is_chinese else en


def _spell_number(text: str) -> str:
    try:
        return print_number(to_number(text))
    except ValueError:  # whoever can rewrite a ledger can write anything there
        return text
