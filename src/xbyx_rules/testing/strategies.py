"""Hypothesis strategies from the vocabulary, biased to where the policy under test turns.

Takes: an entity's name, a policy or `Thresholds`.
Gives: strategies for facts, for the schools of a district, for histories of a lifecycle.
May assume: `hypothesis` is installed (the extra `testing`).
Refuses: entities that the vocabulary hasn't (`KeyError`).

What is missing comes first, then the smallest value: so a failing school shrinks to a small one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Finding, Subject
from xbyx_rules.feel.types import EntityType, ListType, NumberType, StringType, Type
from xbyx_rules.feel.values import Complete
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    ConditionFinding,
    Effects,
    Guards,
    Refusal,
    Snapshot,
    build_definition,
    decide_command,
    pair_persons,
)
from xbyx_rules.policy import Outcome, Vocabulary, bundled_rules, read_library

from .thresholds import Thresholds, find_thresholds

__all__ = ["District", "Shape", "Step", "district", "facts", "histories", "values"]

Shape = Mapping[str, Any]
"""Which terms of a record are wanted, each with the shape of what is below it; {}: the plain."""

_KEYS = ("1", "2", "3", "4")
_WIDEST = 2_000_000
_DAYS = (date(2025, 9, 1), date(2026, 8, 31))
_PLAIN_KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "time": st.integers(8, 17).map(time),
    "days and time duration": st.integers(0, 48).map(lambda hours: timedelta(hours=hours)),
}


@dataclass(frozen=True, slots=True)
class District:
    """The schools of one district, each a case about it with its records."""

    code: str
    schools: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a history, and what the pure lifecycle answered."""

    before: Snapshot
    command: Command
    guards: Guards
    answer: Effects | Refusal


@cache
def _bundled_vocabulary() -> Vocabulary:
    library, _ = read_library(bundled_rules())
    if library is None:
        raise LookupError("the bundled vocabulary can't be read")
    return library.vocabulary


def facts(
    entity: str,
    policy: ExecutablePolicy | None = None,
    *,
    terms: Collection[str] | None = None,
    depth: int = 2,
    is_complete: bool = False,
) -> st.SearchStrategy[dict[str, Any]]:
    """Facts of one record of an entity, as a host gives them.

    Args:
        entity: its name in the vocabulary.
        policy: whose thresholds to be near to, and whose vocabulary.  Default: the bundled one.
        terms: the terms wanted.  Default: all.
        depth: how deep records nest.
        is_complete: whether every term is known; else some are missing.

    Raises:
        KeyError: the vocabulary has no such entity or term.

    Example:
        >>> from hypothesis import find
        >>> find(facts("学校", terms=["专项列支"]), lambda one: one.get("专项列支") is True)
        {'专项列支': True}
    """
    vocabulary = policy.checked.vocabulary if policy is not None else _bundled_vocabulary()
    near = find_thresholds(policy) if policy is not None else Thresholds()
    known = vocabulary.fields_of(entity)
    shape: Shape = {
        one: {} for one in (known if terms is None else terms) if known[one] is not None
    }
    return _records(vocabulary.type_of(entity), near, shape, depth, is_complete=is_complete)


@st.composite
def district(
    draw: st.DrawFn,
    policy: ExecutablePolicy | None = None,
    *,
    schools: int | tuple[int, int] = (1, 3),
    terms: Collection[str] | None = None,
    records: Collection[str] = (),
) -> District:
    """A district of schools: each has a key of its own and the district's code.

    Args:
        draw: given by Hypothesis.
        policy: as in `facts`.
        schools: how many, or the least and the most.
        terms: the terms of a school that are wanted.  Default: all.
        records: entities of which each case has a list of records, for checks.
    """
    least, most = (schools, schools) if isinstance(schools, int) else schools
    vocabulary = policy.checked.vocabulary if policy is not None else _bundled_vocabulary()
    near = find_thresholds(policy) if policy is not None else Thresholds()
    key = vocabulary.key_of("学校")
    code = "110108"
    cases = []
    for number in range(draw(st.integers(least, most))):
        known = draw(facts("学校", policy, terms=terms))
        own = {name: str(2111000001 + number) for name in (key,) if name}
        if "所属区" in vocabulary.fields_of("学校"):
            own["所属区"] = code
        listed = {
            one: draw(values(ListType(vocabulary.type_of(one), records=True), near))
            for one in records
        }
        subject = Subject("学校", str(2111000001 + number))
        cases.append(Case(subject, {**known, **own}, listed))
    return District(code, tuple(cases))


