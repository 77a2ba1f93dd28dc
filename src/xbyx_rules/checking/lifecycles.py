"""Check an 办理流程: its properties, its rows, and everything that can be said of its ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from xbyx_rules.calendars import parse_deadline
from xbyx_rules.errors import Diagnostic, Place, has_errors, nearest
from xbyx_rules.feel.syntax import And, Comparison, Name, Node, String
from xbyx_rules.policy import Clause, Text, TransitionRow, Transitions

from .approvals import Approvals
from .flow_paths import find_early_path, find_reachable, find_stuck
from .model import CheckedLifecycle, CheckedTransition, Invariant
from .read_approvals import APPROVAL_KEYS, read_approvals

__all__ = ["ParseCondition", "check_lifecycle"]

ParseCondition = Callable[[Text], tuple[Node | None, tuple[Diagnostic, ...]]]
"""Parses and types a 条件 over the subject's fields, 经办人, 提交人 and 意见."""

_ORIGINS: Final = ("条文", "推论", "参数")
_INVARIANT: Final = re.compile(r"(.+?)\s*之前必有\s*(.+)")
_ABILITY: Final = re.compile(r"(.+?)\s*必能\s*(.+)")
# WHY 60: a ledger keeps names in columns of 64 characters, and one database counts blanks too.
_LONGEST_NAME: Final = 60
_COMMAS: Final = ",，、;；"


def check_lifecycle(
    clause: Clause, known_requirements: Collection[str], parse_condition: ParseCondition
) -> tuple[CheckedLifecycle | None, tuple[Diagnostic, ...]]:
    """Check one 办理流程.

    Args:
        clause: a heading of kind 办理流程, as read.
        known_requirements: anchors that 须符合 may name.
        parse_condition: parses and types a 条件; its diagnostics are passed on.

    Returns:
        The flow, or None when a diagnostic is an error, with all diagnostics in reading order:
        XR401 to XR423 (XR413 and XR421 are warnings).

    Source: docs/architecture.md (lifecycles); a flow that passes can't get stuck, and its
        invariants hold on every way.
    """
    if not isinstance(clause.body, Transitions) or not clause.body.rows:
        return None, (_say(clause, "XR401", clause.place, flow=clause.title or clause.id),)
    check = _Check(clause, clause.body.rows)
    check.read_rows(known_requirements, parse_condition)
    check.read_properties()
    if not has_errors(check.found):
        check.search_ways()
    found = tuple(sorted(check.found, key=lambda one: one.place or clause.place))
    return (None if has_errors(found) else check.result()), found


