"""Move subjects from one version of a flow to another: what a plan must say, what a past allows.

Pure.  A plan is checked against both versions; each subject's past is then read in the names of
the later version, followed by the state it would be put in and everything it could do from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition, Invariant, find_early_path
from xbyx_rules.errors import Diagnostic

__all__ = [
    "FlowOutline",
    "InvariantGap",
    "MigrationPlan",
    "PastReading",
    "check_migration",
    "map_states",
    "outline_flow",
]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """How subjects are to be moved from one version of a flow to another.

    Args:
        flow: the flow's key, ``document#anchor``.
        source: the version that they follow now.
        target: the version that they are to follow.
        states: state of the version before → state of the later one.  A state that is not named
            keeps its name, or has the new one that `renames` gives it.
        renames: names (of states, of actions) that only changed: name before → name since.  The
            past counts under the new name.  To be put in a state by `states` never counts as
            having come there.
        reason: why, kept with each subject as an opinion.
    """

    flow: str
    source: str
    target: str
    reason: str
    states: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """The plan as plain data: what its digest is made of."""
        return {
            "format": 1,
            "flow": self.flow,
            "from": self.source,
            "to": self.target,
            "states": dict(self.states),
            "renames": dict(self.renames),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class FlowOutline:
    """What of a version of a flow a plan is checked against.

    Args:
        initial: the state it begins in.
        finals: the states that nothing leads out of.
        states: all states, in the document's order.
        actions: the names of all actions.
        steps: (state before, action, state after) of each transition.
    """

    initial: str
    finals: tuple[str, ...]
    states: tuple[str, ...]
    actions: tuple[str, ...]
    steps: frozenset[tuple[str, str, str]]

    def kinds_of(self, name: str) -> frozenset[str]:
        """What a name stands for: ``state``, ``action``, both or nothing."""
        listed = (("state", self.states), ("action", self.actions))
        return frozenset(kind for kind, names in listed if name in names)


def outline_flow(content: str) -> FlowOutline | None:
    """Read a version of a flow as the ledger keeps it (`Definition.content`); None if it is none.

    Example:
        >>> outline_flow('{"initial": "甲"}') is None
        True
    """
    try:
        read = json.loads(content)
        rows = [
            (str(one["from"]), str(one["action"]), str(one["to"])) for one in read["transitions"]
        ]
        return FlowOutline(
            initial=str(read["initial"]),
            finals=tuple(map(str, read["finals"])),
            states=tuple(map(str, read["states"])),
            actions=tuple(dict.fromkeys(action for _, action, _ in rows)),
            steps=frozenset(rows),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


# --- the plan -------------------------------------------------------------------------------------


def check_migration(
    plan: MigrationPlan, before: FlowOutline, after: FlowOutline
) -> tuple[Diagnostic, ...]:
    """Check a plan against both versions of its flow.

    Args:
        plan: the plan.
        before: the version that subjects follow now.
        after: the one they are to follow.

    Returns:
        XR505, no reason is given; XR590 for each kind of fault, with every name at fault.
    """
    faults = (*_check_states(plan, before, after), *_check_renames(plan, before, after))
    if plan.source == plan.target:
        faults = (("两个版本是同一个", "both versions are the same"),)
    found = [_refuse(plan, zh, en) for zh, en in faults]
    if not plan.reason.strip():
        found.insert(0, Diagnostic("XR505", None, {"action": "@migrate"}))
    return tuple(found)


def map_states(
    plan: MigrationPlan, before: FlowOutline, after: FlowOutline
) -> Mapping[str, str | None]:
    """Each state of the version before, and the one that takes its place; None: there is none."""
    known = frozenset(after.states)
    mapped = {one: plan.states.get(one, plan.renames.get(one, one)) for one in before.states}
    return {old: new if new in known else None for old, new in mapped.items()}


def _check_states(
    plan: MigrationPlan, before: FlowOutline, after: FlowOutline
) -> Iterator[tuple[str, str]]:
    strange = [one for one in plan.states if one not in before.states]
    if strange:
        listed = _listed(strange)
        yield f"{listed} 不是原版的状态", f"{listed}: no state of the version before"
    lost = [one for one in plan.states.values() if one not in after.states]
    if lost:
        listed = _listed(lost)
        yield f"{listed} 不是新版的状态", f"{listed}: no state of the later version"
    mapped = map_states(plan, before, after)
    open_ones = [one for one, new in mapped.items() if new is None and one not in plan.states]
    if open_ones:
        listed = _listed(open_ones)
        yield (
            f"新版没有同名的状态，也没有写明转到哪个状态：{listed}",
            f"the later version has no state of the same name, and none is given for: {listed}",
        )


def _check_renames(
    plan: MigrationPlan, before: FlowOutline, after: FlowOutline
) -> Iterator[tuple[str, str]]:
    """A name only changed where the old one is gone, the new one is new, and both mean one thing.

    WHY so strict: a rename lets the past count under another name; 草稿 must not become 审核通过.
    """
    wrong = [
        f"{old}={new}"
        for old, new in plan.renames.items()
        if not before.kinds_of(old)
        or before.kinds_of(old) != after.kinds_of(new)
        or after.kinds_of(old)
        or before.kinds_of(new)
        or list(plan.renames.values()).count(new) > 1
    ]
    if wrong:
        listed = _listed(wrong)
        zh = "旧名在新版里须不再用，新名在原版里须没有，两者同是状态或动作，一一对应"
        en = (
            "the old name must be gone from the later version, the new one unknown before, both "
            "states or both actions, one to one"
        )
        yield f"不能算改名：{listed}；{zh}", f"not a mere change of name: {listed}; {en}"


def _refuse(plan: MigrationPlan, reason: str, reason_en: str) -> Diagnostic:
    named = {"flow": plan.flow, "source": plan.source, "target": plan.target}
    return Diagnostic("XR590", None, {**named, "reason": reason, "reason_en": reason_en})


def _listed(names: Iterable[str]) -> str:
    return "、".join(f"`{one}`" for one in dict.fromkeys(names))


# --- the past -------------------------------------------------------------------------------------

_Way = tuple[tuple[str, frozenset[str]], ...]
"""States, none twice, each with what of the invariants' demands was met when it was reached."""


