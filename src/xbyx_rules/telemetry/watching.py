"""One piece of work, watched from its beginning to its end: a span, a duration, a log event."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import structlog

from xbyx_rules.errors import XbyxError

from .harmless import Harmless
from .instruments import Instruments, instruments

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

__all__ = ["LOG", "Attributes", "Watch", "codes_of", "current_watch"]

LOG: Final = structlog.get_logger("xbyx_rules")
"""The library's logger; what it writes is for many eyes."""

Attributes = Mapping[str, str | int | list[str]]

_CURRENT: ContextVar[Watch | None] = ContextVar("xbyx_rules_watch", default=None)


def current_watch() -> Watch | None:
    """The innermost work that is watched here; None outside any."""
    return _CURRENT.get()


class Watch:
    """Work as a context manager; a subclass says in `report` what is told of it at its end.

    INVARIANT: an exception passes through unseen by OpenTelemetry, which would record its message
    and its stack.  Of an exception only the class and the codes of its diagnostics are told.

    Args:
        name: of the span; one of few.
        attributes: known from the beginning, so that samplers see them.
    """

    __slots__ = ("_attributes", "_began", "_name", "_scope", "_span", "_token", "made", "retries")

    def __init__(self, name: str, attributes: Attributes) -> None:
        self._name = name
        self._attributes = attributes
        self._span: Span | None = None
        self._scope: Token[Context] | None = None
        self._token: Token[Watch | None] | None = None
        self._began = 0.0
        self.made: Instruments | None = None
        self.retries = 0

    def __enter__(self) -> Self:
        with Harmless():
            self._open_span()
        self._token = _CURRENT.set(self)
        self._began = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        seconds = time.perf_counter() - self._began
        if self._token is not None:
            _CURRENT.reset(self._token)
        with Harmless():
            self.report(error, seconds)
        with Harmless():
            self._close_span()

    def report(self, error: BaseException | None, seconds: float) -> None:
        """Tell what became of the work."""
        raise NotImplementedError

    def describe(self, attributes: Attributes, codes: list[str], failed: str) -> None:
        """Put on the span what is known at the end.

        Args:
            attributes: of the span.
            codes: of diagnostics.
            failed: the class of the error when the work failed; else "".
        """
        if self._span is None or not self._span.is_recording():
            return
        self._span.set_attributes(attributes)
        if codes:
            self._span.set_attribute("xbyx.diagnostic.codes", codes)
        if self.retries:
            self._span.set_attribute("xbyx.transaction.attempts", self.retries + 1)
        if failed:
            from opentelemetry.trace import StatusCode

            self._span.set_attribute("error.type", failed)
            self._span.set_status(StatusCode.ERROR)

    def _open_span(self) -> None:
        self.made = instruments()
        if self.made is None:
            return
        from opentelemetry import context, trace

        # WHY not `start_as_current_span`: it looks at exceptions, and costs twice as much.
        self._span = self.made.tracer.start_span(
            self._name,
            attributes=self._attributes,
            record_exception=False,
            set_status_on_exception=False,
        )
        self._scope = context.attach(trace.set_span_in_context(self._span))

    def _close_span(self) -> None:
        if self._span is None or self._scope is None:
            return
        from opentelemetry import context

        context.detach(self._scope)
        self._span.end()


def codes_of(error: BaseException | None) -> list[str]:
    """The codes of what an error of ours says, each once."""
    found: Iterable[Any] = error.diagnostics if isinstance(error, XbyxError) else ()
    return list(dict.fromkeys(one.code for one in found))
