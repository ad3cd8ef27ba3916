"""The tax of purchases: which rate each line has, who is not charged, and how much it is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from fondaco import catalog, markets, pricing
from fondaco.kernel import Refused, Row, Tx
from fondaco.kernel.ids import bucket_of
from fondaco.markets import NO_TAX, Prices, Rate, Remitter, Rounding, TaxPolicy
from fondaco.orders.model import Place, PlaceRefusal
from fondaco.orders.queries import sql

Parts = tuple[pricing.Part, pricing.Part]
"""The goods and the shipping of a line."""


class LineTax(msgspec.Struct, frozen=True):
    """The class of a line's goods and its rate; `charged` is the rate for this buyer."""

    tax_class: str
    rate: Rate
    charged: Rate


class TaxedPart(msgspec.Struct, frozen=True):
    """A line as an outside engine was asked about it, and what it told."""

    offer: int
    quantity: int
    goods: int
    shipping: int
    goods_tax: int
    shipping_tax: int

    def possible(self, prices: Prices) -> bool:
        """Whether the tax can be: not below zero, and within a price that holds it."""
        if min(self.goods_tax, self.shipping_tax) < 0:
            return False
        inside = self.goods_tax <= self.goods and self.shipping_tax <= self.shipping
        return inside or prices is Prices.EXCLUSIVE


class Duty(msgspec.Struct, frozen=True):
    """The tax of one purchase: where it is due, whose id was given, and each line's rate."""

    policy: TaxPolicy | None = None
    country: str = ""
    region: str = ""
    tax_id: str = ""
    lines: tuple[LineTax, ...] = ()
    told: tuple[TaxedPart, ...] = ()
    """The lines as an outside engine taxed them, in place of rates."""

    @property
    def added(self) -> bool:
        """Whether the tax stands on top of prices."""
        return self.policy is not None and self.policy.prices is Prices.EXCLUSIVE

    @property
    def withheld(self) -> bool:
        """Whether the operator remits the tax."""
        return self.policy is not None and self.policy.remitter is Remitter.PLATFORM

    def of(self, line: int) -> LineTax | None:
        """The tax of a line, if the market charges any."""
        return self.lines[line] if self.lines else None

    def bare(self, line: int, unit_price: int, shipping: int) -> tuple[int, int]:
        """A line's unit price and shipping for this buyer: less the tax in them, if not charged."""
        if not self.lines or self.policy is None:
            return unit_price, shipping
        if self.lines[line].charged == self.lines[line].rate:
            return unit_price, shipping
        rate, prices = self.lines[line].rate, self.policy.prices
        sent = pricing.without_tax(shipping, rate, prices) if self.policy.shipping else shipping
        return pricing.without_tax(unit_price, rate, prices), sent

    def refusal(self, one: Place, parts: Sequence[Parts], *, reduced: bool) -> Refused | None:
        """Why what an engine told is not the tax of this purchase, if so."""
        if not self.told:
            return None
        asked = [
            (line.offer, line.quantity, goods.price, shipping.price)
            for line, (goods, shipping) in zip(one.lines, parts, strict=True)
        ]
        told = [(line.offer, line.quantity, line.goods, line.shipping) for line in self.told]
        if asked == told and not reduced:
            return None
        detail = "The lines or their prices are not those that the tax was told for."
        return Refused(PlaceRefusal.TAX_CHANGED, detail, "/tax_quote")

    def charge(self, sellers: Sequence[int], parts: Sequence[Parts]) -> Sequence[Parts]:
        """The parts of each line with their tax; each seller's lines are an order of their own.

        The tax is on the seller's price: what the operator bears of discounts is somebody else's
        payment for it.
        """
        policy = self.policy
        if policy is None:
            return parts
        if self.told:
            return [
                (goods._replace(tax=told.goods_tax), shipping._replace(tax=told.shipping_tax))
                for (goods, shipping), told in zip(parts, self.told, strict=True)
            ]
        if policy.rounding is Rounding.LINE:  # nobody's tax depends on another line
            return [
                self._taxed(policy, line.charged, *part)
                for line, part in zip(self.lines, parts, strict=True)
            ]
        charged = list(parts)
        for seller in dict.fromkeys(sellers):
            mine = [line for line, other in enumerate(sellers) if other == seller]
            rates = [self.lines[line].charged for line in mine]
            pairs = [(rate, rate if policy.shipping else NO_TAX) for rate in rates]
            taxes = iter(
                pricing.taxes(
                    [part.net for line in mine for part in parts[line]],
                    [rate for pair in pairs for rate in pair],
                    policy.prices, policy.rounding,
                )
            )  # fmt: skip
            for line in mine:
                goods, shipping = parts[line]
                charged[line] = (
                    goods._replace(tax=next(taxes)), shipping._replace(tax=next(taxes))
                )  # fmt: skip
        return charged

    @staticmethod
    def _taxed(policy: TaxPolicy, rate: Rate, goods: pricing.Part, shipping: pricing.Part) -> Parts:
        """A line's parts with their tax, each rounded by itself."""
        tax = pricing.tax_of(goods.net, rate, policy.prices)
        sent = pricing.tax_of(shipping.net, rate, policy.prices) if policy.shipping else 0
        return (
            pricing.Part(goods.price, goods.seller_off, goods.platform_off, tax),
            pricing.Part(shipping.price, shipping.seller_off, shipping.platform_off, sent),
        )


