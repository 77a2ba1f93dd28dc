"""Ways to satisfy a condition, in words of both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from xbyx_rules.compiling import to_prose
from xbyx_rules.compiling.prose import WORDS, Names, Speaker, say_record, say_value
from xbyx_rules.deciding.evaluation import Evaluation
from xbyx_rules.deciding.missing import fields_in_english
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import Date
from xbyx_rules.feel.types import ListType, NumberType
from xbyx_rules.feel.values import NUMBERS, Record

from .figures import substitute

__all__ = [
    "MOST_SHOWN",
    "Way",
    "join_ways",
    "list_items",
    "measure_of",
    "name_item",
    "say_addition",
    "say_all",
    "say_amount",
    "say_body",
    "say_change",
    "say_node",
    "say_number",
    "say_off",
    "say_state",
    "say_with",
]

MOST_SHOWN: Final = 6
"""How many items or records are named before the rest is only counted."""

_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_TEMPLATES: Final[Mapping[str, Mapping[Language, str]]] = {
    "more": {
        "zh": "将{fact}由 {old}增加到 {new}（增加 {change}）",
        "en": "raise {fact} from {old} to {new} (by {change})",
    },
    "less": {
        "zh": "将{fact}由 {old}减少到 {new}（减少 {change}）",
        "en": "lower {fact} from {old} to {new} (by {change})",
    },
    "later": {
        "zh": "将{fact}由{old}推迟到{new}（推迟 {change} 天）",
        "en": "move {fact} from {old} to {new} ({change} day(s) later)",
    },
    "earlier": {
        "zh": "将{fact}由{old}提前到{new}（提前 {change} 天）",
        "en": "move {fact} from {old} to {new} ({change} day(s) earlier)",
    },
    "other": {"zh": "将{fact}由{old}改为{new}", "en": "change {fact} from {old} to {new}"},
    "any": {
        "zh": "将{fact}由{old}改为下列之一：{new}",
        "en": "change {fact} from {old} to one of these: {new}",
    },
    "so": {"zh": "须做到：{fact}（现为{old}）", "en": "see to it that {fact} (now {old})"},
    "add": {"zh": "在{fact}中补上{new}", "en": "add {new} to {fact}"},
    "drop": {"zh": "从{fact}中去掉{new}", "en": "take {new} out of {fact}"},
    "lack": {"zh": "{fact}还缺 {change} {measure}", "en": "{change} more needed of {fact}"},
    "lack_such": {
        "zh": "满足（{body}）的{fact}还缺 {change} {measure}",
        "en": "{change} more needed of {fact} for which {body}",
    },
    "such": {
        "zh": "{fact}中须至少有一{measure}满足：{body}",
        "en": "{fact} must include at least one such that {body}",
    },
    "such_not": {
        "zh": "{fact}中须至少有一{measure}不满足：{body}",
        "en": "{fact} must include at least one for which it is not so that {body}",
    },
    "each": {
        "zh": "{fact}中的{items}须满足：{body}",
        "en": "{items} among {fact} must be such that {body}",
    },
    "none_such": {
        "zh": "{fact}中的{items}不得满足：{body}",
        "en": "{items} among {fact} must not be such that {body}",
    },
    "short": {
        "zh": "{fact}还差 {change}（现为 {old}，须达到 {new}）",
        "en": "{fact}: {change} short (now {old}, {new} needed)",
    },
    "short_together": {
        "zh": "{fact}合计还差 {change}（合计现为 {old}，须达到 {new}）",
        "en": "{fact} together: {change} short (now {old}, {new} needed)",
    },
    "over": {
        "zh": "{fact}多出 {change}（现为 {old}，须降到 {new}）",
        "en": "{fact}: {change} too many (now {old}, {new} allowed)",
    },
    "over_together": {
        "zh": "{fact}合计多出 {change}（合计现为 {old}，须降到 {new}）",
        "en": "{fact} together: {change} too many (now {old}, {new} allowed)",
    },
    "gone": {
        "zh": "有关日期已经过去，不能补正（要求是：{body}）；登记有误的除外",
        "en": "the days have passed, so this can't be set right any more "
        "(required: {body}), unless one is recorded wrongly",
    },
    "each_gone": {
        "zh": "{fact}中的{items}已经发生，不能补正（要求是：{body}）；只能剔除，不予计入",
        "en": "{items} among {fact}: the day has passed, so this can't be set right any more "
        "(required: {body}); what remains is to leave out what doesn't comply",
    },
    "days_gone": {
        "zh": "{fact}中的{items}已经过去，不能补正（要求是：{body}）；登记有误的除外",
        "en": "{items} among {fact}: the day has passed, so this can't be set right any more "
        "(required: {body}), unless something is recorded wrongly",
    },
    "off": {"zh": "（相差 {change}）", "en": " (off by {change})"},
    "hold": {"zh": "使下面这一条成立：{body}", "en": "make this hold: {body}"},
    "deny": {"zh": "使下面这一条不成立：{body}", "en": "make this no longer hold: {body}"},
    "of": {"zh": "等 {count} 项", "en": " … {count} in all"},
    "rest": {"zh": "另有 {count} 项同此", "en": "{count} more likewise"},
}
_IT: Final[Mapping[Language, str]] = {"zh": "其", "en": "it"}
_SEPARATORS: Final[Mapping[Language, str]] = {"zh": "；", "en": "; "}


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the facts it changes with their new values, if they are known, and in words.

    Args:
        changed: path → value; empty where the way can only be said.
        prose: by language.
        change: see `Remedy`.
        added: of a list that lacks items, its node, its path and these items.
    """

    changed: Mapping[tuple[str, ...], Any]
    prose: Mapping[Language, str]
    change: Any = None
    added: tuple[s.Node, tuple[str, ...], tuple[Any, ...]] | None = None


