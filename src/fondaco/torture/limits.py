"""Waits that end, and tell what was awaited; ports that nobody else is given meanwhile."""

import asyncio
import io
import socket
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from typing import Final

PATIENCE: Final = 60.0
"""Seconds within which service must resume by itself; generous, for machines that are busy."""


class Port:
    """A port of loopback that nobody else is given before `free`.

    Servers bind with SO_REUSEPORT, so two that are given one port share it and nobody is told.
    This one is bound as well, and does not listen: servers may have it, a search for a free port
    does not find it, not even while the server that has it is dead.
    """

    def __init__(self) -> None:
        self._held = socket.socket()
        for shared in (socket.SO_REUSEPORT, socket.SO_REUSEADDR):
            self._held.setsockopt(socket.SOL_SOCKET, shared, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number: int = self._held.getsockname()[1]

    def free(self) -> None:
        """Let others have it."""
        self._held.close()


@asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """A limit on what is done meanwhile. Raises TimeoutError that says `what` did not come."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise TimeoutError(f"{what}, not within {seconds:.0f} s") from None


async def gone(process: BaseProcess) -> None:
    """Return once a process that was killed is gone. Raises TimeoutError if it stays."""
    await asyncio.to_thread(process.join, PATIENCE)
    if process.is_alive():
        raise TimeoutError(f"process {process.pid} does not end, not within {PATIENCE:.0f} s")


def where() -> str:
    """Where each task of this loop and each thread of this process waits."""
    told = io.StringIO()
    for task in asyncio.all_tasks():
        task.print_stack(file=told)
    for frame in sys._current_frames().values():
        told.write("Thread\n")
        traceback.print_stack(frame, file=told)
    return told.getvalue()
