"""A wire between two processes that can be cut, frozen, or made to lose an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_CHUNK = 1 << 16


class Wire:
    """Listens on `port` and passes bytes on to where `reach` connects, until told otherwise."""

    def __init__(self, reach: Callable[[], Awaitable[Ends]]) -> None:
        self.port = 0
        self.lost = 0
        self._reach = reach
        self._whole = asyncio.Event()
        self._whole.set()
        self._lines: set[_Line] = set()
        self._marker, self._nth = b"", 0

    def drop(self) -> None:
        """Break every connection off, as a firewall that is restarted does."""
        for line in list(self._lines):
            line.abort()

    def freeze(self) -> None:
        """Make every connection half-open: neither end hears of the other again, or of the fault.

        New connections work.
        """
        for line in self._lines:
            line.frozen = True

    def cut(self) -> None:
        """Let nothing pass, on old connections and new ones, until `mend`."""
        self._whole.clear()

    def mend(self) -> None:
        """Let everything pass again that was held back."""
        self._whole.set()

    def lose(self, marker: bytes, nth: int) -> None:
        """Break a connection off instead of passing on the nth answer with `marker` in it."""
        self._marker, self._nth = marker, nth

    def _loses(self, data: bytes) -> bool:
        if not self._nth or self._marker not in data:
            return False
        self._nth -= 1
        self.lost += self._nth == 0
        return self._nth == 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        await self._whole.wait()
        try:
            far = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        line = _Line((reader, writer), far)
        self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(line, reader, far[1], answers=False))
                both.create_task(self._pass(line, far[0], writer, answers=True))
        finally:
            self._lines.discard(line)
            line.abort()

    async def _pass(
        self,
        line: "_Line",
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        *,
        answers: bool,
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                await self._whole.wait()
                if line.frozen:
                    continue
                if answers and self._loses(data):
                    break
                target.write(data)
                await target.drain()
        if line.frozen:
            await line.over.wait()
        line.abort()


class _Line:
    """One connection: both its ends, and whether it is half-open."""

    def __init__(self, near: Ends, far: Ends) -> None:
        self._near, self._far = near, far
        self.frozen = False
        self.over = asyncio.Event()

    def abort(self) -> None:
        self.over.set()
        self._near[1].transport.abort()
        self._far[1].transport.abort()


@asynccontextmanager
async def wired(reach: Callable[[], Awaitable[Ends]]) -> AsyncIterator[Wire]:
    """A wire that listens on a free port of loopback while this lasts."""
    wire = Wire(reach)
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        with suppress(asyncio.CancelledError):
            await wire.take(reader, writer)
        served.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.mend()
        wire.drop()
        for task in list(served):
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)
