"""A closed loop over HTTP: each client sends its next request when the last one is answered.

Written straight on asyncio's protocols, because a general client costs several times the CPU of
the request it sends and would measure itself.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from fondaco.bench.http_wire import Garbled, answer_in, body_of
from fondaco.bench.load import Load

PATIENCE_S: Final = 10.0
"""How long a client tries to reconnect before it gives up."""
_PAUSE_S: Final = 0.05

Requests = Callable[[int], bytes | None] | Iterator[bytes]
OnResponse = Callable[[int, int, bytes], object]


async def drive(
    host: str,
    port: int,
    requests: Requests,
    *,
    clients: int,
    seconds: float | None = None,
    total: int | None = None,
    on_response: OnResponse | None = None,
    timeout_s: float = 60.0,
) -> Load:
    """Send encoded requests over `clients` kept-alive connections; every answer is counted.

    `requests` is an iterator, or is called with 0, 1, 2, ... and may end the load with None. After
    `seconds` nothing more is sent and what is under way is awaited. `on_response` gets the
    request's number, the status and the body.

    A connection that closes, garbles or stays silent for `timeout_s` with a request under way
    counts that request as an error (its outcome is unknown), and the client goes on over a new
    connection. Raises OSError if the server cannot be reached at the start, and whatever
    `requests` or `on_response` raise, which ends the load.
    """
    if clients < 1:
        raise ValueError("a load has at least one client")
    load = Load(clients)
    source = _Source(requests, seconds, total)
    links = [_Link(host, port, source, load, on_response) for _ in range(clients)]
    try:
        for link in links:
            await link.connect()
        began = source.start()
        await _work(links, timeout_s)
    finally:
        for link in links:
            link.hang_up()
    if source.failure is not None:
        raise source.failure
    load.seconds = max(link.answered_at for link in links) - began if load.latencies else 0.0
    return load


async def _work(links: list["_Link"], timeout_s: float) -> None:
    watch = asyncio.create_task(_abort_silent(links, timeout_s))
    try:
        await asyncio.gather(*(link.work() for link in links))
    finally:
        watch.cancel()


class _Source:
    """Hands out requests until there are none, or enough were sent, or time is up."""

    def __init__(self, requests: Requests, seconds: float | None, total: int | None) -> None:
        self._make: Callable[[int], bytes | None] = (
            requests if callable(requests) else lambda _: next(requests, None)
        )
        self._seconds = seconds if seconds is not None else float("inf")
        self._total = total if total is not None else sys.maxsize
        self._taken = 0
        self._deadline = float("inf")
        self.failure: Exception | None = None

    def start(self) -> float:
        began = time.perf_counter()
        self._deadline = began + self._seconds
        return began

    @property
    def dry(self) -> bool:
        return self._taken >= self._total or time.perf_counter() >= self._deadline

    def take(self, now: float) -> tuple[int, bytes] | None:
        number = self._taken
        if number >= self._total or now >= self._deadline:
            return None
        try:
            request = self._make(number)
        except Exception as error:
            self.stop(error)
            return None
        if request is None:
            self.stop()
            return None
        self._taken = number + 1
        return number, request

    def stop(self, failure: Exception | None = None) -> None:
        self._total = 0
        self.failure = self.failure or failure


class _Link(asyncio.Protocol):
    """One client: its current connection and the one request that is under way on it."""

    def __init__(
        self, host: str, port: int, source: _Source, load: Load, on_response: OnResponse | None
    ) -> None:
        self._host, self._port = host, port
        self._source, self._load, self._on_response = source, load, on_response
        self._transport: asyncio.Transport | None = None
        self._idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""
        self._need = 0
        self._number = 0
        self.sent_at: float | None = None
        self.answered_at = 0.0

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, self._host, self._port)

    async def work(self) -> None:
        """Send and receive until the source is dry, over as many connections as that takes."""
        while True:
            self._idle = asyncio.get_running_loop().create_future()
            if self._transport is not None:
                self._send(time.perf_counter())
                await self._idle
            if self._source.dry or not await self._reconnected():
                return

    async def _reconnected(self) -> bool:
        """Hold a connection again; False if that took too long or there is no more to send."""
        if self._transport is not None:
            return True
        give_up = time.perf_counter() + PATIENCE_S
        while not self._source.dry and time.perf_counter() < give_up:
            try:
                await self.connect()
            except OSError:
                self._load.errors["connect"] += 1
                await asyncio.sleep(_PAUSE_S)
            else:
                self._load.reconnects += 1
                return True
        return False

    def _send(self, now: float) -> None:
        taken = self._source.take(now)
        if taken is None or self._transport is None:
            self._rest()
            return
        self._number, request = taken
        self.sent_at = now
        self._transport.write(request)

    def _rest(self) -> None:
        if not self._idle.done():
            self._idle.set_result(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer, self._need = transport, b"", 0

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if len(buffer) < self._need or self.sent_at is None:
            self._buffer = buffer
            return
        try:
            answer = answer_in(buffer)
        except Garbled:
            self.abort("garbled")
            return
        if isinstance(answer, int):
            self._buffer, self._need = buffer, answer
            return
        now = time.perf_counter()
        self._load.latencies.append(now - self.sent_at)
        self._load.statuses[answer.status] += 1
        self.answered_at, self.sent_at = now, None
        self._buffer, self._need = b"", 0
        if self._on_response is not None:
            try:
                self._on_response(self._number, answer.status, body_of(buffer, answer))
            except Exception as error:
                self._source.stop(error)  # asyncio would only log it
        if answer.closes:
            self.hang_up()
        else:
            self._send(now)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.sent_at is not None:
            self._load.errors["dropped"] += 1
            self.sent_at = None
        self._transport = None
        self._rest()

    def abort(self, kind: str) -> None:
        """Give up on the request under way, and on its connection."""
        self._load.errors[kind] += 1
        self.sent_at = None
        if self._transport is not None:
            self._transport.abort()

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _abort_silent(links: list[_Link], timeout_s: float) -> None:
    while True:
        await asyncio.sleep(min(timeout_s / 4, 1.0))
        too_old = time.perf_counter() - timeout_s
        for link in links:
            if link.sent_at is not None and link.sent_at < too_old:
                link.abort("timeout")
