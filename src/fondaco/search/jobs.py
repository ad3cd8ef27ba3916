"""Keeping search current: news of the catalogue and of sellers, in batches."""

from collections.abc import Sequence
from typing import Final

from fondaco.kernel import Database, Event, Subscriber, Sweep
from fondaco.search.queries import sql
from fondaco.search.weighing import list_again, reweigh, weigh

_PAGE: Final = 1000


async def receive(database: Database, events: Sequence[Event]) -> None:
    """Take in what happened. Safe to repeat: what is written is what holds now."""
    await weigh(database, [one.root for one in events if one.topic == "product.added"])
    pairs = {
        (one.payload["market"], one.payload["product"])
        for one in events
        if one.topic == "offer.changed"
    }
    await list_again(database, pairs)
    for seller in sorted({one.root for one in events if one.topic == "seller.standing_changed"}):
        await _list_seller(database, seller)


async def _list_seller(database: Database, seller: int) -> None:
    after = 0
    while rows := await database.fetch(sql.offered_by, seller=seller, after=after, limit=_PAGE):
        await list_again(database, [(row["market"], row["product"]) for row in rows])
        after = rows[-1]["id"]


SUBSCRIBER: Final = Subscriber(
    "search", ("product.added", "offer.changed", "seller.standing_changed"), receive
)
SWEEP: Final = Sweep("search.reweigh", reweigh)
