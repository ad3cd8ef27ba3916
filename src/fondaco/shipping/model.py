"""Parcels and scans."""

from enum import StrEnum

import msgspec


class Scan(StrEnum):
    """What a carrier or seller says of a parcel."""

    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    LOST = "lost"


NEXT: dict[str, frozenset[str]] = {
    "planned": frozenset({"handed_over", "in_transit", "delivered", "exception"}),
    "handed_over": frozenset({"in_transit", "delivered", "exception"}),
    "in_transit": frozenset({"delivered", "exception"}),
    "exception": frozenset({"delivered", "returned", "lost"}),
}
"""Where a parcel may go from each state; every other event is kept and changes nothing."""


class Parcel(msgspec.Struct):
    """A parcel as it stands inside a batch."""

    id: int
    order: int
    carrier: str
    tracking: str
    state: str


class ParcelEvent(msgspec.Struct, frozen=True):
    """One scan, as it is kept."""

    kind: Scan
    place: str = ""
