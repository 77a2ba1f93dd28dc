"""What a heading says, in one line: a rule in words, a flow or a table by its measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from xbyx_rules.checking import CheckedClause, CheckedPolicy
from xbyx_rules.compiling import to_prose
from xbyx_rules.errors import Language
from xbyx_rules.feel.syntax import Node
from xbyx_rules.policy import (
    Clause,
    ClauseKind,
    Parameters,
    Table,
    Taxonomy,
    Transitions,
)

__all__ = ["say_rule"]


def say_rule(clause: Clause, policy: CheckedPolicy | None, language: Language = "zh") -> str:
    """What a heading says, in one line.

    Args:
        clause: as read.
        policy: its document checked; without it only what needs no types is said.
        language: of the words around the document's own.

    Returns:
        A line without a final stop; "" where there is nothing to say.

    Example:
        >>> from xbyx_rules.deciding import load_policies
        >>> checked = load_policies()["cn/beijing/school-based-training"].checked
        >>> say_rule(checked.clauses["manager"].clause, checked)
        '研修负责人的职务是“副校长”或“主任”之一'
    """
    speaker = _SPEAKERS.get(clause.kind) if clause.kind else None
    if speaker is not None:
        return speaker(clause, language)
    checked = policy.clauses.get(clause.id) if policy else None
    table = _say_table(clause.body, language) if isinstance(clause.body, Table) else ""
    if policy is None or checked is None:
        return table

    def say(node: Node) -> str:
        return to_prose(node, language, vocabulary=policy.vocabulary, english=policy.english)

    if table:
        said = table
    elif checked.pattern:
        said = _say_pattern(checked, say, language)
    elif checked.condition is not None:
        said = say(checked.condition)
    else:
        return ""
    return said + _say_gates(checked, say, language)


def _say_gates(checked: CheckedClause, say: Callable[[Node], str], language: Language) -> str:
    """The conditions under which a rule applies or can be decided, in brackets."""
    gates = (
        (checked.applicability, "适用于", "applies where "),
        (checked.precondition, "前提是", "provided that "),
    )
    parts = []
    for node, zh, en in gates:
        if node is not None:
            parts.append((zh if language == "zh" else en) + say(node))
    if not parts:
        return ""
    return f"（{'；'.join(parts)}）" if language == "zh" else f" ({'; '.join(parts)})"


def _say_table(table: Table, language: Language) -> str:
    inputs = "、".join(one.value for one in table.inputs)
    outputs = "、".join(one.value for one in table.outputs)
    count = len(table.rows)
    if language == "zh":
        return f"决策表 {count} 行：{inputs} → {outputs}"
    return f"decision table of {count} rows: {inputs} → {outputs}"


def _say_pattern(checked: CheckedClause, say: Callable[[Node], str], language: Language) -> str:
    """The facts that make a hit: each record, and the condition that it satisfies."""
    parts = []
    for row in checked.pattern:
        zh, en = ("没有", "no ") if row.is_absent else ("有", "some ")
        name = f"{zh}{row.entity}" if language == "zh" else f"{en}{row.entity}"
        said = f"{name} {row.alias}"
        if row.condition is not None:
            prose = say(row.condition)
            said += f"（{prose}）" if language == "zh" else f" ({prose})"
        parts.append(said)
    zh, en = "发现即为疑点：", "a doubt where there is "
    return (zh + "，".join(parts)) if language == "zh" else (en + " and ".join(parts))


def _say_parameters(clause: Clause, language: Language) -> str:
    rows = clause.body.rows if isinstance(clause.body, Parameters) else ()
    return ("；" if language == "zh" else "; ").join(
        f"{one.name} = {one.value.value}" for one in rows
    )


def _say_taxonomy(clause: Clause, language: Language) -> str:
    count = len(clause.body.rows) if isinstance(clause.body, Taxonomy) else 0
    term = clause.property("词项")
    return f"{term}的 {count} 个取值" if language == "zh" else f"{count} values of {term}"


def _say_flow(clause: Clause, language: Language) -> str:
    rows = clause.body.rows if isinstance(clause.body, Transitions) else ()
    states = dict.fromkeys(name for one in rows for name in (one.source, one.target))
    initial, finals = clause.property("初始"), clause.property("终结")
    if language == "zh":
        return f"{len(states)} 个状态、{len(rows)} 步：从{initial}到{finals}"
    return f"{len(states)} states, {len(rows)} steps: from {initial} to {finals}"


def _say_judgement(clause: Clause, language: Language) -> str:
    person, evidence = clause.property("证明人"), clause.property("证据")
    if language == "zh":
        return f"由{person}认定，凭{evidence}"
    return f"attested by {person} on {evidence}"


def _say_duty(clause: Clause, language: Language) -> str:
    actor, flow = clause.property("主体"), clause.property("流程")
    if not flow:
        return actor
    return f"{actor}，在流程 {flow} 中" if language == "zh" else f"{actor}, in the flow {flow}"


def _say_principle(clause: Clause, language: Language) -> str:
    reason = clause.property("理由")
    return f"不判定：{reason}" if language == "zh" else f"not decided: {reason}"


_SPEAKERS: Final[Mapping[ClauseKind, Callable[[Clause, Language], str]]] = {
    ClauseKind.PARAMETER: _say_parameters,
    ClauseKind.TAXONOMY: _say_taxonomy,
    ClauseKind.LIFECYCLE: _say_flow,
    ClauseKind.JUDGEMENT: _say_judgement,
    ClauseKind.DUTY: _say_duty,
    ClauseKind.PRINCIPLE: _say_principle,
}
