"""Hypothesis strategies for expressions that type-check over a small vocabulary, and their facts.

`expressions(kind)` gives untyped trees meant to be of a kind; nearly all of them check.  `facts()`
gives values for every name, Unknowns and incomplete lists among them; `less_known` takes some away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.inference import Source, infer_expression, infer_unary_tests
from xbyx_rules.feel.scope import Scope
from xbyx_rules.feel.temporals import Date, DateTime, DaysTime, Time, YearsMonths
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    EntityType,
    FunctionType,
    ListType,
    NumberType,
    StringType,
    Type,
)
from xbyx_rules.feel.values import UNKNOWN, Complete, Incomplete, Record
from xbyx_rules.tables import DecisionTable, Output, Rule

__all__ = ["NAMES", "SCOPE", "SMALL", "expressions", "facts", "less_known", "tables", "typed"]

POSTS = ("校长", "主任", "教师")
HOURS = NumberType(Decimal(0), Decimal(40), 1)
DRAW = Callable[[st.SearchStrategy[Any]], Any]


class SmallVocabulary:
    """Two entities that refer to each other: staff have a key, departments have none."""

    def fields_of(self, entity: str) -> Mapping[str, Type]:
        """The terms of an entity."""
        staff, department = EntityType("人员", self), EntityType("部门", self)
        if entity == "部门":
            return {"名称": STRING, "编制": NUMBER, "成员": ListType(staff, records=True)}
        return {
            "工号": STRING,
            "职务": StringType(POSTS),
            "学时": HOURS,
            "在职": BOOLEAN,
            "生日": DATE,
            "标签": ListType(STRING),
            "部门": department,
        }

    def key_of(self, entity: str) -> str | None:
        """Staff have a number, departments nothing."""
        return "工号" if entity == "人员" else None


SMALL = SmallVocabulary()
STAFF = EntityType("人员", SMALL)
NAMES: dict[str, Type] = {
    "n": NUMBER,
    "m": HOURS,
    "k": NumberType(Decimal(-5), Decimal(-1), 0),
    "文": STRING,
    "职": StringType(POSTS),
    "b": BOOLEAN,
    "c": BOOLEAN,
    "d": DATE,
    "e": DATE,
    "时刻": DATE_TIME,
    "钟点": TIME,
    "时长": DAYS_TIME,
    "年月": YEARS_MONTHS,
    "数列": ListType(NUMBER),
    "文列": ListType(STRING),
    "负责人": STAFF,
    "人员": ListType(STAFF, records=True),
    "折算": FunctionType((STAFF,), NUMBER),
}
SCOPE = Scope({**NAMES, "已知": FunctionType((ANY,), BOOLEAN)})

_COMPARED = ("number", "string", "date", "date and time", "time", DAYS_TIME.kind, YEARS_MONTHS.kind)
_ORDER = ("<", "<=", ">", ">=", "=", "!=")


def typed(tree: s.Node, *, may_ask_knowledge: bool = False) -> tuple[s.Node, tuple[str, ...]]:
    """A tree typed in `SCOPE`, and the codes of what is wrong with it."""
    node, problems = infer_expression(tree, SCOPE, Source(""), may_ask_knowledge=may_ask_knowledge)
    return node, tuple(one.code for one in problems)


# Values


def numbers() -> st.SearchStrategy[Decimal]:
    """Small numbers with up to two places, and some far ones."""
    small = st.integers(-400, 400).map(lambda n: Decimal(n) / 100)
    whole = st.integers(-6, 12).map(Decimal)
    return st.one_of(whole, whole, small, st.sampled_from((Decimal("1E+30"), Decimal("7E-31"))))


def values(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type, each part of a record Unknown now and then."""
    match kind:
        case NumberType(low=Decimal() as low, high=Decimal() as high):
            places = 10 ** (kind.scale or 0)
            scaled = st.integers(int(low * places), int(high * places))
            return scaled.map(lambda n: Decimal(n) / places)
        case NumberType():
            return numbers()
        case StringType():
            return st.sampled_from(kind.values or ("", "a", "校长", "b"))
        case ListType(records=True):
            items = st.lists(values(kind.element), max_size=3)
            return st.one_of(items.map(Complete), items.map(Incomplete))
        case ListType():
            return st.lists(perhaps(values(kind.element)), max_size=4)
        case EntityType():
            fields = kind.source.fields_of(kind.entity)
            plain = {one: of for one, of in fields.items() if one not in ("部门", "成员")}
            made = st.fixed_dictionaries({one: perhaps(values(of)) for one, of in plain.items()})
            blank = dict.fromkeys(fields, UNKNOWN)
            key = kind.source.key_of(kind.entity) or ""
            if kind.entity == "部门":
                return made.map(lambda one: Record(key, {**blank, **one}))
            near = perhaps(values(EntityType("部门", SMALL)))
            return st.builds(lambda one, of: Record(key, {**blank, **one, "部门": of}), made, near)
        case FunctionType():
            return st.just(_convert)
    return _moments(kind)


