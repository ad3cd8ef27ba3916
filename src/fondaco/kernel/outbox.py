"""The outbox: facts commit with what they tell of, and reach subscribers in batches.

A subscriber reads only below the oldest transaction still running, in order of transaction, so
an event whose transaction commits late is never skipped. Its position commits with its work when
it does that work in the transaction given; work outside (a call to a provider) is done at least
once, so it must be safe to repeat. However long that takes, other subscribers read on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from fondaco.kernel.db import Database, Tx
from fondaco.kernel.statements import sql


class Event(msgspec.Struct, frozen=True):
    """A fact: topic such as `order.paid`, the root it is about, and what to know of it."""

    topic: str
    root: int
    payload: dict[str, Any]
    at: datetime
    id: int = 0


class Subscriber(msgspec.Struct, frozen=True):
    """Who wants which topics; `receive` gets batches of events, oldest first."""

    name: str
    topics: tuple[str, ...]
    receive: Callable[[Database, Sequence[Event]], Awaitable[None]]


def publish(tx: Tx, events: Sequence[Event]) -> None:
    """Put facts into the outbox with this transaction, to be read once it has committed."""
    tx.events += [msgspec.structs.replace(event, id=tx.mint()) for event in events]


async def deliver(database: Database, subscriber: Subscriber, limit: int = 1000) -> int:
    """Hand a subscriber its next page of each bucket; how many events it read, its own or not.

    So 0 means that there is nothing more to read, even where others' events stand before its own.
    Only one process delivers to a subscriber at a time; another finds nothing to do.
    """
    count = 0
    for bucket in range(database.buckets):
        async with database.transaction(bucket) as tx:
            mine = await tx.fetch_one(sql.try_subscription, bucket=bucket, name=subscriber.name)
            if mine is None or not mine["mine"]:
                continue
            position = await tx.fetch_one(sql.position, bucket=bucket, name=subscriber.name)
            if position is None:
                continue
            rows = await tx.fetch(
                sql.next_events,
                bucket=bucket, xid=position["xid"], id=position["id"], limit=limit,
                topics=subscriber.topics,
            )  # fmt: skip
            if not rows:
                continue
            events = [
                Event(r["topic"], r["root"], msgspec.json.decode(r["payload"]), r["at"], r["id"])
                for r in rows
                if r["topic"] in subscriber.topics
            ]
            if events:
                await subscriber.receive(database, events)
            last = rows[-1]
            await tx.fetch(
                sql.move_subscription,
                bucket=bucket, name=subscriber.name, xid=last["xid"], id=last["id"],
            )  # fmt: skip
            count += last["passed"]
    return count


async def deliver_all(
    database: Database, subscribers: Sequence[Subscriber], limit: int = 1000
) -> None:
    """Deliver until subscribers have read all that has committed by now.

    Waits for what transactions of others, still running somewhere on the server, hold back.
    """
    [latest] = await database.fetch(sql.latest_event)
    for subscriber in subscribers:
        while True:
            read = await deliver(database, subscriber, limit)
            if not read:
                waiting = sql.unread_events
                if not await database.fetch(waiting, name=subscriber.name, upto=latest["xid"]):
                    break
                await asyncio.sleep(0.01)


async def subscribe(database: Database, subscribers: Sequence[Subscriber]) -> None:
    """Make sure that every subscriber has a position, at the beginning when it is new."""
    for bucket in range(database.buckets):
        async with database.transaction(bucket) as tx:
            await tx.fetch(
                sql.add_subscriptions, bucket=bucket, names=[s.name for s in subscribers]
            )


async def prune(
    database: Database, before: datetime, subscribers: Sequence[str], limit: int = 1000
) -> int:
    """Delete events older than `before` that every one of these had; how many went.

    A subscriber that is no more does not keep them: its place is not looked at.
    It looks at the first `limit` of each bucket only, so it costs the same whatever is kept.
    """
    count = 0
    for bucket in range(database.buckets):
        async with database.transaction(bucket) as tx:
            # In key order a page is read and no more; a bitmap reads the bucket, and sorts it.
            await tx.connection.execute("set local enable_bitmapscan = off")
            last = await tx.fetch_one(
                sql.prunable,
                bucket=bucket,
                before=before,
                limit=limit,
                names=sorted(subscribers),
            )
            if last is None:
                continue
            gone = await tx.fetch(
                sql.prune, bucket=bucket, before=before, xid=last["xid"], id=last["id"]
            )
            count += len(gone)
    return count
