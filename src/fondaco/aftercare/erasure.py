"""Forgetting what was written about the returns and disputes of a buyer who was erased."""

from collections.abc import Sequence

from fondaco import parties
from fondaco.aftercare.queries import sql
from fondaco.kernel import Database, Event, Subscriber
from fondaco.kernel.ids import bucket_of


async def _forget(database: Database, events: Sequence[Event]) -> None:
    purchases = sorted({one for event in events for one in event.payload["purchases"]})
    values = {
        "words": parties.NOBODY, "purchases": purchases,
        "buckets": sorted({bucket_of(one, database.buckets) for one in purchases}),
    }  # fmt: skip
    async with database.transaction() as tx:
        await tx.fetch(sql.erase_returns, **values)
        await tx.fetch(sql.erase_return_lines, **values)
        await tx.fetch(sql.erase_disputes, **values)
        await tx.fetch(sql.erase_evidence, **values)


SUBSCRIBER = Subscriber("aftercare.erasure", ("buyer.erased",), _forget)
"""Who hears that a buyer was erased."""