def _convert(record: Any) -> Any:
    hours = record.get("学时", UNKNOWN)
    return hours if hours is UNKNOWN else hours * 2


def _moments(kind: Type) -> st.SearchStrategy[Any]:
    dates = st.integers(738_000, 738_003).map(Date.from_ordinal)
    clocks = st.sampled_from((Time(8, 0, 0), Time(8, 0, 0, offset=0), Time(9, 30, 0, zone="UTC")))
    choices: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "date": dates,
        "time": clocks,
        "date and time": st.builds(DateTime, dates, clocks),
        DAYS_TIME.kind: st.integers(-2, 2).map(lambda n: DaysTime.of(days=n, seconds=n)),
        YEARS_MONTHS.kind: st.integers(-14, 14).map(YearsMonths),
    }
    return choices[kind.kind]


def perhaps(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or Unknown."""
    return st.one_of(of, of, of, st.just(UNKNOWN))


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """A value or Unknown for every name of `NAMES`."""
    return st.fixed_dictionaries(
        {name: values(of) if name == "折算" else perhaps(values(of)) for name, of in NAMES.items()}
    )


@st.composite
def less_known(draw: DRAW, known: dict[str, Any]) -> dict[str, Any]:
    """The same facts with some of what is known taken away."""
    return {
        name: value if callable(value) else _forget(draw, value) for name, value in known.items()
    }


def _forget(draw: DRAW, value: Any) -> Any:
    if value is UNKNOWN or draw(st.integers(0, 4)) == 0:
        return UNKNOWN
    if isinstance(value, Record):
        return Record(value.key, {key: _forget(draw, one) for key, one in value.items()})
    if isinstance(value, Complete | Incomplete):
        is_complete = isinstance(value, Complete) and draw(st.booleans())
        kept = list(value) if is_complete else [one for one in value if draw(st.booleans())]
        records = [Record(one.key, _forget_fields(draw, one)) for one in kept]
        return Complete(records) if is_complete else Incomplete(records)
    if isinstance(value, list):
        return [_forget(draw, one) for one in value]
    return value


def _forget_fields(draw: DRAW, record: Record) -> dict[str, Any]:
    # WHY: a list of records holds records, whatever is known of them.
    return {key: _forget(draw, one) for key, one in record.items()}


# Expressions


def expressions(kind: str = "boolean", depth: int = 4) -> st.SearchStrategy[s.Node]:
    """Untyped trees meant to be of a kind (``number``, ``list<string>``, ``人员`` …)."""
    return _drawn(kind, depth)


@st.composite
def _drawn(draw: DRAW, kind: str, depth: int) -> s.Node:
    return _Maker(draw).make(kind, depth, NAMES)


HIT_POLICIES = ("U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#")


@st.composite
def tables(draw: DRAW) -> DecisionTable:
    """Decision tables, typed; those with a cell that doesn't check are left out."""
    maker = _Maker(draw)
    policy = draw(st.sampled_from(HIT_POLICIES))
    kinds = [maker.pick("number", "string", "boolean", "date") for _ in range(maker.pick(1, 2))]
    inputs = [typed(maker.make(kind, 1, NAMES)) for kind in kinds]
    assume(
        all(
            not codes and one.type.kind == kind
            for kind, (one, codes) in zip(kinds, inputs, strict=True)
        )
    )
    ranked = policy in ("P", "O")
    output = Output("结果", StringType(POSTS) if ranked else NUMBER)
    rules = [
        _rule(maker, str(number), [one for one, _ in inputs], output)
        for number in range(1, maker.pick(1, 2, 3) + 1)
    ]
    return DecisionTable(policy, tuple(one for one, _ in inputs), (output,), tuple(rules))


def _rule(maker: _Maker, number: str, inputs: list[s.Node], output: Output) -> Rule:
    tests: list[s.UnaryTests] = []
    for tested in inputs:
        kind = tested.type.kind
        made = s.UnaryTests(()) if maker.pick(True, False, False) else maker.tests(kind, 1, NAMES)
        node, problems = infer_unary_tests(made, tested, SCOPE, Source(""))
        assume(not problems)
        tests.append(node)
    texts = output.type != NUMBER
    value, codes = typed(s.String(maker.pick(*POSTS)) if texts else maker.make("number", 1, NAMES))
    assume(not codes and value.type.kind == output.type.kind)
    return Rule(number, tuple(tests), (value,))


def _kind_of(kind: Type) -> str:
    if isinstance(kind, ListType):
        return f"list<{_kind_of(kind.element)}>"
    return kind.entity if isinstance(kind, EntityType) else kind.kind


def _call(name: str, *arguments: s.Node) -> s.Node:
    return s.Call(s.Name(name), arguments)


class _Maker:
    """Draws trees; every choice comes from Hypothesis, so that it can shrink them."""

    def __init__(self, draw: DRAW) -> None:
        self.draw = draw
        self.count = 0

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def make(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        # WHY: now and then another kind than is meant, so that checking has to tell.
        if self.draw(st.integers(0, 60)) == 60:
            kind = self.pick("number", "string", "boolean", "date", "list<number>", "人员")
        known = [name for name, of in names.items() if _kind_of(of) == kind]
        choice = self.draw(st.integers(0, 5))
        if depth <= 0 or choice == 0:
            return self.leaf(kind, names, known)
        if choice == 1:
            return self.any_kind(kind, depth, names)
        maker = {
            "number": self.number,
            "string": self.string,
            "boolean": self.boolean,
            "date": self.date,
        }.get(kind)
        if maker is None:
            maker = self.sequence if kind.startswith("list<") else self.other
        return maker(kind, depth, names)

    def leaf(self, kind: str, names: Mapping[str, Type], known: list[str]) -> s.Node:
        if known and self.draw(st.integers(0, 3)):
            return s.Name(self.pick(*known))
        match kind:
            case "number":
                value = self.draw(numbers())
                return s.Number(abs(value)) if value >= 0 else s.Negation(s.Number(-value))
            case "string":
                return s.String(self.pick("a", "", "校长", "主任"))
            case "boolean":
                return s.Boolean(self.pick(True, False))
            case "人员" | "部门":
                return s.Name("负责人") if kind == "人员" else s.Path(s.Name("负责人"), "部门")
            case "list<人员>":
                return s.Name("人员")
            case "list<部门>":
                return s.Path(s.Name("人员"), "部门")
        if kind.startswith("list<"):
            return s.List(())
        value = self.draw(_moments({one.kind: one for one in NAMES.values()}[kind]))
        return s.Temporal(str(value), value)

    def any_kind(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        below = depth - 1
        match self.draw(st.integers(0, 3)):
            case 0:
                parts = (self.make("boolean", below, names), self.make(kind, below, names))
                return s.If(*parts, self.make(kind, below, names))
            case 1 if not kind.startswith("list<"):
                items = self.make(f"list<{kind}>", below, names)
                return s.Filter(items, self.make("number", below // 2, names))
            case 2:
                entry = self.make(kind, below, names)
                return s.Path(s.Context((("x", entry), ("y", s.Name("b")))), "x")
        parameter = self.variable()
        of = self.pick("number", "string", "boolean")
        inner = {**names, parameter: {"number": NUMBER, "string": STRING, "boolean": BOOLEAN}[of]}
        function = s.Function((s.Parameter(parameter),), self.make(kind, below, inner))
        return s.Call(function, (self.make(of, below, names),))

    def variable(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def number(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        below = depth - 1

        def make(of: str) -> s.Node:
            return self.make(of, below, names)

        match self.draw(st.integers(0, 9)):
            case 0 | 1 | 2:
                return s.Arithmetic(self.pick("+", "-", "*", "/"), make("number"), make("number"))
            case 3:
                return s.Negation(make("number"))
            case 4:
                name = self.pick("sum", "min", "max", "mean", "count", "product", "median")
                return _call(name, make("list<number>"))
            case 5:
                return _call(
                    "count", make(self.pick("list<人员>", "list<string>", "list<boolean>"))
                )
            case 6:
                return s.Path(make("date"), self.pick("year", "month", "day", "weekday"))
            case 7:
                return s.Path(make("人员"), "学时")
            case 8:
                return _call("折算", make("人员"))
        name = self.pick("abs", "floor", "ceiling", "string length", "sqrt", "modulo", "decimal")
        if name == "string length":
            return _call(name, make("string"))
        extra = (make("number"),) if name in ("modulo", "decimal") else ()
        return _call(name, make("number"), *extra)

    def string(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        below = depth - 1

        def make(of: str) -> s.Node:
            return self.make(of, below, names)

        match self.draw(st.integers(0, 4)):
            case 0:
                return s.Arithmetic("+", make("string"), make("string"))
            case 1:
                return s.Path(make("人员"), self.pick("工号", "职务"))
            case 2:
                return _call("string", make(self.pick("number", "date", "list<number>", "人员")))
            case 3:
                return _call("substring", make("string"), make("number"))
        return _call("string join", make("list<string>"), s.String(","))

    def date(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        below = depth - 1
        match self.draw(st.integers(0, 2)):
            case 0:
                step = self.pick(DAYS_TIME.kind, YEARS_MONTHS.kind)
                parts = (self.make("date", below, names), self.make(step, below, names))
                return s.Arithmetic(self.pick("+", "-"), *parts)
            case 1:
                return s.Path(self.make("人员", below, names), "生日")
        return _call("date", *(self.make("number", below, names) for _ in range(3)))

    def other(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        """Records, times, durations."""
        if kind == DAYS_TIME.kind:
            return s.Arithmetic("-", *(self.make("date", depth - 1, names) for _ in range(2)))
        if kind in (YEARS_MONTHS.kind, DAYS_TIME.kind):
            parts = (self.make(kind, depth - 1, names), self.make("number", depth - 1, names))
            return s.Arithmetic(self.pick("*", "/"), *parts)
        if kind == "部门":
            return s.Path(self.make("人员", depth - 1, names), "部门")
        return self.leaf(kind, names, [one for one, of in names.items() if _kind_of(of) == kind])

    def boolean(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        below = depth - 1

        def make(of: str) -> s.Node:
            return self.make(of, below, names)

        match self.draw(st.integers(0, 11)):
            case 0 | 1:
                of = self.pick(*_COMPARED)
                return s.Comparison(self.pick(*_ORDER), make(of), make(of))
            case 2:
                of = self.pick("boolean", "人员", "list<number>", "list<人员>")
                return s.Comparison(self.pick("=", "!="), make(of), make(of))
            case 3 | 4:
                parts = tuple(make("boolean") for _ in range(self.pick(2, 3)))
                return s.And(parts) if self.pick(True, False) else s.Or(parts)
            case 5:
                return _call("not", make("boolean"))
            case 6:
                of = self.pick("number", "date", "string")
                return s.Between(make(of), make(of), make(of))
            case 7:
                return self.membership(below, names)
            case 8 | 9:
                return self.quantified(below, names)
            case 10:
                of = self.pick("number", "string", "人员")
                return _call("list contains", make(f"list<{of}>"), make(of))
        name = self.pick("all", "any")
        return _call(name, make("list<boolean>"))

    def membership(self, depth: int, names: Mapping[str, Type]) -> s.Node:
        of = self.pick("number", "string", "date", "人员")
        value = self.make(of, depth, names)
        return s.In(value, self.tests(of, depth, names))

    def tests(self, of: str, depth: int, names: Mapping[str, Type]) -> s.UnaryTests:
        """Unary tests of a value of a kind."""
        made = tuple(self.test(of, depth, names) for _ in range(self.pick(1, 2)))
        return s.UnaryTests(made, is_negated=self.pick(True, False, False))

    def test(
        self, of: str, depth: int, names: Mapping[str, Type]
    ) -> s.UnaryComparison | s.UnaryExpression:
        shape = self.draw(st.integers(0, 3))
        if shape == 0 and of != "人员":
            return s.UnaryComparison(self.pick(*_ORDER), self.make(of, depth, names))
        if shape == 1 and of != "人员":
            low, high = self.make(of, depth, names), self.make(of, depth, names)
            ends = (self.pick(True, False), self.pick(True, False))
            return s.UnaryExpression(s.Range(low, high, *ends))
        if shape == 2:
            return s.UnaryExpression(self.make(f"list<{of}>", depth, names))
        return s.UnaryExpression(self.make(of, depth, names))

    def quantified(self, depth: int, names: Mapping[str, Type]) -> s.Node:
        iterators, inner = self.iterators(depth, names)
        quantifier = self.pick("some", "every")
        return s.Quantified(quantifier, iterators, self.make("boolean", depth, inner))

    def iterators(
        self, depth: int, names: Mapping[str, Type]
    ) -> tuple[tuple[s.Iterator, ...], Mapping[str, Type]]:
        made: list[s.Iterator] = []
        for _ in range(self.pick(1, 1, 2)):
            variable = self.variable()
            of = self.pick("number", "string", "人员", "人员", "部门", "1..")
            if of == "1..":
                ends = s.Number(Decimal(self.pick(0, 1, 3))), self.make("number", 0, names)
                made.append(s.Iterator(variable, *ends))
                of = "number"
            else:
                made.append(s.Iterator(variable, self.make(f"list<{of}>", depth, names)))
            names = {**names, variable: _TYPES[of]}
        return tuple(made), names

    def sequence(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        of, below = kind[5:-1], depth - 1
        shape = self.draw(st.integers(0, 7))
        if shape == 0:
            return self.leaf(kind, names, [one for one, t in names.items() if _kind_of(t) == kind])
        if shape == 1:
            return s.List(tuple(self.make(of, below, names) for _ in range(self.pick(0, 1, 2))))
        if shape in (2, 3):
            base = self.make(kind, below, names)
            inner = {**names, "item": _TYPES[of]} if of in _TYPES else names
            return s.Filter(base, self.make("boolean", below, inner))
        if shape in (4, 5):
            return self.loop(of, below, names)
        if shape == 6:
            return self.fields(kind, below, names)
        return self.made_list(kind, below, names)

    def loop(self, of: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        iterators, inner = self.iterators(depth, names)
        result = self.make(of, depth, inner)
        if of == "number" and self.pick(True, False):
            so_far = _call(self.pick("sum", "count"), s.Name("partial"))
            result = s.Arithmetic("+", so_far, result)
        return s.For(iterators, result)

    def fields(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        staff = self.make("list<人员>", depth, names)
        field = {
            "list<number>": "学时",
            "list<string>": self.pick("工号", "职务"),
            "list<boolean>": "在职",
            "list<date>": "生日",
            "list<部门>": "部门",
        }.get(kind)
        return staff if field is None else s.Path(staff, field)

    def made_list(self, kind: str, depth: int, names: Mapping[str, Type]) -> s.Node:
        base = self.make(kind, depth, names)
        of = kind[5:-1]
        match self.draw(st.integers(0, 4)):
            case 0:
                return _call("append", base, self.make(of, depth, names))
            case 1:
                return _call("concatenate", base, self.make(kind, depth, names))
            case 2:
                return _call(self.pick("reverse", "distinct values", "flatten"), base)
            case 3:
                return _call("sublist", base, self.make("number", depth, names))
        if of not in _COMPARED:
            return base
        left, right = self.variable(), self.variable()
        inner = {**names, left: _TYPES.get(of, NUMBER), right: _TYPES.get(of, NUMBER)}
        answer = self.make("boolean", depth, inner) if self.pick(True, False) else None
        body = answer or s.Comparison(self.pick("<", ">"), s.Name(left), s.Name(right))
        return _call("sort", base, s.Function((s.Parameter(left), s.Parameter(right)), body))


_TYPES: dict[str, Type] = {
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "人员": STAFF,
    "部门": EntityType("部门", SMALL),
}
