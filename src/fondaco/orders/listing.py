"""What offers cost a buyer: in their market's currency, on a price list, or at a quoted rate."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from fondaco import catalog, markets
from fondaco.catalog import Offer
from fondaco.kernel import Batch, Command, Refused, Row, Tx, as_json, command
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.money import exponent, half_up
from fondaco.markets import Market, Rate
from fondaco.orders.model import Place, PlaceRefusal
from fondaco.orders.queries import sql

QUOTE_HOLDS: Final = timedelta(minutes=15)
"""How long a buyer may buy at the rate that was shown."""


class QuoteRate(Command, frozen=True, kw_only=True, tag="quote_rate"):
    """Lock the rate at which a market's prices are shown in another currency."""

    market: int
    currency: markets.Code


class RateQuoted(msgspec.Struct, frozen=True, tag="rate_quoted"):
    """The rate holds until then; numerator/denominator, of minor units for minor units."""

    id: int
    currency: str
    numerator: int
    denominator: int
    rate_of: date
    expires_at: datetime

    def price(self, amount: int) -> int:
        """An amount of the market's currency at this rate, half up."""
        return half_up(amount * self.numerator, self.denominator)


class QuoteRefusal(StrEnum):
    """Why no rate was quoted; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    OWN_CURRENCY = "own_currency"
    RATE_OUT_OF_DATE = "rate_out_of_date"


@command(RateQuoted)
async def quote_rate(tx: Tx, batch: Batch[QuoteRate]) -> list[RateQuoted | Refused]:
    """Lock rates for buyers. QuoteRefusal says why not."""
    known = await markets.markets(tx, [one.market for one in batch])
    currencies = {one.currency for one in batch} | {market.currency for market in known.values()}
    tables = await markets.fx_tables(tx, currencies, {at.date() for at in batch.at})
    outcomes: list[RateQuoted | Refused] = []
    rows = []
    for one, at in zip(batch, batch.at, strict=True):
        market = known.get(one.market)
        if market is None:
            detail = "There is no such market."
            outcomes.append(Refused(QuoteRefusal.UNKNOWN_MARKET, detail, "/market"))
            continue
        if market.currency == one.currency:
            detail = f"The market sells in {one.currency}; nothing is exchanged."
            outcomes.append(Refused(QuoteRefusal.OWN_CURRENCY, detail, "/currency"))
            continue
        found = tables[at.date()].exchange(market.currency, one.currency)
        if found is None:
            detail = f"No rate of {market.currency} in {one.currency} is known that is fresh."
            outcomes.append(Refused(QuoteRefusal.RATE_OUT_OF_DATE, detail, "/currency"))
            continue
        quoted = RateQuoted(
            tx.mint(), one.currency, found.rate.numerator * 10 ** exponent(one.currency),
            found.rate.denominator * 10 ** exponent(market.currency), found.on, at + QUOTE_HOLDS,
        )  # fmt: skip
        outcomes.append(quoted)
        rows.append(_columns(quoted, market.id, at))
    await tx.fetch(sql.insert_quotes, bucket=tx.bucket, rows=as_json(rows))
    return outcomes


def _columns(quoted: RateQuoted, market: int, at: datetime) -> dict[str, object]:
    exact = {name: str(getattr(quoted, name)) for name in ("numerator", "denominator")}
    return msgspec.structs.asdict(quoted) | exact | {"market": market, "created_at": at}


class Listing:
    """Prices for the purchases of a batch."""

    def __init__(
        self, prices: Mapping[tuple[int, str], tuple[int, int]], quotes: Mapping[int, Row]
    ) -> None:
        self._prices, self._quotes = prices, quotes

    def refusal(self, one: Place, market: Market, at: datetime) -> Refused | None:
        """Why a purchase cannot be in the currency that it asks for, if so."""
        if one.quote is not None:
            return self._quote_refusal(one, one.quote, at)
        if one.currency in (None, market.currency):
            return None
        for no, line in enumerate(one.lines):
            if (line.offer, one.currency) not in self._prices and line.agreed is None:
                detail = f"Line {no + 1} has no price in {one.currency}, only in {market.currency}."
                return Refused(PlaceRefusal.FOREIGN_CURRENCY, detail, "/currency")
        return None

    def _quote_refusal(self, one: Place, id_: int, at: datetime) -> Refused | None:
        quote = self._quotes.get(id_)
        mine = quote is not None and quote["market"] == one.market
        if quote is None or not mine or one.currency not in (None, quote["currency"]):
            detail = "There is no such quote for this market and currency."
            return Refused(PlaceRefusal.UNKNOWN_QUOTE, detail, "/quote")
        if quote["expires_at"] <= at:
            detail = f"The rate was good until {quote['expires_at']:%Y-%m-%d %H:%M:%S} UTC."
            return Refused(PlaceRefusal.RATE_OUT_OF_DATE, f"{detail} Ask for a new one.", "/quote")
        return None

    def sold_in(self, one: Place, market: Market) -> Market:
        """The market as the purchase sees it: in the purchase's currency."""
        quote = self._quotes[one.quote] if one.quote is not None else None
        currency = quote["currency"] if quote is not None else one.currency or market.currency
        if currency == market.currency:
            return market
        return msgspec.structs.replace(market, currency=currency)

    def offers(self, one: Place, currency: str, known: Mapping[int, Offer]) -> list[Offer]:
        """The offers of a purchase with their prices in its currency."""
        listed = []
        for line in one.lines:
            offer = known[line.offer]
            if currency != offer.currency:
                price, shipping = self._price(one, offer, currency)
                offer = msgspec.structs.replace(
                    offer, currency=currency, price=price, shipping=shipping
                )
            listed.append(offer)
        return listed

    def _price(self, one: Place, offer: Offer, currency: str) -> tuple[int, int]:
        listed = self._prices.get((offer.id, currency))
        if listed is not None or one.quote is None:
            return listed or (0, 0)  # without a price there is one agreed
        quote = self._quotes[one.quote]
        rate = Rate(int(quote["numerator"]), int(quote["denominator"]))
        return (
            half_up(offer.price * rate.numerator, rate.denominator),
            half_up(offer.shipping * rate.numerator, rate.denominator),
        )

    def settle_rate(self, one: Place) -> Rate | None:
        """The quoted rate turned around: what the seller's currency is worth in the buyer's."""
        if one.quote is None:
            return None
        quote = self._quotes[one.quote]
        return Rate(int(quote["denominator"]), int(quote["numerator"]))


async def open_listing(tx: Tx, batch: Sequence[Place], known: Mapping[int, Market]) -> Listing:
    """What a batch needs to know of prices; nothing is read where all is in the markets' own."""
    quoted = sorted({one.quote for one in batch if one.quote is not None})
    quotes: dict[int, Row] = {}
    if quoted:
        buckets = sorted({bucket_of(one, tx.database.buckets) for one in quoted})
        rows = await tx.fetch(sql.quotes, buckets=buckets, ids=quoted)
        quotes = {row["id"]: row for row in rows}
    foreign: dict[str, set[int]] = {}
    for one in batch:
        quote = quotes.get(one.quote) if one.quote is not None else None
        currency = quote["currency"] if quote is not None else one.currency
        market = known.get(one.market)
        if currency is not None and market is not None and currency != market.currency:
            foreign.setdefault(currency, set()).update(line.offer for line in one.lines)
    prices: Mapping[tuple[int, str], tuple[int, int]] = {}
    if foreign:
        prices = await catalog.prices(tx, sorted(set().union(*foreign.values())), list(foreign))
    return Listing(prices, quotes)
