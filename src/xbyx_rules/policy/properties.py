"""The properties under a heading: which keys there are, and what each kind requires and allows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .blocks import Items
from .front_matter import DOCUMENT_ID
from .model import (
    Body,
    ClauseKind,
    Expression,
    Force,
    Parameters,
    Pattern,
    Table,
    Taxonomy,
    Text,
    Transitions,
)
from .source import Source, shorten

__all__ = [
    "KINDS",
    "PROPERTY_KEYS",
    "WORDS",
    "KindRule",
    "canonical_key",
    "check_properties",
    "read_properties",
    "read_word",
    "split_key",
]

# Canonical Chinese key → its English spelling, in the order in which `format_text` lays them out.
PROPERTY_KEYS = {
    "类别": "kind",
    "理由": "reason",
    "对象": "subject",
    "词项": "term",
    "上级词项": "parent-term",
    "主体": "actor",
    "结果": "result",
    "单位": "unit",
    "英文名": "english",
    "英文标题": "english-title",
    "规范用语": "force",
    "原文用词": "source-word",
    "效果": "effect",
    "性质": "laws",
    "统计": "statistic",
    "人群": "population",
    "证据": "evidence",
    "证明人": "attested-by",
    "依据": "basis",
    "核实": "verification",
    "责任": "responsible",
    "前提": "precondition",
    "适用条件": "applicable-when",
    "施行": "in-force",
    "流程": "flow",
    "角色": "role",
    "初始": "initial",
    "终结": "final",
    "不变量": "invariant",
    "会签": "co-signing",
    "拒绝规则": "on-rejection",
    "退回后": "after-return",
    "意见必填": "comment-required",
    "签章必需": "signature-required",
    "取回": "take-back",
    "加签": "add-signer",
    "抄送": "copy-to",
    "催办": "remind",
    "逾期上报": "escalate-to",
    "生效状态": "in-force-state",
    "严重": "severity",
    "细化": "refines",
    "授权": "authorised-by",
}


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a heading of one kind has under it, besides prose.

    Args:
        required: keys it must have (类别 apart).
        allowed: keys it may have besides those and `_EVERYWHERE`.
        bodies: sorts of body, one of which it must have; empty where it has none.
        has_message: whether a quote, the message when it is not met, can stand under it.
        has_examples: whether a table of examples can.
    """

    required: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    bodies: tuple[type[Body], ...] = ()
    has_message: bool = False
    has_examples: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key it can have."""
        return tuple(dict.fromkeys(("类别", *self.required, *self.allowed, *_EVERYWHERE)))


_EVERYWHERE = (
    "规范用语",
    "原文用词",
    "责任",
    "施行",
    "依据",
    "核实",
    "细化",
    "授权",
    "英文标题",
)

KINDS: Mapping[ClauseKind, KindRule] = {
    ClauseKind.REQUIREMENT: KindRule(
        ("对象", "规范用语"),
        ("前提", "适用条件", "严重", "效果", "性质"),
        (Expression, Table),
        has_message=True,
        has_examples=True,
    ),
    ClauseKind.CALCULATION: KindRule(
        ("对象", "结果"),
        ("前提", "适用条件", "英文名", "单位", "性质", "统计", "人群"),
        (Expression, Table),
        has_examples=True,
    ),
    ClauseKind.PARAMETER: KindRule((), (), (Parameters,)),
    ClauseKind.TAXONOMY: KindRule(("词项",), ("上级词项",), (Taxonomy,)),
    ClauseKind.DUTY: KindRule(("主体",), ("对象", "流程", "角色")),
    ClauseKind.LIFECYCLE: KindRule(
        ("对象", "初始", "终结"),
        (
            "不变量",
            "会签",
            "拒绝规则",
            "退回后",
            "意见必填",
            "签章必需",
            "取回",
            "加签",
            "抄送",
            "催办",
            "逾期上报",
            "生效状态",
        ),
        (Transitions,),
    ),
    ClauseKind.CHECK: KindRule(
        ("严重",), ("对象", "性质"), (Pattern,), has_message=True, has_examples=True
    ),
    ClauseKind.JUDGEMENT: KindRule(
        ("对象", "证据", "证明人"),
        ("前提", "适用条件", "严重", "效果"),
        has_message=True,
        has_examples=True,
    ),
    ClauseKind.PRINCIPLE: KindRule(("理由",), ("对象",)),
}

# Keys whose value is one of a few words: spelling → the Chinese one.
WORDS: Mapping[str, Mapping[str, str]] = {
    "类别": {spelling: kind.zh for kind in ClauseKind for spelling in kind.spellings},
    "规范用语": {spelling: force.zh for force in Force for spelling in force.spellings},
    "严重": {"高": "高", "high": "高", "中": "中", "medium": "中", "低": "低", "low": "低"},
    "效果": {"阻断": "阻断", "block": "阻断", "提醒": "提醒", "remind": "提醒"},
    "统计": {"人数": "人数", "people": "人数"},
    "核实": {"已核实": "已核实", "verified": "已核实", "未核实": "未核实", "unverified": "未核实"},
}
_TERM = re.compile(r"[^\s.]+\.[^\s.]+")
_ANCHOR = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
# Keys whose value has a form of its own, with an example of it.
_FORMS = {
    "细化": (re.compile(rf"{DOCUMENT_ID.pattern}#{_ANCHOR}"), "`cn/beijing/…#funding-floor`"),
    "流程": (re.compile(rf"#?{_ANCHOR}(?:\s*[,，、]\s*#?{_ANCHOR})*"), "`annual-plan`"),
    "词项": (_TERM, "`研修活动.内容领域`"),
    "上级词项": (_TERM, "`研修活动.内容领域`"),
}
_SPELLED = {name: key for key, en in PROPERTY_KEYS.items() for name in (key, en)}
_COLON = re.compile("[:\uff1a]")


def split_key(line: str) -> tuple[str, int] | None:
    """The key that a line begins with, as written, and where its value starts; None without one."""
    found = _COLON.search(line)
    if found is None or not line[: found.start()].strip():
        return None
    return line[: found.start()].strip(), found.end()


def canonical_key(written: str) -> str | None:
    """The Chinese key for either spelling; None when there is no such property."""
    return _SPELLED.get(written.casefold())


def read_word(source: Source, key: str, text: Text) -> Text | None:
    """The text as the Chinese spelling of one of the key's words; None after a report."""
    words = WORDS[key]
    if text.value not in words:
        allowed = "、".join(dict.fromkeys(f"`{word}`" for word in words.values()))
        source.report("XR030", text.place, value=shorten(text.value), key=key, allowed=allowed)
        return None
    return Text(words[text.value], text.place)