class _Check:
    """One clause under check: what was found and what was read so far."""

    def __init__(self, clause: Clause, rows: Sequence[TransitionRow]) -> None:
        self.clause = clause
        self.rows = rows
        self.found: list[Diagnostic] = []
        self.steps: list[CheckedTransition] = []
        self.invariants: list[Invariant] = []
        self.approvals = Approvals()
        self.initial = clause.property("初始").strip()
        self.finals = _split(clause.property("终结"), _COMMAS)
        self.required = _split(clause.property("意见必填"), _COMMAS)
        self.targets = {row.place: tuple(_split(row.target, _COMMAS)) or ("",) for row in rows}
        named = [name for row in rows for name in (row.source, *self.targets[row.place])]
        self.states = tuple(dict.fromkeys([self.initial, *named] if self.initial else named))
        self.actions = tuple(dict.fromkeys(row.action for row in rows))

    def report(self, code: str, place: Place, **values: str) -> None:
        """Note one problem."""
        self.found.append(_say(self.clause, code, place, **values))

    def property_place(self, key: str) -> Place:
        """Where a property stands; the heading when it is missing."""
        text = self.clause.properties.get(key)
        return text.place if text else self.clause.place

    # --- rows -----------------------------------------------------------------------------------

    def read_rows(self, known: Collection[str], parse: ParseCondition) -> None:
        """Check each row for itself, and no (state, action) twice."""
        firsts: dict[tuple[str, str], TransitionRow] = {}
        for row in self.rows:
            self._check_row(row, known)
            first = firsts.setdefault((row.source, row.action), row)
            if first is not row:
                values = {"state": row.source, "action": row.action, "line": str(first.place.line)}
                self.report("XR407", self._word_in(row.place, row.action), **values)
            step = self._read_step(row, parse)
            self.steps += [replace(step, target=one) for one in self.targets[row.place]]

    def _check_row(self, row: TransitionRow, known: Collection[str]) -> None:
        names = ((row.source, "状态", "state"), (row.action, "动作", "action"))
        targets = ((one, "状态", "state") for one in self.targets[row.place])
        for name, what, what_en in (*names, *targets):
            if not _is_name(name):
                values = {"what": what, "what_en": what_en, "most": str(_LONGEST_NAME)}
                self.report("XR420", row.place, name=name, **values)
        if not any(role.strip() for role in row.by):
            self.report("XR409", row.place, action=row.action)
        for role in row.by:
            if role.strip() and not _is_name(role.strip()):
                values = {"what": "角色", "what_en": "role", "most": str(_LONGEST_NAME)}
                self.report("XR420", row.place, name=role, **values)
        for anchor in row.must_meet:
            if anchor not in known:
                near = nearest(anchor, known) or "—"
                self.report(
                    "XR408",
                    self._word_in(row.place, f"#{anchor}"),
                    requirement=anchor,
                    nearest=near,
                )
        if row.origin not in _ORIGINS:
            self.report("XR410", self._word_in(row.place, row.origin), origin=row.origin)
        elif row.origin == "条文" and not row.basis:
            self.report("XR421", row.place, action=row.action)

    def _read_step(self, row: TransitionRow, parse: ParseCondition) -> CheckedTransition:
        condition: Node | None = None
        if row.condition:
            condition, diagnostics = parse(row.condition)
            self.found.extend(diagnostics)
        return CheckedTransition(
            source=row.source,
            action=row.action,
            target=row.target,
            roles=tuple(dict.fromkeys(role.strip() for role in row.by if role.strip())),
            must_meet=tuple(dict.fromkeys(row.must_meet)),
            condition=condition,
            condition_text=row.condition.value if row.condition else "",
            is_comment_required=_asks_for_comment(condition) or row.action in self.required,
            deadline=self._read_deadline(row.deadline),
            origin=row.origin,
            basis=row.basis,
            place=row.place,
        )

    def _read_deadline(self, text: Text | None) -> str:
        if not text:
            return ""
        deadline = parse_deadline(text.value)
        if deadline is None:
            self.report("XR411", text.place, deadline=text.value)
            return ""
        return str(deadline)

    # --- properties -----------------------------------------------------------------------------

    def read_properties(self) -> None:
        """Check 对象, 初始, 终结, 不变量, and what is said of approvals."""
        for key in ("对象", "初始", "终结"):
            if not self.clause.property(key).strip():
                self.report("XR402", self.property_place(key), property=key)
        in_table = tuple(dict.fromkeys(n for one in self.steps for n in (one.source, one.target)))
        named = [("初始", self.initial)] if self.initial else []
        for key, state in (*named, *(("终结", final) for final in self.finals)):
            if state not in in_table:
                near = nearest(state, in_table) or "—"
                place = self.property_place(key)
                self.report("XR403", place, property=key, state=state, nearest=near)
        if self.initial and self.initial in self.finals:
            self.report("XR422", self.property_place("终结"), state=self.initial)
        self._read_approvals()
        for text in _split(self.clause.property("不变量"), ",，、;；\n"):
            self._read_invariant(text)

    def _read_approvals(self) -> None:
        texts = {key: self.clause.property(key) for key in APPROVAL_KEYS}
        self.approvals, problems = read_approvals(texts, self.steps, self.finals)
        for one in problems:
            values = dict(one.values)
            if one.code == "XR418":
                values["nearest"] = nearest(values["action"], self.actions) or "—"
            elif one.code == "XR403":
                values["nearest"] = nearest(values["state"], self.states) or "—"
            self.report(one.code, self.property_place(one.key), **values)

    def _read_invariant(self, text: str) -> None:
        place = self.property_place("不变量")
        ability = _ABILITY.fullmatch(text)
        if ability is not None:
            self._check_ability(text, ability[1].strip(), ability[2].strip())
            return
        match = _INVARIANT.fullmatch(text)
        if match is None:
            self.report("XR412", place, invariant=text)
            return
        later, earlier = match[1].strip(), match[2].strip()
        known = (*self.states, *self.actions)
        for code, name in (("XR413", later), ("XR414", earlier)):
            if name not in known:
                near = nearest(name, dict.fromkeys(known)) or "—"
                self.report(code, place, invariant=text, name=name, nearest=near)
        self.invariants.append(Invariant(later, earlier, text))

    def _check_ability(self, text: str, state: str, action: str) -> None:
        """Report ``S 必能 A`` where no row takes the action from the state.

        WHY: a flow is whole without a way back, so nothing else notices that its row is gone.
        """
        if any((row.source, row.action) == (state, action) for row in self.rows):
            return
        near = nearest(state, self.states) or "—"
        values = {"invariant": text, "state": state, "action": action, "nearest": near}
        self.report("XR423", self.property_place("不变量"), **values)

    # --- ways -----------------------------------------------------------------------------------

    def search_ways(self) -> None:
        """Check what needs the whole graph: reachable, can end, ends there, invariants."""
        reachable = find_reachable([self.initial], ((one.source, one.target) for one in self.steps))
        stuck = find_stuck(self.steps, self.finals, self.states)
        for state in self.states:
            if state not in reachable:
                values = {"initial": self.initial, "state": state}
                self.report("XR404", self._place_of(state), **values)
            elif state in stuck:
                finals = "、".join(self.finals)
                self.report("XR405", self._place_of(state), state=state, finals=finals)
        for step in self.steps:
            if step.source in self.finals:
                self.report(
                    "XR406",
                    self._word_in(step.place, step.action),
                    action=step.action,
                    state=step.source,
                )
        for one in self.invariants:
            path = find_early_path(self.steps, self.initial, later=one.later, earlier=one.earlier)
            if path is not None:
                place, way = self.property_place("不变量"), _spell(self.initial, path)
                self.report("XR415", place, invariant=one.text, path=way, earlier=one.earlier)

    def _place_of(self, state: str) -> Place:
        rows = (one.place for one in self.steps if state in (one.source, one.target))
        place = next(rows, None)
        return self.clause.place if place is None else self._word_in(place, state)

    def _word_in(self, row: Place, word: str) -> Place:
        """Where a word stands in a row's line; the whole row when it can't be found there."""
        line = _line_at(self.clause, row)
        found = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line) if word else None
        return replace(row, column=found.start() + 1, length=len(word)) if found else row

    def result(self) -> CheckedLifecycle:
        """The flow, once nothing is wrong with it."""
        values = {key: self.clause.property(key).strip() for key in APPROVAL_KEYS}
        return CheckedLifecycle(
            id=self.clause.id,
            subject=self.clause.property("对象").strip(),
            initial=self.initial,
            finals=tuple(self.finals),
            states=self.states,
            transitions=tuple(self.steps),
            invariants=tuple(self.invariants),
            properties=MappingProxyType({key: value for key, value in values.items() if value}),
            approvals=self.approvals,
        )


def _say(clause: Clause, code: str, place: Place, **values: str) -> Diagnostic:
    return Diagnostic(code, place, values, _line_at(clause, place))


def _line_at(clause: Clause, place: Place) -> str:
    lines = clause.source.splitlines()
    index = place.line - clause.place.line
    return lines[index] if place.file == clause.place.file and 0 <= index < len(lines) else ""


def _split(text: str, separators: str) -> list[str]:
    parts = re.split(f"[{re.escape(separators)}]", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _is_name(name: str) -> bool:
    # WHY: signs such as `*` and `=` mean something else to the state machine.
    return 0 < len(name) <= _LONGEST_NAME and name[0].isalnum()


def _asks_for_comment(condition: Node | None) -> bool:
    """Whether a condition holds only with an opinion: ``意见 != ""``, alone or within ``and``."""
    if isinstance(condition, And):
        return any(_asks_for_comment(one) for one in condition.operands)
    if not isinstance(condition, Comparison) or condition.operator != "!=":
        return False
    sides = (condition.left, condition.right)
    return sides in ((Name("意见"), String("")), (String(""), Name("意见")))


def _spell(initial: str, path: Iterable[CheckedTransition]) -> str:
    return initial + "".join(f" —{step.action}→ {step.target}" for step in path)
