"""A host's database opened for one command: the engine, and the ledger in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Engine, create_engine, inspect, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting import (
    DigestName,
    Host,
    Ledger,
    LedgerTables,
    MappedHost,
    Supervisor,
    doubt_tables,
    find_adapter,
    ledger_tables,
)
from xbyx_rules.supervising import EvaluatorChoice

from .rules import load_rules
from .terminal import WrongUsage

__all__ = [
    "Platform",
    "Supervision",
    "list_tenants",
    "open_engine",
    "open_platform",
    "open_supervision",
    "read_instant",
]


@dataclass(frozen=True, slots=True)
class Platform:
    """An open database, the tenant spoken of, its ledger, and the policies it goes by."""

    engine: Engine
    ledger: Ledger
    tenant: str
    policies: Mapping[str, ExecutablePolicy]


@dataclass(frozen=True, slots=True)
class Supervision:
    """An open database with its supervisor, and the host that lists whom there is to supervise."""

    engine: Engine
    host: MappedHost
    supervisor: Supervisor
    policies: Mapping[str, ExecutablePolicy]


def open_platform(
    database: str,
    adapter: str | None,
    *,
    tenant: str | None,
    prefix: str,
    rules: Sequence[Path] | None = None,
    digest: DigestName = "sha256",
) -> Platform:
    """Open a database and the ledger in it.

    Args:
        database: SQLAlchemy URL.
        adapter: name of an installed adapter; None for a ledger that is only verified.
        tenant: whose ledger; None where the database holds one only.
        prefix: of the ledger's tables.
        rules: rules folders; the bundled ones unless given.
        digest: algorithm of the hashes made, where no adapter is given.

    Raises:
        HostError: XR568, XR640 to XR643, XR708, XR709, XR717.
        WrongUsage: XR710, XR720.
    """
    engine = open_engine(database)
    tables = ledger_tables(prefix)
    if not inspect(engine).has_table(tables.instance.name):
        values = {"database": engine.url.render_as_string(), "prefix": prefix}
        raise HostError(Diagnostic("XR709", None, values))
    chosen = _choose_tenant(engine, tables, tenant)
    if adapter is None:
        # WHY: a chain is verified from the ledger's own tables; nothing here asks the host.
        ledger = Ledger({}, cast(Host, None), tenant=chosen, prefix=prefix, digest=digest)
        return Platform(engine, ledger, chosen, {})
    found = find_adapter(adapter)
    policies = load_rules(rules)
    host = found.host(next(iter(policies.values())).checked.vocabulary)
    if inspect(engine).has_table(doubt_tables(prefix).doubt.name):
        # WHY: where there are doubts, they are acted on as plans are.
        ledger = Supervisor(policies, host, tenant=chosen, prefix=prefix).ledger
    else:
        ledger = Ledger(policies, host, tenant=chosen, prefix=prefix)
    return Platform(engine, ledger, chosen, policies)


def open_supervision(  # noqa: PLR0913
    database: str,
    adapter: str,
    *,
    tenant: str | None,
    prefix: str,
    rules: Sequence[Path] | None = None,
    evaluator: str = "auto",
    is_created: bool = False,
    is_needed: bool = True,
) -> Supervision:
    """Open a database and the supervision in it.

    Args:
        database: SQLAlchemy URL.
        adapter: name of an installed adapter.
        tenant: whose ledger; None where the database holds one only.
        prefix: of the tables.
        rules: rules folders; the bundled ones unless given.
        evaluator: ``auto``, ``rete`` or ``reference``.
        is_created: whether to make the tables of supervision that are not there yet.
        is_needed: whether the tables have to be there; not for looking only.

    Raises:
        HostError: XR640 to XR643, XR650, XR651, XR708, XR709, XR717, XR722.
        WrongUsage: XR710, XR720.
    """
    engine = open_engine(database)
    found = find_adapter(adapter)
    policies = load_rules(rules)
    host = found.host(next(iter(policies.values())).checked.vocabulary)
    tables = ledger_tables(prefix)
    has_ledger = inspect(engine).has_table(tables.instance.name)
    chosen = tenant or "-"
    if is_needed:
        if not has_ledger:
            values = {"database": engine.url.render_as_string(), "prefix": prefix}
            raise HostError(Diagnostic("XR709", None, values))
        chosen = _choose_tenant(engine, tables, tenant)
    choice = cast(EvaluatorChoice, evaluator)
    supervisor = Supervisor(policies, host, tenant=chosen, prefix=prefix, evaluator=choice)
    if is_created:
        supervisor.create_tables(engine)
    if is_needed and not inspect(engine).has_table(supervisor.tables.doubt.name):
        values = {"table": supervisor.tables.doubt.name}
        raise HostError(Diagnostic("XR722", None, values))
    return Supervision(engine, host, supervisor, policies)


def open_engine(database: str) -> Engine:
    """An engine for a database that is already there.

    Raises:
        HostError: XR708, the driver is not installed; XR717, there is no such SQLite file.
        WrongUsage: XR720, this is no URL.
    """
    try:
        url = make_url(database)
        # WHY: one command, one connection, and none left open behind it.
        engine = create_engine(url, poolclass=NullPool)
    except ArgumentError:
        # WHY not the error's own words: they repeat the URL with its password.
        raise WrongUsage(Diagnostic("XR720")) from None
    except ImportError as error:
        raise HostError(Diagnostic("XR708", None, {"reason": str(error)})) from error
    name = url.database or ""
    is_file = url.get_backend_name() == "sqlite" and not name.startswith((":", "file:"))
    # WHY: SQLite would make an empty database of a mistyped name.
    if is_file and not Path(name).is_file():
        raise HostError(Diagnostic("XR717", None, {"file": name}))
    return engine


def _choose_tenant(engine: Engine, tables: LedgerTables, tenant: str | None) -> str:
    """The tenant meant: the one named, or the only one of the database.

    Raises:
        WrongUsage: XR710, none is named and the database has none or several.
    """
    if tenant is not None:
        return tenant
    known = list_tenants(engine, tables)
    if len(known) != 1:
        listed = ", ".join(f"`{one}`" for one in known) or "—"
        raise WrongUsage(Diagnostic("XR710", None, {"known": listed}))
    return known[0]


def list_tenants(engine: Engine, tables: LedgerTables) -> tuple[str, ...]:
    """The tenants that have anything in the ledger, sorted."""
    query = select(tables.instance.c.tenant).distinct()
    with engine.connect() as connection:
        return tuple(sorted(connection.scalars(query)))


def read_instant(text: str | None, option: str = "--at") -> datetime:
    """The instant that an option gives, such as ``--at``; now unless given.

    Raises:
        WrongUsage: XR714, it is no date-time with a time zone.

    Example:
        >>> read_instant("2026-03-02T09:00:00+08:00").isoformat()
        '2026-03-02T09:00:00+08:00'
    """
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.utcoffset() is None:
        values = {"option": option, "expected": "2026-03-02T09:00:00+08:00", "found": text}
        raise WrongUsage(Diagnostic("XR714", None, values))
    return at
