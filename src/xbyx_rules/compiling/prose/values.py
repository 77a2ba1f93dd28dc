"""What stands for a value, as a noun phrase: names, paths, sums, lists, calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import singledispatchmethod
from typing import Final

from xbyx_rules.compiling.lowered import Aggregate
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.temporals import parse_temporal
from xbyx_rules.feel.types import ANY, EntityType, ListType, NumberType, Type

from .calls import Spoken, find_spoken, summed_list
from .literals import say_number, say_unit, say_value
from .names import Names
from .phrases import DEEPEST, Level, Phrase, fill
from .words import Words

__all__ = ["TEMPORAL_CALLS", "Nouns", "kind_of_node"]

TEMPORAL_CALLS: Final = frozenset({"date", "time", "date and time", "duration"})

_MOMENTS: Final = frozenset({"date", "date and time"})
_LITERAL_KINDS: Final[Mapping[type[s.Node], str]] = {
    s.Number: "number",
    s.String: "string",
    s.Boolean: "boolean",
    s.List: "list",
    s.Context: "context",
    s.Range: "range",
    s.Null: "Null",
}
_TEMPORAL_KINDS: Final = {
    "Date": "date",
    "Time": "time",
    "DateTime": "date and time",
    "YearsMonths": "years and months duration",
    "DaysTime": "days and time duration",
}


def kind_of_node(node: s.Node) -> str:
    """The kind of a node's type; of a literal also before inference."""
    if node.type.kind != "Any":
        return node.type.kind
    if isinstance(node, s.Temporal):
        return _TEMPORAL_KINDS.get(type(parse_temporal(node.text)).__name__, "Any")
    return _LITERAL_KINDS.get(type(node), "Any")