def say_node(node: s.Node, names: Evaluation, language: Language) -> str:
    """A part of a rule in words."""
    checked = names.policy.checked
    return to_prose(node, language, vocabulary=checked.vocabulary, english=checked.english)


def say_state(node: s.Node, is_so: bool, names: Evaluation, language: Language) -> str:
    """A yes or no of the school, said to be so or not."""
    return _speaker(names, language).state(node, is_so=is_so).text


def _speaker(names: Evaluation, language: Language) -> Speaker:
    checked = names.policy.checked
    return Speaker(WORDS[language], Names(WORDS[language], checked.vocabulary, checked.english))


def say_all(key: str, **words: Callable[[Language], str] | str) -> dict[Language, str]:
    """A template in both languages; what differs by language is given as a function of it."""
    return {
        language: _TEMPLATES[key][language].format(
            **{name: said(language) if callable(said) else said for name, said in words.items()}
        )
        for language in _LANGUAGES
    }


def say_with(node: s.Node, names: Evaluation) -> Callable[[Language], str]:
    """A part of a rule, to be said in whichever language."""
    return lambda language: say_node(node, names, language)


def say_change(node: s.Node, old: Any, new: Any, names: Evaluation) -> dict[Language, str]:
    """That a figure or another fact is to have another value."""
    unit = node.type.unit if isinstance(node.type, NumberType) else ""
    key, change = "other", ""
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return say_amount(node, old, new, unit, names)
    if isinstance(new, bool):
        return say_all(
            "so",
            fact=lambda language: say_state(node, new, names, language),
            old=lambda language: say_value(old, language),
        )
    if isinstance(old, Date) and isinstance(new, Date):
        key = "later" if new > old else "earlier"
        change = str(abs(new.ordinal - old.ordinal))
    return say_all(
        key,
        fact=say_with(node, names),
        old=lambda language: say_value(old, language),
        new=lambda language: say_value(new, language),
        change=change,
    )


def say_amount(
    node: s.Node, old: Decimal, new: Decimal, unit: str, names: Evaluation
) -> dict[Language, str]:
    """That a number has to grow or to shrink, and by how much."""
    amount = NUMBERS.abs(NUMBERS.subtract(new, old))
    return say_all(
        "more" if new > old else "less",
        fact=say_with(node, names),
        # WHY the space: Chinese puts one between a digit and the word behind it.
        old=lambda language: (
            say_value(old, language, unit) + (" " if language == "zh" and not unit else "")
        ),
        new=lambda language: say_value(new, language, unit),
        change=lambda language: say_value(amount, language, unit),
    )


