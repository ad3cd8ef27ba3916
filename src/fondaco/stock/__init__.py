"""Stock: where sellers keep goods, what is on hand, what is promised, and every move.

Owns the schema `stock`. Promises that no unit is promised twice, however many buyers ask at
once, and that what is on hand is the sum of its moves. Publishes nothing: orders tell the news.
"""

from fondaco.stock.commands import add_location, move, put_back, release, send
from fondaco.stock.model import (
    AddLocation,
    LocationRefusal,
    Move,
    MoveReason,
    MoveRefusal,
    Part,
    Returned,
)
from fondaco.stock.queries import INVARIANTS, levels, locations, totals
from fondaco.stock.shelf import Shelf, lock_shelf, open_shelf, read_shelf

__all__ = [
    "INVARIANTS",
    "AddLocation",
    "LocationRefusal",
    "Move",
    "MoveReason",
    "MoveRefusal",
    "Part",
    "Returned",
    "Shelf",
    "add_location",
    "levels",
    "locations",
    "lock_shelf",
    "move",
    "open_shelf",
    "put_back",
    "read_shelf",
    "release",
    "send",
    "totals",
]