@dataclass(frozen=True, slots=True)
class InvariantGap:
    """An invariant that a subject would break: in its past, or on a way that opens to it.

    Args:
        invariant: of the later version.
        path: () when it is broken as soon as the subject is moved; else the way that breaks it.
    """

    invariant: Invariant
    path: tuple[CheckedTransition, ...]


class PastReading:
    """A subject's past in the names of a flow, read step by step; keeps a way, never the steps.

    An invariant ``Y 之前必有 X`` must hold over the past, then the state that the subject is put
    in, then whatever can be done from there.  What counts of the past is the way that led to
    where the subject is: what lies between two visits of one state (退回, 取回) was undone and
    has to be done again.  To be put in a state counts as Y and never as X: nobody has decided X.

    Args:
        lifecycle: the flow's later version.

    Example:
        >>> from types import SimpleNamespace as Flow
        >>> rule = Invariant("备案", "审核", "备案 之前必有 审核")
        >>> past = PastReading(Flow(invariants=(rule,), transitions=()))
        >>> past.pass_step(None, "草稿")
        >>> [gap.invariant.text for gap in past.find_gaps("备案")]
        ['备案 之前必有 审核']
        >>> past.pass_step("审核", "通过")
        >>> past.find_gaps("备案")
        ()
        >>> past.pass_step("退回", "草稿")
        >>> [gap.invariant.text for gap in past.find_gaps("备案")]
        ['备案 之前必有 审核']
    """

    def __init__(self, lifecycle: CheckedLifecycle) -> None:
        self._lifecycle = lifecycle
        self._demanded = frozenset(one.earlier for one in lifecycle.invariants)
        self._broken: set[Invariant] = set()
        self._way: _Way = ()
        self._ways: dict[str, _Way] = {}

    def pass_step(
        self, action: str | None, state: str, how: Literal["step", "beside", "put"] = "step"
    ) -> None:
        """Go past a step.

        Args:
            action: what was done, in the names of the flow; None where the record begins, or the
                subject was put in a state.
            state: the state since, likewise.
            how: ``beside``: no transition of the flow, but one signature of several, straight back
                (直达) or taken back (取回), all of which lead to where the subject was on its way
                before.  ``put``: by an earlier move between versions.
        """
        if how == "beside":
            self._go_back(state)
        else:
            self._go_on(action, state, is_put=how == "put")
        self._ways[state] = self._way

    def _go_back(self, state: str) -> None:
        for place, (passed, _) in enumerate(self._way):
            if passed == state:
                self._way = self._way[: place + 1]
                return
        # WHY not empty-handed: straight back is back to all that had led there.
        self._way = self._ways.get(state, ((state, self._demanded & {state}),))

    def _go_on(self, action: str | None, state: str, *, is_put: bool) -> None:
        last, known = self._way[-1] if self._way else (None, frozenset[str]())
        if action is not None:
            known = self._meet(action, known)
        known = self._meet(state, known, is_put=is_put)
        if state == last:
            self._way = (*self._way[:-1], (state, known))
        elif any(passed == state for passed, _ in self._way):
            self._go_back(state)
        else:
            self._way = (*self._way, (state, known))

    def _meet(self, name: str, known: frozenset[str], *, is_put: bool = False) -> frozenset[str]:
        """What counts as done once a name was taken or reached; notes what came too early."""
        for one in self._lifecycle.invariants:
            if one.later == name and one.earlier not in known:
                self._broken.add(one)
        return known if is_put else known | (self._demanded & {name})

    def find_gaps(self, state: str) -> tuple[InvariantGap, ...]:
        """The invariants that would not hold if the subject were put in a state now."""
        known = self._way[-1][1] if self._way else frozenset[str]()
        found = []
        for one in self._lifecycle.invariants:
            path: tuple[CheckedTransition, ...] | None = None
            if one in self._broken:
                path = ()
            elif one.earlier not in known:
                path = find_early_path(
                    self._lifecycle.transitions,
                    state,
                    later=one.later,
                    earlier=one.earlier,
                    is_start_counted=False,
                )
            if path is not None:
                found.append(InvariantGap(one, path))
        return tuple(found)
