"""The market that the Olist orders are traded in: sellers, buyers, products, offers and stock."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from fondaco import catalog, markets, parties, stock
from fondaco.kernel import Sent
from fondaco.replay.lanes import Lanes
from fondaco.replay.olist_model import OlistData
from fondaco.replay.slugs import slugs

CURRENCY: Final = "BRL"
OPERATOR: Final = "olist"
"""Principal under which the replay's own commands are kept."""

_FEE: Final = markets.Fee(numerator=10, denominator=100)
_OTHER: Final = "other"


class House(msgspec.Struct, frozen=True):
    """What orders refer to: ids of ours by ids of theirs; offers by (product, seller)."""

    market: int
    offers: dict[tuple[str, str], int]
    buyers: dict[str, int]


async def furnish(lanes: Lanes, data: OlistData) -> House:
    """Open the market with all that the orders need, as of their first day.

    Each seller has one location, which holds as many units of a product as the orders take.
    """
    clock = lanes.database.clock
    opened = min((order.purchased_at for order in data.orders), default=clock())
    async with asyncio.TaskGroup() as group:
        buyers = group.create_task(_register(lanes, data, opened))
        stocked = group.create_task(_stock_up(lanes, data, opened))
    return House(*stocked.result(), buyers.result())


async def _register(lanes: Lanes, data: OlistData, at: datetime) -> dict[str, int]:
    people = {order.customer_id: order.customer_unique_id for order in data.orders}
    made = await lanes.send(
        parties.register,
        [
            Sent(
                parties.Register(name=id_, reference=unique), OPERATOR, f"olist customer {id_}", at
            )
            for id_, unique in people.items()
        ],
    )
    return {id_: one.id for id_, one in zip(people, made, strict=True)}


async def _stock_up(
    lanes: Lanes, data: OlistData, at: datetime
) -> tuple[int, dict[tuple[str, str], int]]:
    """The market, and its offers with their stock."""
    units = Counter((i.product_id, i.seller_id) for order in data.orders for i in order.items)
    async with asyncio.TaskGroup() as group:
        opened = group.create_task(lanes.send(markets.open_market, [_opening(at)]))
        founded = group.create_task(_organise(lanes, data, {seller for _, seller in units}, at))
        listed = group.create_task(_list_products(lanes, data, {name for name, _ in units}, at))
    market, sellers = opened.result()[0].id, founded.result()
    async with asyncio.TaskGroup() as group:
        located = group.create_task(_add_locations(lanes, sellers, at))
        offered = group.create_task(_make_offers(lanes, data, market, sellers, listed.result(), at))
    locations, offers = located.result(), offered.result()
    moves = [
        Sent(
            stock.Move(
                seller=sellers[seller], offer=offers[product, seller],
                location=locations[seller], quantity=quantity,
            ),
            OPERATOR, f"olist stock {product} {seller}", at,
        )
        for (product, seller), quantity in units.items()
    ]  # fmt: skip
    await lanes.send(stock.move, moves)
    return market, offers


def _opening(at: datetime) -> Sent[markets.OpenMarket]:
    wish = markets.OpenMarket(
        slug="olist", name="Olist", currency=CURRENCY, locale="pt-BR", fee=_FEE
    )
    return Sent(wish, OPERATOR, "olist market", at)


async def _organise(
    lanes: Lanes, data: OlistData, ids: Iterable[str], at: datetime
) -> dict[str, int]:
    sellers = sorted(ids)
    made = await lanes.send(
        parties.organise,
        [
            Sent(
                parties.Organise(
                    kind=parties.Kind.SELLER, name=id_, reference=id_, country="BR",
                    city=data.sellers[id_].city if id_ in data.sellers else "",
                ),
                OPERATOR, f"olist seller {id_}", at,
            )
            for id_ in sellers
        ],
    )  # fmt: skip
    return {id_: one.id for id_, one in zip(sellers, made, strict=True)}


async def _add_locations(lanes: Lanes, sellers: dict[str, int], at: datetime) -> dict[str, int]:
    made = await lanes.send(
        stock.add_location,
        [
            Sent(stock.AddLocation(seller=seller, name=id_), OPERATOR, f"olist location {id_}", at)
            for id_, seller in sellers.items()
        ],
    )
    return {id_: one.id for id_, one in zip(sellers, made, strict=True)}


async def _list_products(
    lanes: Lanes, data: OlistData, ids: Iterable[str], at: datetime
) -> dict[str, int]:
    """Products of one variant each, by their id; the SKU is that id."""
    category_of = {id_: data.categories.get(id_, _OTHER) for id_ in sorted(ids)}
    named = slugs(sorted(set(category_of.values())))
    added = await lanes.send(
        catalog.add_category,
        [
            Sent(catalog.AddCategory(slug=slug, name=name), OPERATOR, f"olist category {name}", at)
            for name, slug in named.items()
        ],
    )
    categories = {name: one.id for name, one in zip(named, added, strict=True)}
    made = await lanes.send(
        catalog.add_product,
        [
            Sent(
                catalog.AddProduct(
                    slug=slug, name=f"{category_of[id_]} {id_}",
                    category=categories[category_of[id_]],
                    variants=(catalog.NewVariant(sku=id_),),
                ),
                OPERATOR, f"olist product {id_}", at,
            )
            for id_, slug in slugs(category_of).items()
        ],
    )  # fmt: skip
    return {id_: one.variants[0] for id_, one in zip(category_of, made, strict=True)}


async def _make_offers(
    lanes: Lanes, data: OlistData, market: int, sellers: dict[str, int],
    variants: dict[str, int], at: datetime,
) -> dict[tuple[str, str], int]:  # fmt: skip
    """One offer per product and seller, at the first price in the files; lines bring their own."""
    prices: dict[tuple[str, str], int] = {}
    for order in data.orders:
        for item in order.items:
            prices.setdefault((item.product_id, item.seller_id), item.price)
    made = await lanes.send(
        catalog.make_offer,
        [
            Sent(
                catalog.MakeOffer(
                    market=market, seller=sellers[seller], variant=variants[product],
                    price=price, currency=CURRENCY,
                ),
                OPERATOR, f"olist offer {product} {seller}", at,
            )
            for (product, seller), price in prices.items()
        ],
    )  # fmt: skip
    return {name: one.id for name, one in zip(prices, made, strict=True)}
