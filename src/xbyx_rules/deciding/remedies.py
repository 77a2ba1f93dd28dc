"""What would satisfy a condition that isn't: the least change of a figure, or the right value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from xbyx_rules.compiling import ExecutableCondition, read_paths
from xbyx_rules.errors import Language
from xbyx_rules.feel import syntax as s
from xbyx_rules.feel.formatting import format_value
from xbyx_rules.feel.types import NumberType, StringType, Type
from xbyx_rules.feel.values import NUMBERS, UNKNOWN

from .evaluation import Evaluation
from .findings import Condition, Remedy
from .missing import follow_calculations

__all__ = ["find_remedies", "find_shortfall"]

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def find_remedies(
    parts: Sequence[ExecutableCondition], conditions: Sequence[Condition], names: Evaluation
) -> tuple[Remedy, ...]:
    """One remedy for each condition that is false, in order."""
    return tuple(
        _find(part, names)
        for part, condition in zip(parts, conditions, strict=True)
        if condition.outcome is False
    )


def find_shortfall(part: ExecutableCondition, outcome: Any, names: Evaluation) -> Any:
    """By how much a false comparison of numbers fails, as a positive number; else None."""
    node = part.node
    if outcome is not False or not isinstance(node, s.Comparison) or node.operator == "!=":
        return None
    left, right = (side(names.read, names.budget) for side in part.sides)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    try:
        difference = abs(NUMBERS.subtract(left, right))
    except ArithmeticError:
        return None
    # WHY: where a strict comparison fails by nothing, no amount is lacking.
    return difference or None


def _find(part: ExecutableCondition, names: Evaluation) -> Remedy:
    node = part.node
    if node.type.kind == "boolean" and _is_fact(_path_of(node), names):
        return _say(_path_of(node), node, True)
    if isinstance(node, s.Comparison):
        found = _of_comparison(node, part, names)
        if found is not None:
            return found
    return Remedy("", UNKNOWN, _in_words(part))


def _of_comparison(
    node: s.Comparison, part: ExecutableCondition, names: Evaluation
) -> Remedy | None:
    """The least change of the fact on one side, the other side staying as it is."""
    left, right = part.sides
    for fact, sign, rest, other in (
        (node.left, node.operator, node.right, right),
        (node.right, _MIRRORED.get(node.operator, ""), node.left, left),
    ):
        path = _path_of(fact)
        # WHY: a bound that moves with the fact can't be met by moving the fact there.
        if not _is_fact(path, names) or _depends_on(rest, path, names):
            continue
        value = _least(sign, other(names.read, names.budget), fact)
        if value is not UNKNOWN:
            return _say(path, fact, value)
    return None


def _least(sign: str, bound: Any, fact: s.Node) -> Any:
    """The value nearest to the bound that satisfies ``fact sign bound``, on the fact's scale."""
    if bound is UNKNOWN or sign in ("", "!="):
        return UNKNOWN
    kind = fact.type
    scale = kind.scale if isinstance(kind, NumberType) and isinstance(bound, Decimal) else None
    try:
        value = bound if sign == "=" or scale is None else _round(sign, bound, scale)
        is_allowed = _allows(kind, value)
    except ArithmeticError:
        return UNKNOWN  # the number has too many digits for the fact's unit
    is_bound_in = scale is not None or sign in (">=", "<=", "=")
    return value if is_allowed and is_bound_in else UNKNOWN


def _round(sign: str, bound: Decimal, scale: int) -> Decimal:
    """The multiple of the unit nearest to the bound that lies beyond it."""
    unit = Decimal(1).scaleb(-scale)
    upwards = sign in (">=", ">")
    value = bound.quantize(unit, ROUND_CEILING if upwards else ROUND_FLOOR, NUMBERS)
    if sign in (">", "<") and value == bound:
        value = NUMBERS.add(value, unit if upwards else -unit)
    return value


def _allows(kind: Type, value: Any) -> bool:
    """Whether a fact of this type can have the value."""
    if isinstance(kind, StringType):
        return kind.values is None or value in kind.values
    if not isinstance(kind, NumberType):
        return True
    is_low = kind.low is not None and value < kind.low
    is_high = kind.high is not None and value > kind.high
    unit = None if kind.scale is None else Decimal(1).scaleb(-kind.scale)
    is_whole = unit is None or value == value.quantize(unit, ROUND_FLOOR, NUMBERS)
    return is_whole and not is_low and not is_high


def _depends_on(node: s.Node, path: str, names: Evaluation) -> bool:
    """Whether the value of a node changes with the fact at a path."""
    read = map(str, follow_calculations(read_paths(node), names))
    return any(f"{one}.".startswith(f"{path}.") or path.startswith(f"{one}.") for one in read)


def _path_of(node: s.Node) -> str:
    if isinstance(node, s.Name):
        return node.name
    if isinstance(node, s.Path) and node.base.type.kind == "context":
        base = _path_of(node.base)
        return f"{base}.{node.name}" if base else ""
    return ""


def _is_fact(path: str, names: Evaluation) -> bool:
    root = path.partition(".")[0]
    vocabulary = names.policy.checked.vocabulary
    return bool(names.subject) and root in vocabulary.fields_of(names.subject)


def _say(path: str, fact: s.Node, value: Any) -> Remedy:
    unit = fact.type.unit if isinstance(fact.type, NumberType) else ""
    prose: dict[Language, str] = {
        "zh": f"把“{path}”改为 {format_value(value, 'zh')}{' ' + unit if unit else ''}",
        "en": f"change “{path}” to {format_value(value, 'en')}{' ' + unit if unit else ''}",
    }
    return Remedy(path, value, prose)


def _in_words(part: ExecutableCondition) -> dict[Language, str]:
    return {
        "zh": f"使下面这一条成立：{part.prose['zh']}",
        "en": f"make this hold: {part.prose['en']}",
    }
