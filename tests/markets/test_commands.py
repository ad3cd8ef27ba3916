"""Markets: opened with a commission and timers; commission set later is for later sales."""

from datetime import timedelta
from uuid import uuid4

import pytest

from fondaco import markets
from fondaco.markets import Fee, FeeRefusal, FeeRule, Fees, OpenMarket, OpenRefusal, SetFee, Timers
from tests.world import TEN_PERCENT, World

BAD_FEES = [Fee(numerator=101), Fee(numerator=10, floor=50, cap=49)]


def market(slug: str | None = None, currency: str = "EUR", fee: Fee = TEN_PERCENT) -> OpenMarket:
    return OpenMarket(slug=slug or f"m-{uuid4().hex}", name="Market", currency=currency, fee=fee)


async def test_a_market_is_as_it_was_opened(world: World) -> None:
    timers = Timers(
        pay_within=timedelta(minutes=5), ship_within=timedelta(days=2),
        confirm_within=timedelta(0), settle_after=timedelta(hours=36, microseconds=5),
        scan_within=timedelta(days=400),
    )  # fmt: skip
    slug = f"m-{uuid4().hex}"
    wish = OpenMarket(
        slug=slug, name="Kōbe", currency="JPY", locale="ja-JP", fee=Fee(numerator=1),
        timers=timers, payout_minimum=1000,
    )  # fmt: skip
    id_ = (await world.do(markets.open_market, wish)).id
    opened = await markets.market_by_slug(world.database, slug)
    assert opened == (await markets.markets(world.database, [id_]))[id_]
    assert opened is not None
    assert (opened.id, opened.name, opened.currency, opened.locale) == (id_, "Kōbe", "JPY", "ja-JP")
    assert opened.timers == timers
    assert (opened.payout_minimum, opened.created_at) == (1000, world.clock())


async def test_markets_are_listed_in_order_of_opening(world: World) -> None:
    opened = [(await world.do(markets.open_market, market())).id for _ in range(3)]
    listed = await markets.list_markets(world.database, opened[0] - 1, 2)
    assert [one.id for one in listed] == opened[:2]


async def test_an_unknown_market_is_none(world: World) -> None:
    assert await markets.markets(world.database, [1]) == {}
    assert await markets.market_by_slug(world.database, "no-such-market") is None


async def test_refuses_an_unknown_currency(world: World) -> None:
    refusal = await world.refused(markets.open_market, market(currency="XYZ"))
    assert refusal == OpenRefusal.UNKNOWN_CURRENCY


async def test_refuses_a_name_that_is_taken(world: World) -> None:
    slug = f"m-{uuid4().hex}"
    first, second = await world.batch(markets.open_market, [market(slug), market(slug)])
    assert first.id
    assert second.code == OpenRefusal.SLUG_TAKEN, "also within one batch"
    assert await world.refused(markets.open_market, market(slug)) == OpenRefusal.SLUG_TAKEN


@pytest.mark.parametrize("fee", BAD_FEES)
async def test_refuses_to_open_with_a_fee_that_cannot_be(world: World, fee: Fee) -> None:
    assert await world.refused(markets.open_market, market(fee=fee)) == OpenRefusal.BAD_FEE


async def test_refuses_a_fee_in_no_market(world: World) -> None:
    wish = SetFee(market=1, fee=Fee(numerator=5))
    assert await world.refused(markets.set_fee, wish) == FeeRefusal.UNKNOWN_MARKET


@pytest.mark.parametrize("fee", BAD_FEES)
async def test_refuses_to_set_a_fee_that_cannot_be(world: World, fee: Fee) -> None:
    refusal = await world.refused(markets.set_fee, SetFee(market=world.market, fee=fee))
    assert refusal == FeeRefusal.BAD_FEE


async def in_force(world: World, seller: int, category: int) -> int:
    async with world.database.transaction() as tx:
        fees = await markets.fees(tx, [world.market], [seller])
    return fees.rule(world.market, seller, category).numerator


async def test_the_most_specific_rule_wins(world: World) -> None:
    seller, category = 64, 128
    assert await in_force(world, seller, category) == 10, "what the market was opened with"
    steps = [(None, category, 9), (seller, None, 8), (seller, category, 7)]
    for who, what, numerator in steps:
        fee = Fee(numerator=numerator)
        wish = SetFee(market=world.market, fee=fee, seller=who, category=what)
        await world.do(markets.set_fee, wish)
        assert await in_force(world, seller, category) == numerator
    assert await in_force(world, seller, category + 64) == 8
    assert await in_force(world, seller + 64, category) == 9
    assert await in_force(world, seller + 64, category + 64) == 10


async def test_of_two_rules_for_the_same_the_later_wins(world: World) -> None:
    for numerator in (5, 20):
        world.clock.advance(seconds=1)
        wish = SetFee(market=world.market, fee=Fee(numerator=numerator))
        await world.do(markets.set_fee, wish)
    assert await in_force(world, 64, 128) == 20


async def test_what_is_sold_keeps_its_commission(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100_00)
    sold = await world.buy(offer)
    await world.do(markets.set_fee, SetFee(market=world.market, fee=Fee(numerator=50)))
    later = await world.buy(offer)
    for placed in (sold, later):
        await world.deliver(placed.orders[0].id)
        await world.confirm(placed.orders[0].id)
    assert await world.balance("commission", sold.orders[0].id) == 10_00
    assert await world.balance("commission", later.orders[0].id) == 50_00


def test_a_market_without_a_rule_is_a_bug() -> None:
    with pytest.raises(LookupError, match="no commission rule"):
        Fees([]).rule(1, 2, 3)


def test_the_first_of_a_scope_is_the_one_in_force() -> None:
    rules = [FeeRule(n, 1, None, None, n, 100, 0, None) for n in (3, 2, 1)]
    assert Fees(rules).rule(1, 64, 128).numerator == 3
