"""Followers: more processes that answer on the port of this one, and end with it.

A follower ends when its standard input does, so also when the process that started it was killed.
It says that it is ready over a pipe whose number stands in `FONDACO_READY_FD`.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from fondaco.kernel.log import logger

log = logger("crew")

READY_FD: Final = "FONDACO_READY_FD"
_PAUSE: Final = 1.0
_PATIENCE: Final = 60.0
"""Seconds that a follower may take to answer what it has taken."""


class Crew:
    """So many processes that run `command`; one that ends before its time is started again."""

    def __init__(self, size: int, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._size, self._command, self._environment = size, command, environment
        self._running: set[asyncio.subprocess.Process] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self) -> None:
        """Start them; returns once each is ready, or has ended."""
        begun = [asyncio.Event() for _ in range(self._size)]
        self._keepers = [asyncio.create_task(self._keep(one)) for one in begun]
        await asyncio.gather(*(one.wait() for one in begun))

    async def stop(self) -> None:
        """Tell them to end, and return once they have answered what they had taken."""
        self._stopping = True
        for process in self._running:
            _end(process)
        _, late = (
            await asyncio.wait(self._keepers, timeout=_PATIENCE) if self._keepers else ((), ())
        )
        for process in self._running if late else ():
            process.kill()
        await asyncio.gather(*self._keepers)

    async def _keep(self, begun: asyncio.Event) -> None:
        while not self._stopping:
            process = await self._spawn(begun)
            status = await process.wait()
            self._running.discard(process)
            if not self._stopping:
                log.warning("a follower ended; starting another", status=status)
                await asyncio.sleep(_PAUSE)

    async def _spawn(self, begun: asyncio.Event) -> asyncio.subprocess.Process:
        told, tell = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                env={**self._environment, READY_FD: str(tell)},
                pass_fds=(tell,),
                start_new_session=True,  # Ctrl-C is for the first process, which tells the others
            )
        finally:
            os.close(tell)
        self._running.add(process)
        if self._stopping:
            _end(process)
        await asyncio.to_thread(os.read, told, 1)
        os.close(told)
        begun.set()
        return process


def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()


def tell_ready() -> None:
    """In a follower: it answers requests now."""
    tell = int(os.environ.pop(READY_FD))
    os.write(tell, b".")
    os.close(tell)


def when_left_alone(act: Callable[[], object]) -> None:
    """In a follower: do this once the process that started it says so, or is gone."""
    loop = asyncio.get_running_loop()

    def over() -> None:
        loop.remove_reader(sys.stdin)
        act()

    loop.add_reader(sys.stdin, over)
