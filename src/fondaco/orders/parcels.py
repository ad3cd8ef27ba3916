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


class ContentView(msgspec.Struct, frozen=True):
    """So many units of a line."""

    no: int
    units: int


class ParcelView(msgspec.Struct, frozen=True):
    """A parcel and what was said of it, oldest first. `lines`: what is in it; none where the
    whole order left at once.
    """

    id: str
    carrier: str
    tracking: str
    state: str
    created_at: datetime
    lines: list[ContentView]
    events: list[EventView]


async def parcel_views(database: Database, order: int) -> list[ParcelView]:
    """An order's parcels."""
    views: dict[int, ParcelView] = {}
    for row in await shipping.parcels_of(database, order):
        view = views.get(row["id"])
        if view is None:
            view = views[row["id"]] = ParcelView(
                show("par", row["id"]), row["carrier"], row["tracking"], row["state"],
                row["created_at"], [], [],
            )  # fmt: skip
        if row["kind"] is not None:
            view.events.append(EventView(row["kind"], row["place"], row["at"]))
    for row in await shipping.contents_of(database, order, list(views)):
        views[row["parcel"]].lines.append(ContentView(row["line"], row["units"]))
    return list(views.values())
