"""The gatherer: concurrent requests of one kind become batches, without waiting.

While one batch commits the next one fills. A lane takes whatever is waiting, up to the limit;
more lanes than one work only while a quarter of a full batch waits, because many small batches
cost more than a few large ones. A queue that is full refuses at once, so nothing piles up.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from fondaco.kernel.commands import Command, Handler, Sent, home, run
from fondaco.kernel.db import Database
from fondaco.kernel.errors import Overloaded, Refused
from fondaco.kernel.metrics import BATCH_SIZE, QUEUED

C = TypeVar("C", bound=Command)
Outcome = TypeVar("Outcome")
_Waiting = tuple[Sent[Any], "asyncio.Future[Any]"]


class Gatherer:
    """Queues by command kind and bucket, each served by a few lanes."""

    def __init__(
        self, database: Database, *, limit: int = 1000, lanes: int = 2, queue_limit: int = 5000
    ) -> None:
        self.database = database
        self._limit, self._lanes, self._queue_limit = limit, lanes, queue_limit
        self._queues: dict[tuple[str, int], _Queue] = {}
        self._closing = False

    async def submit(
        self, handler: Handler[C, Outcome], command: C, principal: str, key: str
    ) -> Outcome | Refused:
        """Run one command in the next batch; its outcome once that batch has committed.

        Raises Overloaded when too many wait, KeyReused, Unavailable, or the command's own error.
        """
        [answer] = await self.submit_all(handler, [Sent(command, principal, key)])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def submit_all(
        self, handler: Handler[C, Outcome], sent: Sequence[Sent[C]]
    ) -> list[Outcome | Refused | Exception]:
        """Run many commands; one answer each, in order, errors among them.

        Raises Overloaded when they don't all fit into the queue; then none was taken.
        """
        if self._closing:  # before a queue is made: `close` goes through them
            raise Overloaded
        queues = [self._queue(handler, one) for one in sent]
        if any(queue.full(len(sent)) for queue in set(queues)):
            raise Overloaded
        futures = [queue.put(one) for queue, one in zip(queues, sent, strict=True)]
        return list(await asyncio.gather(*futures, return_exceptions=True))

    def _queue(self, handler: Handler[Any, Any], one: Sent[Any]) -> "_Queue":
        name = (handler.name, home(self.database, one))
        if name not in self._queues:
            self._queues[name] = _Queue(
                self.database, handler, self._limit, self._lanes, self._queue_limit
            )
        return self._queues[name]

    async def close(self) -> None:
        """Take nothing new, and answer everything that was taken."""
        self._closing = True
        for queue in self._queues.values():
            await queue.drained()


class _Queue:
    """What waits for one handler and bucket, and the lanes that serve it."""

    def __init__(
        self, database: Database, handler: Handler[Any, Any], limit: int, lanes: int, longest: int
    ) -> None:
        self._database, self._handler = database, handler
        self._limit, self._lanes, self._longest = limit, lanes, longest
        self._crowd = max(limit // 4, 1)
        self._waiting: deque[_Waiting] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._keys: set[tuple[str, str]] = set()

    def full(self, more: int) -> bool:
        return len(self._waiting) + more > self._longest

    def put(self, one: Sent[Any]) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future))
        QUEUED.labels(self._handler.name).inc()
        lanes = len(self._under_way)
        if not lanes or (lanes < self._lanes and len(self._waiting) >= self._crowd):
            self._start()
        return future

    def _start(self) -> None:
        task = asyncio.create_task(self._serve())
        self._under_way.add(task)
        # Also what `_serve` does itself, but for a task that is cancelled before it begins.
        task.add_done_callback(self._under_way.discard)

    async def _serve(self) -> None:
        try:
            await asyncio.sleep(0)  # let requests that arrived together join
            await self._serve_all()
        finally:
            # At once, not by callback: who comes between the last look and that finds no lane.
            self._under_way.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _serve_all(self) -> None:
        while batch := self._take():
            names = {(one.principal, one.key) for one, _ in batch}
            self._keys |= names
            try:
                await self._run(batch)
            finally:
                self._keys -= names
            if len(self._under_way) > 1 and len(self._waiting) < self._crowd:
                return  # another lane takes what waits

    def _take(self) -> list[_Waiting]:
        """The next batch; a key that another lane is working on waits for its answer there."""
        batch: list[_Waiting] = []
        later: list[_Waiting] = []
        while self._waiting and len(batch) < self._limit:
            one, future = self._waiting.popleft()
            busy = (one.principal, one.key) in self._keys
            (later if busy else batch).append((one, future))
        self._waiting.extendleft(reversed(later))
        QUEUED.labels(self._handler.name).dec(len(batch))
        return batch

    async def _run(self, batch: list[_Waiting]) -> None:
        BATCH_SIZE.labels(self._handler.name).observe(len(batch))
        try:
            answers: Sequence[Any] = await run(
                self._database, self._handler, [one for one, _ in batch]
            )
        except Exception as error:  # every waiter must hear of it, whatever it is
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():  # the client went away; its command stands all the same
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    async def drained(self) -> None:
        while self._under_way:
            await asyncio.gather(*self._under_way)
