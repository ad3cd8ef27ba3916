"""Bench results: recorded as JSON, shown as a table, judged against their targets."""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil
from rich.table import Table

GROWTH_SHARE: Final = 0.2
"""How far the engine's rate may move while the tables grow."""


class Result(msgspec.Struct, frozen=True):
    """One measurement: `engine` at batch size 1,000, `http` with 256 clients, and so on.

    `variant` is the batch size, client count or row count. What does not apply is None. `detail`
    holds whatever else was seen: for `hot` at least `sold` (and `units`, `attempts`), for `http`
    the driver's own `ceiling` in requests a second, for `rich` its `ratio_to_plain` ones, for
    `settlements` and `payouts` the `seconds` that all of them took.
    """

    name: str
    variant: int
    rate_per_s: float
    ratio_to_floor: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    detail: dict[str, Any] = {}


class Machine(msgspec.Struct, frozen=True):
    """Where and when: enough to compare, nothing that identifies."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    postgresql: str
    python: str
    date: str


class Record(msgspec.Struct, frozen=True):
    """A bench run as it is kept."""

    machine: Machine
    results: list[Result]


class Target(msgspec.Struct, frozen=True):
    """What a result must reach; `met` judges the result it is about."""

    name: str
    variant: int
    words: str
    limit: float
    met: Callable[[Result], bool]


def _to_plain(result: Result) -> float:
    return float(result.detail.get("ratio_to_plain", 0))


TARGETS: Final = (
    Target("engine", 1000, "5,000/s", 5000, lambda it: it.rate_per_s >= 5000),
    Target("engine", 1000, "half the floor", 0.5, lambda it: (it.ratio_to_floor or 0) >= 0.5),
    Target("http", 256, "2,500/s", 2500, lambda it: it.rate_per_s >= 2500),
    Target("http", 256, "p99 < 250 ms", 250, lambda it: it.p99_ms is not None and it.p99_ms < 250),
    Target("http", 1, "p50 < 8 ms", 8, lambda it: it.p50_ms is not None and it.p50_ms < 8),
    Target("rich", 1000, "two thirds of plain", 2 / 3, lambda it: _to_plain(it) >= 2 / 3),
    Target("settlements", 100_000, "under 60 s", 60, lambda it: it.detail.get("seconds", 60) < 60),
    Target("payouts", 10_000, "under 60 s", 60, lambda it: it.detail.get("seconds", 60) < 60),
    Target("bulk", 1000, "4,000/s", 4000, lambda it: it.rate_per_s >= 4000),
    Target("search", 1, "NDCG@10 .38", 0.38, lambda it: it.detail["ndcg_at_10"] >= 0.38),
    Target("search", 1, "p95 < 30 ms", 30, lambda it: it.detail["p95_ms"] < 30),
    Target("search", 1, "no empty page", 0, lambda it: it.detail["empty_share"] == 0),
    Target("hot", 256, "sold 1,000", 1000, lambda it: it.detail.get("sold") == 1000),
)


def this_machine(postgresql: str) -> Machine:
    """This machine now, with the given PostgreSQL version. Names no host and no path."""
    return Machine(
        cpu=_cpu(),
        cores=_cores(),
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        postgresql=postgresql,
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
    )


def _cores() -> int:
    # what this process may use; macOS cannot say
    allowed = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return allowed or 1


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def write_results(path: Path, results: Sequence[Result]) -> None:
    """The results alone, as a JSON list of objects."""
    _write(path, results)


def write_record(path: Path, record: Record) -> None:
    """The results with their machine, to be kept."""
    _write(path, record)


def read_record(path: Path) -> tuple[Machine | None, list[Result]]:
    """What `write_record` or `write_results` wrote; a bare list has no machine."""
    kept = msgspec.json.decode(path.read_bytes(), type=Record | list[Result])
    return (kept.machine, kept.results) if isinstance(kept, Record) else (None, kept)


def misses(results: Sequence[Result]) -> list[str]:
    """The targets that these results miss, in words; empty if all that were run are met."""
    found = [
        f"{target.name} at {target.variant:,}: {target.words}"
        for target in TARGETS
        for result in results
        if (result.name, result.variant) == (target.name, target.variant) and not target.met(result)
    ]
    growth = [result for result in results if result.name == "growth"]
    return found + [
        f"growth at {result.variant:,}: within {GROWTH_SHARE:.0%}"
        for result in growth
        if abs(result.rate_per_s - growth[0].rate_per_s) > GROWTH_SHARE * growth[0].rate_per_s
    ]


def table(results: Sequence[Result]) -> Table:
    """The results for a terminal, each with its targets and whether they were met."""
    shown = Table(title="Bench")
    shown.add_column("what")
    for heading in ("variant", "rate/s", "x floor", "p50 ms", "p99 ms"):
        shown.add_column(heading, justify="right")
    shown.add_column("target")
    missed = misses(results)
    for result in results:
        shown.add_row(
            result.name,
            f"{result.variant:,}",
            f"{result.rate_per_s:,.0f}",
            _number(result.ratio_to_floor, 2),
            _number(result.p50_ms, 1),
            _number(result.p99_ms, 1),
            _verdict(result, missed),
        )
    return shown


def markdown(results: Sequence[Result]) -> str:
    """The results as a table for a page: ratios to the floor first, rates beside them."""
    rows = ["| load | size | x floor | rate/s | p50 ms | p99 ms |", "|---|--:|--:|--:|--:|--:|"]
    rows += [
        f"| {result.name} | {result.variant:,} | {_number(result.ratio_to_floor, 2)} |"
        f" {result.rate_per_s:,.0f} | {_number(result.p50_ms, 1)} |"
        f" {_number(result.p99_ms, 1)} |"
        for result in results
    ]
    return "\n".join(rows) + "\n"


def _verdict(result: Result, missed: list[str]) -> str:
    here = f"{result.name} at {result.variant:,}: "
    wanted = [
        target.words
        for target in TARGETS
        if (target.name, target.variant) == (result.name, result.variant)
    ]
    if result.name == "growth":
        wanted.append(f"within {GROWTH_SHARE:.0%}")
    return ", ".join(
        f"[red]✗ {words}[/red]" if here + words in missed else f"[green]✓ {words}[/green]"
        for words in wanted
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _write(path: Path, what: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(what), indent=2) + b"\n")
