"""Stock: units of an offer at a location, promised to order lines, and moved."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec

from fondaco.kernel import Command

Units = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class AddLocation(Command, frozen=True, kw_only=True, tag="add_location"):
    """Add a place where a seller keeps goods. Lower priority numbers are drawn on first."""

    seller: int
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    priority: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class LocationAdded(msgspec.Struct, frozen=True, tag="location_added"):
    """The new location."""

    id: int


class LocationRefusal(StrEnum):
    """Why a location was refused; the first that applies."""

    UNKNOWN_SELLER = "unknown_seller"
    NAME_TAKEN = "name_taken"


class MoveReason(StrEnum):
    """Why units came or went outside of orders."""

    RECEIVED = "received"
    COUNTED = "counted"


class Move(Command, frozen=True, kw_only=True, tag="move"):
    """Change what is on hand: units received (positive), or a count's correction (signed)."""

    seller: int
    offer: int
    location: int
    quantity: Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]
    reason: MoveReason = MoveReason.RECEIVED

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.offer


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """What is on hand and promised at the location now."""

    on_hand: int
    reserved: int


class MoveRefusal(StrEnum):
    """Why a move was refused; the first that applies."""

    UNKNOWN_OFFER = "unknown_offer"
    UNKNOWN_LOCATION = "unknown_location"
    NOTHING_MOVED = "nothing_moved"
    BELOW_RESERVED = "below_reserved"
    TOO_MANY = "too_many"


class Level(NamedTuple):
    """One offer at one location."""

    offer: int
    location: int
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        """Units that may still be promised."""
        return self.on_hand - self.reserved


class Take(NamedTuple):
    """Units of a location promised to one line."""

    order: int
    line: int
    location: int
    offer: int
    quantity: int


class Returned(NamedTuple):
    """Units that came back from a buyer, by which command and when."""

    offer: int
    quantity: int
    cause: int
    at: datetime


class Part(NamedTuple):
    """Some units of a line, to be freed or sent."""

    order: int
    line: int
    offer: int
    quantity: int
