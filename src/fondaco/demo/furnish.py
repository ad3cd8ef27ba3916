"""Furnishing an empty deployment: a market, goods, merchants with their stock, buyers."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from fondaco import catalog, markets, orders, parties, stock
from fondaco.demo.catalogue import DemoCatalogue, DemoSeller
from fondaco.kernel import Command, Database, Handler, Sent, run

BUYERS: Final = 400
TIMERS: Final = markets.Timers()
"""The demo keeps the deadlines that a market has unless told otherwise."""

_FIRST: Final = (
    "Ada", "Bruno", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hana", "Ilse", "Jonas",
    "Katya", "Liam", "Mira", "Niko", "Olga", "Paul", "Quim", "Rosa", "Sami", "Tove",
)  # fmt: skip
_LAST: Final = (
    "Albers", "Bianchi", "Costa", "Duarte", "Eriksen", "Fontana", "Garcia", "Horvat", "Ionescu",
    "Jansen", "Kowalska", "Lindqvist", "Moreau", "Novak", "Orsini", "Petrov", "Quist", "Rossi",
    "Silva", "Tanaka",
)  # fmt: skip


class DemoError(Exception):
    """The demo met an answer that it cannot go on from."""


class Good(msgspec.Struct, frozen=True):
    """An offer that buyers can choose. `wanted` is its share of their attention."""

    offer: int
    seller: int
    wanted: int
    scarce: bool


class House(msgspec.Struct, frozen=True):
    """The furnished market."""

    market: int
    name: str
    currency: str
    operator: int
    key: str
    """The secret of an API key of the operator's."""
    sellers: tuple[int, ...]
    buyers: tuple[int, ...]
    goods: tuple[Good, ...]


async def furnish(
    database: Database, shop: DemoCatalogue, opened: datetime, purchases: int, seed: int
) -> House:
    """Open the demo market at a time, with stock for so many purchases on all but some shelves.

    Raises DemoError when the database has a market already.
    """
    if await markets.list_markets(database, 0, 1):
        raise DemoError("there is a market in this database already")
    clerk = _Clerk(database, opened)
    operator, key = await parties.found(database, "Rialto Trading House")
    sellers = await clerk.found(shop.sellers)
    market = await clerk.open_market(shop.currency)
    variants = await clerk.stock_catalogue(shop)
    seller_ids = {seller.slug: id_ for seller, id_ in zip(shop.sellers, sellers, strict=True)}
    goods = await clerk.offer(shop, market, variants, seller_ids, purchases, seed)
    buyers = await clerk.register_buyers()
    return House(
        market, "Rialto", shop.currency, operator, key, tuple(sellers), tuple(buyers), tuple(goods)
    )


