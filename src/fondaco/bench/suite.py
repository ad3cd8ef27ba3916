"""The whole bench: a fresh house for each kind of load, and one list of results."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fondaco.bench import engine, floor, house, runs, search, wire
from fondaco.bench.growth import age
from fondaco.bench.processes import Watch
from fondaco.bench.report import Result
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.migrate import migrate

NAMES = ("floor", "engine", "rich", "life", "runs", "http", "bulk", "hot", "growth")
_ORDER = (*NAMES, runs.SETTLING, runs.PAYING, search.NAME, search.OTHER)
GROWN = (10_000, 100_000, 1_000_000)

Progress = Callable[[str], None]


async def bench(
    only: str | None, progress: Progress, scale: float = 1.0, folder: Path | None = None
) -> list[Result]:
    """Run every load, or the named one with the floor it is compared to.

    `scale` is how much of the full load to run, 1 for figures to keep; `folder` has what `search`
    asks, which a whole run leaves out without it. Raises ValueError for an unknown name.
    """
    if only is not None and only not in (*NAMES, search.NAME):
        names = ", ".join((*NAMES, search.NAME))
        raise ValueError(f"there is no bench {only!r}; there are {names}")
    if only == search.NAME:
        with fresh_home() as home:
            return await search.bench(home, folder, progress, scale)
    wanted = NAMES if only is None else (only,)
    results: list[Result] = []
    base = 0.0
    if wanted != ("runs",):  # nothing in them is compared to the floor
        results, base = await _in_process(wanted, progress, scale)
    if {"http", "bulk", "hot"} & set(wanted):
        with fresh_home() as home:
            results += await wire.bench(home, wanted, base, progress, scale)
    if "runs" in wanted:
        with fresh_home() as home:
            results += await runs.bench(home, progress, scale)
    if "growth" in wanted:
        results += await _growth(base, progress, scale)
    if only is None and folder is not None:
        with fresh_home() as home:
            results += await search.bench(home, folder, progress, scale)
    return sorted(results, key=lambda result: _ORDER.index(result.name))


async def _in_process(
    wanted: tuple[str, ...], progress: Progress, scale: float
) -> tuple[list[Result], float]:
    """Floor, engine, rich and life on one house; the floor copies rows that the engine left."""
    results: list[Result] = []
    copied = max(int(10_000 * scale), 2000)
    with fresh_home() as home:
        async with house.database(home) as (server, database):
            progress("building a house of 10,000 offers")
            built = await house.build(database, scale)
            progress("floor: the engine leaves rows to copy")
            await engine.timed(database, built, engine.place_and_pay, 1000, copied, "floor")
            rows = await floor.read_rows(server.url(), copied)
            base, seconds = await _floor(server, rows, 1)
            side_by_side, _ = await _floor(server, rows, engine.LANES)
            if "floor" in wanted:
                detail = {
                    "rows_a_purchase": {each.table: each.total / copied for each in rows},
                    "connections": {"1": base, str(engine.LANES): side_by_side},
                }
                results.append(engine.result("floor", 1000, base, seconds, base, **detail))
            for name, words, load in _LOADS:
                if name in wanted:
                    progress(f"{name}: {words}")
                    with wire.watched(server) as watch:
                        measured = await load(database, built, base, scale)
                    results += [with_usage(result, watch, side_by_side) for result in measured]
    return results, base


_LOADS = (
    ("engine", "place and pay at batch 1, 10, 100, 1,000", engine.engine),
    ("rich", "place and pay with coupon, tax and its VAT, plain ones in turn", engine.rich),
    ("life", "place, pay, ship, deliver, confirm, settle", engine.life),
)


async def _floor(
    server: Embedded, rows: list[floor.Rows], connections: int
) -> tuple[float, list[float]]:
    """The floor over so many connections, each time in a database of its own."""
    name = f"floor{connections}"
    server.create_database(name)
    await migrate(server.url(name))
    return await floor.copy_rows(server.url(name), rows, connections)


async def _growth(base: float, progress: Progress, scale: float) -> list[Result]:
    with fresh_home() as home:
        async with house.database(home) as (server, database):
            built = await house.build(database, scale)
            results: list[Result] = []
            for there in (int(each * scale) for each in GROWN):
                progress(f"growth: {there:,} purchases there")
                if not results:
                    await engine.timed(
                        database, built, engine.place_and_pay, 1000, there, f"fill {there}"
                    )
                else:
                    await age(server.url(), there, progress)
                rate, seconds = await engine.timed(
                    database,
                    built,
                    engine.place_and_pay,
                    1000,
                    int(20_000 * scale),
                    f"growth {there}",
                )
                results.append(engine.result("growth", there, rate, seconds, base))
            return results


def with_usage(result: Result, watch: Watch, side_by_side: float) -> Result:
    """The result with the CPU and memory of each group of processes beside it.

    And with its ratio to the floor over as many connections as the engine has lanes.
    """
    detail = {
        **result.detail,
        "ratio_to_floor_side_by_side": result.rate_per_s / side_by_side,
        "usage": msgspec.to_builtins(watch.usage),
    }
    return msgspec.structs.replace(result, detail=detail)


@contextmanager
def fresh_home() -> Iterator[Path]:
    """An empty data folder that PostgreSQL's own account may enter, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="fondaco-bench-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
