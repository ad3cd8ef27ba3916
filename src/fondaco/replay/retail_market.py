"""The market that the Online Retail invoices are traded in: one shop, its customers and goods."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Final

import msgspec

from fondaco import catalog, markets, parties, stock
from fondaco.kernel import Sent
from fondaco.replay.lanes import Lanes
from fondaco.replay.retail_model import RetailData
from fondaco.replay.slugs import slugs

CURRENCY: Final = "GBP"
OPERATOR: Final = "retail"
"""Principal under which the replay's own commands are kept."""

_COUNTRY: Final = "GB"
_FEE: Final = markets.Fee(numerator=10, denominator=100)
_TAX: Final = markets.TaxPolicy(
    prices=markets.Prices.INCLUSIVE, remitter=markets.Remitter.PLATFORM, country=_COUNTRY
)
"""The operator remits the VAT, so that the ledger has it on an account of its own."""


class Shop(msgspec.Struct, frozen=True):
    """What invoices refer to: offers by stock code, buyers by customer or lone invoice."""

    market: int
    offers: dict[str, int]
    buyers: dict[str, int]


def buyer_of(customer: str, invoice: str) -> str:
    """Who buys: the customer, or where there is none somebody who buys this invoice only."""
    return f"customer {customer}" if customer else f"unknown customer of invoice {invoice}"


async def furnish(lanes: Lanes, data: RetailData) -> Shop:
    """Open the market with all that the invoices need, as of the first of them.

    The shop has one location, which holds as many units of each code as the invoices take.
    """
    opened = data.invoices[0].at if data.invoices else lanes.database.clock()
    async with asyncio.TaskGroup() as group:
        buyers = group.create_task(_register(lanes, data, opened))
        stocked = group.create_task(_stock_up(lanes, data, opened))
    return Shop(*stocked.result(), buyers.result())


async def _register(lanes: Lanes, data: RetailData, at: datetime) -> dict[str, int]:
    names = dict.fromkeys(buyer_of(one.customer, one.number) for one in data.invoices)
    made = await lanes.send(
        parties.register,
        [
            Sent(parties.Register(name=name, reference=name), OPERATOR, f"retail {name}", at)
            for name in names
        ],
    )
    return {name: one.id for name, one in zip(names, made, strict=True)}


async def _stock_up(lanes: Lanes, data: RetailData, at: datetime) -> tuple[int, dict[str, int]]:
    """The market, and its offers with their stock."""
    units: Counter[str] = Counter()
    prices: dict[str, int] = {}
    for invoice in data.invoices:
        for line in invoice.lines:
            units[line.code] += line.units
            prices.setdefault(line.code, line.price)
    opening = markets.OpenMarket(
        slug="retail", name="Online Retail", currency=CURRENCY, locale="en-GB", fee=_FEE,
        tax=_TAX, seed_tax=True,
    )  # fmt: skip
    [market] = await lanes.send(markets.open_market, [Sent(opening, OPERATOR, "retail market", at)])
    founding = parties.Organise(
        kind=parties.Kind.SELLER, name="Online Retail", reference="shop", country=_COUNTRY
    )
    [seller] = await lanes.send(parties.organise, [Sent(founding, OPERATOR, "retail shop", at)])
    place = stock.AddLocation(seller=seller.id, name="warehouse")
    [location] = await lanes.send(
        stock.add_location, [Sent(place, OPERATOR, "retail location", at)]
    )
    offers = await _offer(lanes, market.id, seller.id, prices, at)
    moves = [
        Sent(
            stock.Move(
                seller=seller.id, offer=offers[code], location=location.id, quantity=quantity
            ),
            OPERATOR, f"retail stock {code}", at,
        )
        for code, quantity in units.items()
    ]  # fmt: skip
    await lanes.send(stock.move, moves)
    return market.id, offers


async def _offer(
    lanes: Lanes, market: int, seller: int, prices: dict[str, int], at: datetime
) -> dict[str, int]:
    """An offer of each code, at its first price; lines bring their own. The SKU is the code."""
    adding = catalog.AddCategory(slug="goods", name="Goods")
    [category] = await lanes.send(
        catalog.add_category, [Sent(adding, OPERATOR, "retail category", at)]
    )
    products = await lanes.send(
        catalog.add_product,
        [
            Sent(
                catalog.AddProduct(
                    slug=slug, name=f"Stock code {code}", category=category.id,
                    variants=(catalog.NewVariant(sku=code),),
                ),
                OPERATOR, f"retail product {code}", at,
            )
            for code, slug in slugs(prices).items()
        ],
    )  # fmt: skip
    made = await lanes.send(
        catalog.make_offer,
        [
            Sent(
                catalog.MakeOffer(
                    market=market, seller=seller, variant=product.variants[0], price=price,
                    currency=CURRENCY,
                ),
                OPERATOR, f"retail offer {code}", at,
            )
            for (code, price), product in zip(prices.items(), products, strict=True)
        ],
    )  # fmt: skip
    return {code: one.id for code, one in zip(prices, made, strict=True)}
