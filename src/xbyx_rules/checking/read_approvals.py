"""Read how approvals go in a flow: who signs together, what may be taken back, who is told.

Each is a property of the 办理流程 that names actions of its table: ``会签: 签发并报送 全体``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from xbyx_rules.calendars import parse_deadline

from .approvals import Approvals, Quorum, RejectionRule, Signing
from .flow_paths import find_reachable
from .model import CheckedTransition

__all__ = [
    "APPROVAL_KEYS",
    "Problem",
    "Wording",
    "read_approvals",
    "split_items",
]

_QUORUMS: Final[Mapping[str, Quorum]] = {"全体": "all", "任一": "any", "依次": "in_turn"}
_RULES: Final[Mapping[str, RejectionRule]] = {
    "一票否决": "one_rejects",
    "全部拒绝": "all_reject",
    "不足即否": "cannot_pass",
}
_SHARE: Final = re.compile(r"比例\s*(?:(\d{1,3}(?:\.\d{1,4})?)%|(\d{1,4})/(\d{1,4}))")
_LEAD: Final = "期前"
_ITEMS: Final = re.compile("[;；\n]")
_NAMES: Final = re.compile("[,，、;；\n]")

_PLAIN: Final = ("意见必填", "签章必需", "取回", "加签")
_WORDED: Final = {
    "会签": "全体、任一、依次、比例 60%、比例 2/3",
    "拒绝规则": "一票否决、全部拒绝、不足即否",
    "退回后": "重走、直达",
    "抄送": "角色、角色",
    "催办": "期前 2 工作日",
    "逾期上报": "角色、角色",
}
APPROVAL_KEYS: Final = (*_PLAIN, *_WORDED, "生效状态")
"""The properties that are read here."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One item of a property: what it says of an action."""

    action: str
    words: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a property: a code, the property it stands in, and what to say."""

    code: str
    key: str
    values: Mapping[str, str]


def split_items(text: str, actions: Sequence[str]) -> Iterator[Wording]:
    """The items of ``动作 说明；动作 说明``; one without a known action keeps its words.

    Example:
        >>> [*split_items("签发 全体；驳回", ["签发"])]
        [Wording(action='签发', words='全体'), Wording(action='', words='驳回')]
    """
    # WHY the longest first: one action's name may be the beginning of another's.
    known = sorted(actions, key=len, reverse=True)
    for part in _ITEMS.split(text):
        item = part.strip()
        if not item:
            continue
        named = (one for one in known if item == one or item.startswith((f"{one} ", f"{one}　")))
        action = next(named, "")
        yield Wording(action, item.removeprefix(action).strip())


def read_approvals(
    properties: Mapping[str, str],
    steps: Sequence[CheckedTransition],
    finals: Sequence[str],
) -> tuple[Approvals, tuple[Problem, ...]]:
    """Read what a flow's properties say of its approvals.

    Args:
        properties: of the flow; keys of `APPROVAL_KEYS`, others are left alone.
        steps: its transitions.
        finals: its final states.

    Returns:
        What was read, and every problem: XR403, XR416 to XR418, XR424 to XR429.
    """
    reading = _Reading(properties, steps, finals)
    reading.read_names("意见必填")  # WHY here: each transition has it already; names are checked
    found = Approvals(
        signings=tuple(reading.read_signings()),
        straight_back=reading.read_straight_back(),
        signed=reading.read_names("签章必需"),
        retractable=reading.read_retractable(),
        extendable=reading.read_names("加签"),
        copies=reading.read_roles("抄送"),
        reminders=reading.read_reminders(),
        escalations=reading.read_escalations(),
        in_force=reading.read_in_force(),
    )
    return found, tuple(reading.problems)


class _Reading:
    def __init__(
        self,
        properties: Mapping[str, str],
        steps: Sequence[CheckedTransition],
        finals: Sequence[str],
    ) -> None:
        self.problems: list[Problem] = []
        self._texts = {
            key: unicodedata.normalize("NFKC", properties.get(key, "")).strip()
            for key in APPROVAL_KEYS
        }
        self._steps = steps
        self._finals = finals
        self._actions = tuple(dict.fromkeys(one.action for one in steps))

    def _report(self, code: str, key: str, **values: str) -> None:
        self.problems.append(Problem(code, key, {"property": key, **values}))

    # --- lists of actions -----------------------------------------------------------------------

    def read_names(self, key: str) -> frozenset[str]:
        """A property that lists actions."""
        named = [one.strip() for one in _NAMES.split(self._texts[key]) if one.strip()]
        for one in named:
            if one not in self._actions:
                self._report("XR418", key, action=one)
        return frozenset(named).intersection(self._actions)

    def read_retractable(self) -> frozenset[str]:
        """取回: what ends a flow is not taken back."""
        found = self.read_names("取回")
        for step in self._steps:
            if step.action in found and step.target in self._finals:
                self._report("XR427", "取回", action=step.action, state=step.target)
        return found

    def read_in_force(self) -> frozenset[str]:
        """生效状态: states of the table."""
        named = [one.strip() for one in _NAMES.split(self._texts["生效状态"]) if one.strip()]
        states = {state for one in self._steps for state in (one.source, one.target)}
        for one in named:
            if one not in states:
                self._report("XR403", "生效状态", state=one)
        return frozenset(named) & states

    # --- words about actions --------------------------------------------------------------------

    def _items(self, key: str) -> dict[str, str]:
        """Action → what a property says of it, with what is wrong in that reported."""
        found: dict[str, str] = {}
        for one in split_items(self._texts[key], self._actions):
            if not one.action and one.words in _WORDED[key].split("、"):
                self._report("XR416", key, value=one.words, allowed=self._allowed(key))
            elif not one.action:
                self._report("XR418", key, action=one.words.split()[0])
            elif not one.words or one.action in found:
                value = f"{one.action} {one.words}".strip()
                self._report("XR416", key, value=value, allowed=self._allowed(key))
            else:
                found[one.action] = one.words
        return found

    def _allowed(self, key: str) -> str:
        """How an item is written, by the first action of the table."""
        if key in ("抄送", "逾期上报"):
            return f"{self._actions[0]} {_WORDED[key]}"
        return "；".join(f"{self._actions[0]} {one}" for one in _WORDED[key].split("、"))

    def read_roles(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A property that names roles for actions."""
        return MappingProxyType(
            {
                action: tuple(dict.fromkeys(filter(None, map(str.strip, _NAMES.split(words)))))
                for action, words in self._items(key).items()
            }
        )

    def read_reminders(self) -> Mapping[str, str]:
        """催办: how long before the 时限."""
        found = {}
        for action, words in self._items("催办").items():
            lead = parse_deadline(words.removeprefix(_LEAD)) if words.startswith(_LEAD) else None
            if lead is None:
                self._report("XR416", "催办", value=words, allowed=self._allowed("催办"))
                continue
            self._need_deadline("催办", action)
            found[action] = str(lead)
        return MappingProxyType(found)

    def read_escalations(self) -> Mapping[str, tuple[str, ...]]:
        """逾期上报: to whom."""
        found = self.read_roles("逾期上报")
        for action in found:
            self._need_deadline("逾期上报", action)
        return found

    def _need_deadline(self, key: str, action: str) -> None:
        if not any(one.action == action and one.deadline for one in self._steps):
            self._report("XR428", key, action=action)

    def read_straight_back(self) -> frozenset[str]:
        """退回后: 直达; the action must lead back to where the subject has come from."""
        found = set()
        pairs = [(one.source, one.target) for one in self._steps]
        text = self._texts["退回后"]
        for action, words in self._items("退回后").items() if text != "重走" else ():
            if words not in ("重走", "直达"):
                self._report("XR416", "退回后", value=words, allowed=self._allowed("退回后"))
            for step in self._steps:
                if step.action == action and step.source not in find_reachable(
                    [step.target], pairs
                ):
                    self._report("XR429", "退回后", action=action, state=step.target)
            if words == "直达":
                found.add(action)
        return frozenset(found)

    # --- signing together -----------------------------------------------------------------------

    def read_signings(self) -> Iterator[Signing]:
        """会签 with 拒绝规则: in each state of the action, one action says no."""
        quorums, rules = self._items("会签"), self._items("拒绝规则")
        for key, said, other in (("会签", quorums, "拒绝规则"), ("拒绝规则", rules, "会签")):
            if said and not self._texts[other]:
                self._report("XR417", key, other=other)
        for action, words in rules.items():
            if words not in _RULES:
                self._report("XR416", "拒绝规则", value=words, allowed=self._allowed("拒绝规则"))
            elif quorums and not self._shares_state(action, quorums):
                self._report("XR424", "拒绝规则", action=action, state="、".join(self._at(action)))
        for action, words in quorums.items():
            yield from self._read_signing(action, words, rules)

    def _read_signing(self, action: str, words: str, rules: Mapping[str, str]) -> Iterator[Signing]:
        quorum, share = _read_quorum(words)
        if quorum is None:
            self._report("XR416", "会签", value=words, allowed=self._allowed("会签"))
            return
        for state in self._at(action):
            refusing = [
                one
                for one in dict.fromkeys(step.action for step in self._steps)
                if one in rules and one != action and state in self._at(one)
            ]
            if len(refusing) != 1:
                self._report("XR424", "会签", action=action, state=state)
                continue
            (rejection,) = refusing
            rule = _RULES.get(rules[rejection])
            if rule is None:
                continue
            if rule == "all_reject" and quorum != "any":
                self._report("XR426", "拒绝规则", action=action, quorum=words)
            self._check_same_signers(state, action, rejection)
            yield Signing(state, action, quorum, share, rejection, rule)

    def _check_same_signers(self, state: str, action: str, rejection: str) -> None:
        rows = {
            name: [one for one in self._steps if (one.source, one.action) == (state, name)]
            for name in (action, rejection)
        }
        if set(rows[action][0].roles) != set(rows[rejection][0].roles):
            self._report("XR425", "会签", action=action, rejection=rejection, state=state)
        for name, found in rows.items():
            if len(found) > 1:
                self._report("XR430", "会签", action=name, state=state)

    def _at(self, action: str) -> tuple[str, ...]:
        """The states in which an action can be taken."""
        return tuple(dict.fromkeys(one.source for one in self._steps if one.action == action))

    def _shares_state(self, action: str, others: Mapping[str, str]) -> bool:
        return any(set(self._at(action)) & set(self._at(one)) for one in others if one != action)


def _read_quorum(words: str) -> tuple[Quorum | None, Fraction | None]:
    if words in _QUORUMS:
        return _QUORUMS[words], None
    match = _SHARE.fullmatch(words)
    if match is None or match[3] == "0":
        return None, None
    share = Fraction(match[1]) / 100 if match[1] else Fraction(int(match[2]), int(match[3]))
    return ("share", share) if 0 < share <= 1 else (None, None)
