"""Whether a flow or a judgement in the place of another one lets nothing more through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xbyx_rules.checking import CheckedClause, CheckedLifecycle, CheckedTransition
from xbyx_rules.errors import Language

from .implying import implies, normalise

__all__ = ["compare_flows", "compare_judgements"]

Looser = Mapping[Language, str]
_NAMES: Final = re.compile("[,，、;；]")


def compare_flows(
    old: CheckedLifecycle, new: CheckedLifecycle, replaced: Mapping[str, str]
) -> Looser:
    """What a flow lets through that the one above doesn't, in words; nothing where it is proved.

    Proved is a flow with the same beginning, of whose steps each is one of the flow above, by
    nobody else, with all that is required there: whatever it can do, that one can.

    Args:
        old: the flow above.
        new: the flow in its place.
        replaced: anchors of rules above → of those that replace them and aren't looser.
    """
    if old.initial != new.initial or not set(new.finals) <= {*old.finals, *old.states}:
        return {"zh": "起始或终结状态不同", "en": "it begins or ends in other states"}
    for one in new.transitions:
        before = old.transition(one.source, one.action, one.target)
        step = f"{one.source} → {one.action} → {one.target}"
        if before is None:
            return {"zh": f"上位流程没有“{step}”这一步", "en": f"no step “{step}” above"}
        if not _is_step_kept(before, one, replaced):
            return {
                "zh": f"“{step}”的经办人、须符合、条件或意见比上位流程宽",
                "en": f"“{step}” may be taken by others, or with less required, than above",
            }
    looser = _find_looser_approval(old, new)
    if looser:
        return {"zh": f"{looser} 比上位流程宽", "en": f"{looser} lets more through than above"}
    kept = {one.text for one in new.invariants}
    lost = next((one.text for one in old.invariants if one.text not in kept), "")
    return {"zh": f"去掉了不变量“{lost}”", "en": f"without the invariant “{lost}”"} if lost else {}


def _find_looser_approval(old: CheckedLifecycle, new: CheckedLifecycle) -> str:
    """The property of approvals that lets more through, or ""; copies and reminders never do.

    WHY the same signings: whether three of five are stricter than two in turn is nobody's to say.
    """
    before, after = old.approvals, new.approvals
    states = {one.source for one in new.transitions}
    if {one for one in before.signings if one.state in states} - set(after.signings):
        return "会签"
    if not before.signed & {one.action for one in new.transitions} <= after.signed:
        return "签章必需"
    if not after.straight_back <= before.straight_back:
        return "退回后"
    return "" if after.retractable <= before.retractable else "取回"


def _is_step_kept(
    old: CheckedTransition, new: CheckedTransition, replaced: Mapping[str, str]
) -> bool:
    required = {replaced.get(one, one) for one in old.must_meet}
    if not (set(new.roles) <= set(old.roles) and required <= set(new.must_meet)):
        return False
    if old.is_comment_required and not new.is_comment_required:
        return False
    if old.deadline and new.deadline != old.deadline:
        return False
    if old.condition is None:
        return True
    return new.condition is not None and implies(
        [normalise(new.condition)], normalise(old.condition)
    )


def compare_judgements(old: CheckedClause, new: CheckedClause) -> Looser:
    """What a judgement asks less than the one above, in words; nothing where it is proved."""
    before, after = _listed(old, "证明人"), _listed(new, "证明人")
    if not after <= before:
        return {"zh": "证明人比上位规定多", "en": "others may attest it, too"}
    if not _listed(old, "证据") <= _listed(new, "证据"):
        return {"zh": "要求的证据比上位规定少", "en": "it asks for less evidence"}
    if (old.precondition, old.applicability) != (new.precondition, new.applicability):
        return {"zh": "前提或适用条件与上位规定不同", "en": "it applies to other cases"}
    return {}


def _listed(clause: CheckedClause, key: str) -> set[str]:
    return {one.strip() for one in _NAMES.split(clause.clause.property(key)) if one.strip()}
