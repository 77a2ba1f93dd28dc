"""The fixed words of an explanation in both languages; text, pages and documents share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xbyx_rules.errors import Language
from xbyx_rules.policy import Outcome

__all__ = ["EXPLANATION_WORDS", "OUTCOME_SIGNS", "ExplanationWords"]


@dataclass(frozen=True, slots=True)
class ExplanationWords:
    """The fixed words of an explanation in one language."""

    colon: str
    headline: str
    outcomes: Mapping[Outcome, str]
    computed: str
    uncomputed: str
    withheld: str
    note: str
    reason: str
    force: str
    blocking: str
    reminding: str
    replacement: str
    result: str
    no_result: str
    no_figure: str
    conditions: str
    holds: str
    fails: str
    unknown: str
    shortfall: str
    facts: str
    parameters: str
    basis: str
    verified: str
    not_verified: str
    since: str
    until: str
    between: str
    group: str
    group_separator: str
    missing: str
    holder: str
    attests: str
    either: str
    remedies: str
    alternative: str
    apart: str
    derivations: str
    expression: str
    row: str
    any_case: str
    more: str
    hit: str
    hit_separator: str
    review: str
    counts: str
    count: str
    count_separator: str
    blocked: str
    not_blocked: str
    others: str
    lapsed: str


OUTCOME_SIGNS: Final[Mapping[Outcome, str]] = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "✗",
    Outcome.UNDETERMINED: "？",
    Outcome.NOT_APPLICABLE: "－",
}
"""A sign for each outcome; it stands beside the word, never alone."""

EXPLANATION_WORDS: Final[Mapping[Language, ExplanationWords]] = {
    "zh": ExplanationWords(
        colon="：",
        headline="{outcome}：{clause}（{document}）",
        outcomes={outcome: outcome.zh for outcome in Outcome},
        computed="已算得",
        uncomputed="未能算得",
        withheld="未公开",
        note="说明",
        reason="原因",
        force="规范用语",
        blocking="不符合或暂无法判定时，不能办理下一步",
        reminding="仅作提醒",
        replacement="与上位规定相比",
        result="结果",
        no_result="无法得出",
        no_figure="没有可用的值",
        conditions="条件",
        holds="成立",
        fails="不成立",
        unknown="无法判断",
        shortfall="相差",
        facts="事实",
        parameters="参数",
        basis="依据 {basis}",
        verified="已核实",
        not_verified="未核实",
        since="{start}起施行",
        until="施行至{end}",
        between="{start}至{end}施行",
        group="（{}）",
        group_separator="；",
        missing="缺少",
        holder="由{holder}提供",
        attests="由{holder}认定",
        either="或",
        remedies="如何达到",
        alternative="或者：{}",
        apart="以上办法各针对一个条件；一并改动后须重新判定",
        derivations="计算过程",
        expression="算法：{}",
        row="适用表中第 {number} 行：{tests}；结果为{output}",
        any_case="不限条件",
        more="另有 {} 项",
        hit="{alias} 为{record}",
        hit_separator="，",
        review="{subject}，判定日 {on}，依据 {document}",
        counts="共 {total} 项：{counts}",
        count="{outcome} {count}",
        count_separator="，",
        blocked="须先解决的 {count} 项：",
        not_blocked="没有须先解决的事项。",
        others="其余 {count} 项：",
        lapsed="提请注意：所依据的{documents}在判定日不在施行期内，本文件是否仍然适用须由人确认。",
    ),
    "en": ExplanationWords(
        colon=": ",
        headline="{outcome}: {clause} ({document})",
        outcomes={outcome: outcome.en.replace("_", " ") for outcome in Outcome},
        computed="computed",
        uncomputed="not computed",
        withheld="not published",
        note="Message",
        reason="Reason",
        force="Normative word",
        blocking="while not met or undetermined, the next step can't be taken",
        reminding="a reminder only",
        replacement="Compared with the rule above",
        result="Result",
        no_result="can't be worked out",
        no_figure="no value to use",
        conditions="Conditions",
        holds="holds",
        fails="does not hold",
        unknown="can't be decided",
        shortfall="Difference",
        facts="Facts",
        parameters="Parameters",
        basis="basis {basis}",
        verified="verified",
        not_verified="not verified",
        since="in force from {start}",
        until="in force until {end}",
        between="in force from {start} to {end}",
        group=" ({})",
        group_separator="; ",
        missing="Missing",
        holder="to be given by {holder}",
        attests="{holder} has to attest",
        either=" or ",
        remedies="What would satisfy it",
        alternative="or: {}",
        apart="each of these is for one condition; after changing several, decide anew",
        derivations="How it was worked out",
        expression="worked out as: {}",
        row="row {number} of the table applies: {tests}; the result is {output}",
        any_case="in any case",
        more="{} more",
        hit="{alias} is {record}",
        hit_separator=", ",
        review="{subject}, on {on}, under {document}",
        counts="{total} in all: {counts}",
        count="{outcome} {count}",
        count_separator=", ",
        blocked="To be settled first ({count}):",
        not_blocked="Nothing has to be settled first.",
        others="The other {count}:",
        lapsed="Note: {documents}, on which this rests, was not in force that day; "
        "a person has to confirm that this document still applies.",
    ),
}
"""The words of both languages."""
