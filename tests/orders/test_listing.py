"""Buying in another currency: from a price list, or at a rate that was quoted."""

import pytest

from fondaco import catalog, orders
from fondaco.orders import PlaceRefusal, QuoteRate, QuoteRefusal
from tests.world import World


async def quoted(world: World, currency: str = "USD") -> orders.RateQuoted:
    """A quote at 1.10 for the market that was opened last."""
    await world.rate("EUR", "USD", 11, 10)
    return await world.do(orders.quote_rate, QuoteRate(market=world.market, currency=currency))


async def price(world: World, offer: int, currency: str, amount: int, shipping: int = 0) -> None:
    wish = catalog.SetPrice(offer=offer, currency=currency, price=amount, shipping=shipping)
    await world.do(catalog.set_price, wish)


async def test_a_purchase_is_in_the_currency_of_the_price_list(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 10_00, shipping=2_00)
    await price(world, lamp, "JPY", 1600, 300)
    placed = await world.sell((lamp, 2), currency="JPY")
    assert (placed.currency, placed.total) == ("JPY", 3500)
    assert await world.balances("payable", seller) == {"JPY": 3180}
    assert await world.balances("commission", placed.orders[0].id) == {"JPY": 320}


async def test_every_line_needs_a_price_and_the_one_without_is_named(world: World) -> None:
    seller = await world.seller()
    lamp, vase = await world.offer(seller, 10_00), await world.offer(seller, 20_00)
    await price(world, lamp, "USD", 12_00)
    [answer] = await world.batch(orders.place, [world.basket(lamp, vase, currency="USD")])
    assert (answer.code, answer.pointer) == (PlaceRefusal.FOREIGN_CURRENCY, "/currency")
    assert answer.detail == "Line 2 has no price in USD, only in EUR."


async def test_a_batch_may_be_in_many_currencies(world: World) -> None:
    lamp = await world.offer(await world.seller(), 10_00)
    for currency, amount in (("USD", 12_00), ("JPY", 1600)):
        await price(world, lamp, currency, amount)
    wishes = [world.basket(lamp, currency=one) for one in ("USD", None, "JPY", "EUR", "GBP")]
    answers = await world.batch(orders.place, wishes)
    assert [one.total for one in answers[:4]] == [12_00, 10_00, 1600, 10_00]
    assert answers[4].code == PlaceRefusal.FOREIGN_CURRENCY


async def test_a_quoted_rate_holds_until_it_expires(world: World) -> None:
    quote = await quoted(world)
    assert quote.price(9_99) == 10_99
    lamp = await world.offer(await world.seller(), 9_99, shipping=1_00)
    await world.rate("EUR", "USD", 2, 1)
    placed = await world.place((lamp, 2), quote=quote.id)
    assert (placed.currency, placed.total) == ("USD", 2 * 10_99 + 1_10)
    world.clock.advance(seconds=orders.QUOTE_HOLDS.total_seconds() - 1)
    await world.place(lamp, quote=quote.id, currency="USD")
    world.clock.advance(seconds=1)
    late = world.basket(lamp, quote=quote.id)
    assert await world.refused(orders.place, late) == PlaceRefusal.RATE_OUT_OF_DATE


async def test_an_own_price_comes_before_the_quoted_rate(world: World) -> None:
    quote = await quoted(world)
    lamp, vase = [await world.offer(await world.seller(), 10_00) for _ in range(2)]
    await price(world, lamp, "USD", 15_00)
    assert (await world.place(lamp, vase, quote=quote.id)).total == 15_00 + 11_00


async def test_a_quote_is_for_its_market_and_currency(world: World) -> None:
    quote = await quoted(world)
    lamp = await world.offer(await world.seller(), 10_00)
    for wrong in ({"quote": 64}, {"quote": quote.id, "currency": "GBP"}):
        wish = world.basket(lamp, **wrong)
        assert await world.refused(orders.place, wish) == PlaceRefusal.UNKNOWN_QUOTE


async def test_what_is_sold_at_a_quoted_rate_is_settled_at_it(world: World) -> None:
    """EUR 100.00 is USD 110.00: less 10 %, USD 99.00 are EUR 90.00, whatever the rate is then."""
    quote = await quoted(world)
    seller = await world.seller()
    placed = await world.buy(await world.offer(seller, 100_00), quote=quote.id)
    await world.rate("EUR", "USD", 13, 10)
    [order] = placed.orders
    await world.deliver(order.id)
    await world.confirm(order.id)
    assert await world.balances("payable", seller) == {"EUR": 90_00}
    assert await world.balances("commission", order.id) == {"USD": 11_00}
    assert await world.balances("fx_position", order.id) == {"USD": 99_00, "EUR": -90_00}


async def test_a_sellers_own_choice_comes_before_the_markets_currency(world: World) -> None:
    quote = await quoted(world)
    seller = await world.seller()
    await world.paid_in(seller, "USD")
    await world.sell(await world.offer(seller, 100_00), quote=quote.id)
    assert await world.balances("payable", seller) == {"USD": 99_00}


async def test_campaigns_are_for_the_markets_own_currency(world: World) -> None:
    lamp = await world.offer(await world.seller(), 10_00)
    await price(world, lamp, "USD", 12_00)
    wish = world.basket(lamp, currency="USD", coupons=("SPRING",))
    assert await world.refused(orders.place, wish) == "foreign_coupon"


@pytest.mark.parametrize(
    ("market", "currency", "code"),
    [
        (1, "USD", QuoteRefusal.UNKNOWN_MARKET),
        (0, "EUR", QuoteRefusal.OWN_CURRENCY),
        (0, "KWD", QuoteRefusal.RATE_OUT_OF_DATE),
    ],
)
async def test_refuses_to_quote_what_cannot_be(
    world: World, market: int, currency: str, code: str
) -> None:
    wish = QuoteRate(market=market or world.market, currency=currency)
    assert await world.refused(orders.quote_rate, wish) == code
