"""The outbox: no event is skipped, however late it commits, and none goes before it was read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from fondaco import kernel
from fondaco.kernel import Database, Event, Subscriber, deliver, prune, publish, subscribe
from fondaco.kernel.sql import Statement
from tests.scratch import NOON

_CLEAR = [Statement(t, f"truncate kernel.{t}", ()) for t in ("outbox", "subscription")]
_ROOTS = Statement("roots", "select root from kernel.outbox order by id", ())


class Reader:
    """A subscriber that remembers each batch it got."""

    def __init__(self, name: str = "reader", *topics: str) -> None:
        self.batches: list[list[int]] = []
        self.failing = False
        self.also: Callable[[], Awaitable[None]] | None = None
        self.subscriber = Subscriber(name, topics or ("told",), self._receive)

    async def _receive(self, database: Database, events: Sequence[Event]) -> None:
        if self.also is not None:
            await self.also()
        if self.failing:
            raise RuntimeError("not today")
        self.batches.append([event.root for event in events])

    @property
    def roots(self) -> list[int]:
        return [root for batch in self.batches for root in batch]


def event(root: int, topic: str = "told") -> Event:
    return Event(topic, root, {"n": root}, NOON)


async def tell(database: Database, *roots: int, topic: str = "told", fail: bool = False) -> None:
    with suppress(RuntimeError):
        async with database.transaction() as tx:
            publish(tx, [event(root, topic) for root in roots])
            if fail:
                raise RuntimeError("rolled back")


async def delivered(database: Database, reader: Reader, count: int, limit: int = 1000) -> None:
    """Deliver until so many events have come; others' transactions may hold them up for a while."""
    async with asyncio.timeout(60):
        while len(reader.roots) < count:
            await deliver(database, reader.subscriber, limit)


@pytest.fixture
async def database(scratch: Database) -> Database:
    for statement in _CLEAR:
        await scratch.fetch(statement)
    return scratch


@pytest.fixture
async def other(scratch_url: str) -> AsyncIterator[Database]:
    """The same database, as another process sees it."""
    database = await kernel.connect(scratch_url)
    yield database
    await database.close()


@pytest.fixture
async def reader(database: Database) -> Reader:
    one = Reader()
    await subscribe(database, [one.subscriber])
    return one


async def test_an_event_that_commits_late_is_not_skipped(
    database: Database, other: Database, reader: Reader
) -> None:
    async with other.transaction() as slow:
        publish(slow, [event(1)])
        await slow.flush()  # first to write, last to commit
        await tell(database, 2)
        assert await deliver(database, reader.subscriber) == 0, "2 waits for what is before it"
    await delivered(database, reader, 2)
    assert reader.roots == [1, 2]


async def test_an_event_of_a_transaction_that_fails_was_never_told(
    database: Database, reader: Reader
) -> None:
    await tell(database, 1, fail=True)
    await tell(database, 2)
    await delivered(database, reader, 1)
    assert reader.roots == [2]


async def test_events_come_in_order_and_in_batches(database: Database, reader: Reader) -> None:
    for first in (0, 5):
        await tell(database, *range(first, first + 5))
    await delivered(database, reader, 10, limit=4)
    assert reader.roots == list(range(10))
    assert max(map(len, reader.batches)) == 4


async def test_an_event_says_what_when_and_of_which_root(database: Database) -> None:
    got: list[Event] = []

    async def receive(_: Database, events: Sequence[Event]) -> None:
        got.extend(events)

    subscriber = Subscriber("whole", ("told",), receive)
    await subscribe(database, [subscriber])
    await tell(database, 7)
    async with asyncio.timeout(60):
        while not got:
            await deliver(database, subscriber)
    assert (got[0].topic, got[0].root, got[0].payload, got[0].at) == ("told", 7, {"n": 7}, NOON)
    assert got[0].id > 0


async def test_only_the_topics_asked_for_come(database: Database, reader: Reader) -> None:
    await tell(database, 1, topic="whispered")
    await tell(database, 2)
    await tell(database, 3, topic="whispered")
    await delivered(database, reader, 1)
    assert reader.roots == [2]


async def test_what_was_delivered_does_not_come_again(database: Database, reader: Reader) -> None:
    await tell(database, 1)
    await delivered(database, reader, 1)
    await tell(database, 2)
    await delivered(database, reader, 2)
    assert reader.roots == [1, 2]


async def test_what_a_subscriber_failed_on_comes_again(database: Database, reader: Reader) -> None:
    await tell(database, 1)
    reader.failing = True
    with pytest.raises(RuntimeError, match="not today"):
        await delivered(database, reader, 1)
    reader.failing = False
    await delivered(database, reader, 1)
    assert reader.roots == [1]


async def test_each_subscriber_has_its_own_position(database: Database, reader: Reader) -> None:
    await tell(database, 1)
    await delivered(database, reader, 1)
    late = Reader("late")
    await subscribe(database, [late.subscriber, reader.subscriber])
    await tell(database, 2)
    await delivered(database, late, 2)
    await delivered(database, reader, 2)
    assert late.roots == reader.roots == [1, 2], "a new one begins at the beginning"


async def test_nobody_is_handed_events_without_a_position(database: Database) -> None:
    stranger = Reader("stranger")
    await tell(database, 1)
    assert await deliver(database, stranger.subscriber) == 0
    assert stranger.roots == []


async def test_two_processes_do_not_deliver_to_one_subscriber(
    database: Database, other: Database, reader: Reader
) -> None:
    await tell(database, 1)

    async def meanwhile() -> None:
        assert await deliver(other, Reader().subscriber) == 0

    reader.also = meanwhile
    await delivered(database, reader, 1)
    assert reader.roots == [1]


async def left(database: Database) -> list[int]:
    return [row["root"] for row in await database.fetch(_ROOTS)]


async def test_what_a_subscriber_has_not_had_is_never_pruned(
    database: Database, reader: Reader
) -> None:
    slow = Reader("slow")
    await subscribe(database, [slow.subscriber])
    await tell(database, 1, 2, 3)
    await delivered(database, reader, 3)
    await delivered(database, slow, 1, limit=1)
    assert await prune(database, NOON + timedelta(days=1), ["reader", "slow"]) == 1
    assert await left(database) == [2, 3]
    await delivered(database, slow, 3)
    assert slow.roots == [1, 2, 3]


async def test_a_subscriber_that_is_no_more_keeps_nothing(
    database: Database, reader: Reader
) -> None:
    gone = Reader("gone")
    await subscribe(database, [gone.subscriber])
    await tell(database, 1, 2)
    await delivered(database, reader, 2)
    assert await prune(database, NOON + timedelta(days=1), ["reader", "gone"]) == 0
    assert await prune(database, NOON + timedelta(days=1), ["reader"]) == 2


async def test_what_is_recent_is_kept(database: Database, reader: Reader) -> None:
    await tell(database, 1)
    await delivered(database, reader, 1)
    assert await prune(database, NOON, ["reader"]) == 0
    assert await prune(database, NOON + timedelta(microseconds=1), ["reader"]) == 1


async def test_pruning_is_bounded(database: Database, reader: Reader) -> None:
    await tell(database, *range(5))
    await delivered(database, reader, 5)
    assert await prune(database, NOON + timedelta(days=1), ["reader"], limit=3) == 3
    assert await left(database) == [3, 4]


async def test_publishing_nothing_writes_nothing(database: Database) -> None:
    await tell(database)
    assert await left(database) == []
