"""What a conformance check gets: a host on its own database, and the subjects to try it on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.hosting import Flow, Host, HostMapping
from xbyx_rules.hosting.filling import Filled, list_entries, list_filled
from xbyx_rules.policy import Term, Vocabulary

from .altering import shadow_views, undone
from .walking import Seen, values_of, walk_case

__all__ = ["PERSONAL", "Platform", "show"]

PERSONAL = ("个人", "敏感")


@dataclass(frozen=True, slots=True)
class Platform:
    """A host under test.

    Args:
        host: what the adapter makes of its mapping.
        mapping: the adapter's declarations.
        policies: documents by id, with the flows that the mapping names.
        vocabulary: what the mapping fills.
        engine: on the platform's own tables, filled.
        samples: subjects that are there.
        day: asked about.
    """

    host: Host
    mapping: HostMapping = field(repr=False)
    policies: Mapping[str, ExecutablePolicy] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    engine: Engine
    samples: tuple[Subject, ...]
    day: date

    def read(self, connection: Connection, subject: Subject) -> Case:
        """What the host knows of a subject."""
        return self.host.case(connection, subject, on=self.day)

    def walk(self, connection: Connection, subject: Subject) -> Iterator[Seen]:
        """Every record of a subject's case, with the entry it was read by."""
        return walk_case(self.mapping, self.vocabulary, self.read(connection, subject))

    def columns(self) -> tuple[Filled, ...]:
        """Every column that fills a term."""
        entries = list_entries(self.mapping, self.vocabulary)
        return tuple(one for mapped in entries for one in list_filled(mapped, self.vocabulary))

    def lifecycle(self, flow: Flow) -> CheckedLifecycle:
        """The definition of a flow.

        Raises:
            KeyError: there is no such document, or it has no such flow.
        """
        return self.policies[flow.policy].checked.lifecycles[flow.lifecycle]

    def flowing(self) -> Iterator[tuple[Flow, Subject]]:
        """Each sample that a flow moves, with its flow."""
        for flow in self.mapping.flows:
            for subject in self.samples:
                if subject.entity == flow.entity:
                    yield flow, subject

    @contextmanager
    def alterable(self) -> Iterator[Connection]:
        """A connection on which rows may be changed, views' too; all is undone at the end."""
        entries = list_entries(self.mapping, self.vocabulary)
        tables = {mapped.table for mapped in entries if mapped.schema is None}
        tables |= {one.table for mapped in entries for one in mapped.beside if one.schema is None}
        with undone(self.engine) as connection, shadow_views(connection, tables):
            yield connection

    def find_reaching(
        self, seen: Mapping[Subject, tuple[Seen, ...]], column: Filled
    ) -> Subject | None:
        """The first sample in whose case a column has given a value; None when there is none."""
        return next((one for one in seen if values_of(seen[one], column)), None)


def show(term: Term, value: Any) -> str:
    """A value for a message: never one that is personal."""
    return "`***`" if term.confidentiality in PERSONAL else f"`{str(value)[:40]}`"
