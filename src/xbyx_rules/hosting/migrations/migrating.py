"""Bring a database's tables to a version, or tell which one it has.

Alembic does the work, with the steps in `versions/` and a version table of our own, so a host may
use Alembic for its tables without either knowing of the other.  Needs the extra
`xbyx_rules[migrations]`; nothing else of the library imports Alembic.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Select, inspect, literal_column, select, table

from xbyx_rules.errors import Diagnostic, HostError
from xbyx_rules.hosting.ledger import Target
from xbyx_rules.hosting.ledger.defining import define_in
from xbyx_rules.hosting.ledger.transactions import read_in

from .differences import list_differences
from .owned import describe_tables, name_version_table

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

__all__ = ["adopt", "current", "downgrade", "to_sql", "upgrade"]

_HOME: Final = Path(__file__).parent
_BASE: Final = "base"


def upgrade(target: Target, *, prefix: str = "xbyx_", revision: str = "head") -> tuple[str, ...]:
    """Make the tables, or bring them to a later version; rows stay.

    Who upgrades at the same time waits, and then finds nothing left to do.

    With an Engine the transaction is ours.  With the host's Connection or Session it becomes part
    of the host's transaction, except on MySQL, MariaDB and Dameng, which commit each change of the
    schema by themselves: there nothing is undone when a later step fails.

    Args:
        target: Engine, Connection or Session.
        prefix: of the tables.
        revision: the version wanted; the newest unless given.

    Returns:
        The steps that were made, in order; none when the database has the version already.

    Raises:
        HostError: XR586, Alembic is not installed; XR587, there are tables of which nobody knows
            the version; XR588, there is no such version, or it is an earlier one; XR688, somebody
            else has been changing them for too long.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from sqlalchemy.pool import StaticPool
        >>> engine = create_engine("sqlite://", poolclass=StaticPool)
        >>> upgrade(engine, revision="0001"), upgrade(engine, revision="0002")
        (('0001',), ('0002',))
        >>> upgrade(engine, revision="0002"), current(engine)
        ((), '0002')
    """
    _check_installed()

    def work(connection: Connection) -> tuple[str, ...]:
        before = _read_version(connection, prefix)
        if before is None:
            _check_absent(connection, prefix)
        config = _configure(prefix, connection)
        steps = _list_steps(config, before, revision, is_back=False)
        if steps:
            from alembic import command

            command.upgrade(config, revision)
        return tuple(one.revision for one in steps)

    return define_in(target, work)


def downgrade(
    target: Target, revision: str, *, prefix: str = "xbyx_", is_loss_accepted: bool = False
) -> tuple[str, ...]:
    """Bring the tables back to an earlier version.

    Tables that the earlier version doesn't have are dropped, which destroys the record of what
    was done: not while they hold rows, unless the loss is accepted.

    Args:
        target: Engine, Connection or Session; see `upgrade` on whose transaction it is.
        revision: the version wanted; ``base`` for no tables at all.
        prefix: of the tables.
        is_loss_accepted: whether tables may be dropped with the rows that they hold.

    Returns:
        The steps that were undone, in order.

    Raises:
        HostError: XR586, Alembic is not installed; XR588, there is no such version, or it is a
            later one; XR589, rows would be lost; XR688, as `upgrade`.

    Example:
        >>> from sqlalchemy import create_engine
        >>> from sqlalchemy.pool import StaticPool
        >>> engine = create_engine("sqlite://", poolclass=StaticPool)
        >>> _ = upgrade(engine, revision="0002")
        >>> downgrade(engine, "base"), current(engine)
        (('0002', '0001'), None)
    """
    _check_installed()

    def work(connection: Connection) -> tuple[str, ...]:
        before = _read_version(connection, prefix)
        config = _configure(prefix, connection)
        steps = _list_steps(config, before, revision, is_back=True)
        if steps:
            if not is_loss_accepted:
                _check_empty(connection, prefix, steps, revision)
            from alembic import command

            command.downgrade(config, revision)
        return tuple(one.revision for one in steps)

    return define_in(target, work)


def current(target: Target, *, prefix: str = "xbyx_") -> str | None:
    """The version that a database has; None when migrations never made or adopted its tables.

    Raises:
        HostError: XR586, Alembic is not installed.
    """
    _check_installed()
    return read_in(target, lambda connection: _read_version(connection, prefix))


def adopt(target: Target, *, prefix: str = "xbyx_") -> str:
    """Take tables made by `Ledger.create_tables` or the host's own migrations under these.

    Nothing but the version is written, and only where the tables are those of the newest one.

    Returns:
        The version that the database has from now on.

    Raises:
        HostError: XR586, Alembic is not installed; XR587, the tables differ; XR688, as `upgrade`.
    """
    _check_installed()

    def work(connection: Connection) -> str:
        before = _read_version(connection, prefix)
        if before is not None:
            return before
        differences = list_differences(connection, prefix)
        if differences:
            raise _unversioned(prefix, differences)
        from alembic import command

        command.stamp(_configure(prefix, connection), "head")
        return str(_read_version(connection, prefix))

    return define_in(target, work)


def to_sql(
    dialect: str, *, prefix: str = "xbyx_", revision: str = "head", since: str | None = None
) -> str:
    """Write an upgrade as SQL, for those who run such scripts themselves.

    Args:
        dialect: SQLAlchemy's name of the database, such as ``postgresql`` or ``dm``.
        prefix: of the tables.
        revision: the version wanted.
        since: the version that the database has; None for none.

    Returns:
        The statements, those that keep the version with them.

    Raises:
        HostError: XR586, Alembic is not installed; XR588, there is no such version.

    Example:
        >>> print(to_sql("sqlite", revision="0001").splitlines()[0])
        CREATE TABLE xbyx_alembic_version (
    """
    _check_installed()
    from alembic import command

    config = _configure(prefix, None)
    _list_steps(config, since, revision, is_back=False)
    written = _Script() if dialect in ("mysql", "mariadb") else StringIO()
    config.output_buffer = written
    config.attributes["dialect"] = dialect
    command.upgrade(config, f"{since or _BASE}:{revision}", sql=True)
    return written.getvalue()


class _Script(StringIO):
    """A script for MySQL's own client, which ends a statement at ``;``, inside a trigger too."""

    def write(self, text: str) -> int:
        # Alembic writes each statement by itself, with its end.
        if not text.startswith("CREATE TRIGGER "):
            return super().write(text)
        statement = text.rstrip().removesuffix(";")
        return super().write(f"DELIMITER //\n{statement} //\nDELIMITER ;\n\n")


def _check_installed() -> None:
    try:
        import alembic  # noqa: F401
    except ImportError:
        raise HostError(Diagnostic("XR586")) from None
    from . import dialects  # noqa: F401


def _configure(prefix: str, connection: Connection | None) -> Config:
    from alembic.config import Config

    config = Config()
    # WHY doubled: Alembic reads its settings with Python's interpolation.
    config.set_main_option("script_location", str(_HOME).replace("%", "%%"))
    config.attributes.update(prefix=prefix, connection=connection)
    return config


def _read_version(connection: Connection, prefix: str) -> str | None:
    from alembic.migration import MigrationContext

    options = {"version_table": name_version_table(prefix)}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _list_steps(config: Config, before: str | None, wanted: str, *, is_back: bool) -> list[Script]:
    """The steps that lead from one version to another, in the order of their making or undoing.

    Raises:
        HostError: XR588, no such version, or it lies in the other direction.
    """
    from alembic.script import ScriptDirectory

    scripts = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
    # Our versions stand in one line, so a version is the number of steps up to it.
    heights = {_BASE: 0, **{one.revision: number for number, one in enumerate(scripts, start=1)}}
    known = ", ".join(heights)
    heights["head"] = len(scripts)
    start, end = heights.get(before or _BASE), heights.get(wanted)
    if start is None or end is None or (end > start if is_back else end < start):
        values = {"current": before or _BASE, "wanted": wanted, "known": known}
        raise HostError(Diagnostic("XR588", None, values))
    return scripts[end:start][::-1] if is_back else scripts[start:end]


def _check_absent(connection: Connection, prefix: str) -> None:
    """Refuse to make tables where some of them are already there: XR587."""
    there = set(inspect(connection).get_table_names())
    if there & set(describe_tables(prefix).tables):
        raise _unversioned(prefix, list_differences(connection, prefix))


def _unversioned(prefix: str, differences: tuple[str, ...]) -> HostError:
    listed = ", ".join(differences) or "—"
    return HostError(Diagnostic("XR587", None, {"prefix": prefix, "differences": listed}))


def _check_empty(connection: Connection, prefix: str, steps: list[Script], wanted: str) -> None:
    """Refuse to drop tables that hold rows: XR589."""
    names = [f"{prefix}{name}" for one in steps for name in one.module.TABLES]
    full = [name for name in names if _has_rows(connection, name)]
    if full:
        values = {"wanted": wanted, "tables": ", ".join(full)}
        raise HostError(Diagnostic("XR589", None, values))


def _has_rows(connection: Connection, name: str) -> bool:
    query: Select[Any] = select(literal_column("1")).select_from(table(name)).limit(1)
    return connection.execute(query).first() is not None
