"""Metrics, in Prometheus' form at `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

QUEUED = Gauge("fondaco_queued_commands", "Commands waiting for a batch", ["command"])
BATCH_SIZE = Histogram(
    "fondaco_batch_size",
    "Commands in one batch",
    ["command"],
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000),
)
DECIDED = Counter("fondaco_commands_total", "Commands decided", ["command", "outcome"])
REQUEST_SECONDS = Histogram(
    "fondaco_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
EVENTS = Counter("fondaco_events_delivered_total", "Outbox events read for", ["subscriber"])
SWEPT = Counter("fondaco_due_work_total", "Pieces of due work done", ["sweep"])
FAILURES = Counter("fondaco_background_failures_total", "Failed background rounds", ["job"])
