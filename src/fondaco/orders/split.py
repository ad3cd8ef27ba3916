"""Splitting purchases over sellers: the rows of one order per seller, and of its lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from fondaco import catalog, markets, pricing, stock
from fondaco.campaigns import Share
from fondaco.kernel.ids import child
from fondaco.orders.model import PlacedOrder
from fondaco.orders.rows import part_columns
from fondaco.orders.taxes import LineTax


class Sold(msgspec.Struct, frozen=True):
    """A line of a purchase with its price."""

    offer: catalog.Offer
    quantity: int
    quote: pricing.LineQuote
    tax: LineTax | None = None
    shares: tuple[Share, ...] = ()
    """What campaigns took off it."""


class PaidIn(msgspec.Struct, frozen=True):
    """What the sellers of a purchase are paid in: their own choice by seller, nothing for any.

    Sold at a quoted rate, a seller without a choice is paid in the market's currency at that rate.
    """

    own: Mapping[int, str]
    currency: str
    quoted: markets.Rate | None

    def columns(self, seller: int, sold_in: str) -> dict[str, str]:
        """The columns of an order of this seller's that is sold in a currency."""
        into = self.own[seller] or (self.currency if self.quoted is not None else sold_in)
        if into == sold_in:
            return {"settle_in": ""}
        if self.quoted is None or into != self.currency:
            return {"settle_in": into}
        return {
            "settle_in": into,
            "settle_numerator": str(self.quoted.numerator),
            "settle_denominator": str(self.quoted.denominator),
        }


class Split:
    """Orders and lines of a batch of purchases, and the units that they take off the shelf."""

    def __init__(self, shelf: stock.Shelf) -> None:
        self._shelf = shelf
        self.orders: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.discounts: list[dict[str, Any]] = []

    def add(
        self, purchase: int, market: markets.Market, lines: Sequence[Sold],
        paid_in: "PaidIn", pay_by: datetime, at: datetime,
    ) -> tuple[PlacedOrder, ...]:  # fmt: skip
        """One order per seller, in order of first mention; lines numbered within each."""
        orders: dict[int, dict[str, Any]] = {}
        counts: dict[int, int] = {}
        for line in lines:
            seller = line.offer.seller
            order = orders.get(seller)
            if order is None:
                order = orders[seller] = {
                    "id": child(purchase, len(orders) + 1), "purchase": purchase,
                    "market": market.id, "seller": seller, "currency": market.currency,
                    "due_at": pay_by, "placed_at": at, "tax_added": line.quote.tax_added,
                    **paid_in.columns(seller, market.currency),
                    **dict.fromkeys(_SUMS, 0),
                }  # fmt: skip
            _count(order, line.quote)
            no = counts[seller] = counts.get(seller, 0) + 1
            self.lines.append(_row(order["id"], no, line))
            self.discounts += [
                {**msgspec.structs.asdict(one), "order": order["id"], "line": no}
                for one in line.shares
            ]
            self._shelf.take(order["id"], no, line.offer.id, line.quantity)
        self.orders += orders.values()
        return tuple(
            PlacedOrder(o["id"], o["seller"], o["goods"], o["shipping"], o["due"] - o["subsidy"])
            for o in orders.values()
        )


_SUMS = (
    "goods", "shipping", "due", "subsidy", "tax", "withheld", "commission", "commission_vat",
)  # fmt: skip


def _count(order: dict[str, Any], quote: pricing.LineQuote) -> None:
    tax = quote.goods.tax + quote.shipping.tax
    order["goods"] += quote.goods.price
    order["shipping"] += quote.shipping.price
    order["due"] += quote.held
    order["subsidy"] += quote.goods.platform_off + quote.shipping.platform_off
    order["tax"] += tax
    order["withheld"] += tax if quote.tax_withheld else 0
    order["commission"] += quote.commission
    order["commission_vat"] += quote.commission_vat


def _row(order: int, no: int, line: Sold) -> dict[str, Any]:
    quote = line.quote
    row: dict[str, Any] = {
        "order": order, "no": no, "offer": line.offer.id, "variant": line.offer.variant,
        "quantity": line.quantity, "unit_price": quote.unit_price,
        "commission": quote.commission, **part_columns("goods", quote.goods),
        **part_columns("shipping", quote.shipping),
    }  # fmt: skip
    if line.tax is not None:
        row["tax_class"] = line.tax.tax_class
        row["tax_numerator"] = line.tax.charged.numerator
        row["tax_denominator"] = line.tax.charged.denominator
    if quote.commission_vat:
        row["commission_vat"] = quote.commission_vat
    return row
