"""Sellers and buyers: founded, listed, and what sellers are paid in."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Made, Text, id_in_path, next_page
from fondaco.kernel.ids import parse, show
from fondaco.parties.commands import organise, register, settle_in
from fondaco.parties.door import in_path
from fondaco.parties.model import Access, Kind, Name, Organise, Register, SettleIn
from fondaco.parties.queries import list_sellers, organisations

Caller = Request[Any, Access, State]


class NewSeller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seller to be founded. Without a payout account it can sell, but not be paid out."""

    name: Name
    country: Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$(?!\\n)")] = ""
    city: Text = ""
    reference: Text = ""
    payout_account: Text = ""


class NewSettlement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seller is paid in: one currency, or with "" that of each sale."""

    currency: Annotated[str, msgspec.Meta(pattern="^([A-Z]{3})?$(?!\\n)")]


class Settlement(msgspec.Struct, frozen=True):
    """What the seller is paid in for sales from now on."""

    seller: str
    currency: str


class NewBuyer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A buyer to be registered."""

    name: Name
    reference: Text = ""


class SellerView(msgspec.Struct, frozen=True):
    """A seller as others see it."""

    id: str
    name: str
    country: str
    city: str
    state: str


class SellerPage(msgspec.Struct, frozen=True):
    """Sellers by name; `next` is the address of the page after, if there is one."""

    sellers: list[SellerView]
    next: str | None


@post("/api/sellers", dto=Strict[NewSeller], **writes("admin"))
async def add_seller(
    data: JSONBody[NewSeller], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Found a seller."""
    wish = Organise(kind=Kind.SELLER, **msgspec.structs.asdict(data))
    return Made(show("sel", (await submit(request, organise, wish, idempotency_key)).id))


@get("/api/sellers", **reads())
async def sellers(
    request: Caller, after: Annotated[str | None, after("sel")] = None, limit: Limit = 50
) -> SellerPage:
    """Sellers by name."""
    database, begin = request.app.state.database, ("", 0)
    if after is not None:
        id_ = parse("sel", after)
        known = await organisations(database, [id_])
        begin = (known[id_]["name"], id_) if id_ in known else begin
    views = [_view(row) for row in await list_sellers(database, begin, limit)]
    last = views[-1].id if views else ""
    return SellerPage(views, next_page("/api/sellers", views, limit, last))


@get("/api/sellers/{seller_id:str}", **reads())
async def one_seller(request: Caller, seller_id: FromPath[str]) -> SellerView:
    """A seller."""
    id_ = id_in_path("sel", seller_id)
    row = (await organisations(request.app.state.database, [id_])).get(id_)
    if row is None or row["kind"] != Kind.SELLER:
        raise Problem(404, "unknown_seller", "There is no such seller.")
    return _view(row)


@post(
    "/api/sellers/{seller_id:str}/settlement",
    dto=Strict[NewSettlement],
    **writes("payouts:write", "operator", "seller"),
)
async def new_settlement(
    data: JSONBody[NewSettlement],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Settlement:
    """Pay a seller in a currency of its own; what is sold already is settled as agreed then."""
    id_ = in_path(request.auth, Kind.SELLER, id_in_path("sel", seller_id))
    wish = SettleIn(seller=id_, currency=data.currency)
    stands = await submit(request, settle_in, wish, idempotency_key, "unknown_seller")
    return Settlement(seller_id, stands.currency)


@post("/api/buyers", dto=Strict[NewBuyer], **writes("admin"))
async def add_buyer(
    data: JSONBody[NewBuyer], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Register a buyer."""
    wish = Register(name=data.name, reference=data.reference)
    return Made(show("per", (await submit(request, register, wish, idempotency_key)).id))


def _view(row: Any) -> SellerView:
    return SellerView(
        show("sel", row["id"]), row["name"], row["country"], row["city"], row["state"]
    )


routes = (add_seller, sellers, one_seller, new_settlement, add_buyer)
