"""One replay from end to end: read the files, then trade them on a database made for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from fondaco.kernel import Database, connect
from fondaco.kernel.memory import seldom_collecting
from fondaco.kernel.migrate import migrate
from fondaco.replay.fresh import fresh_database
from fondaco.replay.lanes import Progress

Data = TypeVar("Data")
Found = TypeVar("Found")


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


def run_fresh(
    read: Callable[[], Data],
    replay: Callable[[Database, Data, Progress, float], Awaitable[Found]],
    home: Path | None,
    url: str | None,
    progress: Progress | None,
) -> Found:
    """Read, then replay on a fresh database, which is gone afterwards.

    The database is made in the server at `url`, else in the embedded one on `home`, else in a
    temporary one. `replay` is told the reading of `time.perf_counter` from which its seconds
    count: those of reading, but not of starting the server. Raises EmbeddedError or Unavailable.
    """
    tell = progress or silent
    tell("reading", 0, 1)
    began = time.perf_counter()
    with seldom_collecting():
        data = read()
    reading = time.perf_counter() - began
    tell("reading", 1, 1)

    async def work(fresh: str) -> Found:
        since = time.perf_counter() - reading
        await migrate(fresh)
        database = await connect(fresh)
        try:
            return await replay(database, data, tell, since)
        finally:
            await database.close()

    with seldom_collecting(), fresh_database(home, url) as fresh:
        return asyncio.run(work(fresh))