@st.composite
def histories(
    draw: st.DrawFn, flow: CheckedLifecycle, *, most: int = 12, start: date = date(2025, 9, 1)
) -> tuple[Step, ...]:
    """Commands on one subject, one after another, as the pure lifecycle answers them.

    Mostly commands that the state offers, by a role that may take them, with findings that let
    them through; now and then any other.

    Args:
        draw: given by Hypothesis.
        flow: a checked lifecycle.
        most: the most commands.
        start: the day of the first one; each takes place a day after the one before.
    """
    definition = build_definition(flow, policy="", policy_hash="")
    actions = sorted({one.action for one in flow.transitions})
    roles = sorted({role for one in flow.transitions for role in one.roles})
    snapshot = Snapshot(flow.initial)
    steps: list[Step] = []
    for number in range(draw(st.integers(0, most))):
        offered = [one for one in flow.transitions if one.source == snapshot.state]
        is_meant = bool(offered) and draw(st.sampled_from([True, True, True, False]))
        meant = draw(st.sampled_from(offered)) if is_meant else None
        action = meant.action if meant else draw(st.sampled_from(actions))
        role = draw(st.sampled_from(meant.roles if meant and meant.roles else roles))
        who = draw(st.sampled_from(["甲", "乙", "丙"]))
        actor = Actor(who, frozenset({role}), "2111000001", "110108")
        at = datetime.combine(start, time(9), UTC) + timedelta(days=number)
        comment = draw(st.sampled_from(["同意", None]))
        command = Command(
            Subject(flow.subject, "1"), action, actor, f"c{number}", at, comment=comment
        )
        guards = _guards(draw, flow, snapshot, command)
        answer = decide_command(definition, snapshot, command, guards)
        steps.append(Step(snapshot, command, guards, answer))
        if isinstance(answer, Effects):
            submitters = (actor,) if snapshot.state == flow.initial else snapshot.submitters
            snapshot = Snapshot(
                answer.target, answer.version, submitters=submitters, last_on=at.date()
            )
    return tuple(steps)


def _guards(
    draw: st.DrawFn, flow: CheckedLifecycle, snapshot: Snapshot, command: Command
) -> Guards:
    transition = flow.transition(snapshot.state, command.action)
    on = command.at.date()
    if transition is None:
        return Guards(on)
    outcomes = st.sampled_from([Outcome.MET, Outcome.MET, Outcome.MET, *Outcome])
    pairs = pair_persons(snapshot, command) if transition.condition_text else ()
    return Guards(
        on,
        requirements=tuple(_finding(one, draw(outcomes)) for one in transition.must_meet),
        conditions=tuple(
            ConditionFinding(one, other, _finding(flow.id, draw(outcomes))) for one, other in pairs
        ),
    )


def _finding(anchor: str, outcome: Outcome) -> Finding:
    return Finding(
        clause=anchor,
        locator="",
        title=anchor,
        policy="",
        policy_hash="",
        force=None,
        is_blocking=True,
        outcome=outcome,
    )


# --- values of a type ---------------------------------------------------------------------------


