"""Jobs: background rounds go on whatever one of them meets, and end when told to."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest

from fondaco.kernel import Database, Event, Jobs, Subscriber, Sweep, Unavailable, publish
from tests.scratch import NOON


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not done():  # noqa: ASYNC110 - what is waited for happens in the jobs' own time
            await asyncio.sleep(0.005)


async def test_events_reach_their_subscriber(scratch: Database) -> None:
    got: list[int] = []

    async def receive(_: Database, events: Sequence[Event]) -> None:
        got.extend(event.root for event in events)

    topic = uuid4().hex
    jobs = Jobs(scratch, [Subscriber(topic, (topic,), receive)], [], pause=0.01)
    await jobs.start()
    for root in (1, 2):
        async with scratch.transaction() as tx:
            publish(tx, [Event(topic, root, {}, NOON)])
        await until(lambda: len(got) == root)  # noqa: B023 - awaited at once
    await jobs.stop()
    assert got == [1, 2]


async def test_a_sweep_goes_on_at_once_while_there_is_work(scratch: Database) -> None:
    work = [5, 5, 3, 0]
    done: list[int] = []

    async def run(_: Database) -> int:
        done.append(work.pop(0) if work else 0)
        return done[-1]

    jobs = Jobs(scratch, [], [Sweep("count", run)], pause=60.0)
    await jobs.start()
    await until(lambda: done == [5, 5, 3, 0])
    await jobs.stop()
    assert done == [5, 5, 3, 0], "then it pauses"


@pytest.mark.parametrize("error", [RuntimeError("a bug"), Unavailable("away")])
async def test_a_failed_round_does_not_end_the_job(scratch: Database, error: Exception) -> None:
    rounds: list[str] = []

    async def run(_: Database) -> int:
        rounds.append("round")
        if len(rounds) == 1:
            raise error
        return 0

    jobs = Jobs(scratch, [], [Sweep("stumble", run)], pause=0.01)
    await jobs.start()
    await until(lambda: len(rounds) >= 2)
    await jobs.stop()


async def test_stopping_finishes_the_round_under_way(scratch: Database) -> None:
    began, ended = asyncio.Event(), asyncio.Event()
    finished: list[bool] = []

    async def run(_: Database) -> int:
        began.set()
        await ended.wait()
        finished.append(True)
        return 1

    jobs = Jobs(scratch, [], [Sweep("slow", run)])
    await jobs.start()
    await began.wait()
    stopping = asyncio.create_task(jobs.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    ended.set()
    await stopping
    assert finished == [True], "and no other begins"
