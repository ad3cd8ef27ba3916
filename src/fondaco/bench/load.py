"""What a load brought: answers by status, latencies, and what went wrong."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec


@dataclass(slots=True)
class Load:
    """One closed-loop run over HTTP.

    `latencies` are seconds from sending a request to the last byte of its answer, one per answer.
    `seconds` runs from the first request to the last answer, once all clients were connected.
    `errors` counts, by kind, requests whose outcome is unknown and connects that failed;
    `reconnects` counts new connections after the first of each client.
    """

    clients: int
    seconds: float = 0.0
    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    reconnects: int = 0

    @property
    def rate(self) -> float:
        """Answers per second, whatever their status."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0


class Summary(msgspec.Struct, frozen=True):
    """A load in a few numbers, as one process tells another.

    `statuses` counts answers by status, `counted` the texts that the job asked to count in the
    bodies. `cpu_seconds` and `peak_rss_bytes` are the driver's own. Latencies are None if
    nothing was answered.
    """

    clients: int
    seconds: float
    answers: int
    rate_per_s: float
    p50_ms: float | None
    p90_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    statuses: dict[int, int]
    errors: dict[str, int]
    reconnects: int
    counted: dict[str, int]
    cpu_seconds: float
    peak_rss_bytes: int


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed.

    That is the nearest-rank percentile: always one of the values. None if there are none.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share is between 0 and 1, not {share}")
    if not values:
        return None
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def summarise(
    load: Load, counted: dict[str, int], cpu_seconds: float, peak_rss_bytes: int
) -> Summary:
    """The load's numbers, latencies in milliseconds."""
    latencies = sorted(load.latencies)

    def at(share: float) -> float | None:
        found = percentile(latencies, share)
        return None if found is None else round(found * 1000, 3)

    return Summary(
        clients=load.clients,
        seconds=round(load.seconds, 3),
        answers=len(latencies),
        rate_per_s=round(load.rate, 1),
        p50_ms=at(0.5),
        p90_ms=at(0.9),
        p99_ms=at(0.99),
        max_ms=at(1.0),
        statuses=dict(sorted(load.statuses.items())),
        errors=dict(load.errors),
        reconnects=load.reconnects,
        counted=counted,
        cpu_seconds=round(cpu_seconds, 3),
        peak_rss_bytes=peak_rss_bytes,
    )
