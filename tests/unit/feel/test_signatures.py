"""Which signature a call means, and what type it gives."""

from decimal import Decimal

import pytest

from xbyx_rules.feel.functions import BUILTINS, find_signature, matches_type
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    ContextType,
    FunctionType,
    ListType,
    NumberType,
    RangeType,
    StringType,
    Type,
)

CREDIT = NumberType(Decimal(0), Decimal(40), 1, "学分")


def result_of(name: str, *arguments: Type) -> Type | None:
    signature = find_signature(BUILTINS[name], arguments)
    return None if signature is None else signature.result_type(arguments)


@pytest.mark.parametrize(
    ("expected", "given", "answer"),
    [
        (ANY, NUMBER, True),
        (NUMBER, CREDIT, True),
        (STRING, StringType(("甲", "乙")), True),
        (NUMBER, STRING, False),
        (NUMBER, ANY, True),
        (NUMBER, NULL, False),
        (ListType(ANY), ListType(NUMBER), True),
        (ListType(NUMBER), ListType(CREDIT), True),
        (ListType(NUMBER), ListType(STRING), False),
        (ListType(NUMBER), NUMBER, False),
        (RangeType(ANY), RangeType(DATE), True),
        (RangeType(NUMBER), RangeType(DATE), False),
        (DATE, DATE_TIME, False),
        (ContextType(()), ContextType((("甲", NUMBER),)), True),
        (ContextType((("甲", NUMBER),)), ContextType((("甲", STRING),)), False),
        (ContextType((("甲", NUMBER),)), ContextType(()), False),
        (FunctionType((ANY, ANY), BOOLEAN), FunctionType((ANY, ANY), ANY), True),
        (FunctionType((ANY, ANY), BOOLEAN), FunctionType((ANY,), ANY), False),
    ],
)
def test_types_match_without_coercion(expected: Type, given: Type, answer: bool) -> None:
    assert matches_type(expected, given) is answer


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("sum", (ListType(CREDIT, 3),), NumberType(Decimal(0), Decimal(120), 1, "学分")),
        ("sum", (ListType(CREDIT),), NumberType(Decimal(0), None, 1, "学分")),
        ("sum", (CREDIT, CREDIT), NumberType(Decimal(0), Decimal(80), 1, "学分")),
        ("min", (ListType(DATE),), DATE),
        ("max", (CREDIT, NumberType(Decimal(-1), Decimal(5), 0, "学分")),
         NumberType(Decimal(-1), Decimal(40), 1, "学分")),
        ("mean", (ListType(CREDIT),), NumberType(Decimal(0), Decimal(40), None, "学分")),
        ("count", (ListType(STRING, 7),), NumberType(Decimal(0), Decimal(7), 0)),
        ("decimal", (CREDIT, NumberType(Decimal(0), Decimal(0), 0)),
         NumberType(Decimal(0), Decimal(40), 0, "学分")),
        ("decimal", (CREDIT, NUMBER), NumberType(unit="学分")),
        ("floor", (NumberType(Decimal("0.5"), Decimal("1.5"), 1),),
         NumberType(Decimal(0), Decimal(1), 0)),
        ("abs", (NumberType(Decimal(-3), Decimal(2), 1),), NumberType(Decimal(0), Decimal(3), 1)),
        ("abs", (NumberType(Decimal(-3), Decimal(-2), 1),), NumberType(Decimal(2), Decimal(3), 1)),
        ("abs", (DAYS_TIME,), DAYS_TIME),
        ("reverse", (ListType(CREDIT, 2, records=True),), ListType(CREDIT, 2, records=True)),
        ("append", (ListType(CREDIT, 2), CREDIT), ListType(CREDIT, 3)),
        ("concatenate", (ListType(CREDIT), ListType(CREDIT, 3, records=True)),
         ListType(CREDIT, None, records=True)),
        ("concatenate", (ListType(CREDIT), ListType(STRING)), ListType(ANY)),
        ("flatten", (ListType(ListType(DATE)),), ListType(DATE)),
        ("day of week", (DATE_TIME,), None),
        ("context merge", (ListType(ContextType((("甲", NUMBER),))),),
         ContextType((("甲", NUMBER),))),
    ],
)  # fmt: skip
def test_types_of_results(name: str, arguments: tuple[Type, ...], result: Type | None) -> None:
    found = result_of(name, *arguments)
    if result is None:
        assert isinstance(found, StringType)
        assert len(found.values or ()) == 7
    else:
        assert found == result


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("abs", ()),
        ("abs", (NUMBER, NUMBER)),
        ("abs", (NULL,)),
        ("abs", (STRING,)),
        ("sum", (STRING,)),
        ("sum", ()),
        ("floor", (NUMBER, NULL)),
        ("round up", (NUMBER,)),
        ("sort", (ListType(ANY), FunctionType((ANY,), BOOLEAN))),
        ("number", (STRING, STRING)),
        ("years and months duration", (DATE,)),
        ("now", (NUMBER,)),
    ],
)
def test_calls_that_fit_no_signature(name: str, arguments: tuple[Type, ...]) -> None:
    assert find_signature(BUILTINS[name], arguments) is None


@pytest.mark.parametrize(
    ("name", "names", "types", "places"),
    [
        ("substring", ["start position", "string"], [NUMBER, STRING], (1, 0)),
        ("number", ["decimal separator", "from", "grouping separator"], [STRING] * 3, (1, 2, 0)),
        ("time", ["hour", "minute", "second", "offset"], [NUMBER] * 3 + [NULL], (0, 1, 2, 3)),
        ("date", ["from"], [DATE_TIME], (0,)),
        ("is", ["value2"], [NUMBER], (None, 0)),
        ("list contains", ["element", "list"], [NULL, ListType(ANY)], (1, 0)),
        ("abs", ["number"], [NUMBER], None),
        ("abs", ["n", "n"], [NUMBER, NUMBER], None),
        ("floor", ["scale"], [NUMBER], None),
        ("floor", ["n", "scale"], [NUMBER, NULL], None),
        ("sum", ["n"], [NUMBER], None),
        ("sum", ["list"], [ListType(NUMBER)], (0,)),
    ],
)
def test_arguments_by_name(
    name: str, names: list[str], types: list[Type], places: tuple[int | None, ...] | None
) -> None:
    signature = find_signature(BUILTINS[name], types, names)
    assert (None if signature is None else signature.arrange(names)) == places


def test_required_parameters_stand_before_optional_ones() -> None:
    for builtin in BUILTINS.values():
        for signature in builtin.signatures:
            assert 0 <= signature.required <= len(signature.parameters)
            assert signature.nullable <= {name for name, _ in signature.parameters}
            assert not signature.is_variadic or signature.required == len(signature.parameters)
