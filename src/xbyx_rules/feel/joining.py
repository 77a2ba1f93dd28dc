"""How two types go together: the one that holds both, and whether one may stand for another.

`Any` is a type that is not known.  It joins to `Any` and fits nowhere but where anything does: a
policy is refused rather than run into a value of another kind.
"""

from __future__ import annotations

from .types import (
    ANY,
    ContextType,
    EntityType,
    FunctionType,
    ListType,
    NumberType,
    RangeType,
    StringType,
    Type,
)

__all__ = ["fits_type", "is_settled", "join_types"]


def join_types(left: Type, right: Type) -> Type | None:
    """The narrowest type of a value that is either; None when no one type holds both.

    Example:
        >>> join_types(StringType(("规划",)), StringType(("年度计划",))).values
        ('规划', '年度计划')
    """
    if "Any" in (left.kind, right.kind):
        return ANY
    match left, right:
        case NumberType(), NumberType():
            return _join_numbers(left, right)
        case StringType(), StringType():
            if left.values is None or right.values is None:
                return StringType()
            return StringType(tuple(dict.fromkeys((*left.values, *right.values))))
        case ListType(), ListType():
            return _join_lists(left, right)
        case RangeType(), RangeType():
            element = join_types(left.element, right.element)
            return None if element is None else RangeType(element)
        case FunctionType(), FunctionType():
            result = join_types(left.result, right.result)
            is_same = left.parameters == right.parameters
            return FunctionType(left.parameters, result) if is_same and result else None
        case ((ContextType() | EntityType()), (ContextType() | EntityType())):
            return _join_contexts(left, right)
    return left if left == right else None


def _join_numbers(left: NumberType, right: NumberType) -> NumberType:
    return NumberType(
        None if left.low is None or right.low is None else min(left.low, right.low),
        None if left.high is None or right.high is None else max(left.high, right.high),
        None if left.scale is None or right.scale is None else max(left.scale, right.scale),
        _common_unit(left, right),
    )


def _join_lists(left: ListType, right: ListType) -> ListType | None:
    records = left.records or right.records
    lengths = (left.greatest_length, right.greatest_length)
    length = None if None in lengths else max(one for one in lengths if one is not None)
    element: Type | None
    if 0 in lengths:  # an empty list goes with any other
        element = right.element if left.greatest_length == 0 else left.element
    else:
        element = join_types(left.element, right.element)
    return None if element is None else ListType(element, length, records)


def _join_contexts(left: ContextType | EntityType, right: ContextType | EntityType) -> Type | None:
    """The fields of either; a field of both has to go together."""
    if isinstance(left, EntityType) or isinstance(right, EntityType):
        if fits_type(left, right):
            return left
        return right if fits_type(right, left) else None
    fields = dict(left.fields)
    for name, kind in right.fields:
        joined = join_types(fields[name], kind) if name in fields else kind
        if joined is None:
            return None
        fields[name] = joined
    return ContextType(tuple(fields.items()))


def fits_type(expected: Type, given: Type) -> bool:
    """Whether every value of type `given` may stand where `expected` is asked for.

    Bounds and allowed values count; the number of decimal places does not.

    Example:
        >>> fits_type(StringType(), StringType(("规划",))), fits_type(StringType(), ANY)
        (True, False)
    """
    if expected.kind == "Any":
        return True
    match expected, given:
        case NumberType(), NumberType():
            is_low = expected.low is None or (given.low is not None and given.low >= expected.low)
            is_high = expected.high is None or (
                given.high is not None and given.high <= expected.high
            )
            return is_low and is_high
        case StringType(), StringType():
            allowed = expected.values
            return allowed is None or (given.values is not None and {*given.values} <= {*allowed})
        case ListType(), ListType():
            return given.greatest_length == 0 or fits_type(expected.element, given.element)
        case RangeType(), RangeType():
            return fits_type(expected.element, given.element)
        case FunctionType(), FunctionType():
            return _fits_function(expected, given)
        case EntityType(), EntityType():
            return expected == given
        case EntityType(), ContextType():
            kinds = [(expected.field(name), kind) for name, kind in given.fields]
            return all(known is not None and fits_type(known, kind) for known, kind in kinds)
        case ContextType(), (ContextType() | EntityType()):
            found = [(kind, given.field(name)) for name, kind in expected.fields]
            return all(one is not None and fits_type(kind, one) for kind, one in found)
    return expected == given


def _fits_function(expected: FunctionType, given: FunctionType) -> bool:
    if len(expected.parameters) != len(given.parameters):
        return False
    pairs = zip(given.parameters, expected.parameters, strict=True)
    # WHY: what is handed to the function must fit its parameters, so these fit the other way.
    are_handed = all(wanted.kind == "Any" or fits_type(takes, wanted) for takes, wanted in pairs)
    return are_handed and fits_type(expected.result, given.result)


def is_settled(kind: Type) -> bool:
    """Whether nothing in a type is `Any`, but for the elements of an empty list.

    Example:
        >>> is_settled(ListType(ANY)), is_settled(ListType(ANY, 0))
        (False, True)
    """
    match kind:
        case ListType():
            return kind.greatest_length == 0 or is_settled(kind.element)
        case RangeType():
            return is_settled(kind.element)
        case ContextType():
            return all(is_settled(one) for _, one in kind.fields)
    return kind.kind != "Any"


def _common_unit(left: NumberType, right: NumberType) -> str:
    if left.unit == right.unit:
        return left.unit
    # WHY: nothing is nothing in whatever unit, so the 0 of a sum doesn't take the unit away.
    for one, other in ((left, right), (right, left)):
        if one.low == one.high == 0 and not one.unit:
            return other.unit
    return ""
