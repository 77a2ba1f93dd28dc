"""Judgements that persons record (人工认定), and what of them counts in a decision."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Attestation, Subject
from xbyx_rules.errors import nearest
from xbyx_rules.policy import ClauseKind, Outcome

from .chain import to_microseconds
from .results import check_sizes, conflict, refuse
from .statements import select_attestations
from .store import Store

__all__ = ["keep_attestation", "known_attestations", "revoke_attestation"]


def known_attestations(
    store: Store, connection: Connection, subject: Subject
) -> tuple[Attestation, ...]:
    """The judgements on a subject that were not revoked, in the order of their dates.

    Deciding leaves out those that are not valid on its day.
    """
    rows = connection.execute(
        store.tables.prepared(select_attestations),
        {
            "tenant": store.tenant,
            "subject_kind": subject.entity,
            "subject_ref": subject.key,
        },
    )
    by_code = {one.code: one for one in Outcome}
    return tuple(
        Attestation(
            clause=row.clause,
            outcome=by_code[row.outcome],
            person=row.person_id,
            role=row.role_name,
            evidence=row.evidence_ref,
            on=date.fromisoformat(row.attested_on),
            valid_until=date.fromisoformat(row.valid_until) if row.valid_until else None,
        )
        for row in rows
    )


def keep_attestation(
    store: Store,
    connection: Connection,
    subject: Subject,
    attestation: Attestation,
    *,
    attestation_id: str,
    policy: ExecutablePolicy,
    at: datetime,
) -> None:
    """Write a judgement down; the same one under the same id again changes nothing.

    Raises:
        CommandRefused: XR503, XR524 to XR526, XR530, XR531.
        ConflictError: XR514, the id stands for another judgement.
    """
    _check(policy, attestation)
    check_sizes(
        command_id=attestation_id,
        subject_kind=subject.entity,
        subject_ref=subject.key,
        actor_id=attestation.person,
        role_name=attestation.role,
        evidence_ref=attestation.evidence,
        clause=attestation.clause,
    )
    table, valid_until = store.tables.attestation, attestation.valid_until
    row = {
        "policy_id": policy.policy.id,
        "clause": attestation.clause,
        "subject_kind": subject.entity,
        "subject_ref": subject.key,
        "outcome": attestation.outcome.code,
        "person_id": attestation.person,
        "role_name": attestation.role,
        "evidence_ref": attestation.evidence,
        "attested_on": attestation.on.isoformat(),
        "valid_until": valid_until.isoformat() if valid_until else None,
    }
    query = select(table).where(
        table.c.tenant == store.tenant, table.c.attestation_id == attestation_id
    )
    known = connection.execute(query.with_for_update()).mappings().first()
    if known is None:
        connection.execute(
            insert(table).values(
                tenant=store.tenant,
                attestation_id=attestation_id,
                policy_hash=policy.policy.hash,
                attested_at=to_microseconds(at),
                **row,
            )
        )
    elif any(known[name] != value for name, value in row.items()):
        conflict("XR514", command=attestation_id)


def revoke_attestation(
    store: Store, connection: Connection, attestation_id: str, *, by: str, at: datetime
) -> None:
    """Mark a judgement as revoked; it stays on record.

    Raises:
        CommandRefused: XR527, XR530.
    """
    check_sizes(actor_id=by)
    table = store.tables.attestation
    statement = (
        update(table)
        .where(
            table.c.tenant == store.tenant,
            table.c.attestation_id == attestation_id,
            table.c.revoked_at.is_(None),
        )
        .values(revoked_at=to_microseconds(at), revoked_by=by)
    )
    if connection.execute(statement).rowcount != 1:
        refuse("XR527", attestation=attestation_id)


def _check(policy: ExecutablePolicy, attestation: Attestation) -> None:
    judgements = {
        anchor: one.clause
        for anchor, one in policy.checked.clauses.items()
        if one.clause.kind is ClauseKind.JUDGEMENT
    }
    clause = judgements.get(attestation.clause)
    if attestation.is_model:
        refuse("XR503", action=attestation.clause)
    if clause is None:
        near = nearest(attestation.clause, judgements) or "-"
        refuse("XR524", clause=attestation.clause, nearest=near)
    if attestation.outcome not in (Outcome.MET, Outcome.NOT_MET):
        refuse("XR531")
    if not attestation.evidence.strip():
        refuse("XR525")
    allowed = [one.strip() for one in re.split("[,，、;；]", clause.property("证明人"))]
    if attestation.role not in allowed:
        roles = "、".join(one for one in allowed if one) or "-"
        refuse("XR526", role=attestation.role, clause=attestation.clause, roles=roles)
