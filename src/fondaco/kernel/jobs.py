"""Background work: deliver events and do what is due, round after round, until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from fondaco.kernel.db import Database
from fondaco.kernel.errors import Unavailable
from fondaco.kernel.log import logger
from fondaco.kernel.metrics import EVENTS, FAILURES, SWEPT
from fondaco.kernel.outbox import Subscriber, deliver, subscribe

log = logger("jobs")


class Sweep(msgspec.Struct, frozen=True):
    """Due work: `run` does up to a batch of it and says how much it did."""

    name: str
    run: Callable[[Database], Awaitable[int]]


class Jobs:
    """Runs a deployment's subscribers and sweeps beside its server."""

    def __init__(
        self,
        database: Database,
        subscribers: Sequence[Subscriber],
        sweeps: Sequence[Sweep],
        pause: float = 0.2,
    ) -> None:
        self._database, self._subscribers, self._sweeps = database, subscribers, sweeps
        self._pause = pause
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; needs a reachable database once."""
        await subscribe(self._database, self._subscribers)
        for subscriber in self._subscribers:
            self._tasks.append(asyncio.create_task(self._deliver(subscriber)))
        for sweep in self._sweeps:
            self._tasks.append(asyncio.create_task(self._sweep(sweep)))

    async def stop(self) -> None:
        """Finish the rounds under way and end."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _deliver(self, subscriber: Subscriber) -> None:
        async def once() -> int:
            done = await deliver(self._database, subscriber)
            EVENTS.labels(subscriber.name).inc(done)
            return done

        await self._rounds(subscriber.name, once, self._pause)

    async def _sweep(self, sweep: Sweep) -> None:
        async def once() -> int:
            done = await sweep.run(self._database)
            SWEPT.labels(sweep.name).inc(done)
            return done

        await self._rounds(sweep.name, once, max(self._pause, 0.5))

    async def _rounds(self, name: str, once: Callable[[], Awaitable[int]], pause: float) -> None:
        wait = pause
        while not self._stop.is_set():
            try:
                wait = 0.0 if await once() else pause
            except Unavailable as error:
                wait = 1.0
                log.warning("database away", job=name, error=str(error))
            except Exception:  # one bad round must not end the job; it is logged and counted
                wait = 1.0
                FAILURES.labels(name).inc()
                log.exception("round failed", job=name)
            if wait:
                try:
                    await asyncio.wait_for(self._stop.wait(), wait)
                except TimeoutError:
                    continue
