"""Tax from an outside engine: asked before the purchase, kept with an expiry, and charged so."""

import pytest

from fondaco import orders
from fondaco.kernel import Refused
from fondaco.markets import Prices, Remitter, TaxPolicy
from fondaco.orders import Basket, PlaceLine, TaxQuoted, TaxQuoteRefusal
from tests.taxing import FlatTax, told
from tests.world import World


async def open_taxed(world: World, prices: Prices = Prices.EXCLUSIVE) -> None:
    policy = TaxPolicy(prices=prices, remitter=Remitter.PLATFORM, country="US")
    await world.open_market(tax=policy)


async def test_a_purchase_is_taxed_as_the_engine_told(world: World) -> None:
    """8 % on top: 1.60 of 19.98, 0.28 of 3.50; the platform remits them."""
    await open_taxed(world)
    seller = await world.seller()
    lamp = await world.offer(seller, 9_99, shipping=3_50)
    engine = FlatTax(8)
    quoted = await told(world, engine, (lamp, 2))
    assert isinstance(quoted, TaxQuoted)
    assert quoted.tax == 1_88
    [asked] = engine.asked
    assert (asked.currency, asked.inclusive, asked.country, asked.region) == (
        "EUR", False, "US", "NY",
    )  # fmt: skip
    [line] = asked.lines
    assert (line.seller, line.tax_class, line.goods, line.shipping) == (
        seller, "standard", 19_98, 3_50,
    )  # fmt: skip
    placed = await world.sell((lamp, 2), country="US", region="NY", tax_quote=quoted.id)
    assert placed.total == 19_98 + 3_50 + 1_88
    assert await world.balance("tax_payable", placed.orders[0].id) == 1_88
    assert await world.balance("payable", seller) == 19_98 + 3_50 - 2_00


async def test_a_quote_holds_until_it_expires(world: World) -> None:
    await open_taxed(world)
    lamp = await world.offer(await world.seller(), 9_99)
    quoted = await told(world, FlatTax(8), lamp)
    assert isinstance(quoted, TaxQuoted)
    wish = world.basket(lamp, country="US", region="NY", tax_quote=quoted.id)
    world.clock.advance(seconds=orders.TAX_HOLDS.total_seconds() - 1)
    await world.do(orders.place, wish)
    world.clock.advance(seconds=1)
    assert await world.refused(orders.place, wish) == orders.PlaceRefusal.TAX_OUT_OF_DATE


async def test_baskets_are_asked_about_together_and_answered_each(world: World) -> None:
    await open_taxed(world)
    lamp = await world.offer(await world.seller(), 9_99)
    baskets = [
        Basket(market=market, lines=(PlaceLine(offer, 1),), country="US", region=region)
        for market, offer, region in (
            (world.market, lamp, "NY"), (1, lamp, "NY"), (world.market, 1, "NY"),
            (world.market, lamp, "ZZ"), (world.market, lamp, "NJ"),
        )
    ]  # fmt: skip
    engine = FlatTax(8)
    keys = [f"{world.name}-{n}" for n in range(len(baskets))]
    answers = await orders.quote_taxes(world.database, engine, baskets, "test", keys)
    assert [getattr(one, "code", "kept") for one in answers] == [
        "kept", TaxQuoteRefusal.UNKNOWN_MARKET, TaxQuoteRefusal.UNKNOWN_OFFER,
        TaxQuoteRefusal.NO_ANSWER, "kept",
    ]  # fmt: skip
    assert len(engine.asked) == 3


@pytest.mark.parametrize(
    ("prices", "percent", "kept"),
    [(Prices.EXCLUSIVE, 150, True), (Prices.INCLUSIVE, 150, False), (Prices.EXCLUSIVE, -1, False)],
)
async def test_a_tax_that_cannot_be_is_not_kept(
    world: World, prices: Prices, percent: int, kept: bool
) -> None:
    await open_taxed(world, prices)
    lamp = await world.offer(await world.seller(), 9_99)
    answer = await told(world, FlatTax(percent), lamp)
    assert isinstance(answer, TaxQuoted) is kept
    if isinstance(answer, Refused):
        assert answer.code == TaxQuoteRefusal.IMPOSSIBLE_TAX


async def test_a_market_without_tax_asks_nobody(world: World) -> None:
    engine = FlatTax(8)
    answer = await told(world, engine, await world.offer(await world.seller(), 9_99))
    assert isinstance(answer, Refused)
    assert (answer.code, engine.asked) == (TaxQuoteRefusal.NOT_TAXED, [])
