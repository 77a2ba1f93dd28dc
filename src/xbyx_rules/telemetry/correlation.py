"""Log events that name the trace they belong to."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

__all__ = ["add_trace_context"]


def add_trace_context(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: adds ``trace_id``, ``span_id`` and ``trace_flags`` inside a span.

    The names and the form are those that OpenTelemetry prescribes for logs of other formats.
    Without `opentelemetry-api`, or outside any span, the event stays as it is.

    Example:
        >>> add_trace_context(None, "info", {"event": "command_done"})
        {'event': 'command_done'}

    Source: OpenTelemetry, Trace Context in non-OTLP Log Formats.
    """
    try:
        from opentelemetry.trace import get_current_span
    except ImportError:
        return event
    context = get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
        event["trace_flags"] = f"{context.trace_flags:02x}"
    return event
