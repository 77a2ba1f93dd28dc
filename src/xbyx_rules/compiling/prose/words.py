"""The words of each language: the same slots in both, filled from `zh.toml` and `en.toml`.

A predicate stands behind its subject: ``{right}`` in ``不少于{right}`` is the other operand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from xbyx_rules.errors import Language

from .phrases import Level

__all__ = ["WORDS", "Quantifier", "Words"]


@dataclass(frozen=True, slots=True)
class Quantifier:
    """How ``every`` and its like are said.

    Args:
        plain: the first variable, over a list that has a name.
        other: the first variable, over any other list.
        further: each variable after the first.
        sentence: the whole.
    """

    plain: str
    other: str
    further: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says for the fixed parts of a rule.

    Args:
        reach: how a phrase about a list holds together: Chinese puts the list first, English last.
        glue: between a subject and its predicate.
        group: parentheses around ``{}``.
        comparisons: predicates by family of types, then by operator.
        that: what a variable that stands for records is called, the outermost first; any further
            one, and every one of a language without such words, by its alias, as `called` says.
        quantifiers: by ``every``, ``some``, ``none`` and ``not every``.
        measures: classifiers of entities; ``""`` is that of other records, ``item`` that of
            what is no record.
        properties: names of the parts of dates, durations and ranges.
        names: of the names that a policy may use without a vocabulary (判定日, 经办人, …).
        total_from_zero: a sum that is zero where there is nothing to add.
        units: of the vocabulary's units; one that isn't here stays as it is.
        holders: of whoever reports a fact or attests, likewise.
        units_of_one: of the units as they stand behind the number one, where they differ.
        plural_verbs: verbs after a plural subject, by the singular.
        after_head: words that end the head of a noun phrase: teachers of the school.
    """

    language: Language
    reach: Level
    glue: str
    group: str
    separator: str
    last_or: str
    total_from_zero: str
    elided: str
    yes: str
    no: str
    value: str
    item: str
    partial: str
    null: str
    always: str
    never: str
    anything: str
    nothing: str
    conjunction: str
    disjunction: str
    together: str
    either: str
    opposite: str
    whether: str
    fact: str
    one_of: str
    none_of: str
    member: str
    not_member: str
    inside: str
    not_inside: str
    equal_or_member: str
    not_equal_or_member: str
    satisfies: str
    fails: str
    empty: str
    not_empty: str
    no_value: str
    some_value: str
    between: str
    not_between: str
    instance: str
    not_instance: str
    comparisons: Mapping[str, Mapping[str, str]]
    operators: Mapping[str, str]
    power: str
    negative: str
    elapsed: str
    joined: str
    path: str
    filtered: str
    at_index: str
    from_end: str
    last: str
    whole_numbers: str
    days: str
    quantifiers: Mapping[str, Quantifier]
    that: tuple[str, ...]
    called: str
    and_each: str
    collected: str
    conditional: str
    conditional_value: str
    list_of_none: str
    list_of_one: str
    record: str
    record_entry: str
    record_separator: str
    empty_record: str
    ranges: tuple[str, str, str, str]
    included: str
    excluded: str
    function: str
    host_function: str
    computed: str
    named_argument: str
    measures: Mapping[str, str]
    types: Mapping[str, str]
    list_type: str
    properties: Mapping[str, str]
    names: Mapping[str, str]
    units: Mapping[str, str]
    holders: Mapping[str, str]
    units_of_one: Mapping[str, str]
    plural_verbs: Mapping[str, str]
    after_head: tuple[str, ...]


def _read_words(language: Language) -> Words:
    file = resources.files("xbyx_rules.compiling.prose").joinpath(f"{language}.toml")
    slots = tomllib.loads(file.read_text(encoding="utf-8"))
    slots["reach"] = Level[slots["reach"].upper()]
    slots["ranges"] = tuple(slots["ranges"])
    slots["that"] = tuple(slots["that"])
    slots["after_head"] = tuple(slots["after_head"])
    slots["quantifiers"] = {
        name: Quantifier(**templates) for name, templates in slots["quantifiers"].items()
    }
    return Words(language=language, **slots)


WORDS: Final[Mapping[Language, Words]] = {"zh": _read_words("zh"), "en": _read_words("en")}
"""The words of both languages."""
