"""`MappedHost`: a host platform for the ledger, made of a mapping alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, literal, null, select, update

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.errors import Diagnostic, HostError, has_errors
from xbyx_rules.policy import Vocabulary

from .mapping import Constant, EntityMapping, Flow, HostMapping, Stamp
from .mapping_check import check_mapping
from .records import Reader, fail
from .role_holders import read_holders
from .selecting import Lookup, Selection, split_keys, to_table

__all__ = ["MappedHost"]


class MappedHost:
    """A host whose tables are read, and whose state column is set, as a mapping says.

    It implements `Host`, `TransitionListener`, `RowLocker` and `StatesReader`; and `RoleDirectory`
    where the mapping says who holds which role (`HostMapping.holders`).  It keeps no connection and
    no rows, so one may serve all threads.

    Args:
        mapping: an adapter's declarations.
        vocabulary: what they must agree with.

    Raises:
        HostError: XR601–XR615, the mapping doesn't agree with the vocabulary; all problems at once.
    """

    def __init__(self, mapping: HostMapping, vocabulary: Vocabulary) -> None:
        found = check_mapping(mapping, vocabulary)
        if has_errors(found):
            raise HostError(found)
        self.mapping = mapping
        self.vocabulary = vocabulary
        self._selections: dict[object, Selection] = {}
        if mapping.holders:
            # WHY only then: who asks takes a host that has the method to know who holds a role.
            self.holders = self._holders

    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """Read what is known of one subject.

        Args:
            connection: the one the command runs on.
            subject: entity and key.
            on: civil date asked about; a mapping knows no history: rows are read as they are.

        Raises:
            HostError: XR620–XR627, there is no such record, or a value is not as declared.
        """
        return next(iter(self.cases(connection, subject.entity, [subject.key], on=on)))

    def cases(
        self, connection: Connection, entity: str, keys: Iterable[str], *, on: date
    ) -> Iterator[Case]:
        """Read many subjects of one entity, at the cost in statements of about one.

        Raises:
            HostError: as `case`.
        """
        return self._cases(connection, entity, list(keys), is_locking=False)

    def subjects(self, connection: Connection, entity: str) -> tuple[Subject, ...]:
        """Every record of an entity, by its key.

        Raises:
            HostError: XR624, the mapping has no such entity.
        """
        mapped = self._mapped(entity)
        source = to_table(mapped.table, mapped.schema, [mapped.key])
        key = source.c[mapped.key]
        found = connection.scalars(select(key).where(key.is_not(None)).distinct().order_by(key))
        return tuple(Subject(entity, str(one)) for one in found)

    def lock_case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """What is known of one subject, its row and those of its facts locked.

        Raises:
            HostError: as `case`.
        """
        # WHY not on SQLite: it has no row locks; a write transaction there keeps all others out.
        is_locking = connection.dialect.name != "sqlite"
        entity, keys = subject.entity, [subject.key]
        return next(iter(self._cases(connection, entity, keys, is_locking=is_locking)))

    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        """The subject's state in the policy's words; None when it is not there or empty.

        Raises:
            HostError: XR620, the code is none of the mapping's.
        """
        mapped, flow = self._flow_of(subject.entity)
        row = self._row(connection, mapped, subject, flow.column)
        return None if row is None else _state(mapped, flow, subject, row[0])

    def read_states(
        self, connection: Connection, subjects: Sequence[Subject]
    ) -> dict[Subject, str | None]:
        """What `read_state` says of each, at the cost in statements of about one an entity.

        Raises:
            HostError: XR620, as `read_state`.
        """
        found: dict[Subject, str | None] = {}
        for entity in dict.fromkeys(one.entity for one in subjects):
            mapped, flow = self._flow_of(entity)
            keys = {_key_value(mapped, one): one for one in subjects if one.entity == entity}
            source = to_table(mapped.table, mapped.schema, [mapped.key, flow.column])
            key, column = source.c[mapped.key], source.c[flow.column]
            for part in split_keys(one for one in keys if one is not None):
                for row in connection.execute(select(key, column).where(key.in_(part))):
                    subject = keys.get(row[0])
                    if subject is not None:
                        found.setdefault(subject, _state(mapped, flow, subject, row[1]))
        # WHY: a column that compares without case gives another spelling of a key than was asked.
        rest = [one for one in subjects if one not in found]
        return found | {one: self.read_state(connection, one) for one in rest}

    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        """Set the state column from `old` to `new`, and only from `old`; the rows changed (0, 1).

        Raises:
            HostError: XR626, a state has no code in this host.
        """
        mapped, flow = self._flow_of(subject.entity)
        key = _key_value(mapped, subject)
        if key is None:
            return 0
        source = to_table(mapped.table, mapped.schema, [mapped.key, flow.column])
        statement = (
            update(source)
            .where(source.c[mapped.key] == key)
            .where(source.c[flow.column] == _code(mapped, flow, old))
            .values({flow.column: _code(mapped, flow, new)})
        )
        return int(connection.execute(statement).rowcount)

    def responsible(self, connection: Connection, subject: Subject, role: str) -> str:
        """The organisation whose people act in this role on this subject.

        Returns:
            "" for a role of which the mapping says nothing: any organisation may act.

        Raises:
            HostError: XR628, the host's column for it is empty.
        """
        mapped, flow = self._mapped(subject.entity), self.mapping.flow(subject.entity)
        listed = mapped.responsible if flow is None else flow.responsible
        way = next((one.organisation for one in listed if one.role == role), None)
        if way is None:
            return ""
        if isinstance(way, Constant):
            return str(way.value)
        row = self._row(connection, mapped, subject, way.name)
        if row is None or row[0] is None or str(row[0]).strip() in ("", *way.missing):
            values = {"subject": str(subject), "role": role}
            values |= {"table": mapped.table, "column": way.name}
            raise HostError(Diagnostic("XR628", values=values))
        return str(way.conversion.convert(row[0]))

    def _holders(
        self, connection: Connection, subject: Subject, role: str, *, on: date
    ) -> tuple[str, ...] | None:
        """Who holds a role for a subject on a day: in the organisation that acts on it.

        Returns:
            None for a role of which the mapping says nothing.

        Raises:
            HostError: XR621, a period's end is no date; and those of `responsible`.
        """
        if not any(role in one.named for one in self.mapping.holders):
            return None
        organisation = self.responsible(connection, subject, role)
        return read_holders(connection, self.mapping.holders, role, organisation, on)

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        """Document id and anchor of the flow that an entity's records go through.

        Raises:
            KeyError: they go through none.
        """
        flow = self.mapping.flow(entity)
        if flow is None:
            raise KeyError(entity)
        return flow.policy, flow.lifecycle

    def on_transition(
        self, connection: Connection, subject: Subject, transition: CheckedTransition, at: datetime
    ) -> None:
        """Fill the columns that the mapping stamps on this action (批准日期)."""
        mapped, flow = self._flow_of(subject.entity)
        stamps = [one for one in flow.stamps if one.action == transition.action]
        if not stamps:
            return
        source = to_table(
            mapped.table, mapped.schema, [mapped.key, *(one.column for one in stamps)]
        )
        connection.execute(
            update(source)
            .where(source.c[mapped.key] == _key_value(mapped, subject))
            .values({one.column: _stamp(one, at.date()) for one in stamps})
        )

    def _cases(
        self, connection: Connection, entity: str, keys: list[str], *, is_locking: bool
    ) -> Iterator[Case]:
        mapped = self._mapped(entity)
        values = {_key_value(mapped, Subject(entity, key)): key for key in keys}
        lookup = Lookup(
            (mapped.key,),
            {(value,): f"{entity}/{key}" for value, key in values.items() if value is not None},
            {},
        )
        reader = Reader(connection, self.mapping, self.vocabulary, self._selections, is_locking)
        found = reader.read(mapped, lookup, with_records=True)
        for value, key in values.items():
            rows = found.get((value,), [])
            subject = Subject(entity, key)
            if len(rows) != 1:
                code = "XR623" if rows else "XR622"
                about = {"subject": str(subject), "row": str(subject)}
                about |= {"table": mapped.table, "key": mapped.key}
                raise HostError(Diagnostic(code, values=about))
            facts, records = rows[0]
            yield Case(subject, facts, records)

    def _row(
        self, connection: Connection, mapped: EntityMapping, subject: Subject, name: str
    ) -> tuple[Any, ...] | None:
        key = _key_value(mapped, subject)
        if key is None:
            return None
        source = to_table(mapped.table, mapped.schema, [mapped.key, name])
        statement = select(source.c[name]).where(source.c[mapped.key] == key)
        found = connection.execute(statement).first()
        return None if found is None else tuple(found)

    def _mapped(self, entity: str) -> EntityMapping:
        mapped = self.mapping.entity(entity)
        if mapped is None:
            known = ", ".join(f"`{one.entity}`" for one in self.mapping.entities)
            raise HostError(Diagnostic("XR624", values={"entity": entity, "known": known}))
        return mapped

    def _flow_of(self, entity: str) -> tuple[EntityMapping, Flow]:
        flow = self.mapping.flow(entity)
        if flow is None:
            raise KeyError(entity)
        return self._mapped(entity), flow


def _key_value(mapped: EntityMapping, subject: Subject) -> int | str | None:
    """The key as the column holds it; None when a numbered table can't hold such a key."""
    if not mapped.key_is_number:
        return subject.key
    # WHY the comparison: `07` is not the key of record 7, or one record would have many names.
    is_numeral = subject.key.isascii() and subject.key.isdecimal()
    number = int(subject.key) if is_numeral else None
    return number if number is not None and str(number) == subject.key else None


def _state(mapped: EntityMapping, flow: Flow, subject: Subject, value: Any) -> str | None:
    if value is None:
        return None
    code = str(value).strip()
    if code not in flow.states:
        raise fail("XR620", mapped.table, flow.column, str(subject), code, None)
    return flow.states[code]


def _code(mapped: EntityMapping, flow: Flow, state: str) -> int | str:
    for code, word in flow.states.items():
        if word == state:
            return int(code) if flow.states_are_numbers else code
    known = ", ".join(f"`{one}`" for one in flow.states.values())
    values = {"state": state, "table": mapped.table, "column": flow.column, "known": known}
    raise HostError(Diagnostic("XR626", values=values))


def _stamp(stamp: Stamp, day: date) -> ColumnElement[Any]:
    if stamp.value == "nothing":
        return null()
    if stamp.form == "DATE":
        return literal(day, Date())
    return literal(day.strftime("%Y%m%d") if stamp.form == "YYYYMMDD" else day.isoformat())
