"""The timeline (办理轨迹): what was done, when and by whom, readable and in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from xbyx_rules.errors import Language

__all__ = ["Kind", "TimelineEntry", "entry_as_plain", "render_timeline"]

_STILL: Final = {
    "erase": ("删除内容", "content erased"),
    "look": ("重新核查", "checked again"),
    "retry": ("决定重新投递消息", "message to be delivered again"),
    "skip": ("决定不再投递消息", "message left out"),
    "transfer": ("转办", "handed on"),
    "reassign": ("改派", "reassigned"),
    "add_signer": ("加签", "another signature asked for"),
    "remove_signer": ("减签", "an added signature left out"),
    "entrust": ("委派", "work entrusted to another"),
    "give_back": ("交回委派的事项", "entrusted work given back"),
    "remind": ("催办", "reminder"),
    "overdue": ("逾期", "overdue"),
    "reschedule": ("改期", "days due found anew"),
    "revise": ("开始修订", "revision begun"),
    "supersede": ("生效后取代本版", "took the place of this version"),
    "suggest": ("建议", "suggested"),
}

Kind = Literal[
    "step",
    "sign",
    "start",
    "migrate",
    "erase",
    "look",
    "retry",
    "skip",
    "transfer",
    "reassign",
    "add_signer",
    "remove_signer",
    "entrust",
    "give_back",
    "remind",
    "overdue",
    "reschedule",
    "retract",
    "revise",
    "supersede",
    "suggest",
]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step.

    Args:
        version: the event's number.
        kind: ``step``, ``sign`` (one of several signatures), ``start`` (taken into the ledger),
            ``migrate`` (moved to another version of its flow), ``retract`` (taken back),
            ``erase`` (a body was erased), ``look`` (a check has looked again), ``retry`` or
            ``skip`` (of a parked message), or what became of a seat:
            ``transfer``, ``reassign``, ``add_signer``, ``remove_signer``, ``entrust``,
            ``give_back``; or of its time limit: ``remind``, ``overdue``, ``reschedule``; or
            ``revise`` (a revision was begun), ``supersede`` (it took this version's place),
            ``suggest``.
        at: when it was done, aware.
        action: the action's name.
        source: state before; None for ``start``.
        target: state after.
        actor: the host's pseudonym of who acted.
        on_behalf_of: the pseudonym of whom it was done for, or None.
        comment: the opinion; None without one, or when it was erased.
        evidence: the host's references.
        signature: the host's reference of the signature or seal, or None.
        is_opinion_erased: whether there was an opinion and an audited command erased it.
        about: the other version of a revision, or the action suggested; else None.
    """

    version: int
    kind: Kind
    at: datetime
    action: str
    source: str | None
    target: str
    actor: str
    on_behalf_of: str | None = None
    comment: str | None = None
    evidence: tuple[str, ...] = ()
    is_opinion_erased: bool = False
    signature: str | None = None
    about: str | None = None


def entry_as_plain(entry: TimelineEntry) -> dict[str, Any]:
    """One step as plain data; the instant in ISO 8601."""
    return {
        "version": entry.version,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "action": entry.action,
        "from": entry.source,
        "to": entry.target,
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "comment": entry.comment,
        "evidence": list(entry.evidence),
        "is_opinion_erased": entry.is_opinion_erased,
        "signature": entry.signature,
        "about": entry.about,
    }


def render_timeline(
    entries: Iterable[TimelineEntry], language: Language = "zh", *, zone: str = "Asia/Shanghai"
) -> str:
    """The timeline as text, one step a line with its opinion and evidence below.

    Example:
        >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        >>> step = TimelineEntry(2, "step", at, "提交校内审核", "草稿", "待校级审核", "t-17")
        >>> print(render_timeline([step]))
        2. 2026-03-02 09:00 t-17 提交校内审核：草稿 → 待校级审核
        >>> print(render_timeline([step], "en"))
        2. 2026-03-02 09:00 t-17: 提交校内审核, 草稿 → 待校级审核
    """
    lines: list[str] = []
    for entry in entries:
        time = entry.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        lines.append(f"{entry.version}. {time} {_sentence(entry, language)}")
        lines.extend(f"   {note}" for note in _notes(entry, language))
    return "\n".join(lines)


def _sentence(entry: TimelineEntry, language: Language) -> str:
    is_chinese = language == "zh"
    who = entry.actor
    if entry.on_behalf_of:
        who += f" (代 {entry.on_behalf_of})" if is_chinese else f" (for {entry.on_behalf_of})"
    if entry.kind == "start":
        return _sentence_of_start(entry, who, language)
    if entry.kind in _STILL:
        return _sentence_of_still(entry, who, language)
    if entry.kind == "sign":
        action, state = entry.action, entry.source
        return f"{who} 签署 {action}：{state}" if is_chinese else f"{who}: signed {action}, {state}"
    way = f"{entry.source} → {entry.target}"
    if entry.kind == "retract":
        return f"{who} 取回：{way}" if is_chinese else f"{who}: taken back, {way}"
    if entry.kind == "migrate":
        moved = "改按流程的另一版办理" if is_chinese else "moved to another version of the flow"
        return f"{who} {moved}：{way}" if is_chinese else f"{who}: {moved}, {way}"
    return f"{who} {entry.action}：{way}" if is_chinese else f"{who}: {entry.action}, {way}"


def _sentence_of_start(entry: TimelineEntry, who: str, language: Language) -> str:
    if language == "zh":
        return f"{who} 建账：{entry.target}" + (f"（修订 {entry.about}）" if entry.about else "")
    of = f", a revision of {entry.about}" if entry.about else ""
    return f"{who}: recorded as {entry.target}{of}"


def _sentence_of_still(entry: TimelineEntry, who: str, language: Language) -> str:
    is_chinese = language == "zh"
    zh, en = _STILL[entry.kind]
    about = entry.about or ""
    if entry.kind == "supersede":
        # WHY: the version that took the place is what is spoken of; who acted, acted on it.
        return f"{about} {zh}（{who}）" if is_chinese else f"{about} {en} ({who})"
    said = f"{who} {zh}" if is_chinese else f"{who}: {en}"
    joint = "：" if is_chinese else " "
    return f"{said}{joint}{about}" if about else said


def _notes(entry: TimelineEntry, language: Language) -> list[str]:
    is_chinese = language == "zh"
    notes = []
    if entry.comment:
        notes.append(f"意见：{entry.comment}" if is_chinese else f"opinion: {entry.comment}")
    if entry.is_opinion_erased:
        notes.append("意见已依规删除" if is_chinese else "the opinion was erased, on record")
    if entry.evidence:
        listed = "、".join(entry.evidence) if is_chinese else ", ".join(entry.evidence)
        notes.append(f"附件：{listed}" if is_chinese else f"evidence: {listed}")
    if entry.signature:
        sign = entry.signature
        notes.append(f"签章：{sign}" if is_chinese else f"signature: {sign}")
    return notes
