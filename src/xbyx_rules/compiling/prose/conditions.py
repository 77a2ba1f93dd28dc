"""What is true or false, as a clause: comparisons, and with or, quantifiers, tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatchmethod
from typing import Final

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.walking import walk

from .calls import Spoken, find_spoken
from .phrases import Level, Phrase
from .values import TEMPORAL_CALLS, Nouns, kind_of_node
from .words import Words

__all__ = ["Speaker"]

_OPPOSITES: Final[Mapping[str, s.ComparisonOperator]] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
_MIRRORED: Final[Mapping[str, s.ComparisonOperator]] = {
    "=": "=",
    "!=": "!=",
    "<": ">",
    ">": "<",
    "<=": ">=",
    ">=": "<=",
}
_FAMILIES: Final[Mapping[str, str]] = {
    "number": "number",
    "date": "moment",
    "time": "moment",
    "date and time": "moment",
    "years and months duration": "duration",
    "days and time duration": "duration",
    "string": "text",
    "context": "text",
    "boolean": "same",
    "list": "same",
    "range": "same",
}
_LITERALS: Final = (s.Number, s.String, s.Boolean, s.Temporal)
_CONDITIONS: Final = (
    *(s.Comparison, s.And, s.Or, s.Between, s.In, s.InstanceOf, s.Quantified),
    *(s.UnaryTests, s.UnaryComparison, s.UnaryExpression),
)
_LONGEST_SUBJECT: Final = 40


class Speaker(Nouns):
    """Says a whole tree: conditions as clauses, everything else as noun phrases."""

    def is_condition(self, node: s.Node) -> bool:
        """Whether a node is a condition by its form, whatever its type."""
        return isinstance(node, _CONDITIONS) or self._find_condition(node) is not None

    def _find_condition(self, node: s.Node) -> Spoken | None:
        """The words of a call that is a condition; ``not`` has none of its own."""
        if not isinstance(node, s.Call) or not isinstance(node.function, s.Name):
            return None
        if node.function.name in self._bound:
            return None
        if self._is_not(node):
            return _NOT
        spoken = find_spoken(node.function.name, len(node.arguments), node.names)
        return spoken if spoken is not None and spoken.is_condition else None

    def _is_not(self, node: s.Call) -> bool:
        is_named_so = isinstance(node.function, s.Name) and node.function.name == "not"
        return is_named_so and len(node.arguments) == 1

    def state(self, node: s.Node, *, is_so: bool = True) -> Phrase:
        """A condition as a clause, or its opposite."""
        with self._deeper() as is_too_deep:
            return Phrase(self.words.elided) if is_too_deep else self._state(node, is_so)

    def _clause(self, node: s.Node, loosest: Level) -> str:
        return self.state(node).within(loosest, self.words.group)

    def _deny(self, phrase: Phrase) -> Phrase:
        condition = self.words.group.format(phrase.text)
        return Phrase(self.words.opposite.format(condition=condition), Level.CLAUSE)

    def _predicate(self, subject: str, predicate: str) -> Phrase:
        glue = self.words.glue if subject else ""
        return Phrase(f"{subject}{glue}{self._agree(subject, predicate)}", Level.CLAUSE)

    def _agree(self, subject: str, predicate: str) -> str:
        """The predicate with its verb in the plural where its subject is."""
        verb, space, rest = predicate.partition(" ")
        plural = self.words.plural_verbs.get(verb)
        if plural is None or not _is_plural(subject, self.words):
            return predicate
        return f"{plural}{space}{rest}"

    @singledispatchmethod
    def _state(self, node: s.Node, is_so: bool) -> Phrase:
        """Anything else that is true or false: a fact, said to be so or not."""
        said = self.say(node)
        right = self.words.yes if is_so else self.words.no
        subject = said.within(Level.ARITHMETIC, self.words.group)
        return self._predicate(subject, self.words.fact.format(right=right))

    @_state.register
    def _(self, node: s.Boolean, is_so: bool) -> Phrase:
        return Phrase(self.words.always if node.value == is_so else self.words.never, Level.CLAUSE)

    @_state.register
    def _(self, node: s.Name, is_so: bool) -> Phrase:
        said = self.say(node).text
        if self.words.language == "zh" and said.startswith("已") and node.name not in self._bound:
            return Phrase(said if is_so else f"未{said[1:]}", Level.CLAUSE)
        return self._predicate(said, self._fact(is_so))

    @_state.register
    def _(self, node: s.Path, is_so: bool) -> Phrase:
        term = self.names.find_field(node.name, node.base.type)
        verb, _, rest = (term.english if term else "").partition(" ")
        # WHY: the base is said once on every way, or nested paths would take exponential time.
        if self.words.language == "zh" and node.name.startswith("已"):
            base = self.argument(node.base, Level.SUFFIXED)
            return Phrase(base + (node.name if is_so else f"未{node.name[1:]}"), Level.CLAUSE)
        if self.words.language == "en" and rest and verb in ("is", "are", "has", "have"):
            base = self.argument(node.base, Level.SUFFIXED)
            return self._predicate(base, f"{verb} {rest}" if is_so else f"{verb} not {rest}")
        return self._predicate(self.say(node).text, self._fact(is_so))

    def _fact(self, is_so: bool) -> str:
        return self.words.fact.format(right=self.words.yes if is_so else self.words.no)

    @_state.register
    def _(self, node: s.And, is_so: bool) -> Phrase:
        return self._join(node, self.words.conjunction, is_so)

    @_state.register
    def _(self, node: s.Or, is_so: bool) -> Phrase:
        return self._join(node, self.words.disjunction, is_so)

    def _join(self, node: s.And | s.Or, word: str, is_so: bool) -> Phrase:
        neutral = s.Boolean(value=isinstance(node, s.And))
        operands = [one for one in node.operands if one != neutral] or [neutral]
        if len(operands) == 1:
            return self.state(operands[0], is_so=is_so)
        joined = word.join(self._clause(operand, Level.CLAUSE) for operand in operands)
        phrase = Phrase(joined, Level.JUNCTION)
        return phrase if is_so else self._deny(phrase)

    @_state.register
    def _(self, node: s.Comparison, is_so: bool) -> Phrase:
        left, right, operator = node.left, node.right, node.operator
        if _is_literal(left) and not _is_literal(right):
            left, right, operator = right, left, _MIRRORED[operator]
        if not is_so:
            operator = _OPPOSITES[operator]
        if isinstance(right, s.Boolean) and operator in ("=", "!="):
            return self.state(left, is_so=right.value == (operator == "="))
        predicate = self._compare(operator, left, right)
        return self._predicate(self.argument(left), predicate)

    def _compare(self, operator: s.ComparisonOperator, left: s.Node | None, right: s.Node) -> str:
        """The predicate of a comparison; `left` only decides the words."""
        words = self.words
        if operator in ("=", "!="):
            is_same = operator == "="
            if isinstance(right, s.Null):
                return words.no_value if is_same else words.some_value
            if isinstance(right, s.Boolean):
                return self._fact(right.value == is_same)
            if (isinstance(right, s.String) and not right.value) or right == s.List(items=()):
                return words.empty if is_same else words.not_empty
        said = self.argument(right) if left is None else self.say_with_unit(right, left)
        return self._template_of(operator, left, right).format(right=said)

    def _template_of(
        self, operator: s.ComparisonOperator, left: s.Node | None, right: s.Node
    ) -> str:
        kinds = [kind_of_node(one) for one in (left, right) if one is not None]
        known = [kind for kind in kinds if kind not in ("Any", "Null")]
        family = self.words.comparisons[_FAMILIES.get(known[0], "any") if known else "any"]
        return family.get(operator, self.words.comparisons["any"][operator])

    @_state.register
    def _(self, node: s.Between, is_so: bool) -> Phrase:
        template = self.words.between if is_so else self.words.not_between
        low, high = (self.say_with_unit(end, node.value) for end in (node.low, node.high))
        predicate = template.format(low=low, high=high)
        return self._predicate(self.argument(node.value), predicate)

    @_state.register
    def _(self, node: s.InstanceOf, is_so: bool) -> Phrase:
        template = self.words.instance if is_so else self.words.not_instance
        predicate = template.format(type=self.say(node.expected).text)
        return self._predicate(self.argument(node.value), predicate)

    @_state.register
    def _(self, node: s.If, is_so: bool) -> Phrase:
        text = self.words.conditional.format(
            condition=self._clause(node.condition, Level.JUNCTION),
            consequence=self._clause(node.consequence, Level.CLAUSE),
            alternative=self._clause(node.alternative, Level.CLAUSE),
        )
        phrase = Phrase(text, Level.OPEN)
        return phrase if is_so else self._deny(phrase)

    @_state.register
    def _(self, node: s.Quantified, is_so: bool) -> Phrase:
        opposite = {"some": "none", "every": "not every"}[node.quantifier]
        quantifier = node.quantifier if is_so else opposite
        heads, bound = self._say_heads(node.iterators, quantifier)
        with self._binding(bound):
            body = self.state(node.condition).text
        template = self.words.quantifiers[quantifier].sentence
        return Phrase(template.format(heads=heads, body=body), Level.OPEN)

    @_state.register
    def _(self, node: s.Call, is_so: bool) -> Phrase:
        spoken = self._find_condition(node)
        if spoken is _NOT:
            return self.state(node.arguments[0], is_so=not is_so)
        if spoken is None:
            said = self._say(node).within(Level.ARITHMETIC, self.words.group)
            return self._predicate(said, self._fact(is_so))
        phrases = self.arguments_of(node, spoken)
        texts = spoken.texts if is_so else spoken.opposites
        template, group = texts[self.words.language], self.words.group
        slots = {slot: phrase.within(Level.ARITHMETIC, group) for slot, phrase in phrases.items()}
        texts_by_slot = [slots[slot] for slot in sorted(slots)]
        begins = "{0} "
        if self.words.plural_verbs and template.startswith(begins):
            predicate = template.removeprefix(begins).format(*texts_by_slot)
            return self._predicate(texts_by_slot[0], predicate)
        return Phrase(template.format(*texts_by_slot), Level.CLAUSE)

    # Tests: what a cell of a table or the right of `in` says of a value

    @_state.register
    def _(self, node: s.In, is_so: bool) -> Phrase:
        subject = self.argument(node.value)
        # WHY: a long subject said again for each `?` would double with every nested test.
        again = subject if len(subject) <= _LONGEST_SUBJECT else self.words.value
        with self._binding({"?": again}):
            predicate = self._say_tests(node.tests, node.value, is_so)
        return self._predicate(subject, predicate)

    @_state.register
    def _(self, node: s.UnaryTests, is_so: bool) -> Phrase:
        with self._binding({"?": self.words.value}):
            return Phrase(self._say_tests(node, None, is_so), Level.CLAUSE)

    @_state.register
    def _(self, node: s.UnaryComparison, is_so: bool) -> Phrase:
        return self._state(s.UnaryTests(tests=(node,)), is_so)

    @_state.register
    def _(self, node: s.UnaryExpression, is_so: bool) -> Phrase:
        return self._state(s.UnaryTests(tests=(node,)), is_so)

    def _say_tests(self, tests: s.UnaryTests, value: s.Node | None, is_so: bool) -> str:
        words, is_so = self.words, is_so != tests.is_negated
        if not tests.tests:
            return words.anything if is_so else words.nothing
        members = _members_of(tests)
        if members:
            return self._say_members(members, value, is_so)
        if len(tests.tests) == 1:
            return self._say_test(tests.tests[0], value, is_so).text
        said = (self._say_test(test, value, True) for test in tests.tests)
        joined = words.either.join(one.within(Level.CLAUSE, words.group) for one in said)
        return joined if is_so else words.fails.format(condition=words.group.format(joined))

    def _say_members(self, members: list[s.Node], value: s.Node | None, is_so: bool) -> str:
        if len(members) == 1:
            return self._compare("=" if is_so else "!=", value, members[0])
        if not is_so:
            return self.words.none_of.format(items=self.say_items(members).text)
        items = self.say_items(members, self.words.last_or).text
        template = self._template_of("=", value, members[0])
        return template.format(right=self.words.one_of.format(items=items))

    def _say_test(
        self, test: s.UnaryComparison | s.UnaryExpression, value: s.Node | None, is_so: bool
    ) -> Phrase:
        expected = test.value
        if isinstance(test, s.UnaryComparison):
            operator = test.operator if is_so else _OPPOSITES[test.operator]
            return Phrase(self._compare(operator, value, expected), Level.CLAUSE)
        if isinstance(expected, s.Range):
            return self._say_inside(expected, value, is_so)
        if _asks_value(expected):
            template = self.words.satisfies if is_so else self.words.fails
            condition = self.words.group.format(self.state(expected).text)
            return Phrase(template.format(condition=condition), Level.CLAUSE)
        return Phrase(self._say_match(expected, value, is_so), Level.CLAUSE)

    def _say_match(self, expected: s.Node, value: s.Node | None, is_so: bool) -> str:
        """Equal to it, or among it: which of them, its type decides."""
        words = self.words
        match kind_of_node(expected):
            case "list":
                template = words.member if is_so else words.not_member
            case "range":
                template = words.inside if is_so else words.not_inside
            case "Any" if not _is_temporal(expected):
                template = words.equal_or_member if is_so else words.not_equal_or_member
            case _:
                return self._compare("=" if is_so else "!=", value, expected)
        return template.format(right=self.argument(expected))

    def _say_inside(self, node: s.Range, value: s.Node | None, is_so: bool) -> Phrase:
        words, ends = self.words, []
        if node.low is not None:
            ends.append(self._compare(">=" if node.is_low_closed else ">", value, node.low))
        if node.high is not None:
            ends.append(self._compare("<=" if node.is_high_closed else "<", value, node.high))
        joined = words.together.join(ends) or words.anything
        if not is_so:
            return Phrase(words.fails.format(condition=words.group.format(joined)), Level.CLAUSE)
        return Phrase(joined, Level.JUNCTION if len(ends) == 2 else Level.CLAUSE)


_NOT: Final = Spoken(("negand",), {"zh": "", "en": ""}, {"zh": "", "en": ""})


def _is_plural(subject: str, words: Words) -> bool:
    """Whether a noun phrase is about several things, by the last word of its head."""
    head: list[str] = []
    for word in subject.split():
        if word in words.after_head:
            break
        if f" {word} " in words.operators.values() or word == "divided":
            return False
        head.append(word)
    last = head[-1] if head else ""
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "'s")) and last.isalpha()


def _members_of(tests: s.UnaryTests) -> list[s.Node] | None:
    """The literals a value may be, when the tests are nothing but a list of such."""
    members: list[s.Node] = []
    for test in tests.tests:
        if not isinstance(test, s.UnaryExpression):
            return None
        found = test.value.items if isinstance(test.value, s.List) else (test.value,)
        if not found or not all(isinstance(one, _LITERALS) for one in found):
            return None
        members += found
    return members


def _asks_value(node: s.Node) -> bool:
    """Whether a test speaks of the tested value as ``?``."""
    return any(isinstance(one, s.Name) and one.name == "?" for one in walk(node))


def _is_literal(node: s.Node) -> bool:
    if _is_temporal(node) and isinstance(node, s.Call):
        return all(isinstance(argument, s.String) for argument in node.arguments)
    return isinstance(node, (*_LITERALS, s.Null))


def _is_temporal(node: s.Node) -> bool:
    if not isinstance(node, s.Call) or not isinstance(node.function, s.Name):
        return False
    return node.function.name in TEMPORAL_CALLS
