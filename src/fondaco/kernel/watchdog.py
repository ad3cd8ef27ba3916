"""Keeps the embedded PostgreSQL running: one that was killed is started again."""

import asyncio
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

    async def watch(self) -> None:
        """Look after the server until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE)
            if await asyncio.to_thread(lambda: self.server.pid) is not None:
                continue
            log.warning("PostgreSQL is gone; starting it again")
            try:
                fresh = await asyncio.to_thread(Embedded.start, self._home)
            except EmbeddedError as error:
                log.error("PostgreSQL does not start", error=str(error))
                await asyncio.sleep(1)
                continue
            # The old hold is let go only now, so that nobody takes itself for the last user.
            self.server, old = fresh, self.server
            await asyncio.to_thread(old.stop)
            log.info("PostgreSQL is back")
