"""What a market is opened with: tax and commission, sellers, offers on their shelves."""

from collections.abc import Sequence
from typing import Any

from fondaco import catalog, kernel, markets, parties, stock
from fondaco.kernel import Handler
from tests.clerk.rules import HOME, RATES, Rules, Tax
from tests.world import TEN_PERCENT, World

FEES = ((125, 1000, 10**9), (1, 10, 1_50))
"""Numerator, denominator and cap of each seller's commission."""

OFFERS = (  # seller, price, shipping, units on the shelf, tax class
    (0, 33_33, 2_51, 20, "standard"),
    (0, 1, 0, 40, "reduced"),
    (1, 9_99, 1_01, 20, "standard"),
    (1, 0, 7, 9, "reduced"),
)


async def load_rates(world: World) -> None:
    """The tax rates that the clerk knows, once for a database."""
    wishes = [
        markets.SetTaxRate(
            country=country, tax_class=tax_class, numerator=rate[0], denominator=rate[1],
            valid_from=world.clock().date(),
        )
        for country, rates in RATES.items()
        for tax_class, rate in rates.items()
    ]  # fmt: skip
    await _all(world, markets.set_tax_rate, wishes)


async def open_market(world: World, rules: Rules) -> None:
    policy = markets.FeePolicy(
        vat_numerator=rules.vat, net_of_tax=rules.net_of_tax, keep_on_refund=rules.keep
    )
    wish = markets.OpenMarket(
        slug=f"m-{world.name}-{next(world._numbers)}", name="Market", currency=rules.currency,
        fee=TEN_PERCENT, policy=policy, timers=markets.Timers(settle_after=rules.settle_after),
        tax=_tax(rules.tax),
    )  # fmt: skip
    world.market = (await world.do(markets.open_market, wish)).id


def _tax(tax: Tax | None) -> markets.TaxPolicy | None:
    if tax is None:
        return None
    return markets.TaxPolicy(
        prices=markets.Prices.EXCLUSIVE if tax.added else markets.Prices.INCLUSIVE,
        remitter=markets.Remitter.PLATFORM if tax.withheld else markets.Remitter.SELLER,
        rounding=markets.Rounding.ORDER if tax.by_order else markets.Rounding.LINE,
        country=HOME, shipping=tax.shipping,
    )  # fmt: skip


async def furnish_sellers(world: World, fees: Sequence[tuple[int, int, int]]) -> list[int]:
    """Sellers with a shelf and a commission of their own each."""
    wish = parties.Organise(kind=parties.Kind.SELLER, name="Seller", payout_account="iban")
    made = await _all(world, parties.organise, [wish for _ in fees])
    sellers = [one.id for one in made]
    shelves = await _all(
        world, stock.add_location, [stock.AddLocation(seller=id_, name="Shelf") for id_ in sellers]
    )
    world.location |= {id_: one.id for id_, one in zip(sellers, shelves, strict=True)}
    own = [
        markets.SetFee(
            market=world.market, seller=id_,
            fee=markets.Fee(numerator=fee[0], denominator=fee[1], cap=fee[2]),
        )
        for id_, fee in zip(sellers, fees, strict=True)
    ]  # fmt: skip
    await _all(world, markets.set_fee, own)
    return sellers


async def furnish_offers(world: World, sellers: Sequence[int]) -> list[int]:
    """The offers, each of a product of its own, with units on the shelf."""
    if not world.category:
        category = catalog.AddCategory(slug=f"c-{world.name}", name="Things")
        world.category = (await world.do(catalog.add_category, category)).id
    products = []
    for *_, tax_class in OFFERS:
        sku = f"{world.name}-{next(world._numbers)}"
        products.append(
            catalog.AddProduct(
                slug=sku, name="Thing", category=world.category, tax_class=tax_class,
                variants=(catalog.NewVariant(sku=sku),),
            )
        )  # fmt: skip
    added = await _all(world, catalog.add_product, products)
    [market] = (await markets.markets(world.database, [world.market])).values()
    wishes = [
        catalog.MakeOffer(
            market=world.market, seller=sellers[seller], variant=product.variants[0],
            price=price, shipping=shipping, currency=market.currency,
        )
        for (seller, price, shipping, _, _), product in zip(OFFERS, added, strict=True)
    ]  # fmt: skip
    offers = [one.id for one in await _all(world, catalog.make_offer, wishes)]
    moves = [
        stock.Move(
            seller=sellers[seller], offer=id_, location=world.location[sellers[seller]],
            quantity=units,
        )
        for (seller, _, _, units, _), id_ in zip(OFFERS, offers, strict=True)
    ]  # fmt: skip
    await _all(world, stock.move, moves)
    return offers


async def _all(world: World, handler: Handler[Any, Any], wishes: Sequence[Any]) -> list[Any]:
    """Run commands as one batch, all of which must succeed."""
    answers = await kernel.run(world.database, handler, [world.sent(wish) for wish in wishes])
    for answer in answers:
        assert not isinstance(answer, kernel.Refused | Exception), answer
    return answers