def values(
    kind: Type,
    near: Thresholds,
    *,
    shape: Shape | None = None,
    depth: int = 2,
    is_key: bool = False,
) -> st.SearchStrategy[Any]:
    """Known values of a type, within its bounds, near to the thresholds.

    Lists of records are complete and hold no key twice.
    """
    match kind:
        case NumberType():
            return _numbers(kind, near)
        case StringType(values=tuple() as allowed) if allowed:
            return st.sampled_from(allowed)
        case StringType():
            if is_key:
                return st.sampled_from(_KEYS)
            return st.sampled_from(tuple(dict.fromkeys((*near.texts, "甲", "乙"))))
        case ListType(element=EntityType() as element, records=True):
            return _lists(element, near, shape or {}, depth)
        case ListType(element=element):
            return st.lists(values(element, near, depth=depth), max_size=near.longest)
        case EntityType():
            return _records(kind, near, shape or {}, depth, is_complete=False)
    if kind.kind in ("date", "date and time"):
        days = st.sampled_from(_DAYS + near.dates) | st.dates(*_DAYS)
        if kind.kind == "date":
            return days
        hours = st.integers(8, 12).map(time)
        return st.builds(datetime.combine, st.just(_DAYS[0]) | days, hours)
    return _PLAIN_KINDS[kind.kind]


def _numbers(kind: NumberType, near: Thresholds) -> st.SearchStrategy[Decimal]:
    """A threshold, one step of the scale beside it, or any small number."""
    places = 2 if kind.scale is None else kind.scale
    step = Decimal(1).scaleb(-places)
    low = Decimal(0) if kind.low is None else kind.low
    high = low + _WIDEST if kind.high is None else min(kind.high, low + _WIDEST)
    edges = (low, high, *(near.numbers))
    beside = {edge.quantize(step) + way for edge in edges for way in (-step, Decimal(0), step)}
    pool = sorted(one for one in beside if low <= one <= high)
    scale = 10**places
    any_of = st.integers(int(low * scale), int(high * scale)).map(lambda n: Decimal(n) / scale)
    round_ones = st.integers(int(low), min(int(high), int(low) + 100)).map(Decimal)
    return st.one_of(st.sampled_from(pool), round_ones, any_of) if pool else any_of


def _lists(
    element: EntityType, near: Thresholds, shape: Shape, depth: int
) -> st.SearchStrategy[Complete]:
    key = element.source.key_of(element.entity)

    def tell_apart(record: Mapping[str, Any]) -> Any:
        return record.get(key, id(record)) if key else id(record)

    one = st.sampled_from([False, True, True]).flatmap(
        lambda full: _records(element, near, shape, depth - 1, is_complete=full)
    )
    size = near.longest if depth > 0 else 0
    return st.lists(one, max_size=size, unique_by=tell_apart).map(Complete)


@st.composite
def _records(
    draw: st.DrawFn,
    kind: EntityType,
    near: Thresholds,
    shape: Shape,
    depth: int,
    *,
    is_complete: bool,
) -> dict[str, Any]:
    names = shape or [one for one in kind.names if _is_plain(kind.field(one))]
    found: dict[str, Any] = {}
    for name in names:
        field = kind.field(name)
        if field is None or (depth <= 0 and not _is_plain(field)):
            continue
        below = shape.get(name, {})
        known = values(field, near, shape=below, depth=depth - 1, is_key=_is_reference(kind, name))
        value = draw(known if is_complete else st.one_of(st.none(), known, known, known))
        if value is not None:
            found[name] = value
    return found


def _is_plain(kind: Type | None) -> bool:
    is_records = isinstance(kind, ListType) and kind.records
    return kind is not None and not is_records and not isinstance(kind, EntityType)


def _is_reference(kind: EntityType, name: str) -> bool:
    """Whether a text is a key, its own or another record's: those few are drawn from, to meet."""
    if name == kind.source.key_of(kind.entity):
        return True
    if isinstance(kind.source, Vocabulary):
        return kind.source.entities[kind.entity].terms[name].relation == "reference"
    return False