class _Clerk:
    """Runs the operator's and sellers' commands, all at the opening time."""

    def __init__(self, database: Database, at: datetime) -> None:
        self._database, self._at = database, at - timedelta(hours=1)

    async def _all(
        self, handler: Handler[Any, Any], commands: Sequence[Command], what: str
    ) -> list[Any]:
        sent = [
            Sent(one, "operator", f"furnish {what} {n}", self._at) for n, one in enumerate(commands)
        ]
        answers = await run(self._database, handler, sent)
        return [granted(answer) for answer in answers]

    async def found(self, sellers: Sequence[DemoSeller]) -> list[int]:
        """The sellers, each with an account to be paid out to."""
        wishes = [
            parties.Organise(
                kind=parties.Kind.SELLER, name=one.name, country=one.country, city=one.city,
                reference=one.slug, payout_account=f"acct_{one.slug}",
            )
            for one in sellers
        ]  # fmt: skip
        return [one.id for one in await self._all(parties.organise, wishes, "seller")]

    async def open_market(self, currency: str) -> int:
        """The market, at ten percent."""
        wish = markets.OpenMarket(
            slug="rialto", name="Rialto", currency=currency, locale="en",
            fee=markets.Fee(numerator=10), timers=TIMERS, payout_minimum=1000,
        )  # fmt: skip
        [opened] = await self._all(markets.open_market, [wish], "market")
        return int(opened.id)

    async def stock_catalogue(self, shop: DemoCatalogue) -> dict[str, int]:
        """Categories level by level, then products; ids of the variants by SKU."""
        ids: dict[str, int] = {}
        waiting = list(shop.categories)
        while waiting:
            ready = [one for one in waiting if one.parent is None or one.parent in ids]
            waiting = [one for one in waiting if one not in ready]
            wishes = [
                catalog.AddCategory(slug=c.slug, name=c.name, parent=ids.get(c.parent or ""))
                for c in ready
            ]
            added = await self._all(catalog.add_category, wishes, f"category {len(ids)}")
            ids |= {one.slug: new.id for one, new in zip(ready, added, strict=True)}
        products = [
            catalog.AddProduct(
                slug=product.slug, name=product.name, category=ids[product.category],
                description=product.description, images=product.images,
                variants=tuple(
                    catalog.NewVariant(sku=v.sku, name=v.name, image=v.image, weight_g=v.weight_g)
                    for v in product.variants
                ),
            )
            for product in shop.products
        ]  # fmt: skip
        made = await self._all(catalog.add_product, products, "product")
        skus = [variant.sku for product in shop.products for variant in product.variants]
        return dict(zip(skus, (id_ for one in made for id_ in one.variants), strict=True))

    async def offer(
        self, shop: DemoCatalogue, market: int, variants: dict[str, int],
        sellers: dict[str, int], purchases: int, seed: int,
    ) -> list[Good]:  # fmt: skip
        """Every seller's offers with their stock; about one in ten is scarce."""
        shipping = {seller.slug: seller.shipping_minor for seller in shop.sellers}
        offers = shop.offers()
        made = await self._all(
            catalog.make_offer,
            [
                catalog.MakeOffer(
                    market=market, seller=sellers[o.seller], variant=variants[o.sku],
                    price=o.price_minor, shipping=shipping[o.seller], currency=shop.currency,
                )
                for o in offers
            ],
            "offer",
        )  # fmt: skip
        chance = random.Random(f"{seed} shelves")  # noqa: S311 - a simulation
        goods = [
            Good(
                new.id, sellers[o.seller],
                wanted=_attention(chance, o.price_minor), scarce=chance.random() < 0.1,
            )
            for o, new in zip(offers, made, strict=True)
        ]  # fmt: skip
        await self._fill(goods, [chance.randint(5, 40) for _ in goods], 100 + 2 * purchases)
        return goods

    async def _fill(self, goods: Sequence[Good], few: Sequence[int], plenty: int) -> None:
        sellers = sorted({good.seller for good in goods})
        places = [
            stock.AddLocation(seller=seller, name=name, priority=priority)
            for seller in sellers
            for priority, name in ((1, "Shop"), (2, "Warehouse"))
        ]
        added = await self._all(stock.add_location, places, "location")
        at = {(p.seller, p.name): new.id for p, new in zip(places, added, strict=True)}
        moves = []
        for good, units in zip(goods, few, strict=True):
            shop = stock.Move(
                seller=good.seller, offer=good.offer, quantity=units,
                location=at[good.seller, "Shop"],
            )  # fmt: skip
            moves.append(shop)
            if not good.scarce:
                depot = at[good.seller, "Warehouse"]
                moves.append(msgspec.structs.replace(shop, location=depot, quantity=plenty))
        await self._all(stock.move, moves, "move")

    async def register_buyers(self) -> list[int]:
        """Buyers with a name each."""
        names = [f"{first} {last}" for last in _LAST for first in _FIRST][:BUYERS]
        wishes = [parties.Register(name=name) for name in names]
        return [one.id for one in await self._all(parties.register, wishes, "buyer")]


def granted(answer: Any) -> Any:
    """The answer, if it is a good outcome. Raises DemoError otherwise."""
    if isinstance(answer, Exception):
        raise answer
    if hasattr(answer, "code"):
        raise DemoError(f"{answer.detail} ({answer.code})")
    return answer


def sold_out(answer: Any) -> bool:
    """Whether a purchase was refused because somebody else was faster."""
    return getattr(answer, "code", None) == orders.PlaceRefusal.SOLD_OUT


def _attention(chance: random.Random, price: int) -> int:
    """A few things are wanted by many, and what is cheap is bought more often."""
    fame = min(int(chance.paretovariate(1.2) * 100), 2000)
    return max(1, fame * 10_000 // (price + 3_000))
