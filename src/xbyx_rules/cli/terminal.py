"""Where a command speaks: results on stdout, diagnostics on stderr, and one way to end badly."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterable, Mapping
from enum import IntEnum
from types import TracebackType
from typing import Any, Final, NoReturn, Self

import structlog
import typer
from rich.console import Console, RenderableType
from sqlalchemy.exc import SQLAlchemyError

from xbyx_rules.errors import (
    CaseError,
    CommandRefused,
    Diagnostic,
    HostError,
    Language,
    PolicyError,
    ReceiptError,
    StoreError,
    XbyxError,
    has_errors,
)

from .options import Lang

__all__ = ["ExitCode", "Terminal", "WrongUsage"]

_PLAIN_WIDTH: Final = 100


class ExitCode(IntEnum):
    """What a command's end means to a script; docs/cli.md explains each."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    NOT_INTACT = 4
    HOST = 5
    INTERNAL = 70


class WrongUsage(XbyxError):
    """The arguments can't be used as they are; XR701, XR707, XR710, XR714, XR716, XR720, XR73x."""


_CODES: Final[tuple[tuple[type[XbyxError], ExitCode], ...]] = (
    (PolicyError, ExitCode.FINDINGS),
    (CommandRefused, ExitCode.REFUSED),
    (HostError, ExitCode.HOST),
    (CaseError, ExitCode.USAGE),
    (WrongUsage, ExitCode.USAGE),
    (ReceiptError, ExitCode.USAGE),
    (StoreError, ExitCode.NOT_INTACT),
)


class Terminal:
    """One command's streams and language; as a context it turns exceptions into exit codes.

    Args:
        lang: language of the output.
        is_json: whether stdout carries one JSON document and nothing else.
        is_debug: whether the engine's log and tracebacks are shown on stderr.
    """

    def __init__(self, lang: Lang, *, is_json: bool = False, is_debug: bool = False) -> None:
        self.language: Language = "zh" if lang is Lang.ZH else "en"
        self.is_json = is_json
        self.is_debug = is_debug
        self.out = _open_console(is_stderr=False)
        self.err = _open_console(is_stderr=True)
        self._logging: dict[str, Any] = {}

    def __enter__(self) -> Self:
        # WHY: structlog prints to stdout unless told otherwise, and that belongs to the results.
        self._logging = structlog.get_config()
        least = logging.DEBUG if self.is_debug else logging.CRITICAL
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(least),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        structlog.configure(**self._logging)
        # WHY: Typer ends a command by its own exceptions; an interrupt is no Exception.
        if not isinstance(error, Exception) or isinstance(
            error, typer.Exit | typer.Abort | typer.BadParameter | BrokenPipeError
        ):
            return
        if self.is_debug:
            print(*traceback.format_exception(error), sep="", file=sys.stderr)  # noqa: T201
        self._fail(error)

    def pick(self, zh: str, en: str) -> str:
        """The text in the command's language."""
        return zh if self.language == "zh" else en

    def say(self, zh: str, en: str) -> None:
        """A line of the result, in the command's language; nothing with ``--json``."""
        self.show(self.pick(zh, en))

    def show(self, *parts: RenderableType) -> None:
        """Parts of the result: text or tables; nothing with ``--json``."""
        if not self.is_json:
            for part in parts:
                self.out.print(part, soft_wrap=isinstance(part, str))

    def give(self, data: Mapping[str, Any]) -> None:
        """The whole result as JSON; nothing without ``--json``."""
        if self.is_json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def note(self, zh: str, en: str) -> None:
        """A line about the run itself, on stderr."""
        self.err.print(self.pick(zh, en), soft_wrap=True)

    def diagnose(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Print diagnostics to stderr; with ``--json`` they belong into what `give` is given."""
        if self.is_json:
            return
        for one in diagnostics:
            style = "red" if one.severity == "error" else "yellow"
            head, _, rest = one.render(self.language).partition("\n")
            word = "" if one.severity == "error" else self.pick("（提醒）", " (warning)")
            self.err.print(head + word, style=style, soft_wrap=True)
            self.err.print(rest + "\n", soft_wrap=True)

    def end(self, code: ExitCode) -> NoReturn:
        """End the command with an exit code."""
        raise typer.Exit(int(code))

    def end_by(self, diagnostics: Iterable[Diagnostic]) -> None:
        """End the command when any diagnostic is an error."""
        if has_errors(diagnostics):
            self.end(ExitCode.FINDINGS)

    def _fail(self, error: Exception) -> NoReturn:
        diagnostics, code = _explain(error)
        self.give({"diagnostics": [one.as_json() for one in diagnostics]})
        self.diagnose(diagnostics)
        raise typer.Exit(int(code)) from error


def _explain(error: Exception) -> tuple[tuple[Diagnostic, ...], ExitCode]:
    if isinstance(error, XbyxError):
        codes = (code for kind, code in _CODES if isinstance(error, kind))
        return error.diagnostics, next(codes, ExitCode.FINDINGS)
    if isinstance(error, SQLAlchemyError):
        return (Diagnostic("XR708", None, {"reason": _first_line(error)}),), ExitCode.HOST
    if isinstance(error, OSError):
        values = {"file": str(error.filename or "-"), "reason": error.strerror or str(error)}
        return (Diagnostic("XR711", None, values),), ExitCode.USAGE
    values = {"reason": f"{type(error).__name__}: {_first_line(error)}"}
    return (Diagnostic("XR799", None, values),), ExitCode.INTERNAL


def _first_line(error: Exception) -> str:
    # WHY: the lines after the first hold the statement with its parameters, which may be personal.
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [""])[0]


def _open_console(*, is_stderr: bool) -> Console:
    stream = sys.stderr if is_stderr else sys.stdout
    # WHY without markup: a school's name with brackets in it is a name, not an instruction.
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if stream.isatty() else _PLAIN_WIDTH,
    )
