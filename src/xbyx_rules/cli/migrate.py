"""`xbyx ledger upgrade`, `downgrade`, `current`, `adopt`: versions of the ledger's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import Engine

from xbyx_rules.hosting import migrations

from .hosts import open_engine
from .options import AsJson, DatabaseOption, Debug, Lang, LangOption, PrefixOption
from .terminal import Terminal

__all__ = ["migrate_commands"]


def migrate_commands(app: typer.Typer) -> None:
    """Add the commands to `xbyx ledger`."""
    app.command("upgrade", help="建表，或升级到新的版本 · make or upgrade the tables")(upgrade)
    app.command("downgrade", help="退回较早的版本 · go back to an earlier version")(downgrade)
    app.command("current", help="数据库的表是哪个版本 · which version the tables have")(current)
    app.command("adopt", help="登记已有的表的版本 · note the version of existing tables")(adopt)


def upgrade(
    *,
    database: DatabaseOption,
    to: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="升级到哪个版本 · the version wanted")
    ] = "head",
    is_sql: Annotated[
        bool,
        typer.Option("--sql", help="只写出 SQL，不执行 · write the SQL only, run nothing"),
    ] = False,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make the ledger's tables, or bring them to a later version; rows stay."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        engine = open_engine(database)
        if is_sql:
            since = migrations.current(engine, prefix=prefix)
            name = engine.dialect.name
            text = migrations.to_sql(name, prefix=prefix, revision=to, since=since)
            terminal.show(text)
            terminal.give({"sql": text, "diagnostics": []})
            return
        steps = migrations.upgrade(engine, prefix=prefix, revision=to)
        _report(terminal, engine, prefix, steps)


def downgrade(
    *,
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="版本；base 为一张表也不留 · base for none")
    ],
    database: DatabaseOption,
    is_loss_accepted: Annotated[
        bool,
        typer.Option("--lose-rows", help="有记录的表也删去 · drop tables that still hold rows too"),
    ] = False,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Bring the tables back to an earlier version; tables with rows are kept unless told."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        engine = open_engine(database)
        steps = migrations.downgrade(
            engine, version, prefix=prefix, is_loss_accepted=is_loss_accepted
        )
        _report(terminal, engine, prefix, steps)


def current(
    *,
    database: DatabaseOption,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say which version the tables have."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        _report(terminal, open_engine(database), prefix, None)


def adopt(
    *,
    database: DatabaseOption,
    prefix: PrefixOption = "xbyx_",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Note the version of tables that were made without migrations; changes no table."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        engine = open_engine(database)
        migrations.adopt(engine, prefix=prefix)
        _report(terminal, engine, prefix, None)


def _report(terminal: Terminal, engine: Engine, prefix: str, steps: Sequence[str] | None) -> None:
    """Say which steps were made or undone, and the version since."""
    version = migrations.current(engine, prefix=prefix)
    if steps is not None:
        listed = ", ".join(steps) or "—"
        terminal.say(f"步骤：{listed}", f"steps: {listed}")
    terminal.say(f"版本：{version or '无'}", f"version: {version or 'none'}")
    taken = {} if steps is None else {"steps": list(steps)}
    terminal.give({"prefix": prefix, "version": version, **taken, "diagnostics": []})
