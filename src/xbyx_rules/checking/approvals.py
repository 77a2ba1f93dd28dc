"""How approvals go in a flow: who signs together, what may be taken back, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

__all__ = ["Approvals", "Quorum", "RejectionRule", "Signing"]

Quorum = Literal["all", "any", "in_turn", "share"]
"""全体, 任一, 依次 or 比例."""
RejectionRule = Literal["one_rejects", "all_reject", "cannot_pass"]
"""一票否决, 全部拒绝 or 不足即否."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How several sign one action together (会签, 或签, 依次, 比例).

    Args:
        state: where.
        action: what each of them agrees by.
        quorum: how many of them it takes.
        share: of ``share``, what part; else None.
        rejection: the action by which one of them says no.
        rule: when the rejection is taken.
    """

    state: str
    action: str
    quorum: Quorum
    share: Fraction | None
    rejection: str
    rule: RejectionRule


@dataclass(frozen=True, slots=True)
class Approvals:
    """What a flow says of its approvals besides who, when and under which rules.

    Args:
        signings: where several sign together.
        straight_back: actions that return a subject (退回后: 直达): what is submitted again goes
            straight to the state that returned it.
        signed: actions for which a signature or seal must be referred to (签章必需).
        retractable: actions whose taker may take them back (取回) until somebody goes on.
        extendable: actions for which one whose turn it is may ask others to sign, too (加签).
        copies: action → roles that get a copy (抄送), which never blocks.
        reminders: action → how long before its 时限 those whose turn it is are reminded
            (``2 工作日``).
        escalations: action → roles that are told when its 时限 has passed (逾期上报).
        in_force: states in which a subject is in force (生效状态).
    """

    signings: tuple[Signing, ...] = ()
    straight_back: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    retractable: frozenset[str] = frozenset()
    extendable: frozenset[str] = frozenset()
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reminders: Mapping[str, str] = field(default_factory=dict)
    escalations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_force: frozenset[str] = frozenset()

    def signing(self, state: str) -> Signing | None:
        """How those whose turn it is in a state sign together; None where each acts alone."""
        return next((one for one in self.signings if one.state == state), None)
