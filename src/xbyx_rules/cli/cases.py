"""Case files: JSON with facts in the vocabulary's words, read without ever making a float.

Keys have a Chinese and an English spelling; a key that begins with ``//`` is a comment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from xbyx_rules.deciding import Attestation, Case, Subject
from xbyx_rules.errors import CaseError, Diagnostic, Place, nearest
from xbyx_rules.feel.types import EntityType, ListType, Type
from xbyx_rules.feel.values import Complete, Incomplete
from xbyx_rules.policy import Outcome, Vocabulary

__all__ = ["read_case"]

_TOP: Final = {"对象": "subject", "事实": "facts", "记录": "records", "人工认定": "attestations"}
_SUBJECT: Final = {"类型": "entity", "编号": "key"}
_RECORDS: Final = {"完整": "complete", "记录": "records"}
_ATTESTATION: Final = {
    "条款": "clause",
    "结果": "outcome",
    "认定人": "person",
    "角色": "role",
    "证据": "evidence",
    "日期": "on",
    "有效期至": "valid_until",
    "由模型": "is_model",
}
_EXPECTED: Final = {
    "number": "123.45",
    "string": '"…"',
    "boolean": "true / false",
    "date": '"YYYY-MM-DD"',
    "time": '"hh:mm:ss"',
    "date and time": '"YYYY-MM-DDThh:mm:ss"',
    "list": '[…] / {"complete": true, "records": […]}',
    "context": "{…}",
}

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_case(text: str, file: str, vocabulary: Vocabulary) -> Case:
    """Read a case file.

    Args:
        text: the file's text.
        file: its name, for diagnostics.
        vocabulary: says of what type each fact is.

    Returns:
        The case.  Numbers are `Decimal`; a list of records is complete only where it says so.

    Raises:
        CaseError: XR702 not JSON; XR703 to XR706, with every place that is not in order.

    Example:
        >>> from xbyx_rules.policy import load_library
        >>> vocabulary = load_library().vocabulary
        >>> text = '{"对象": {"类型": "学校", "编号": "1"}, "事实": {"教师培训经费预算": 0.1}}'
        >>> read_case(text, "case.json", vocabulary).facts["教师培训经费预算"]
        Decimal('0.1')
    """
    reader = _Reader(vocabulary)
    case = reader.case(_parse(text, file))
    if case is None or reader.problems:
        raise CaseError(reader.problems)
    return case


def _parse(text: str, file: str) -> Any:
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_int=Decimal,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_gather,
        )
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        lines = text.splitlines()
        excerpt = lines[error.lineno - 1] if error.lineno <= len(lines) else ""
        raise CaseError(Diagnostic("XR702", place, {"reason": error.msg}, excerpt)) from None
    except (ValueError, InvalidOperation, RecursionError) as error:
        values = {"reason": str(error) or type(error).__name__}
        raise CaseError(Diagnostic("XR702", Place(file, 1), values)) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key.startswith("//"):
            continue
        if key in found:
            raise CaseError(Diagnostic("XR705", None, {"key": key}))
        found[key] = value
    return found


@dataclass(slots=True)
class _Reader:
    """Reads the parsed JSON by the vocabulary, noting every problem instead of stopping."""

    vocabulary: Vocabulary
    problems: list[Diagnostic] = field(default_factory=list)

    def case(self, data: Any) -> Case | None:
        top = self._fields(data, "", _TOP)
        if top is None:
            return None
        head = self._fields(top.get("subject"), "subject", _SUBJECT) if "subject" in top else {}
        for key in ("entity", "key"):
            value = (head or {}).get(key)
            if value is None:
                self.problems.append(Diagnostic("XR706", None, {"path": f"subject.{key}"}))
            elif not isinstance(value, str):
                self._wrong(f"subject.{key}", "string")
        if self.problems or head is None:
            return None
        entity = head["entity"]
        if entity not in self.vocabulary.entities:
            self._unknown("subject.entity", entity, self.vocabulary.entities)
            return None
        facts = self._record(top.get("facts", {}), self.vocabulary.type_of(entity), "facts")
        return Case(
            Subject(entity, head["key"]),
            facts or {},
            self._all_records(top.get("records", {})),
            self._attestations(top.get("attestations", [])),
        )

    def _all_records(self, data: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entity, value in self._mapping(data, "records").items():
            if entity not in self.vocabulary.entities:
                self._unknown(f"records.{entity}", entity, self.vocabulary.entities)
                continue
            kind = ListType(self.vocabulary.type_of(entity), records=True)
            found[entity] = self._value(value, kind, f"records.{entity}")
        return {entity: value for entity, value in found.items() if value is not None}

    def _value(self, value: Any, kind: Type, path: str) -> Any:
        if value is None:
            return None
        match kind:
            case ListType():
                return self._list(value, kind, path)
            case EntityType():
                return self._record(value, kind, path)
        try:
            return _to_simple(value, kind.kind)
        except (ValueError, InvalidOperation):
            return self._wrong(path, kind.kind)

    def _list(self, value: Any, kind: ListType, path: str) -> Any:
        is_complete = False
        if kind.records and isinstance(value, Mapping):
            parts = self._fields(value, path, _RECORDS) or {}
            if not isinstance(parts.get("complete", False), bool):
                return self._wrong(f"{path}.complete", "boolean")
            is_complete, value = parts.get("complete", False), parts.get("records")
        if not isinstance(value, list):
            return self._wrong(path, "list")
        items = [
            self._value(one, kind.element, f"{path}[{number}]")
            for number, one in enumerate(value, start=1)
        ]
        if not kind.records:
            return items
        return Complete(items) if is_complete else Incomplete(items)

    def _record(self, value: Any, kind: EntityType, path: str) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for name, inner in self._mapping(value, path).items():
            term = kind.field(name)
            if term is None:
                self._unknown(f"{path}.{name}", name, kind.names)
            else:
                found[name] = self._value(inner, term, f"{path}.{name}")
        return found

    def _attestations(self, data: Any) -> tuple[Attestation, ...]:
        if not isinstance(data, list):
            self._wrong("attestations", "list")
            return ()
        read = (self._attestation(one, f"attestations[{n}]") for n, one in enumerate(data, start=1))
        return tuple(one for one in read if one is not None)

    def _attestation(self, data: Any, path: str) -> Attestation | None:
        before = len(self.problems)
        parts = self._fields(data, path, _ATTESTATION) or {}
        for key in ("clause", "person", "role", "evidence"):
            if not isinstance(parts.get(key), str):
                self._wrong(f"{path}.{key}", "string")
        outcome = Outcome.find(str(parts.get("outcome")))
        if outcome not in (Outcome.MET, Outcome.NOT_MET):
            values = {"path": f"{path}.outcome", "expected": '"符合" / "不符合"'}
            self.problems.append(Diagnostic("XR703", None, values))
        days = {key: self._day(parts, key, path) for key in ("on", "valid_until")}
        is_model = parts.get("is_model", False)
        if not isinstance(is_model, bool):
            self._wrong(f"{path}.is_model", "boolean")
        on = days["on"]
        if len(self.problems) > before or outcome is None or on is None:
            return None
        return Attestation(
            parts["clause"],
            outcome,
            parts["person"],
            parts["role"],
            parts["evidence"],
            on,
            days["valid_until"],
            is_model,
        )

    def _day(self, parts: Mapping[str, Any], key: str, path: str) -> date | None:
        if parts.get(key) is None and key == "valid_until":
            return None
        try:
            return _to_date(parts.get(key))
        except ValueError:
            self._wrong(f"{path}.{key}", "date")
            return None

    def _fields(self, data: Any, path: str, aliases: Mapping[str, str]) -> dict[str, Any] | None:
        """An object with known keys, in their English spelling; None when it is no object."""
        if not isinstance(data, Mapping):
            self._wrong(path or "—", "context")
            return None
        found: dict[str, Any] = {}
        for key, value in data.items():
            name = aliases.get(key, key)
            if name not in aliases.values():
                self._unknown(f"{path}.{key}".lstrip("."), key, [*aliases, *aliases.values()])
            elif name in found:
                self.problems.append(Diagnostic("XR705", None, {"key": key}))
            else:
                found[name] = value
        return found

    def _mapping(self, data: Any, path: str) -> Mapping[str, Any]:
        if isinstance(data, Mapping):
            return data
        self._wrong(path, "context")
        return {}

    def _unknown(self, path: str, name: str, known: Iterable[str]) -> None:
        values = {"path": path, "nearest": nearest(name, known) or "—"}
        self.problems.append(Diagnostic("XR704", None, values))

    def _wrong(self, path: str, kind: str) -> None:
        values = {"path": path, "expected": _EXPECTED.get(kind, kind)}
        self.problems.append(Diagnostic("XR703", None, values))


def _to_simple(value: Any, kind: str) -> Any:
    """A JSON value as what `Case` takes for a simple type.

    Raises:
        ValueError, InvalidOperation: it is none.
    """
    match kind, value:
        case "number", Decimal():
            return value
        # WHY: systems that hold money as text must not have to make a float of it.
        case "number", str() if _NUMBER.fullmatch(value):
            return Decimal(value)
        case "string", str():
            return value
        case "boolean", bool():
            return value
        case "date", str():
            return _to_date(value)
        case "time", str():
            return time.fromisoformat(value)
        case "date and time", str():
            return datetime.fromisoformat(value)
    raise ValueError(kind)


def _to_date(value: Any) -> date:
    # WHY the pattern: `fromisoformat` would also take 20250901 and 2025-W36-1.
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(value)
    return date.fromisoformat(value)
