"""A bench house: one market, some sellers, many offers with plenty of stock, and buyers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from fondaco import catalog, kernel, markets, orders, parties, stock
from fondaco.kernel import Command, Database, Handler, Sent
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.memory import seldom_collecting
from fondaco.kernel.migrate import migrate

OFFERS = 10_000
SELLERS = 50
BUYERS = 1000
PLENTY = 10**9
SCARCE = 1000


class House(msgspec.Struct):
    """Ids of what a load trades in. Offer number n belongs to seller number n % SELLERS."""

    market: int
    offers: list[int]
    buyers: list[int]
    scarce: int
    random: Random

    def purchase(self) -> orders.Place:
        """A purchase of two lines from two sellers."""
        first = self.random.randrange(len(self.offers))
        second = (first + self.random.randrange(1, SELLERS)) % len(self.offers)
        return orders.Place(
            market=self.market,
            buyer=self.random.choice(self.buyers),
            lines=(
                orders.PlaceLine(self.offers[first], 1),
                orders.PlaceLine(self.offers[second], 1),
            ),
            tenders=(orders.Tender("sandbox", "tok_ok"),),
        )


@asynccontextmanager
async def database(home: Path) -> AsyncIterator[tuple[Embedded, Database]]:
    """A fresh embedded server as shipped, migrated, with a connected database."""
    with Embedded.start(home) as server:
        server.create_database("fondaco")
        await migrate(server.url())
        connected = await kernel.connect(server.url())
        try:
            with seldom_collecting():  # as a server does
                yield server, connected
        finally:
            await connected.close()


async def done(
    database: Database, handler: Handler[Any, Any], wishes: Sequence[Command], prefix: str
) -> list[Any]:
    """Run commands that must all succeed, under keys made of the prefix and their number."""
    outcomes: list[Any] = []
    for start in range(0, len(wishes), 1000):
        sent = [
            Sent(wish, "bench", f"{prefix} {start + n}")
            for n, wish in enumerate(wishes[start : start + 1000])
        ]
        outcomes += await kernel.run(database, handler, sent)
    for outcome in outcomes:
        if isinstance(outcome, kernel.Refused | Exception):
            raise RuntimeError(f"{handler.name}: {outcome}")
    return outcomes


async def build(database: Database, scale: float = 1.0, seed: int = 1) -> House:
    """Open the market and fill the shelves. One extra offer has a thousand units only."""
    count = max(int(OFFERS * scale), 4 * SELLERS)
    fee = markets.Fee(numerator=10)
    opening = markets.OpenMarket(slug="bench", name="Bench", currency="EUR", fee=fee)
    [market] = await done(database, markets.open_market, [opening], "market")
    sellers = await done(database, parties.organise, [
        parties.Organise(kind=parties.Kind.SELLER, name=f"Seller {n}", payout_account="acct_ok")
        for n in range(SELLERS)
    ], "seller")  # fmt: skip
    ids = await _stock_up(database, market.id, [seller.id for seller in sellers], count)
    people = [parties.Register(name=f"Buyer {n}") for n in range(BUYERS)]
    buyers = await done(database, parties.register, people, "buyer")
    random = Random(seed)  # noqa: S311 - a repeatable load, no secret
    return House(market.id, ids[:count], [one.id for one in buyers], ids[count], random)


async def _stock_up(
    database: Database, market: int, sellers: Sequence[int], count: int
) -> list[int]:
    """Offers with plenty of stock, dealt over the sellers, and a scarce one at the end."""
    locations = await done(database, stock.add_location, [
        stock.AddLocation(seller=seller, name="Warehouse") for seller in sellers
    ], "location")  # fmt: skip
    category = catalog.AddCategory(slug="goods", name="Goods")
    [goods] = await done(database, catalog.add_category, [category], "category")
    products = await done(database, catalog.add_product, [
        catalog.AddProduct(
            slug=f"product-{n}", name=f"Product {n}", category=goods.id,
            variants=(catalog.NewVariant(sku=f"SKU-{n}"),),
        )
        for n in range(count + 1)
    ], "product")  # fmt: skip
    offers = await done(database, catalog.make_offer, [
        catalog.MakeOffer(
            market=market, seller=sellers[n % SELLERS], variant=product.variants[0],
            price=500 + n, shipping=300, currency="EUR",
        )
        for n, product in enumerate(products)
    ], "offer")  # fmt: skip
    await done(database, stock.move, [
        stock.Move(
            seller=sellers[n % SELLERS], offer=offer.id, location=locations[n % SELLERS].id,
            quantity=PLENTY if n < count else SCARCE,
        )
        for n, offer in enumerate(offers)
    ], "stock")  # fmt: skip
    return [offer.id for offer in offers]