def say_number(value: Decimal, unit: str) -> Callable[[Language], str]:
    """A number with its unit, to be said in whichever language."""
    return lambda language: say_value(value, language, unit)


def say_off(amount: tuple[Decimal, str] | None, language: Language) -> str:
    """By how much a record is off, behind its name; "" where that is no number."""
    if amount is None:
        return ""
    change, unit = amount
    return _TEMPLATES["off"][language].format(change=say_value(change, language, unit))


def say_addition(
    node: s.Node, path: tuple[str, ...], items: Sequence[Any], names: Evaluation, old: Any
) -> Way:
    """That a list is to have further items.

    Args:
        node: the list.
        path: the fact that it is.
        items: what to add.
        names: for the words.
        old: the list as it is.
    """
    added = tuple(dict.fromkeys(items))
    return Way(
        {path: type(old)([*old, *added])},
        say_all(
            "add",
            fact=say_with(node, names),
            new=lambda language: list_items([say_value(one, language) for one in added], language),
        ),
        list(added),
        (node, path, added),
    )


def list_items(said: Sequence[str], language: Language, most: int = 20) -> str:
    """Items one after the other; of very many the first ones and their number."""
    shown = WORDS[language].separator.join(said[:most])
    if len(said) <= most:
        return shown
    return shown + _TEMPLATES["of"][language].format(count=len(said))


def measure_of(listed: s.Node, names: Evaluation) -> Callable[[Language], str]:
    """The classifier for one element of a list."""
    return lambda language: _speaker(names, language).measure_of(listed)


def say_body(
    condition: s.Node, iterator: s.Iterator, names: Evaluation
) -> Callable[[Language], str]:
    """The condition on one element of a list, which is called “it” instead of by its alias."""

    def say(language: Language) -> str:
        kind = iterator.domain.type
        element = kind.element if isinstance(kind, ListType) else kind
        pronoun = s.Name(_IT[language], type=element)
        body = say_node(substitute(condition, s.Name(iterator.name), pronoun), names, language)
        return body.replace("其的", "其").replace("it's ", "its ")

    return say


def name_item(item: Any, listed: s.Node, names: Evaluation, language: Language) -> str:
    """An element of a list by what tells it from the others."""
    if isinstance(item, Record):
        return say_record(item, language, fields_in_english(listed.type, names))
    return say_value(item, language)


def join_ways(ways: Sequence[Way], names: Evaluation) -> Way:
    """Several things that all have to be done, as one way."""
    ways = _gather_additions(ways, names)
    if len(ways) == 1:
        return ways[0]
    shown = ways[:MOST_SHOWN]
    more = len(ways) - len(shown)
    prose: dict[Language, str] = {}
    for language in _LANGUAGES:
        said = [one.prose[language] for one in shown]
        if more:
            said.append(_TEMPLATES["rest"][language].format(count=more))
        prose[language] = _SEPARATORS[language].join(said)
    changed = {path: value for one in ways for path, value in one.changed.items()}
    # WHY: two changes of one fact can't both be made, and what can only be said can't be tried.
    is_whole = all(one.changed for one in ways) and len(changed) == len(ways)
    return Way(changed if is_whole else {}, prose)


def _gather_additions(ways: Sequence[Way], names: Evaluation) -> list[Way]:
    """The ways, those that add to the same list as one."""
    lists: dict[tuple[str, ...], tuple[s.Node, list[Any]]] = {}
    for one in ways:
        if one.added is not None:
            node, path, items = one.added
            lists.setdefault(path, (node, []))[1].extend(items)
    found: dict[object, Way] = {}
    for number, one in enumerate(ways):
        if one.added is None:
            found[number] = one
        elif one.added[1] not in found:
            node, path, items = one.added
            old = one.changed[path]
            before = type(old)(old[: len(old) - len(items)])
            found[path] = say_addition(node, path, lists[path][1], names, before)
    return list(found.values())
