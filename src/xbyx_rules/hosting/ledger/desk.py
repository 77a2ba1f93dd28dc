"""What a command is decided with: the flows, the host, the rows, the zone; and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import Connection

from xbyx_rules.calendars import WorkingCalendar
from xbyx_rules.checking import CheckedTransition
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Finding, Subject, decide, decide_condition
from xbyx_rules.errors import CommandRefused, Diagnostic
from xbyx_rules.hosting.host import Host, RowLocker
from xbyx_rules.lifecycle import (
    Actor,
    Command,
    ConditionFinding,
    Definition,
    Guards,
    Snapshot,
    build_definition,
    civil_date,
    condition_facts,
    lead_of,
    outline_flow,
    pair_persons,
    person_from_plain,
    required_anchors,
)
from xbyx_rules.policy import Snapshot as Texts
from xbyx_rules.telemetry import watch_decision

from .attestations import known_attestations
from .chain import MIGRATE, SUGGEST, Event, from_microseconds, has_moved
from .payloads import read_body
from .rows import Instance, StoredEvent
from .seats import read_seats
from .store import Store
from .version_trail import read_trail

__all__ = ["Delegations", "Desk", "Flow", "no_delegations"]

Delegations = Callable[[Connection, Actor, Actor, str, Subject, date], str | bool | None]
"""Whether, on a day, a principal has delegated a role to an actor for a subject:
``delegations(connection, principal, actor, role, subject, on)``.

