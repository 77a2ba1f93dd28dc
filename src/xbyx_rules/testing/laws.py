"""Laws of a policy, each declared in one line of a test.

``test_more_money = laws.monotone("funding-floor", increasing="教师培训经费预算")`` is a test that
pytest runs; it fails with the smallest case against the law, as a row of the clause's examples.
The same laws can stand in the document itself (性质), where `xbyx test --laws` tries them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xbyx_rules.checking import StatedLaw
from xbyx_rules.checking.laws import check_laws
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import load_policies
from xbyx_rules.errors import Place, PolicyError
from xbyx_rules.policy import Text

from .amending import find_changed_past
from .trying import MOST_EXAMPLES, describe_result, try_law

__all__ = [
    "amendment_keeps_past",
    "bounded",
    "duplicates_count_once",
    "holds",
    "learning_keeps_decided",
    "monotone",
    "never_loosens",
    "never_negative",
    "order_free",
    "state",
]

Test = Callable[[], None]
_DOCUMENT = "cn/beijing/school-based-training"


def state(policy: ExecutablePolicy, anchor: str, law: str) -> StatedLaw:
    """A law of a clause, from the words a document would declare it in.

    Raises:
        KeyError: the document has no such clause.
        PolicyError: XR890 to XR894, the clause can't have this law.
    """
    clause = policy.checked.clauses[anchor]
    text = Text(law, Place("性质", 1, 1, len(law)))
    stated = type(clause.clause)(
        **{
            name: getattr(clause.clause, name)
            for name in clause.clause.__slots__
            if name != "properties"
        },
        properties={**clause.clause.properties, "性质": text},
    )
    found, problems = check_laws(
        stated,
        clause.subject,
        clause.results,
        policy.checked.vocabulary,
        is_replacing=bool(clause.replaces),
    )
    if problems:
        raise PolicyError(list(problems))
    return found[0]


def holds(
    anchor: str,
    law: str,
    policy: ExecutablePolicy | str = _DOCUMENT,
    *,
    max_examples: int = MOST_EXAMPLES,
) -> Test:
    """A test that a law holds of a clause.

    Args:
        anchor: of the clause.
        law: as a document declares it: ``教师培训经费预算 越多越符合``.
        policy: a compiled document, or the id of a bundled one.
        max_examples: the most cases; ten times as many where the law says nothing on any.

    Returns:
        A test without arguments; it raises `AssertionError` with the smallest case against.

    Example:
        >>> holds("funding-floor", "教师培训经费预算 越多越符合", max_examples=20)()
    """

    def test() -> None:
        chosen = load_policies()[policy] if isinstance(policy, str) else policy
        result = try_law(chosen, anchor, state(chosen, anchor, law), max_examples=max_examples)
        problem = describe_result(chosen, result)
        if problem is not None:
            raise AssertionError(problem.render())

    return test


def monotone(
    anchor: str,
    *,
    increasing: str = "",
    decreasing: str = "",
    policy: ExecutablePolicy | str = _DOCUMENT,
    max_examples: int = MOST_EXAMPLES,
) -> Test:
    """More (or less) of a number never makes what is met unmet.

    Args:
        anchor: of a requirement or check.
        increasing: the number of which more is better.
        decreasing: or the one of which less is better.
        policy: a compiled document, or the id of a bundled one.
        max_examples: the most cases; ten times as many where the law says nothing on any.

    Raises:
        ValueError: neither or both are named.
    """
    if bool(increasing) == bool(decreasing):
        raise ValueError("name either `increasing` or `decreasing`")
    law = f"{increasing} 越多越符合" if increasing else f"{decreasing} 越少越符合"
    return holds(anchor, law, policy, max_examples=max_examples)


def order_free(anchor: str, records: str, policy: ExecutablePolicy | str = _DOCUMENT) -> Test:
    """A permutation of records changes no outcome and no total."""
    return holds(anchor, f"{records} 次序无关", policy)


def duplicates_count_once(
    anchor: str, records: str, policy: ExecutablePolicy | str = _DOCUMENT
) -> Test:
    """The same record twice changes no outcome and no total."""
    return holds(anchor, f"{records} 重复无关", policy)


def bounded(anchor: str, *, by: str, policy: ExecutablePolicy | str = _DOCUMENT) -> Test:
    """A calculated number never exceeds a fact, or the sum of one over a list's records."""
    return holds(anchor, f"{by} 为上限", policy)


def never_negative(anchor: str, policy: ExecutablePolicy | str = _DOCUMENT) -> Test:
    """A calculated number is never below zero."""
    return holds(anchor, "不为负", policy)


def learning_keeps_decided(anchor: str, policy: ExecutablePolicy | str = _DOCUMENT) -> Test:
    """Learning a fact never changes what is decided without it."""
    return holds(anchor, "补充事实不改判", policy)


def never_loosens(anchor: str, policy: ExecutablePolicy | str) -> Test:
    """What the clause above finds unmet, the clause that replaces it never finds met."""
    return holds(anchor, "不放宽上位规定", policy)


def amendment_keeps_past(
    old: ExecutablePolicy, new: ExecutablePolicy, *, since: date, max_examples: int = MOST_EXAMPLES
) -> Test:
    """An amendment changes nothing on the days before it is in force.

    Args:
        old: the document before the amendment.
        new: the document as amended.
        since: the day from which the amendment is in force.
        max_examples: the most cases a clause.
    """

    def test() -> None:
        found = find_changed_past(old, new, since=since, max_examples=max_examples)
        if found:
            raise AssertionError("\n".join(found))

    return test
