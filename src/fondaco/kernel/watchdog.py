"""Keeps the embedded PostgreSQL running: one that was killed is started again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from fondaco.kernel.embedded import Embedded, EmbeddedError
from fondaco.kernel.log import logger

log = logger("watchdog")

_PAUSE: Final = 0.25


class Watchdog:
    """Holds the server on a data folder, and starts it again whenever it is gone."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.server = Embedded.start(home)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look after the server meanwhile; a start that is under way at the end is waited for."""
        over = asyncio.Event()
        task = asyncio.create_task(self._watch(over))
        try:
            yield
        finally:
            over.set()  # no cancelling: what a thread has just started would be nobody's
            await task

    async def _watch(self, over: asyncio.Event) -> None:
        while not await _set_within(over, _PAUSE):
            if await asyncio.to_thread(lambda: self.server.pid) is not None:
                continue
            log.warning("PostgreSQL is gone; starting it again")
            try:
                fresh = await asyncio.to_thread(Embedded.start, self._home)
            except EmbeddedError as error:
                log.error("PostgreSQL does not start", error=str(error))
                await _set_within(over, 1)
                continue
            # The old hold is let go only now, so that nobody takes itself for the last user.
            self.server, old = fresh, self.server
            await asyncio.to_thread(old.stop)
            log.info("PostgreSQL is back")


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


@asynccontextmanager
async def watched(home: Path) -> AsyncIterator[str]:
    """The address of an embedded database on `home` that is kept running meanwhile."""
    watchdog = await asyncio.to_thread(Watchdog, home)
    await asyncio.to_thread(watchdog.server.create_database, "fondaco")
    try:
        async with watchdog.watching():
            yield watchdog.server.url()
    finally:
        await asyncio.to_thread(watchdog.server.stop)