_UNTAXED = Duty()


class Taxes:
    """Rates and classes for the purchases of a batch."""

    def __init__(
        self, table: markets.TaxTable, classes: Mapping[int, str], quotes: Mapping[int, Row]
    ) -> None:
        self._table, self._classes, self._quotes = table, classes, quotes

    def duty(
        self, one: Place, market: markets.Market, offers: Sequence[catalog.Offer], at: datetime
    ) -> Duty | Refused:
        """What tax a purchase pays, or why it cannot be told."""
        if one.tax_quote is not None:
            return self._told(one, market, one.tax_quote, at)
        if market.tax is None and not one.tax_id:
            return _UNTAXED
        buyer = pricing.tax_id(one.tax_id) if one.tax_id else None
        if one.tax_id and buyer is None:
            detail = f"{one.tax_id!r} is not a tax id: its form or its check digits are wrong."
            return Refused(PlaceRefusal.UNKNOWN_TAX_ID, detail, "/tax_id")
        number = buyer.number if buyer else ""
        if market.tax is None:
            return Duty(tax_id=number)
        country, region = _place(one, market.tax)
        day = market.day(at)
        free = pricing.reverse_charged(market.tax, buyer, country)
        lines = []
        for no, offer in enumerate(offers):
            tax_class = self._classes[offer.id]
            rate = self._table.rate(country, region, tax_class, day)
            if rate is None:
                return _unknown_rate(tax_class, country, day, no)
            lines.append(LineTax(tax_class, rate, NO_TAX if free else rate))
        return Duty(market.tax, country, region, number, tuple(lines))

    def _told(self, one: Place, market: markets.Market, id_: int, at: datetime) -> Duty | Refused:
        quote = self._quotes.get(id_)
        mine = quote is not None and quote["market"] == market.id and market.tax is not None
        where = (one.country, one.region, one.tax_id)
        named = quote is not None and where == (quote["country"], quote["region"], quote["tax_id"])
        if quote is None or not mine or not named:
            detail = "There is no such tax quote for this market, place and tax id."
            return Refused(PlaceRefusal.UNKNOWN_TAX_QUOTE, detail, "/tax_quote")
        if quote["expires_at"] <= at:
            detail = f"The tax was good until {quote['expires_at']:%Y-%m-%d %H:%M:%S} UTC."
            return Refused(PlaceRefusal.TAX_OUT_OF_DATE, f"{detail} Ask again.", "/tax_quote")
        told = msgspec.json.decode(quote["lines"], type=tuple[TaxedPart, ...])
        return Duty(market.tax, one.country, one.region, one.tax_id, told=told)


def _place(one: Place, policy: TaxPolicy) -> tuple[str, str]:
    return (one.country, one.region) if one.country else (policy.country, policy.region)


def _unknown_rate(tax_class: str, country: str, on: date, no: int) -> Refused:
    detail = f"No tax rate of the class {tax_class!r} is known in {country} on {on}."
    return Refused(PlaceRefusal.UNKNOWN_TAX_RATE, detail, f"/lines/{no}/offer")


async def open_taxes(
    tx: Tx, batch: Sequence[Place], known: dict[int, markets.Market],
    offers: dict[int, catalog.Offer],
) -> Taxes:  # fmt: skip
    """What a batch needs to know of tax; nothing is read where no market of it charges any."""
    taxed = {id_: market.tax for id_, market in known.items() if market.tax is not None}
    if not taxed:
        return Taxes(markets.TaxTable(()), {}, {})
    places = [_place(one, taxed[one.market]) for one in batch if one.market in taxed]
    table = await markets.tax_table(tx, [country for country, _ in places])
    mine = [offer for offer in offers.values() if offer.market in taxed]
    classes = await catalog.tax_classes(tx, mine)
    quoted = sorted({one.tax_quote for one in batch if one.tax_quote is not None})
    quotes: dict[int, Row] = {}
    if quoted:
        buckets = sorted({bucket_of(one, tx.database.buckets) for one in quoted})
        rows = await tx.fetch(sql.tax_quotes, buckets=buckets, ids=quoted)
        quotes = {row["id"]: row for row in rows}
    return Taxes(table, classes, quotes)
