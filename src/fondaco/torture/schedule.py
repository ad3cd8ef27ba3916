"""One schedule from its seed to its verdict."""

import asyncio
import time
import traceback
from datetime import timedelta
from typing import Final

import asyncpg
import httpx
import msgspec

from fondaco import kernel
from fondaco.kernel.clock import system_clock
from fondaco.kernel.ids import show
from fondaco.torture import faults
from fondaco.torture.arena import Arena
from fondaco.torture.audit import audit, sql
from fondaco.torture.clients import Client
from fondaco.torture.history import TIMEOUT, History
from fondaco.torture.limits import PATIENCE, where, within
from fondaco.torture.plan import Plan, plan
from fondaco.torture.stage import Stage, name, staged

LIVENESS: Final = 10.0
"""Seconds within which everything is answered once service has resumed after the last fault."""

CEILING: Final = 240.0
"""Seconds that a schedule may take in all; one that is stuck says where."""


class Verdict(msgspec.Struct, kw_only=True):
    """What became of one schedule. `failures` is empty if it passed."""

    seed: int
    plan: Plan
    skipped: dict[str, str] = {}
    calls: int = 0
    doubts: int = 0
    lives: int = 0
    killed_at: list[str] = []
    seconds: float = 0.0
    failures: list[str] = []
    log: str = ""


async def run(arena: Arena, seed: int) -> Verdict:
    """Run the schedule of a seed."""
    verdict = Verdict(seed=seed, plan=plan(seed))
    began = time.monotonic()
    running = asyncio.create_task(_staged(arena, verdict))
    _, late = await asyncio.wait([running], timeout=CEILING)
    if late:
        verdict.failures.append(f"the schedule does not end, not within {CEILING:.0f} s")
        verdict.log = await _state(arena, seed)
        running.cancel()
        await asyncio.wait([running], timeout=PATIENCE)
    elif error := running.exception():
        verdict.failures.append(f"the schedule itself broke: {error!r}")
        verdict.log = "".join(traceback.format_exception(error))
    verdict.seconds = round(time.monotonic() - began, 2)
    return verdict


async def _state(arena: Arena, seed: int) -> str:
    """Where everything waits, in this process and in PostgreSQL."""
    try:
        return where() + await arena.activity(name(seed)) + "\n"
    except (OSError, asyncpg.PostgresError) as error:
        return f"{where()}PostgreSQL says nothing: {error!r}\n"


async def _staged(arena: Arena, verdict: Verdict) -> None:
    async with staged(arena, verdict.plan) as stage:
        try:
            await _run(stage, verdict)
        except TimeoutError as error:
            verdict.failures.append(f"service did not resume: {str(error) or 'no answer'}")
            verdict.log = await _state(arena, verdict.seed)
        verdict.lives = stage.lives
        log = stage.log.read_text(errors="replace")
        verdict.killed_at = [line for line in log.splitlines() if line.startswith("killed at ")]
        if verdict.failures:
            verdict.log += log[-4000:]


async def _run(stage: Stage, verdict: Verdict) -> None:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    headers = {"Authorization": f"Bearer {stage.arena.secret}"}
    async with httpx.AsyncClient(
        base_url=stage.url, headers=headers, timeout=TIMEOUT, limits=limits, trust_env=False
    ) as http:
        history = History(http)
        await _disturb(stage, history, verdict)
        await faults.mend(stage)
        await stage.ready()
        verdict.failures += await history.resolve(LIVENESS)
        verdict.calls = len(history.calls)
        verdict.doubts = sum(call.doubts > 0 for call in history.calls)
        if verdict.failures:
            return
        verdict.failures += await history.contradictions(LIVENESS)
        verdict.failures += await _quiet(stage)
        verdict.failures += history.faulty
        verdict.failures += history.double_keys()
    database = await kernel.connect(stage.database_url)
    try:
        theirs = await stage.provider_facts()
        verdict.failures += await audit(history, database, stage.arena.principal, theirs)
    finally:
        await database.close()


async def _disturb(stage: Stage, history: History, verdict: Verdict) -> None:
    """Trade, with a blow whenever so many calls are answered."""
    stop = asyncio.Event()
    its = verdict.plan
    clients = [Client(n, its.seed, stage.arena.market, history) for n in range(its.clients)]
    trading = [asyncio.create_task(client.trade(stop)) for client in clients]
    try:
        for blow in its.blows:
            await _answered(history, blow.after)
            if why := await faults.strike(stage, blow):
                verdict.skipped[blow.kind] = why
        await _answered(history, its.calls)
    finally:
        stop.set()
        await asyncio.gather(*trading)


async def _answered(history: History, calls: int) -> None:
    """Return once so many calls are answered."""
    async with within(PATIENCE, f"no {calls} calls are answered"):
        while history.acknowledged < calls:  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.01)


async def _quiet(stage: Stage) -> list[str]:
    """Wait until the provider has decided everything, and told it; what it has not, in the end.

    The clock is put forward to when the provider is asked again, minutes ahead, and back. A payment
    given up as never sent may have arrived after all: that is heard by webhook alone.
    """
    database = await kernel.connect(stage.database_url)
    try:
        async with asyncio.timeout(LIVENESS * 2):
            # asked first, because what a webhook brings may open something
            while await stage.webhooks_waiting() + len(
                left := await database.fetch(sql.open_money)
            ):
                ahead = max((row["due_at"] - system_clock() for row in left), default=timedelta())
                # a webhook is not taken by a server whose clock is minutes ahead of its signature
                stage.clock.value = max(ahead.total_seconds() + 1, 0.0) if left else 0.0
                await asyncio.sleep(0.05)
    except TimeoutError:
        left = await database.fetch(sql.open_money)
        late = await stage.webhooks_waiting()
        told = [f"never decided: {show(r['prefix'], r['id'])}, due {r['due_at']}" for r in left]
        return told or [f"never taken: {late} webhooks"]
    finally:
        stage.clock.value = 0.0
        await database.close()
    return []
