"""OpenTelemetry's SDK in memory: what a collector would have got."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from xbyx_rules.telemetry import use_providers

__all__ = ["Recorder", "recording"]

Labels = tuple[tuple[str, Any], ...]


class Recorder:
    """Finished spans, and metrics as they stand when asked for."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended, the innermost first."""
        return self.exporter.get_finished_spans()

    def span(self, name: str) -> ReadableSpan:
        """The only span of a name."""
        (found,) = [one for one in self.spans if one.name == name]
        return found

    def metrics(self) -> dict[str, dict[Labels, Any]]:
        """By metric: its data points by their sorted attributes."""
        data = self.reader.get_metrics_data()
        found: dict[str, dict[Labels, Any]] = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    points = found.setdefault(metric.name, {})
                    for point in metric.data.data_points:
                        points[tuple(sorted(point.attributes.items()))] = point
        return found

    def values(self, name: str) -> dict[Labels, Any]:
        """A counter's or a gauge's values, or how often a histogram was recorded, by attributes."""
        points = self.metrics().get(name, {})
        return {
            labels: point.count if hasattr(point, "count") else point.value
            for labels, point in points.items()
        }

    def everything(self) -> str:
        """All that left the process, as text."""
        spans = [json.loads(one.to_json()) for one in self.spans]
        return json.dumps(spans, ensure_ascii=False) + repr(self.metrics())


@contextmanager
def recording() -> Iterator[Recorder]:
    """Have the library report to a recorder of our own, and no longer at the end."""
    recorder = Recorder()
    use_providers(recorder.tracers, recorder.meters)
    try:
        yield recorder
    finally:
        use_providers()
        recorder.tracers.shutdown()
        recorder.meters.shutdown()
