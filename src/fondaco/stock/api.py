"""The JSON edge of stock: locations, moves, levels. A seller sees and moves only its own."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from fondaco import catalog, parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Strict, reads, submit, writes
from fondaco.kernel.edge import LocationId, Made, OfferId, SellerId, id_pattern, parsed
from fondaco.kernel.ids import parse, show
from fondaco.stock.commands import add_location, move
from fondaco.stock.model import AddLocation, Move, MoveReason
from fondaco.stock.queries import levels, locations

Caller = Request[Any, parties.Access, State]


class NewLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where a seller keeps goods. Lower priority numbers are drawn on first."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    priority: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    seller: SellerId | None = None


class NewMove(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units that were received (positive), or a count's correction (signed)."""

    offer: OfferId
    location: LocationId
    quantity: Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]
    reason: MoveReason = MoveReason.RECEIVED
    seller: SellerId | None = None


class LevelNow(msgspec.Struct, frozen=True):
    """What is on hand and promised at the location after a move."""

    on_hand: int
    reserved: int


class LocationView(msgspec.Struct, frozen=True):
    """A location."""

    id: str
    name: str
    priority: int


class Locations(msgspec.Struct, frozen=True):
    """A seller's locations."""

    locations: list[LocationView]


class LevelView(msgspec.Struct, frozen=True):
    """Units of an offer at one location; what is not promised may still be sold."""

    location: str
    on_hand: int
    reserved: int


class Levels(msgspec.Struct, frozen=True):
    """Where an offer's units are."""

    levels: list[LevelView]


@post("/api/locations", dto=Strict[NewLocation], **writes("stock:write", "operator", "seller"))
async def new_location(
    data: JSONBody[NewLocation], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Add a location."""
    seller = parties.seller_for(request.auth, parsed("sel", data.seller))
    wish = AddLocation(seller=seller, name=data.name, priority=data.priority)
    return Made(show("loc", (await submit(request, add_location, wish, idempotency_key)).id))


@get("/api/locations", **reads("read", "operator", "seller"))
async def all_locations(
    request: Caller, seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None
) -> Locations:
    """A seller's locations; the operator names the seller."""
    whose = parties.only_seller(request.auth) or parsed("sel", seller)
    if whose is None:
        raise Problem(400, "invalid_parameter", "Name the seller.", parameter="seller")
    rows = await locations(request.app.state.database, whose)
    return Locations([LocationView(show("loc", r["id"]), r["name"], r["priority"]) for r in rows])


@post("/api/stock/moves", dto=Strict[NewMove], **writes("stock:write", "operator", "seller"))
async def new_move(
    data: JSONBody[NewMove], request: Caller, idempotency_key: IdempotencyKey
) -> LevelNow:
    """Receive units, or correct a count."""
    wish = Move(
        seller=parties.seller_for(request.auth, parsed("sel", data.seller)),
        offer=parse("off", data.offer), location=parse("loc", data.location),
        quantity=data.quantity, reason=data.reason,
    )  # fmt: skip
    moved = await submit(request, move, wish, idempotency_key)
    return LevelNow(moved.on_hand, moved.reserved)


@get("/api/stock/levels", **reads("read", "operator", "seller"))
async def offer_levels(
    request: Caller, offer: Annotated[str, QueryParameter(pattern=id_pattern("off"))]
) -> Levels:
    """Where an offer's units are."""
    database, id_ = request.app.state.database, parse("off", offer)
    known = (await catalog.offers(database, [id_])).get(id_)
    mine = parties.only_seller(request.auth)
    if known is None or (mine is not None and known.seller != mine):
        raise Problem(404, "unknown_offer", "There is no such offer.")
    rows = await levels(database, [id_])
    return Levels(
        [LevelView(show("loc", r["location"]), r["on_hand"], r["reserved"]) for r in rows]
    )


routes = (new_location, all_locations, new_move, offer_levels)
