"""Quotes over HTTP: what offers cost in another currency, at a rate that holds for a while."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.params import JSONBody

from fondaco import catalog, parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Strict, submit, writes
from fondaco.kernel.edge import Currency, MarketId, OfferId
from fondaco.kernel.ids import parse, show
from fondaco.orders.listing import QuoteRate, RateQuoted, quote_rate

Caller = Request[Any, parties.Access, State]


class NewQuote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The offers of a market whose prices are asked for in another currency."""

    market: MarketId
    currency: Currency
    offers: Annotated[list[OfferId], msgspec.Meta(min_length=1, max_length=500)]


class QuotedPrice(msgspec.Struct, frozen=True):
    """What a unit of an offer costs, and its shipping, in minor units of the quote's currency."""

    offer: str
    price: int
    shipping: int


class QuoteView(msgspec.Struct, frozen=True):
    """Prices at a rate that holds until `expires_at`, before tax that stands on top of them.

    The rate is numerator/denominator, of minor units for minor units, as of the day `rate_of`. An
    offer that has a price of its own in the currency costs that.
    """

    id: str
    currency: str
    numerator: int
    denominator: int
    rate_of: date
    expires_at: datetime
    prices: list[QuotedPrice]


@post(
    "/api/quotes",
    dto=Strict[NewQuote],
    **writes("purchases:write", "buyer", "operator"),
)
async def new_quote(
    data: JSONBody[NewQuote], request: Caller, idempotency_key: IdempotencyKey
) -> QuoteView:
    """Quote offers in another currency; a purchase that names the quote is at its rate."""
    market = parse("mkt", data.market)
    ids = [parse("off", one) for one in data.offers]
    database = request.app.state.database
    known = await catalog.offers(database, ids)
    for no, id_ in enumerate(ids):
        if id_ not in known or known[id_].market != market:
            detail = "This market has no such offer."
            raise Problem(422, "unknown_offer", detail, pointer=f"/offers/{no}")
    wish = QuoteRate(market=market, currency=data.currency)
    quoted: RateQuoted = await submit(request, quote_rate, wish, idempotency_key)
    listed = await catalog.prices(database, ids, [data.currency])
    prices = []
    for id_ in ids:
        offer = known[id_]
        price, shipping = listed.get(
            (id_, data.currency), (quoted.price(offer.price), quoted.price(offer.shipping))
        )
        prices.append(QuotedPrice(show("off", id_), price, shipping))
    return QuoteView(
        show("quo", quoted.id), quoted.currency, quoted.numerator, quoted.denominator,
        quoted.rate_of, quoted.expires_at, prices,
    )  # fmt: skip


routes = (new_quote,)
