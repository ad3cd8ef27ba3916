"""Offers over HTTP, and what they cost in further currencies."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.catalog.commands import make_offer
from fondaco.catalog.model import Condition, MakeOffer, Price
from fondaco.catalog.prices import SetPrice, set_price
from fondaco.catalog.queries import list_offers
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import (
    Currency,
    Made,
    MarketId,
    SellerId,
    VariantId,
    id_in_path,
    id_pattern,
    next_page,
    parsed,
)
from fondaco.kernel.ids import parse, show

Caller = Request[Any, parties.Access, State]


class NewOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A variant offered in a market, or the offer that stands changed. Minor units.

    The operator names the seller; with a seller's own key it is that seller.
    """

    market: MarketId
    variant: VariantId
    price: Price
    currency: Currency
    shipping: Price = 0
    condition: Condition = Condition.NEW
    active: bool = True
    seller: SellerId | None = None


class NewPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an offer costs in a further currency, in its minor units; no price: not for sale in it.

    Shipping is for one line.
    """

    currency: Currency
    price: Price | None
    shipping: Price = 0


class OfferView(msgspec.Struct, frozen=True):
    """An offer with what it is for. Minor units.

    `state`: `active`, `withdrawn`, or `suspended` while its seller may not sell.
    """

    id: str
    seller: str
    variant: str
    product: str
    product_name: str
    variant_name: str
    sku: str
    image: str
    condition: str
    currency: str
    price: int
    shipping: int
    state: str


class OfferPage(msgspec.Struct, frozen=True):
    """Offers in order of making; `next` is the address of the page after, if any."""

    offers: list[OfferView]
    next: str | None


@post("/api/offers", dto=Strict[NewOffer], **writes("catalog:write", "operator", "seller"))
async def new_offer(
    data: JSONBody[NewOffer], request: Caller, idempotency_key: IdempotencyKey
) -> Made:
    """Offer a variant in a market, or change the offer that stands."""
    wish = MakeOffer(
        market=parse("mkt", data.market), variant=parse("var", data.variant),
        seller=parties.seller_for(request.auth, parsed("sel", data.seller)),
        price=data.price, shipping=data.shipping, currency=data.currency,
        condition=data.condition, active=data.active,
    )  # fmt: skip
    return Made(show("off", (await submit(request, make_offer, wish, idempotency_key)).id))


@get("/api/offers", **reads())
async def offers(
    request: Caller,
    market: Annotated[str, QueryParameter(pattern=id_pattern("mkt"))],
    seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None,
    after: Annotated[str | None, after("off")] = None,
    limit: Limit = 50,
) -> OfferPage:
    """Offers in a market, of one seller or all; a seller sees its own."""
    whose = parties.only_seller(request.auth) or parsed("sel", seller)
    rows = await list_offers(
        request.app.state.database, parse("mkt", market), whose, parsed("off", after) or 0, limit
    )
    sellers = await parties.organisations(
        request.app.state.database, [row["seller"] for row in rows]
    )
    views = [_offer(row, sellers[row["seller"]]["state"]) for row in rows]
    last = views[-1].id if views else ""
    link = next_page("/api/offers", views, limit, last, market=market, seller=seller)
    return OfferPage(views, link)


@post(
    "/api/offers/{offer_id:str}/prices",
    dto=Strict[NewPrice],
    **writes("catalog:write", "operator", "seller"),
)
async def new_price(
    data: JSONBody[NewPrice],
    request: Caller,
    offer_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Made:
    """Price an offer in a currency other than its market's."""
    wish = SetPrice(
        offer=id_in_path("off", offer_id), currency=data.currency, price=data.price,
        shipping=data.shipping, seller=parties.only_seller(request.auth),
    )  # fmt: skip
    stands = await submit(request, set_price, wish, idempotency_key, "unknown_offer")
    return Made(show("off", stands.offer))


def _offer(row: Any, seller: str) -> OfferView:
    return OfferView(
        show("off", row["id"]), show("sel", row["seller"]), show("var", row["variant"]),
        show("prd", row["product"]), row["product_name"], row["variant_name"], row["sku"],
        row["image"], row["condition"], row["currency"], row["price"], row["shipping"],
        "suspended" if seller == "suspended" else row["state"],
    )  # fmt: skip


routes = (new_offer, offers, new_price)