Gives the delegation's id, which goes on record (`DelegationRegister.find_delegation`); or True
where the platform keeps none by an id; else None or False."""


def no_delegations(
    _connection: Connection,
    _principal: Actor,
    _actor: Actor,
    _role: str,
    _subject: Subject,
    _on: date,
) -> bool:
    """The default: nobody acts for anybody else."""
    return False


@dataclass(frozen=True, slots=True)
class Flow:
    """A version of a flow, the document its rules are decided by, and the texts of that."""

    definition: Definition
    policy: ExecutablePolicy
    rules: Texts


@dataclass(frozen=True, slots=True)
class Desk:
    """All that stays the same from command to command.

    Args:
        policies: documents by id.
        earlier: earlier texts of documents, for subjects that are pinned to a flow of theirs.
        host: the host platform.
        store: the ledger's rows of this tenant.
        zone: the jurisdiction's time zone.
        delegations: who may act for whom.
        clock: the instant at which something is recorded; no decision ever reads it.
        has_outbox: whether each event leaves a message for the host.
        administrator: the role that may reassign; None: nobody.
        calendar: the working days that time limits are counted in.
    """

    policies: Mapping[str, ExecutablePolicy]
    earlier: tuple[ExecutablePolicy, ...]
    host: Host
    store: Store
    zone: str
    delegations: Delegations
    clock: Callable[[], datetime]
    has_outbox: bool
    administrator: str | None = None
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    _flows: dict[tuple[str, str], Flow] = field(default_factory=dict, compare=False, repr=False)

    def day_of(self, at: datetime) -> date:
        """The civil date that is decided on."""
        return civil_date(at, self.zone)

    # --- flows ----------------------------------------------------------------------------------

    def current_flow(self, entity: str) -> Flow:
        """The flow that a new subject of an entity goes through.

        Raises:
            CommandRefused: XR519, there is none.
        """
        return self._candidates(entity)[0]

    def flow_of(self, instance: Instance) -> Flow:
        """The flow that a subject is pinned to.

        Raises:
            CommandRefused: XR520, its version is not loaded.
        """
        for flow in self._candidates(instance.subject.entity):
            pinned = (instance.definition_key, instance.definition_version)
            if (flow.definition.key, flow.definition.version) == pinned:
                return flow
        values = {"subject": str(instance.subject), "version": instance.definition_version}
        raise CommandRefused(Diagnostic("XR520", None, values))

    def loaded_flows(self, key: str) -> list[Flow]:
        """Every version of a flow (``document#anchor``) that is loaded, the current one first."""
        policy_id, _, anchor = key.rpartition("#")
        current = [self.policies[policy_id]] if policy_id in self.policies else []
        earlier = [one for one in self.earlier if one.policy.id == policy_id]
        having = [one for one in (*current, *earlier) if anchor in one.checked.lifecycles]
        return [self._flow(one, anchor) for one in having]

    def _candidates(self, entity: str) -> list[Flow]:
        try:
            policy_id, anchor = self.host.lifecycle_of(entity)
        except KeyError:
            raise CommandRefused(Diagnostic("XR519", None, {"entity": entity})) from None
        found = self.loaded_flows(f"{policy_id}#{anchor}") if policy_id in self.policies else []
        if not found:
            raise CommandRefused(Diagnostic("XR519", None, {"entity": entity}))
        return found

    def _flow(self, policy: ExecutablePolicy, anchor: str) -> Flow:
        key = (policy.policy.hash, anchor)
        if key not in self._flows:
            # WHY at first use: a bundled flow that nobody uses must not keep a ledger from opening.
            lifecycle = policy.checked.lifecycles[anchor]
            definition = build_definition(
                lifecycle, policy=policy.policy.id, policy_hash=policy.policy.hash
            )
            rules = Texts.of(policy.checked.library)
            self._flows.setdefault(key, Flow(definition, policy, rules))
        return self._flows[key]

    # --- the past and the facts -----------------------------------------------------------------

    def snapshot_of(
        self,
        connection: Connection,
        instance: Instance,
        flow: Flow,
        *,
        action: str | None = None,
        is_current: bool = False,
    ) -> Snapshot:
        """Where a subject stands.

        Args:
            connection: to read with.
            instance: its row.
            flow: the one it is pinned to.
            action: the only one that will be asked about: then who submitted the subject is read
                where a condition of that action may ask for it, and left out elsewhere.
            is_current: for a command, with the row locked: as it is now.
        """
        store, lifecycle = self.store, flow.definition.lifecycle
        past = _Past(store.events_back(connection, instance.id, is_current=is_current))
        # WHY without suggestions: one with a day ahead of ours would keep everybody from acting.
        last = past.find(lambda event: event.action != SUGGEST)
        choices = lifecycle.choices(instance.state, action) if action is not None else ()
        is_asked = action is None or any(one.condition_text for one in choices)
        entry, seats = read_seats(
            store, connection, instance.id, lifecycle, instance.state, is_current=is_current
        )
        return Snapshot(
            state=instance.state,
            version=instance.version,
            revision=instance.revision,
            definition_version=instance.definition_version,
            submitters=self._submitters(connection, instance, flow, past) if is_asked else (),
            last_on=self.day_of(from_microseconds(last.occurred_at)) if last else None,
            entry=entry,
            seats=seats,
            returned_from=_returned_from(flow, past),
        )

    def _submitters(
        self, connection: Connection, instance: Instance, flow: Flow, past: _Past
    ) -> tuple[Actor, ...]:
        """Who took a subject out of its initial state last, and for whom."""
        left = self._find_submission(connection, instance, flow, past)
        if left is None:
            return ()
        receipt = read_body(self.store, connection, left, "receipt") or {}
        ids = (("actor", left.actor_id), ("principal", left.principal_id))
        # WHY the ids from the event: they stay when the receipt is erased.
        return tuple(
            person_from_plain(receipt[key]) if receipt.get(key) else Actor(person)
            for key, person in ids
            if person is not None
        )

    def _find_submission(
        self, connection: Connection, instance: Instance, flow: Flow, past: _Past
    ) -> Event | None:
        """The last step out of the initial state, each by the version of the flow it was under."""
        left = past.find_leaving(flow.definition.lifecycle.initial)
        if left is None or left.action != MIGRATE:
            return left
        trail = read_trail(self.store, connection, instance)
        for moved in reversed(trail.migrations):
            initial = self._initial_of(connection, instance.definition_key, moved.source)
            if initial is None:
                return None
            left = past.find_leaving(initial, before=moved.seq)
            if left is None or left.action != MIGRATE:
                return left
        return None

    def _initial_of(self, connection: Connection, key: str, version: str) -> str | None:
        text = self.store.find_definition(connection, key, version)
        outline = outline_flow(text) if text is not None else None
        return outline.initial if outline is not None else None

    def read_case(
        self,
        connection: Connection,
        subject: Subject,
        flow: Flow,
        *,
        on: date,
        is_locking: bool = False,
    ) -> Case:
        """The host's case with the ledger's own attestations added."""
        host = self.host
        if is_locking and isinstance(host, RowLocker):
            case = host.lock_case(connection, subject, on=on)
        else:
            case = host.case(connection, subject, on=on)
        vocabulary = flow.policy.checked.vocabulary
        subjects = [subject]
        entity = vocabulary.entities.get(subject.entity)
        for term in entity.terms.values() if entity else ():
            # WHY: a requirement about the 学校 is decided on the plan's school, so the judgements
            # on the school count too.
            record = case.facts.get(term.name) if term.relation == "to_one" else None
            target = vocabulary.entities.get(term.target)
            key = target.key.name if target and target.key else ""
            if isinstance(record, Mapping) and isinstance(record.get(key), str):
                subjects.append(Subject(term.target, record[key]))
        found = [known_attestations(self.store, connection, one) for one in subjects]
        known = tuple(one for part in found for one in part)
        return replace(case, attestations=(*case.attestations, *known))

    # --- asking ---------------------------------------------------------------------------------

    def gather_guards(
        self,
        connection: Connection,
        flow: Flow,
        snapshot: Snapshot,
        command: Command,
        case: Case,
    ) -> Guards:
        """Evaluate everything a transition asks for, before the machine is asked."""
        on = self.day_of(command.at)
        lifecycle = flow.definition.lifecycle
        transition = lifecycle.transition(snapshot.state, command.action, command.target)
        transition = transition or lifecycle.transition(snapshot.state, command.action)
        if transition is None:
            return Guards(on)
        target = lead_of(lifecycle, snapshot, transition)
        required = required_anchors(lifecycle, transition, target)
        requirements: tuple[Finding, ...] = ()
        conditions: tuple[ConditionFinding, ...] = ()
        if required or transition.condition_text:
            with watch_decision(flow.policy.policy.id) as watch:
                requirements = _check_requirements(flow, required, case, on)
                conditions = self._check_conditions(flow, snapshot, command, transition, case)
                watch.finish((*requirements, *(one.finding for one in conditions)))
        found = self._find_delegations(connection, command, snapshot, transition, on)
        return Guards(
            on=on,
            requirements=requirements,
            conditions=conditions,
            organisations={
                role: self.host.responsible(connection, command.subject, role)
                for role in transition.roles
            },
            delegated=frozenset(found),
            agencies={role: one for role, one in found.items() if isinstance(one, str)},
        )

    def _check_conditions(
        self,
        flow: Flow,
        snapshot: Snapshot,
        command: Command,
        transition: CheckedTransition,
        case: Case,
    ) -> tuple[ConditionFinding, ...]:
        if not transition.condition_text:
            return ()
        found = []
        for person, submitter in pair_persons(snapshot, command):
            finding = decide_condition(
                flow.policy,
                flow.definition.lifecycle.id,
                transition.source,
                transition.action,
                case,
                extra=condition_facts(person, submitter, command.comment),
                on=self.day_of(command.at),
            )
            if finding is not None:
                found.append(ConditionFinding(person, submitter, finding))
        return tuple(found)

    def _find_delegations(
        self,
        connection: Connection,
        command: Command,
        snapshot: Snapshot,
        transition: CheckedTransition,
        on: date,
    ) -> dict[str, str | bool]:
        """The roles that the principal has delegated to the actor, each with what it goes by."""
        principal = command.on_behalf_of
        if principal is None:
            return {}
        asked = {
            role: self.delegations(connection, principal, command.actor, role, command.subject, on)
            for role in dict.fromkeys((*transition.roles, *(one.role for one in snapshot.seats)))
            if role in principal.roles
        }
        return {role: one for role, one in asked.items() if one}


def _check_requirements(
    flow: Flow, wanted: tuple[str, ...], case: Case, on: date
) -> tuple[Finding, ...]:
    review = decide(flow.policy, case, on=on, only=wanted) if wanted else ()
    return tuple(one for one in review if one.clause in wanted)


class _Past:
    """A subject's events from the newest back, read as far as they are asked for, and kept."""

    def __init__(self, events: Iterator[StoredEvent]) -> None:
        self._unread, self._read = events, list[Event]()

    def __iter__(self) -> Iterator[Event]:
        yield from self._read
        for one in self._unread:
            self._read.append(one.event)
            yield one.event

    def find(self, is_wanted: Callable[[Event], bool]) -> Event | None:
        """The newest that is wanted."""
        return next(filter(is_wanted, self), None)

    def find_leaving(self, state: str, *, before: int | None = None) -> Event | None:
        """The newest that left a state for another, or moved the subject to another version.

        WHY that too: in another version of its flow the state may mean something else.
        """
        return self.find(
            lambda event: (
                (before is None or event.seq < before)
                and (event.action == MIGRATE or event.source == state != event.target)
            )
        )


def _returned_from(flow: Flow, past: _Past) -> str:
    """The state that returned a subject with 直达 to where it is now; "" for none."""
    straight = flow.definition.lifecycle.approvals.straight_back
    moved = past.find(has_moved) if straight else None
    return moved.source or "" if moved is not None and moved.action in straight else ""
