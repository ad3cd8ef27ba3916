"""Gathers concurrent calls of one kind to a service outside into a few batched ones."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar, cast

from fondaco.kernel.errors import Overloaded

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """While one batch is away the next one fills; nothing waits for company.

    `send` gives one answer for each item, in order. At most `lanes` batches are away at once, and
    at most `longest` items wait; one more is Overloaded.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        limit: int = 500,
        lanes: int = 4,
        longest: int = 10_000,
    ) -> None:
        self._send, self._limit, self._lanes, self._longest = send, limit, lanes, longest
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._away: set[asyncio.Task[None]] = set()

    async def call(self, item: Item) -> Answer:
        """The answer to one item."""
        if len(self._waiting) >= self._longest:
            raise Overloaded
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._away) < self._lanes:
            task = asyncio.create_task(self._serve())
            self._away.add(task)
            task.add_done_callback(self._away.discard)
        return await future

    async def _serve(self) -> None:
        try:
            await asyncio.sleep(0)  # let calls made together join
            while self._waiting:
                size = min(self._limit, len(self._waiting))
                await self._deal([self._waiting.popleft() for _ in range(size)])
        finally:
            # At once, not by callback: who comes between the last look and that finds no lane.
            self._away.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _deal(self, batch: Sequence[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._send([item for item, _ in batch])
            if len(answers) != len(batch):
                raise ValueError(f"{len(answers)} answers to {len(batch)} calls")
        except Exception as error:  # every caller must hear of it, whatever it is
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
