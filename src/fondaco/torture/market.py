"""The market that schedules trade in: small, so that everybody meets everybody."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from fondaco import catalog, kernel, markets, parties, stock
from fondaco.kernel import Command, Database, Handler, Sent
from fondaco.payments.providers.sandbox import CLOSED_ACCOUNT

SELLERS: Final = 8
OFFERS: Final = 40
BUYERS: Final = 20
PLENTY: Final = 10**6
SCARCE: Final = 1000


class Market(msgspec.Struct):
    """Ids of what is traded. `scarce` is an offer that runs out, the others do not."""

    market: int
    offers: list[int]
    buyers: list[int]
    scarce: int


async def furnish(database: Database) -> Market:
    """Open a market and fill its shelves. The first seller's bank takes no money."""
    fee = markets.Fee(numerator=10)
    opening = markets.OpenMarket(slug="torture", name="Torture", currency="EUR", fee=fee)
    [market] = await _done(database, markets.open_market, [opening])
    sellers = await _done(database, parties.organise, [
        parties.Organise(
            kind=parties.Kind.SELLER, name=f"Seller {n}",
            payout_account="acct_ok" if n else CLOSED_ACCOUNT,
        )
        for n in range(SELLERS)
    ])  # fmt: skip
    people = [parties.Register(name=f"Buyer {n}") for n in range(BUYERS)]
    buyers = await _done(database, parties.register, people)
    offers = await _stock_up(database, market.id, [seller.id for seller in sellers])
    return Market(market.id, offers[1:], [one.id for one in buyers], offers[0])


async def _stock_up(database: Database, market: int, sellers: Sequence[int]) -> list[int]:
    """Offers dealt over the sellers; the first one is scarce."""
    locations = await _done(database, stock.add_location, [
        stock.AddLocation(seller=seller, name="Warehouse") for seller in sellers
    ])  # fmt: skip
    [goods] = await _done(
        database, catalog.add_category, [catalog.AddCategory(slug="goods", name="Goods")]
    )
    products = await _done(database, catalog.add_product, [
        catalog.AddProduct(
            slug=f"product-{n}", name=f"Product {n}", category=goods.id,
            variants=(catalog.NewVariant(sku=f"SKU-{n}"),),
        )
        for n in range(OFFERS + 1)
    ])  # fmt: skip
    offers = await _done(database, catalog.make_offer, [
        catalog.MakeOffer(
            market=market, seller=sellers[n % SELLERS], variant=product.variants[0],
            price=500 + 7 * n, shipping=300, currency="EUR",
        )
        for n, product in enumerate(products)
    ])  # fmt: skip
    await _done(database, stock.move, [
        stock.Move(
            seller=sellers[n % SELLERS], offer=offer.id, location=locations[n % SELLERS].id,
            quantity=PLENTY if n else SCARCE,
        )
        for n, offer in enumerate(offers)
    ])  # fmt: skip
    return [offer.id for offer in offers]


async def _done(
    database: Database, handler: Handler[Any, Any], wishes: Sequence[Command]
) -> list[Any]:
    """Run commands that must all succeed."""
    sent = [Sent(wish, "torture", f"{handler.name} {n}") for n, wish in enumerate(wishes)]
    outcomes = await kernel.run(database, handler, sent)
    for outcome in outcomes:
        if isinstance(outcome, kernel.Refused | Exception):
            raise RuntimeError(f"{handler.name}: {outcome}")
    return outcomes
