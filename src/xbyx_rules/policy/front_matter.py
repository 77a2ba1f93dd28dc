"""The front matter: flat ``key: value`` lines between two lines ``---``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from xbyx_rules.errors import Place

from .model import DocumentStatus, Period, Text
from .source import Source, read_date, read_period, shorten, split_list

__all__ = [
    "DOCUMENT_ID",
    "FrontMatter",
    "find_front_key",
    "lay_out_front_matter",
    "read_front_matter",
    "read_front_values",
    "read_policy_key",
]

DOCUMENT_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")

# English key → its Chinese spelling.
_KEYS = {
    "policy": "政策",
    "title": "标题",
    "document": "文号",
    "kind": "文种",
    "issuer": "发文机关",
    "division": "行政区划",
    "adopted": "发布日期",
    "in-force": "施行",
    "validity": "有效性",
    "refines": "细化",
    "supersedes": "取代",
    "status": "状态",
}
_REQUIRED = ("policy", "title", "document", "in-force", "status")
_SPELLED = {name: key for key, zh in _KEYS.items() for name in (key, zh)}
_LINE = re.compile(r"([^\s:：#\-][^:：]*)(?::(?=[ \t]|$)|：)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says; what was reported reads as empty.

    Args:
        end: the line of the closing ``---``; the first line after the keys when it is missing.
        places: where each value stands, by English key.
    """

    policy: str
    title: str
    document: str
    kind: str
    issuer: str
    division: str
    adopted: date | None
    period: Period
    validity: str
    refines: tuple[str, ...]
    supersedes: tuple[str, ...]
    status: DocumentStatus
    end: int
    places: Mapping[str, Place]


def read_front_matter(source: Source) -> FrontMatter | None:
    """Read the front matter; None after a report when the document doesn't begin with one."""
    if source.lines[0].rstrip() != "---":
        source.report("XR020", source.place(1))
        return None
    end, values = _read_lines(source, _KEYS)
    for key in _REQUIRED:
        if key not in values:
            source.report("XR025", source.line_place(1), name=key)
    return FrontMatter(
        policy=_read_id(source, values.get("policy")),
        title=_read_text(source, values.get("title")),
        document=_read_text(source, values.get("document")),
        kind=_read_text(source, values.get("kind")),
        issuer=_read_text(source, values.get("issuer")),
        division=_read_text(source, values.get("division")),
        adopted=read_date(source, values["adopted"]) if "adopted" in values else None,
        period=_read_in_force(source, values.get("in-force")),
        validity=_read_text(source, values.get("validity")),
        refines=_read_ids(source, "refines", values.get("refines")),
        supersedes=_read_ids(source, "supersedes", values.get("supersedes")),
        status=_read_status(source, values.get("status")),
        end=end,
        places=MappingProxyType({key: value.place for key, value in values.items()}),
    )


def read_policy_key(source: Source) -> tuple[Text, int] | None:
    """Front matter that only names a document, as one that stands beside a `policy.md` has it.

    Returns:
        The document's id ("" after a report) and the line of the closing ``---``; None after a
        report when the text doesn't begin with front matter.
    """
    if source.lines[0].rstrip() != "---":
        source.report("XR015", source.place(1))
        return None
    end, values = _read_lines(source, ("policy",))
    written = values.get("policy")
    if written is None:
        source.report("XR025", source.line_place(1), name="policy")
        return Text("", source.place(1)), end
    return Text(_read_id(source, written), written.place), end


def _read_lines(source: Source, keys: Collection[str]) -> tuple[int, dict[str, Text]]:
    """The closing line's number, and the values as written by English key, one of `keys`."""
    values: dict[str, Text] = {}
    for number, line in enumerate(source.lines[1:], 2):
        if line.rstrip() == "---":
            return number, values
        if line.startswith("#"):
            source.report("XR021", source.line_place(1))
            return number - 1, values
        if line.strip():
            _read_line(source, number, line, values, keys)
    source.report("XR021", source.line_place(1))
    return len(source.lines), values


def _read_line(
    source: Source, number: int, line: str, values: dict[str, Text], keys: Collection[str]
) -> None:
    found = _LINE.match(line)
    if found is None:
        source.report("XR022", source.line_place(number))
        return
    name = found[1].rstrip()
    place = source.place(number, 0, len(name))
    key = _SPELLED.get(name.casefold())
    value = source.stretch(number, found.end())
    if key is None or key not in keys:
        near = source.near(name, keys)
        source.report("XR023", place, name=shorten(name), nearest=near)
    elif key in values:
        source.report("XR024", place, name=key, line=str(values[key].place.line))
    elif not value:
        source.report("XR048", place, name=key)
        values[key] = value
    else:
        values[key] = value


def _read_text(source: Source, text: Text | None) -> str:
    """Plain text, or text in quotes, where a backslash stands before a quote inside."""
    if text is None:
        return ""
    value = text.value
    if not value.startswith('"'):
        if value.startswith("["):
            source.report("XR029", text.place, value=shorten(value))
        return value
    inner = re.fullmatch(r'"((?:[^"\\]|\\["\\])*)"', value)
    if inner is None:
        source.report("XR029", text.place, value=shorten(value))
        return ""
    return re.sub(r"\\(.)", r"\1", inner[1])


def _read_id(source: Source, text: Text | None) -> str:
    value = _read_text(source, text)
    if text and value and not DOCUMENT_ID.fullmatch(value):
        source.report("XR031", text.place, value=shorten(value))
        return ""
    return value


def _read_in_force(source: Source, text: Text | None) -> Period:
    return (read_period(source, text) if text else None) or Period()


def _read_status(source: Source, text: Text | None) -> DocumentStatus:
    value = _read_text(source, text)
    status = DocumentStatus.find(value)
    if status is None and text:
        allowed = "、".join(f"`{one.en}`({one.zh})" for one in DocumentStatus)
        source.report("XR030", text.place, value=shorten(value), key="status", allowed=allowed)
    return status or DocumentStatus.UNVERIFIED


def _read_ids(source: Source, key: str, text: Text | None) -> tuple[str, ...]:
    """A list in brackets, or a single id without."""
    if not text:
        return ()
    inside = text
    if text.value.startswith("["):
        if not text.value.endswith("]"):
            source.report("XR029", text.place, value=shorten(text.value))
            return ()
        first = text.place.column - 1
        inside = source.stretch(text.place.line, first + 1, first + len(text.value) - 1)
        if not inside:
            return ()
    ids: dict[str, None] = {}
    for item in split_list(source, inside):
        name = _read_id(source, item)
        if not item:
            source.report("XR048", item.place, name=key)
        elif name and name in ids:
            source.report("XR032", item.place, value=name)
        ids[name] = None
    return tuple(ids)


def read_front_values(source: Source) -> tuple[dict[str, Text], int]:
    """The values as written, by English key, and the line of the closing ``---``."""
    end, values = _read_lines(source, _KEYS)
    return values, end


def lay_out_front_matter(source: Source) -> tuple[list[str], int]:
    """The front matter in canonical layout, keys in English, and the line of the closing ``---``.

    Args:
        source: a document that begins with front matter.
    """
    values, end = read_front_values(source)
    lines: list[str] = []
    for key in _KEYS:
        if key in values:
            status = DocumentStatus.find(_read_text(source, values[key]))
            written = values[key].value
            lines.append(f"{key}: {status.en if key == 'status' and status else written}")
    return ["---", *lines, "---"], end


def find_front_key(written: str) -> str | None:
    """The English key for either spelling; None when there is no such key."""
    return _SPELLED.get(written.casefold())
