"""Parcels as the API shows them."""

from datetime import datetime

import msgspec

from fondaco import shipping
from fondaco.kernel import Database
from fondaco.kernel.ids import show


class EventView(msgspec.Struct, frozen=True):
    """What was said of a parcel."""

    kind: str
    place: str
    at: datetime


class ParcelView(msgspec.Struct, frozen=True):
    """A parcel and what was said of it, oldest first."""

    id: str
    carrier: str
    tracking: str
    state: str
    created_at: datetime
    events: list[EventView]


async def parcel_views(database: Database, order: int) -> list[ParcelView]:
    """An order's parcels."""
    views: dict[int, ParcelView] = {}
    for row in await shipping.parcels_of(database, order):
        view = views.get(row["id"])
        if view is None:
            view = views[row["id"]] = ParcelView(
                show("par", row["id"]), row["carrier"], row["tracking"], row["state"],
                row["created_at"], [],
            )  # fmt: skip
        if row["kind"] is not None:
            view.events.append(EventView(row["kind"], row["place"], row["at"]))
    return list(views.values())