class Nouns(ABC):
    """The half of the visitor that says values; `Speaker` adds what is true or false.

    Args:
        words: the language.
        names: what names are called.
    """

    def __init__(self, words: Words, names: Names) -> None:
        self.words = words
        self.names = names
        self._depth = 0
        self._bound: dict[str, str] = {}

    @abstractmethod
    def state(self, node: s.Node, *, is_so: bool = True) -> Phrase:
        """A condition as a clause, or its opposite."""

    @abstractmethod
    def is_condition(self, node: s.Node) -> bool:
        """Whether a node is a condition by its form, whatever its type."""

    def say(self, node: s.Node) -> Phrase:
        """A node as a value."""
        with self._deeper() as is_too_deep:
            if is_too_deep:
                return Phrase(self.words.elided)
            if self.is_condition(node):
                condition = self.state(node).within(Level.ATOM, self.words.group)
                return Phrase(self.words.whether.format(condition=condition), Level.LISTED)
            return self._say(node)

    def argument(self, node: s.Node, loosest: Level = Level.ARITHMETIC) -> str:
        """A value at a place that takes phrases no looser than `loosest`."""
        return self.say(node).within(loosest, self.words.group)

    @contextmanager
    def _deeper(self) -> Iterator[bool]:
        self._depth += 1
        try:
            yield self._depth > DEEPEST
        finally:
            self._depth -= 1

    @contextmanager
    def _binding(self, names: Mapping[str, str]) -> Iterator[None]:
        outer = self._bound
        self._bound = {**outer, **names}
        try:
            yield
        finally:
            self._bound = outer

    @singledispatchmethod
    def _say(self, node: s.Node) -> Phrase:
        raise TypeError(f"no words for {type(node).__name__}")

    @_say.register
    def _(self, node: s.Number) -> Phrase:
        return Phrase(say_number(node.value, node.text))

    @_say.register
    def _(self, node: s.String) -> Phrase:
        return Phrase(say_value(node.value, self.words.language))

    @_say.register
    def _(self, node: s.Boolean) -> Phrase:
        return Phrase(say_value(node.value, self.words.language))

    @_say.register
    def _(self, node: s.Null) -> Phrase:
        return Phrase(self.words.null)

    @_say.register
    def _(self, node: s.Temporal) -> Phrase:
        value = parse_temporal(node.text) if node.value is None else node.value
        return Phrase(say_value(node.text if value is None else value, self.words.language))

    @_say.register
    def _(self, node: s.List) -> Phrase:
        return self.say_items(node.items)

    def say_items(self, items: Sequence[s.Node], last: str = "") -> Phrase:
        """Items one after the other, with `last` before the last one."""
        if not items:
            return Phrase(self.words.list_of_none)
        said = [self.argument(item, Level.ATOM) for item in items]
        if len(said) == 1:
            return Phrase(self.words.list_of_one.format(said[0]), Level.PREFIXED)
        before, final = self.words.separator.join(said[:-1]), said[-1]
        return Phrase(f"{before}{last or self.words.separator}{final}", Level.LISTED)

    @_say.register
    def _(self, node: s.Context) -> Phrase:
        entries = []
        with self._binding({name: name for name, _ in node.entries}):
            for name, value in node.entries:
                said = self.argument(value)
                entries.append(self.words.record_entry.format(name=name, value=said))
        if not entries:
            return Phrase(self.words.empty_record)
        joined = self.words.record_separator.join(entries)
        return Phrase(self.words.record.format(entries=joined))

    @_say.register
    def _(self, node: s.Range) -> Phrase:
        both, from_low, to_high, neither = self.words.ranges
        low, high = (
            self.argument(end) + (self.words.included if is_closed else self.words.excluded)
            if end is not None
            else ""
            for end, is_closed in ((node.low, node.is_low_closed), (node.high, node.is_high_closed))
        )
        template = (both if high else from_low) if low else (to_high if high else neither)
        return Phrase(template.format(low=low, high=high), Level.SUFFIXED)

    @_say.register
    def _(self, node: s.Name) -> Phrase:
        found = self._bound.get(node.name)
        return Phrase(self.names.of_name(node.name, node.type) if found is None else found)

    @_say.register
    def _(self, node: s.Path) -> Phrase:
        name = self.names.of_field(node.name, _element_of(node.base.type))
        base = self.argument(node.base, Level.SUFFIXED)
        if self.words.language == "en":
            base += "'" if base.endswith("s") else "'s"
        return Phrase(self.words.path.format(base=base, name=name), Level.SUFFIXED)

    @_say.register
    def _(self, node: s.Filter) -> Phrase:
        if kind_of_node(node.condition) == "number" or isinstance(node.condition, s.Negation):
            return self._say_index(node)
        base = self.argument(node.base, Level.SUFFIXED)
        with self._binding({"item": self.words.item}):
            condition = self.words.group.format(self.state(node.condition).text)
        measure = self.measure_of(node.base)
        text = self.words.filtered.format(base=base, condition=condition, measure=measure)
        return Phrase(text, self.words.reach)

    def _say_index(self, node: s.Filter) -> Phrase:
        index, template = node.condition, self.words.at_index
        if isinstance(index, s.Negation):
            index, template = index.operand, self.words.from_end
        elif isinstance(index, s.Number) and index.value < 0:
            index, template = s.Number(value=-index.value), self.words.from_end
        if template == self.words.from_end and index == s.Number(value=Decimal(1)):
            template = self.words.last
        text = template.format(
            base=self.argument(node.base, Level.SUFFIXED),
            index=self.argument(index, Level.ATOM),
            measure=self.measure_of(node.base),
        )
        return Phrase(text, self.words.reach)

    def measure_of(self, node: s.Node) -> str:
        """The classifier for one element of a list; that of records before inference."""
        element = _element_of(node.type)
        if isinstance(element, EntityType):
            name = element.entity
        elif isinstance(node, s.Name | s.Path) and element.kind == "Any":
            name = node.name
        else:
            return self.words.measures["item"]
        return self.words.measures.get(name, self.words.measures[""])

    @_say.register
    def _(self, node: s.Negation) -> Phrase:
        if isinstance(node.operand, s.Number):
            return Phrase(f"-{self.argument(node.operand)}")
        return self._fill(self.words.negative, {"0": node.operand})

    @_say.register
    def _(self, node: s.Arithmetic) -> Phrase:
        left, right = kind_of_node(node.left), kind_of_node(node.right)
        if node.operator == "**":
            return self._fill(self.words.power, {"left": node.left, "right": node.right})
        if node.operator == "-" and left in _MOMENTS and right in _MOMENTS:
            return self._fill(self.words.elapsed, {"left": node.left, "right": node.right})
        if node.operator == "+" and "string" in (left, right):
            return self._fill(self.words.joined, {"left": node.left, "right": node.right})
        first, rest = _unroll(node)
        pieces = [self.argument(first, Level.PREFIXED)]
        for operator, operand in rest:
            pieces += [self.words.operators[operator], self.argument(operand, Level.PREFIXED)]
        return Phrase("".join(pieces), Level.ARITHMETIC)

    @_say.register
    def _(self, node: s.If) -> Phrase:
        text = self.words.conditional_value.format(
            condition=self.state(node.condition).within(Level.JUNCTION, self.words.group),
            consequence=self.argument(node.consequence, Level.LISTED),
            alternative=self.argument(node.alternative, Level.LISTED),
        )
        return Phrase(text, Level.OPEN)

    @_say.register
    def _(self, node: s.For) -> Phrase:
        heads, bound = self._say_heads(node.iterators, "every")
        with self._binding({**bound, "partial": self.words.partial}):
            result = self.argument(node.result, Level.PREFIXED)
        return Phrase(self.words.collected.format(heads=heads, result=result), self.words.reach)

    def _say_heads(
        self, iterators: Sequence[s.Iterator], quantifier: str
    ) -> tuple[str, dict[str, str]]:
        """The variables with the lists they run over, and what the variables are called."""
        templates = self.words.quantifiers[quantifier]
        said: list[str] = []
        bound: dict[str, str] = {}
        for iterator in iterators:
            with self._binding(bound):
                text, is_plain, measure = self._say_domain(iterator)
            first = templates.plain if is_plain else templates.other
            template = templates.further if said else first
            name, called = self._call(iterator, {**self._bound, **bound})
            said.append(template.format(measure=measure, list=text, called=called))
            bound[iterator.name] = name
        return self.words.and_each.join(said), bound

    def _call(self, iterator: s.Iterator, bound: Mapping[str, str]) -> tuple[str, str]:
        """What a variable is called, and how that is introduced."""
        element = _element_of(iterator.domain.type)
        noun = self.words.measures["item"] if element.kind == "string" else ""
        if isinstance(element, EntityType):
            noun = self.names.of_record(element.entity)
        for template in self.words.that if noun else ():
            name = template.format(noun=noun)
            if name not in bound.values():
                return name, ""
        return iterator.name, self.words.called.format(alias=iterator.name)

    def _say_domain(self, iterator: s.Iterator) -> tuple[str, bool, str]:
        domain = iterator.domain
        if iterator.last is not None:
            is_date = kind_of_node(domain) == "date"
            template = self.words.days if is_date else self.words.whole_numbers
            text = template.format(low=self.argument(domain), high=self.argument(iterator.last))
            return text, True, self.words.measures["number"]
        if isinstance(domain, s.Range):
            return self.argument(domain), False, self.words.measures["number"]
        is_plain = isinstance(domain, s.Name | s.Path)
        return self.argument(domain, Level.LISTED), is_plain, self.measure_of(domain)

    @_say.register
    def _(self, node: s.Iterator) -> Phrase:
        return Phrase(self._say_heads((node,), "every")[0], Level.OPEN)

    @_say.register
    def _(self, node: s.Call) -> Phrase:
        name = node.function.name if isinstance(node.function, s.Name) else ""
        if name in self._bound:
            return self._say_computed(node)
        if name in TEMPORAL_CALLS and len(node.arguments) == 1:
            (argument,) = node.arguments
            value = parse_temporal(argument.value) if isinstance(argument, s.String) else None
            if value is not None:
                return Phrase(say_value(value, self.words.language))
        listed = summed_list(node)
        if listed is not None:
            return self._fill(self.words.total_from_zero, {"0": listed})
        spoken = find_spoken(name, len(node.arguments), node.names)
        return self._say_computed(node) if spoken is None else self._say_spoken(node, spoken)

    def _say_spoken(self, node: s.Call, spoken: Spoken) -> Phrase:
        phrases = self.arguments_of(node, spoken)
        return fill(spoken.texts[self.words.language], phrases, self.words.group)

    def arguments_of(self, node: s.Call, spoken: Spoken) -> dict[str, Phrase]:
        """The phrase for each slot of a function's template."""
        order = spoken.arrange(len(node.arguments), node.names) or ()
        last = len(order) - 1
        takes_rest = spoken.is_variadic and not node.names and len(node.arguments) > len(order)
        phrases = {}
        for slot, place in enumerate(order):
            # WHY not both: an argument said twice would take exponential time when nested.
            if takes_rest and slot == last:
                phrases[str(slot)] = self.say_items(node.arguments[last:])
            else:
                phrases[str(slot)] = self.say(node.arguments[place])
        return phrases

    def _say_computed(self, node: s.Call) -> Phrase:
        """A calculation of the document, or any function without words of its own."""
        name = self.say(node.function)
        if not node.arguments:
            return name
        if len(node.arguments) == 1 and not node.names and isinstance(node.function, s.Name):
            path = s.Path(base=node.arguments[0], name=node.function.name)
            return self._say(path)
        said = [self.argument(argument) for argument in node.arguments]
        if node.names:
            said = [
                self.words.named_argument.format(value=value, name=parameter)
                for value, parameter in zip(said, node.names, strict=True)
            ]
        text = self.words.computed.format(
            arguments=self.words.separator.join(said),
            name=name.within(Level.SUFFIXED, self.words.group),
        )
        return Phrase(text, Level.PREFIXED)

    @_say.register
    def _(self, node: Aggregate) -> Phrase:
        call = s.Call(function=s.Name(name=node.function), arguments=(node.domain,))
        return self._say(call)

    @_say.register
    def _(self, node: s.Function) -> Phrase:
        parameters = self.words.separator.join(self._say(one).text for one in node.parameters)
        with self._binding({one.name: one.name for one in node.parameters}):
            template = self.words.host_function if node.is_external else self.words.function
            body = "" if node.is_external else self.argument(node.body)
        return Phrase(template.format(parameters=parameters, body=body), Level.SUFFIXED)

    @_say.register
    def _(self, node: s.Parameter) -> Phrase:
        if node.expected is None:
            return Phrase(node.name)
        return Phrase(node.name + self.words.group.format(self._say(node.expected).text))

    @_say.register
    def _(self, node: s.TypeName) -> Phrase:
        name = self.words.types.get(node.name, node.name)
        elements = node.arguments[-1:] if node.name == "function" else node.arguments
        if not elements or node.keys:
            return Phrase(name)
        element = self.words.separator.join(self.say(one).text for one in elements)
        return Phrase(self.words.list_type.format(element=element, type=name))

    def _fill(self, template: str, nodes: Mapping[str, s.Node]) -> Phrase:
        phrases = {slot: self.say(node) for slot, node in nodes.items()}
        return fill(template, phrases, self.words.group)

    def say_with_unit(self, node: s.Node, other: s.Node) -> str:
        """An operand; a bare number takes the unit of what it is compared with."""
        unit = other.type.unit if isinstance(other.type, NumberType) else ""
        text = self.argument(node)
        number = node.operand if isinstance(node, s.Negation) else node
        if not unit or not isinstance(number, s.Number) or text.endswith("%"):
            return text
        is_one = number is node and number.value == 1
        return f"{text}{self.words.glue}{say_unit(unit, self.words.language, is_one=is_one)}"


def _unroll(node: s.Arithmetic) -> tuple[s.Node, list[tuple[str, s.Node]]]:
    """A chain such as ``a + b - c`` flat, without recursion; ``a / b * c`` is no such chain."""
    chain = ("+", "-") if node.operator in "+-" else ("*",) if node.operator == "*" else ()
    rest = [(str(node.operator), node.right)]
    first = node.left
    while isinstance(first, s.Arithmetic) and first.operator in chain:
        rest.append((first.operator, first.right))
        first = first.left
    return first, rest[::-1]


def _element_of(kind: Type) -> Type:
    return kind.element if isinstance(kind, ListType) else kind if kind.kind != "list" else ANY
