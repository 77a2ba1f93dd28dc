"""Names: the longest one in scope is meant, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from xbyx_rules.feel import Scope, parse_expression, walk
from xbyx_rules.feel.syntax import Name, Node, Path
from xbyx_rules.feel.types import (
    ANY,
    DATE,
    NUMBER,
    STRING,
    ContextType,
    EntityType,
    FunctionType,
    ListType,
    Type,
)


class Fields:
    """A vocabulary of two entities that refer to each other."""

    def fields_of(self, entity: str) -> Mapping[str, Type]:
        school: Type = EntityType("学校", self)
        activity: Type = EntityType("研修活动", self)
        return {
            "学校": {"校长 姓名": STRING, "研修 活动": ListType(activity)},
            "研修活动": {"活动 日期": DATE, "举办 学校": school},
        }[entity]

    def key_of(self, entity: str) -> str | None:
        return None


PERSON = ContextType((("first name", STRING), ("date of birth", DATE)))
SCOPE = Scope(
    {
        "days": NUMBER,
        "days in weekend": NUMBER,
        "weekend": ListType(NUMBER),
        "a": NUMBER,
        "b": NUMBER,
        "a-b": NUMBER,
        "if applicable": NUMBER,
        "person": PERSON,
        "people": ListType(PERSON),
        "find person": FunctionType((STRING,), PERSON),
        "学校": EntityType("学校", Fields()),
        "60岁以上教师数": NUMBER,
        "班级1": NUMBER,
        "unknown thing": ANY,
    }
)


def names_in(text: str, scope: Scope = SCOPE) -> list[str]:
    tree, problems = parse_expression(text, scope)
    assert tree is not None, problems[0].render("en")
    return [_text(node) for node in walk(tree) if isinstance(node, Name | Path)]


def _text(node: Node) -> str:
    return f".{node.name}" if isinstance(node, Path) else getattr(node, "name", "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("days in weekend + 1", ["days in weekend"]),
        ("days  in\nweekend", ["days in weekend"]),
        ("days in (weekend)", ["days", "weekend"]),
        ("a-b", ["a-b"]),
        ("a - b", ["a", "b"]),
        ("if applicable + 1", ["if applicable"]),
        ("60岁以上教师数 + 1", ["60岁以上教师数"]),
        ("-60岁以上教师数", ["60岁以上教师数"]),
        ("班级１", ["班级1"]),
        ("nobody", ["nobody"]),
        ("string length(a)", ["string length", "a"]),
    ],
)
def test_the_longest_name_in_scope_is_meant(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("person.first name", [".first name", "person"]),
        ("people.first name", [".first name", "people"]),
        ("people[1].first name", [".first name", "people"]),
        ("people[first name = a]", ["people", "first name", "a"]),
        ("people[item.first name = a]", ["people", ".first name", "item", "a"]),
        ("find person(a).date of birth", [".date of birth", "find person", "a"]),
        ("person.nothing", [".nothing", "person"]),
        ("person.a-b", [".a-b", "person"]),
        ("学校.研修 活动.活动 日期", [".活动 日期", ".研修 活动", "学校"]),
        ("学校.研修 活动[活动 日期 > a].举办 学校.校长 姓名", None),
        ("(if a then person else b).first name", None),
        ("(for x in people return x.date of birth)", None),
        ("(for x in people return x)[1].first name", None),
        ("some x in people satisfies x.first name = a", None),
        ("[{own key: 1}, {other key: 2}].other key", [".other key"]),
        ("[{own key: 1}][own key = 1]", ["own key"]),
        ("{own key: 1, next: own key}.own key", [".own key", "own key"]),
        ('{"own key": 1, next: own key}', ["own key"]),
        ("{f: function(the x) the x + 1}", ["the x"]),
        ("for each day in weekend return each day", ["weekend", "each day"]),
        ("unknown thing.first name", [".first name", "unknown thing"]),
        ("unknown thing[first name = a]", ["unknown thing", "first name", "a"]),
        ("sort(people, function(x, y) x.first name < y.first name)", None),
        ('time("10:00:00").time offset', [".time offset", "time"]),
        ("[1..2].start included", [".start included"]),
        ('@"10:00:00".time offset', [".time offset"]),
    ],
)
def test_fields_are_read_by_the_type_of_what_stands_before_them(
    text: str, names: list[str] | None
) -> None:
    assert names_in(text) == names if names is not None else names_in(text)


def test_names_of_a_construct_end_with_it() -> None:
    _, problems = parse_expression("(for each day in weekend return 1) + each day", SCOPE)
    assert [problem.values["name"] for problem in problems] == ["each day"]


def test_an_inner_scope_adds_to_the_outer_one() -> None:
    inner = SCOPE.with_names({"days": STRING, "new name": STRING})
    assert inner.lookup("days") == STRING
    assert inner.lookup("weekend") == ListType(NUMBER)
    assert names_in("new name + days in weekend", inner) == ["new name", "days in weekend"]


def test_a_redefined_function_is_no_builtin() -> None:
    assert Scope().is_builtin("sum")
    assert not Scope({"sum": NUMBER}).is_builtin("sum")
    assert not Scope().is_builtin("校长")


def test_a_name_that_holds_no_word_changes_nothing() -> None:
    assert names_in("1 + a", Scope({"1 + ": ANY, "": ANY, '"': ANY, "a": ANY})) == ["a"]


def test_a_scope_does_not_change_with_the_mapping_it_was_made_from() -> None:
    names: dict[str, Type] = {"a": ANY}
    scope = Scope(names)
    names["b c"] = ANY
    assert scope.lookup("b c") is None
    assert scope.known_names() == {"a"}
