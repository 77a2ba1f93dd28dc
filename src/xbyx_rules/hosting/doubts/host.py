"""A host with doubts: the platform's own host, and beside it the 疑点 that stand in our table.

So a doubt goes through its flow in the ledger as a plan does: compare-and-set, tasks, timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from xbyx_rules.checking import CheckedTransition
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Subject
from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting.host import (
    Host,
    RoleDirectory,
    RowLocker,
    TransitionListener,
    read_states,
)

from .store import Doubt, DoubtStore

__all__ = ["DOUBT", "HostWithDoubts", "find_doubt_flow"]

DOUBT: Final = "疑点"
"""The vocabulary's entity."""
_SCHOOL: Final = "学校"
_DISTRICT: Final = "所属区"
_DIVISION: Final = "区"


def find_doubt_flow(policies: Mapping[str, ExecutablePolicy]) -> tuple[str, str]:
    """The flow (办理流程) that doubts go through: document id and anchor.

    Raises:
        HostError: XR650, no document has one; XR651, several have.
    """
    found = [
        (key, anchor)
        for key, policy in policies.items()
        for anchor, lifecycle in policy.checked.lifecycles.items()
        # WHY only its own: a document that refines another has its flows too.
        if lifecycle.subject == DOUBT and policy.checked.origins[anchor].id == key
    ]
    if not found:
        raise HostError(Diagnostic("XR650", None, {"entity": DOUBT}))
    if len(found) > 1:
        listed = "、".join(f"{policy}#{anchor}" for policy, anchor in found)
        raise HostError(Diagnostic("XR651", None, {"entity": DOUBT, "flows": listed}))
    return found[0]


class HostWithDoubts:
    """A `Host` that knows doubts, and asks the platform's host about everything else.

    Args:
        host: the platform's.
        store: the doubts of one tenant.
        flow: the document and anchor of the flow that doubts go through.
    """

    def __init__(self, host: Host, store: DoubtStore, flow: tuple[str, str]) -> None:
        self.host = host
        self.store = store
        self._flow = flow
        if isinstance(host, RoleDirectory):
            # WHY only then: a directory that knows nothing would say that nobody holds any role.
            self._directory = host
            self.holders = self._holders

    def case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """What is known of a subject; of a doubt what our table and its school's row say.

        Raises:
            HostError: XR652, there is no such doubt; and what the platform's host raises.
        """
        return self._case(connection, subject, lambda one: self.host.case(connection, one, on=on))

    def lock_case(self, connection: Connection, subject: Subject, *, on: date) -> Case:
        """As `case`; with the rows locked, where the platform's host can."""
        host = self.host
        if not isinstance(host, RowLocker):
            return self.case(connection, subject, on=on)
        return self._case(connection, subject, lambda one: host.lock_case(connection, one, on=on))

    def _case(
        self, connection: Connection, subject: Subject, read: Callable[[Subject], Case]
    ) -> Case:
        if subject.entity != DOUBT:
            return read(subject)
        doubt = self._find(connection, subject)
        facts: dict[str, object] = {
            "疑点编号": doubt.id,
            "核查": f"{doubt.policy}#{doubt.clause}",
            "对象类别": doubt.about.entity,
            "所涉记录": list(doubt.records),
            "发现日期": doubt.found_on,
            "仍然存在": doubt.stands,
        }
        if doubt.about.entity == _SCHOOL:
            school = read(doubt.about).facts
            facts[_SCHOOL] = school
            facts[_DISTRICT] = school.get(_DISTRICT)
        elif doubt.about.entity == _DIVISION:
            facts[_DISTRICT] = doubt.about.key
        return Case(subject, {name: value for name, value in facts.items() if value is not None})

    def read_state(self, connection: Connection, subject: Subject) -> str | None:
        """The subject's state in the policy's words."""
        if subject.entity != DOUBT:
            return self.host.read_state(connection, subject)
        doubt = self.store.find(connection, subject.key)
        return None if doubt is None else doubt.state

    def read_states(
        self, connection: Connection, subjects: Sequence[Subject]
    ) -> dict[Subject, str | None]:
        """The states of many, at once where the platform's host can."""
        doubts = [one for one in subjects if one.entity == DOUBT]
        others = [one for one in subjects if one.entity != DOUBT]
        found = self.store.states_of(connection, [one.key for one in doubts])
        states = {one: found.get(one.key) for one in doubts}
        return states | read_states(self.host, connection, others)

    def write_state(self, connection: Connection, subject: Subject, old: str, new: str) -> int:
        """Compare and set the state; the rows changed."""
        if subject.entity != DOUBT:
            return self.host.write_state(connection, subject, old, new)
        return self.store.write_state(connection, subject.key, old, new)

    def responsible(self, connection: Connection, subject: Subject, role: str) -> str:
        """Who acts: on a doubt whoever does on the school, or district, that it is about."""
        if subject.entity != DOUBT:
            return self.host.responsible(connection, subject, role)
        return self.host.responsible(connection, self._find(connection, subject).about, role)

    def _holders(
        self, connection: Connection, subject: Subject, role: str, *, on: date
    ) -> tuple[str, ...] | None:
        """Who holds a role: on a doubt whoever does on the school, or district, of it."""
        if subject.entity == DOUBT:
            subject = self._find(connection, subject).about
        return self._directory.holders(connection, subject, role, on=on)

    def lifecycle_of(self, entity: str) -> tuple[str, str]:
        """Document id and anchor of an entity's flow.

        Raises:
            KeyError: it has none.
        """
        return self._flow if entity == DOUBT else self.host.lifecycle_of(entity)

    def on_transition(
        self, connection: Connection, subject: Subject, transition: CheckedTransition, at: datetime
    ) -> None:
        """Tell the platform's host, where it listens, of what is its own."""
        if subject.entity != DOUBT and isinstance(self.host, TransitionListener):
            self.host.on_transition(connection, subject, transition, at)

    def _find(self, connection: Connection, subject: Subject) -> Doubt:
        found = self.store.find(connection, subject.key)
        if found is None:
            raise HostError(Diagnostic("XR652", None, {"subject": str(subject)}))
        return found
