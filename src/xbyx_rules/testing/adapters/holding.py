"""Checks of who holds a role: for a host that can say (`RoleDirectory`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Date

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import Holders
from xbyx_rules.hosting.host import RoleDirectory

from .altering import find_type, set_column, shadow_views, undone
from .platforms import Platform
from .watching import watching

__all__ = ["check_holders"]

_LONGEST_ID = 64


def check_holders(platform: Platform) -> Iterator[str]:
    """Holders are persons' ids, each once; reading them writes nothing, and a period ends.

    A host that can't say who holds a role has nothing to fail here.
    """
    if not isinstance(platform.host, RoleDirectory):
        return
    known = {
        role
        for policy in platform.policies.values()
        for flow in policy.checked.lifecycles.values()
        for step in flow.transitions
        for role in step.roles
    }
    for declared in platform.mapping.holders:
        for role in declared.named:
            if role not in known:
                yield f"{declared.table}：没有哪个流程有角色 {role} · no flow has such a role"
    with undone(platform.engine) as connection, watching(connection) as watched:
        for subject, role in _asked(platform):
            yield from _check_answer(platform, connection, subject, role)
    for statement in watched.changing:
        yield f"读人的时候写了 · reading who holds a role writes: {statement[:80]}"
    for ended in watched.ended[:-1]:  # the last is our own
        yield f"宿主的事务被结束了 · the host's transaction was ended: {ended}"
    for declared in platform.mapping.holders:
        yield from _check_end(platform, declared)


def _asked(platform: Platform) -> Iterator[tuple[Subject, str]]:
    for flow, subject in platform.flowing():
        steps = platform.lifecycle(flow).transitions
        for role in dict.fromkeys(role for one in steps for role in one.roles):
            yield subject, role


def _ask(platform: Platform, connection: Connection, subject: Subject, role: str) -> Any:
    host = platform.host
    return (
        host.holders(connection, subject, role, on=platform.day)
        if isinstance(host, RoleDirectory)
        else None
    )


def _check_answer(
    platform: Platform, connection: Connection, subject: Subject, role: str
) -> Iterator[str]:
    try:
        found = _ask(platform, connection, subject, role)
    except Exception as error:  # noqa: BLE001  (the host's own code)
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield f"{subject} {role}：没有答复 · no answer: {told}"
        return
    if found is None:
        return
    if not isinstance(found, tuple):
        yield f"{subject} {role}：答复不是元组 · the answer is no tuple: {type(found).__name__}"
        return
    # WHY none of them shown: an id can be a person's.
    for number, person in enumerate(found, start=1):
        if type(person) is not str or not 0 < len(person.strip()) <= _LONGEST_ID:
            yield f"{subject} {role}：第 {number} 个不是编号 · number {number} is no id"
    if len(set(found)) != len(found):
        yield f"{subject} {role}：同一人列了两次 · somebody is named twice"


def _check_end(platform: Platform, declared: Holders) -> Iterator[str]:
    """Nobody holds a role by a row whose last day is over."""
    column = declared.valid_until
    if column is None:
        return
    names = [declared.table]
    with undone(platform.engine) as connection, shadow_views(connection, names):
        kind = find_type(connection, declared.table, declared.schema, column)
        over: Any = platform.day - timedelta(days=1)
        if not isinstance(kind, Date):
            over = over.strftime("%Y%m%d" if declared.form == "YYYYMMDD" else "%Y-%m-%d")
        if not set_column(connection, declared.table, declared.schema, column, over):
            return
        others = [one for one in platform.mapping.holders if one is not declared]
        for subject, role in _asked(platform):
            is_alone = role in declared.named and not any(role in one.named for one in others)
            if is_alone and _ask(platform, connection, subject, role):
                yield (
                    f"{declared.table}.{column}：期满的还算 {role} · whose last day is over "
                    "still holds the role"
                )
