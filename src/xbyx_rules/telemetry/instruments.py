"""The tracer and the meters of OpenTelemetry's API package, made when first asked for.

Names follow OpenTelemetry's semantic conventions: `error.type` and `db.*` are theirs, everything of
ours stands under ``xbyx.``; durations are histograms in seconds, counts carry what they count in
braces, and no metric shares its name with an attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from .harmless import Harmless

if TYPE_CHECKING:
    from opentelemetry.metrics import (
        CallbackOptions,
        Counter,
        Histogram,
        Meter,
        MeterProvider,
        Observation,
    )
    from opentelemetry.trace import Tracer, TracerProvider

__all__ = ["Instruments", "OutboxFigures", "instruments", "register_outbox", "use_providers"]

_NAME: Final = "xbyx_rules"
_SCHEMA: Final = "https://opentelemetry.io/schemas/1.33.0"
"""The first version in which the attributes of databases that are used here are stable."""

_OF_COMMANDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_OF_DECISIONS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5)
_OF_SUBJECTS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass(frozen=True, slots=True)
class Instruments:
    """What is measured with; each is documented in docs/observability.md."""

    tracer: Tracer
    meter: Meter
    command_duration: Histogram
    command_refusals: Counter
    timer_duration: Histogram
    transaction_retries: Counter
    decision_duration: Histogram
    decision_findings: Counter
    supervision_duration: Histogram
    supervision_checks: Counter
    supervision_doubts: Counter


OutboxFigures = Callable[[], "tuple[list[Observation], list[Observation]]"]
"""Reads every outbox that is watched: the numbers of messages, and the lags."""


class _State:
    """What was made last, for which providers; one for the process, as OpenTelemetry's own is."""

    made: Instruments | None = None
    is_made: bool = False
    tracers: TracerProvider | None = None
    meters: MeterProvider | None = None
    outbox: OutboxFigures | None = None
    lock = Lock()


def use_providers(
    tracers: TracerProvider | None = None, meters: MeterProvider | None = None
) -> None:
    """Send spans and metrics to other providers than the process's own.

    Only for a host that keeps several, and for tests: without it OpenTelemetry's global providers
    are used, also when they are set later.  What is under way when it is called may be reported
    to the old ones.

    Args:
        tracers: where spans go; None for the global provider.
        meters: where metrics go; None for the global provider.

    Example:
        >>> use_providers()  # the global ones again
    """
    with _State.lock:
        _State.tracers, _State.meters = tracers, meters
        _State.made, _State.is_made = None, False
    if _State.outbox is not None:
        instruments()  # WHY now: nobody else makes what is read by callbacks only


def instruments() -> Instruments | None:
    """The instruments; None where `opentelemetry-api` isn't installed."""
    if not _State.is_made:
        with _State.lock:
            if not _State.is_made:
                with Harmless():
                    _State.made = _make()
                # WHY also where that failed: an API package that is too old fails each time.
                _State.is_made = True
    return _State.made


def register_outbox(read: OutboxFigures) -> None:
    """Have the outboxes read whenever metrics are collected."""
    with _State.lock:
        if _State.outbox is not None:
            return
        _State.outbox = read
        if _State.made is not None:
            # WHY not made anew: the SDK would warn of each instrument that it knows already.
            _observe_outbox(_State.made.meter, read)
    instruments()


def _make() -> Instruments | None:
    # WHY here and not above: the package is an extra, and half of what it costs is its import.
    try:
        from opentelemetry import metrics, trace
    except ImportError:
        return None
    from xbyx_rules import __version__

    meter = metrics.get_meter(_NAME, __version__, _State.meters, _SCHEMA)
    tracer = trace.get_tracer(_NAME, __version__, _State.tracers, _SCHEMA)
    if _State.outbox is not None:
        _observe_outbox(meter, _State.outbox)
    return Instruments(
        tracer=tracer,
        meter=meter,
        command_duration=_histogram(meter, "xbyx.command.duration", _OF_COMMANDS, "a command"),
        command_refusals=meter.create_counter(
            "xbyx.command.refusals", "{refusal}", "Reasons for which commands were not carried out"
        ),
        timer_duration=_histogram(meter, "xbyx.timer.duration", _OF_COMMANDS, "a timer run"),
        transaction_retries=meter.create_counter(
            "xbyx.transaction.retries", "{retry}", "Transactions done again from the start"
        ),
        decision_duration=_histogram(
            meter, "xbyx.decision.duration", _OF_DECISIONS, "one decision by a document's rules"
        ),
        decision_findings=meter.create_counter(
            "xbyx.decision.findings", "{finding}", "Findings of decisions, by outcome"
        ),
        supervision_duration=_histogram(
            meter, "xbyx.supervision.subject.duration", _OF_SUBJECTS, "supervising one subject"
        ),
        supervision_checks=meter.create_counter(
            "xbyx.supervision.checks", "{check}", "Checks decided, by outcome and evaluator"
        ),
        supervision_doubts=meter.create_counter(
            "xbyx.supervision.doubts", "{doubt}", "Doubts that a run opened, found again or missed"
        ),
    )


def _histogram(meter: Meter, name: str, bounds: tuple[float, ...], what: str) -> Histogram:
    return meter.create_histogram(
        name, "s", f"Duration of {what}", explicit_bucket_boundaries_advisory=bounds
    )


def _observe_outbox(meter: Meter, read: OutboxFigures) -> None:
    def observe_messages(_options: CallbackOptions) -> Iterable[Observation]:
        return read()[0]

    def observe_lags(_options: CallbackOptions) -> Iterable[Observation]:
        return read()[1]

    meter.create_observable_up_down_counter(
        "xbyx.outbox.message.count", [observe_messages], "{message}", "Messages in the outbox"
    )
    meter.create_observable_gauge(
        "xbyx.outbox.lag", [observe_lags], "s", "Age of the oldest message not yet delivered"
    )
