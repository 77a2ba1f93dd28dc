"""Tasks that wait, written as rows: who is asked for what, due when, is all that an inbox reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from tests.integration.year_plan import NINE
from xbyx_rules.hosting import LedgerTables, to_microseconds

__all__ = ["TENANT", "add_task"]

TENANT = "110108"


def add_task(
    connection: Connection,
    tables: LedgerTables,
    number: int,
    role: str,
    *,
    organisation: str | None = None,
    due_at: datetime | None = None,
    opened_at: datetime = NINE,
    **columns: Any,
) -> str:
    """Add a subject with one open task; the subject's key."""
    key = columns.pop("subject", f"2026-{number:03}")
    kind = columns.pop("subject_kind", "年度计划")
    row = {
        "tenant": TENANT,
        "assignee": None,
        "task_status": "open",
        "task_kind": "act",
        **columns,
    }
    instance = {
        "instance_id": f"{number:032x}",
        "tenant": row["tenant"],
        "subject_kind": kind,
        "subject_ref": key,
        "revision": 1,
        "definition_key": "flow",
        "definition_version": "1",
        "current_state": "待区级审核",
        "version": 3,
        "head_hash": "-",
    }
    connection.execute(insert(tables.instance).values(**instance))
    connection.execute(
        insert(tables.task).values(
            instance_id=instance["instance_id"],
            entry_seq=3,
            task_no=1,
            role_name=role,
            organisation=organisation,
            opened_at=to_microseconds(opened_at),
            due_at=None if due_at is None else to_microseconds(due_at),
            **row,
        )
    )
    return key
