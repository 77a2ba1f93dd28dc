"""The statements that the library sends to a database, gathered from real work and not listed."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.sql import ClauseElement

__all__ = ["Collected", "collect_from", "functions_with_statements"]

MAKERS = {"select", "insert", "update", "delete"}


@dataclass
class Collected:
    """Statements by their text, their values, and the functions that were called meanwhile."""

    statements: dict[str, ClauseElement] = field(default_factory=dict)
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    functions: set[tuple[str, str]] = field(default_factory=set)


@contextmanager
def collect_from(engine: Engine, package: ModuleType) -> Iterator[Collected]:
    """Gather what is sent to an engine while the block runs."""
    found = Collected()
    home = str(_folder(package))

    def note(_c: Any, statement: Any, rows: Any, values: Any, _options: Any) -> None:
        found.statements[str(statement)] = statement
        found.values[str(statement)] = rows[0] if rows else values

    def watch(frame: FrameType, kind: str, _argument: Any) -> None:
        if kind == "call" and frame.f_code.co_filename.startswith(home):
            found.functions.add((frame.f_code.co_filename, frame.f_code.co_name))

    event.listen(engine, "before_execute", note)
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)
        event.remove(engine, "before_execute", note)


def functions_with_statements(package: ModuleType, *, leaving_out: str) -> set[tuple[str, str]]:
    """The functions of a package that make a statement, by file and name, read from its source.

    Args:
        package: with the packages below it; the modules that stand in it directly read a host's
            tables, which each adapter maps, and are left out.
        leaving_out: name of one package below it that is left out too.
    """
    home = _folder(package)
    return {
        (str(file), function.name)
        for folder in home.iterdir()
        if folder.is_dir() and folder.name != leaving_out
        for file in folder.rglob("*.py")
        for function in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and _makes_statement(function)
    }


def _makes_statement(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
        for node in ast.walk(function)
    )


def _folder(package: ModuleType) -> Path:
    return Path(inspect.getfile(package)).parent
