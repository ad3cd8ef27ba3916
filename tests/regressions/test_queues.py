"""What was taken is answered: by a gatherer that closes, by a batcher whose lanes just ended."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from fondaco.kernel import Batch, Database, Gatherer, Overloaded, Tx
from fondaco.kernel.batcher import Batcher
from tests.kernel.jotting import Jot, Jotted, clean, jotter
from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url


async def test_a_command_of_a_new_kind_does_not_end_a_close_early(scratch: Database) -> None:
    await clean(scratch)
    began, may_end = asyncio.Event(), asyncio.Event()

    async def wait(tx: Tx, batch: Batch[Jot]) -> None:
        began.set()
        await may_end.wait()

    unheard_of = jotter()
    unheard_of.name = "jotting.unheard_of"
    gatherer = Gatherer(scratch)
    slow: Any = jotter(wait)
    under_way = asyncio.create_task(gatherer.submit(slow, Jot(number=2), "me", uuid4().hex))
    await began.wait()
    closing = asyncio.create_task(gatherer.close())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await gatherer.submit(unheard_of, Jot(number=4), "me", uuid4().hex)
    may_end.set()
    await closing
    assert under_way.done(), "close waits for what was taken"
    assert isinstance(await under_way, Jotted)


async def test_a_call_made_as_the_last_lane_ends_is_served() -> None:
    async def double(batch: Sequence[int]) -> Sequence[int]:
        return [2 * n for n in batch]

    batcher = Batcher(double, lanes=1)
    async with asyncio.timeout(10):
        assert [await batcher.call(n) for n in range(3)] == [0, 2, 4]


async def test_a_service_that_answers_too_little_fails_its_callers() -> None:
    async def forget(batch: Sequence[int]) -> Sequence[int]:
        return batch[1:]

    batcher = Batcher(forget, lanes=1)
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*(batcher.call(n) for n in range(3)), return_exceptions=True)
    assert all(isinstance(answer, ValueError) for answer in answers)