def read_properties(source: Source, items: Items) -> dict[str, Text]:
    """The properties of a list by canonical key; what can't be read is reported and left out."""
    properties: dict[str, Text] = {}
    for item in items.items:
        parts = split_key(item.value)
        if parts is None:
            if item:
                source.report("XR045", item.place)
            continue
        written, start = parts
        key = canonical_key(written)
        place = item.place_at(0, len(written))
        if key is None:
            near = source.near(written, PROPERTY_KEYS)
            source.report("XR046", place, name=shorten(written), nearest=near)
        elif key in properties:
            source.report("XR047", place, name=key, line=str(properties[key].place.line))
        else:
            first = item.place.column - 1
            end = first + len(item.value)
            value = source.stretch(item.place.line, first + start, end)
            properties[key] = _read_value(source, key, value) or value
    return properties


def _read_value(source: Source, key: str, value: Text) -> Text | None:
    if not value:
        source.report("XR048", value.place, name=key)
    elif key in WORDS:
        return read_word(source, key, value)
    elif key in _FORMS and not _FORMS[key][0].fullmatch(value.value):
        form = _FORMS[key][1]
        source.report("XR053", value.place, name=key, value=shorten(value.value), form=form)
    return None


def check_properties(
    source: Source, kind: ClauseKind, properties: Mapping[str, Text], heading: Text
) -> None:
    """Report keys that the kind requires and doesn't have, or has and doesn't allow."""
    rule = KINDS[kind]
    for key in rule.required:
        if key not in properties:
            source.report("XR049", heading.place, kind=kind.zh, kind_en=kind.en, name=key)
    for key, value in properties.items():
        if key not in rule.keys:
            allowed = "、".join(rule.keys)
            source.report(
                "XR050", value.place, kind=kind.zh, kind_en=kind.en, name=key, allowed=allowed
            )
