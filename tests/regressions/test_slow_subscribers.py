"""A provider that takes its time holds up its own events, and nobody else's."""

import asyncio
from collections.abc import Sequence

from fondaco.kernel import Database, Event, Subscriber, deliver, publish, subscribe
from fondaco.kernel.sql import Statement
from tests.scratch import NOON
from tests.scratch import scratch as scratch
from tests.scratch import scratch_url as scratch_url

_CLEAR = [Statement(t, f"truncate kernel.{t}", ()) for t in ("outbox", "subscription")]


async def tell(database: Database, *roots: int) -> None:
    async with database.transaction() as tx:
        publish(tx, [Event("told", root, {}, NOON) for root in roots])


async def test_others_read_on_while_one_subscriber_is_away(scratch: Database) -> None:
    for statement in _CLEAR:
        await scratch.fetch(statement)
    began, may_end = asyncio.Event(), asyncio.Event()
    read: list[int] = []

    async def slow(database: Database, events: Sequence[Event]) -> None:
        began.set()
        await may_end.wait()

    async def quick(database: Database, events: Sequence[Event]) -> None:
        read.extend(event.root for event in events)

    one, other = Subscriber("slow", ("told",), slow), Subscriber("quick", ("told",), quick)
    await subscribe(scratch, [one, other])
    await tell(scratch, 1)

    async def until_it_began() -> None:
        while not began.is_set():
            await deliver(scratch, one)

    away = asyncio.create_task(until_it_began())
    await began.wait()
    await tell(scratch, 2)
    try:
        async with asyncio.timeout(30):
            while read != [1, 2]:
                await deliver(scratch, other)
        assert await deliver(scratch, one) == 0, "one at a time"
    finally:
        may_end.set()
        await away
