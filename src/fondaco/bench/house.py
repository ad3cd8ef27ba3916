"""A bench house: one market, some sellers, many offers with plenty of stock, and buyers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec

from fondaco import campaigns, catalog, kernel, markets, orders, parties, stock
from fondaco.kernel import Command, Database, Handler, Sent
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.memory import seldom_collecting
from fondaco.kernel.migrate import migrate

OFFERS = 10_000
SELLERS = 50
BUYERS = 1000
PLENTY = 10**9
SCARCE = 1000


class Terms(msgspec.Struct, frozen=True):
    """What a market charges beside ten percent of commission, and what it gives."""

    slug: str
    tax: markets.TaxPolicy | None = None
    policy: markets.FeePolicy = markets.FeePolicy()
    coupon: str = ""
    """A coupon of every purchase, a tenth off, which the operator bears."""


PLAIN: Final = Terms("bench")
RICH: Final = Terms(
    "rich",
    markets.TaxPolicy(
        prices=markets.Prices.INCLUSIVE, remitter=markets.Remitter.PLATFORM, country="DE"
    ),
    markets.FeePolicy(vat_numerator=19),
    "TENTH",
)
"""German VAT in the prices, which the operator remits, and on his commission; and a coupon."""


class House(msgspec.Struct):
    """Ids of what a load trades in. Offer number n belongs to seller number n % sellers."""

    market: int
    offers: list[int]
    buyers: list[int]
    scarce: int
    sellers: int
    coupons: tuple[str, ...]
    random: Random

    def purchase(self) -> orders.Place:
        """A purchase of two lines from two sellers, whichever."""
        first = self.random.randrange(len(self.offers))
        return self._of(first, first + self.random.randrange(1, self.sellers))

    def in_turn(self, number: int) -> orders.Place:
        """The purchase of this number, so that each offer is bought as often as any other."""
        return self._of(2 * number, 2 * number + 1)

    def _of(self, first: int, second: int) -> orders.Place:
        count = len(self.offers)
        return orders.Place(
            market=self.market,
            buyer=self.random.choice(self.buyers),
            lines=(
                orders.PlaceLine(self.offers[first % count], 1),
                orders.PlaceLine(self.offers[second % count], 1),
            ),
            tenders=(orders.Tender("sandbox", "tok_ok"),),
            coupons=self.coupons,
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


async def build(
    database: Database, scale: float = 1.0, seed: int = 1, terms: Terms = PLAIN,
    sellers: int = SELLERS,
) -> House:  # fmt: skip
    """Open the market and fill the shelves. One extra offer has a thousand units only.

    Markets of different terms may be built beside each other.
    """
    count = max(int(OFFERS * scale), 2 * sellers)
    count -= count % sellers  # neighbours are of two sellers also from the last to the first
    fee = markets.Fee(numerator=10)
    opening = markets.OpenMarket(
        slug=terms.slug, name=terms.slug.title(), currency="EUR", fee=fee, tax=terms.tax,
        seed_tax=terms.tax is not None, policy=terms.policy,
    )  # fmt: skip
    [market] = await done(database, markets.open_market, [opening], f"{terms.slug} market")
    founded = await done(database, parties.organise, [
        parties.Organise(kind=parties.Kind.SELLER, name=f"Seller {n}", payout_account="acct_ok")
        for n in range(sellers)
    ], f"{terms.slug} seller")  # fmt: skip
    ids = await _stock_up(database, market.id, [one.id for one in founded], count, terms.slug)
    people = [parties.Register(name=f"Buyer {n}") for n in range(BUYERS)]
    buyers = await done(database, parties.register, people, f"{terms.slug} buyer")
    if terms.coupon:
        await _open_campaign(database, market.id, terms)
    coupons = (terms.coupon,) if terms.coupon else ()
    random = Random(seed)  # noqa: S311 - a repeatable load, no secret
    return House(
        market.id, ids[:count], [one.id for one in buyers], ids[count], sellers, coupons, random
    )


async def _open_campaign(database: Database, market: int, terms: Terms) -> None:
    """A platform coupon with a budget, as such have: each use is counted."""
    now = database.clock()
    opening = campaigns.OpenCampaign(
        market=market, name="A tenth off", kind=campaigns.Kind.ORDER, code=terms.coupon,
        discount=campaigns.Discount(numerator=10), funding=campaigns.Funding(seller=0, platform=1),
        limits=campaigns.Limits(budget=10**12), starts_at=now, ends_at=now + timedelta(days=365),
    )  # fmt: skip
    await done(database, campaigns.open_campaign, [opening], f"{terms.slug} coupon")


async def _stock_up(
    database: Database, market: int, sellers: Sequence[int], count: int, slug: str
) -> list[int]:
    """Offers with plenty of stock, dealt over the sellers, and a scarce one at the end."""
    locations = await done(database, stock.add_location, [
        stock.AddLocation(seller=seller, name="Warehouse") for seller in sellers
    ], f"{slug} location")  # fmt: skip
    category = catalog.AddCategory(slug=f"{slug}-goods", name="Goods")
    [goods] = await done(database, catalog.add_category, [category], f"{slug} category")
    products = await done(database, catalog.add_product, [
        catalog.AddProduct(
            slug=f"{slug}-product-{n}", name=f"Product {n}", category=goods.id,
            variants=(catalog.NewVariant(sku=f"{slug}-SKU-{n}"),),
        )
        for n in range(count + 1)
    ], f"{slug} product")  # fmt: skip
    offers = await done(database, catalog.make_offer, [
        catalog.MakeOffer(
            market=market, seller=sellers[n % len(sellers)], variant=product.variants[0],
            price=500 + n, shipping=300, currency="EUR",
        )
        for n, product in enumerate(products)
    ], f"{slug} offer")  # fmt: skip
    await done(database, stock.move, [
        stock.Move(
            seller=sellers[n % len(sellers)], offer=offer.id,
            location=locations[n % len(sellers)].id, quantity=PLENTY if n < count else SCARCE,
        )
        for n, offer in enumerate(offers)
    ], f"{slug} stock")  # fmt: skip
    return [offer.id for offer in offers]
