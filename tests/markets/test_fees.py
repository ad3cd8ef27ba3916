"""Commission rules: which one applies to a sale and why, from when until when, and for whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fondaco import catalog, kernel, markets, orders, pricing
from fondaco.markets import (
    Bound,
    EndFee,
    EndFeeRefusal,
    Fee,
    FeeRefusal,
    FeeRule,
    Fees,
    Sale,
    SetFee,
    Standing,
)
from tests.markets.test_commands import BAD_FEES
from tests.world import NOON, World

DAY = timedelta(days=1)


async def rule(world: World, numerator: int, **scope: Any) -> int:
    """Set a rule in the world's market; its id."""
    fee = scope.pop("fee", Fee(numerator=numerator))
    return (await world.do(markets.set_fee, SetFee(market=world.market, fee=fee, **scope))).id


async def rate(world: World, at: datetime | None = None, **more: Any) -> int:
    """The numerator in force for seller 64, product 8 in category 3, below 2, below 1."""
    sale = Sale(world.market, 64, 8, (3, 2, 1), 1000, "EUR", at or world.clock())
    book = await markets.fees(world.database)
    return book.rule(sale._replace(**more)).numerator


async def test_the_most_specific_rule_wins(world: World) -> None:
    seller = await world.seller()
    assert await rate(world, seller=seller) == 10, "what the market was opened with"
    scopes: list[dict[str, Any]] = [
        {"category": 1}, {"category": 2}, {"category": 3}, {"product": 8}, {"seller": seller},
        {"seller": seller, "category": 1}, {"seller": seller, "category": 3},
        {"seller": seller, "product": 8},
    ]  # fmt: skip
    for numerator, scope in enumerate(scopes, 20):
        await rule(world, numerator, **scope)
        assert await rate(world, seller=seller) == numerator, scope
        await rule(world, numerator, **scope, price_from=1000, price_below=1001)
        await rule(world, 99, **scope, price_below=1000)
        await rule(world, 98, **scope, price_from=1001)
        assert await rate(world, seller=seller) == numerator, "a band that it is not in"
    assert await rate(world, seller=seller, product=9) == 26
    assert await rate(world, seller=seller, product=9, categories=()) == 24
    assert await rate(world, product=9, categories=(2, 1)) == 21
    assert await rate(world, product=9, categories=(7,)) == 10


async def test_a_price_band_comes_before_none_and_knows_its_currency(world: World) -> None:
    await rule(world, 5, price_from=1000)
    await rule(world, 6)
    assert await rate(world) == 5
    assert await rate(world, price=999) == 6
    assert await rate(world, currency="USD") == 6, "a band of euros says nothing of dollars"


async def test_of_two_rules_for_the_same_the_later_wins(world: World) -> None:
    for numerator in (5, 20):
        world.clock.advance(seconds=1)
        await rule(world, numerator)
    assert await rate(world) == 20
    both = [SetFee(market=world.market, fee=Fee(numerator=n)) for n in (7, 8)]
    await world.batch(markets.set_fee, both)
    assert await rate(world) == 8, "also within one batch"


async def test_a_rule_is_in_force_in_its_period_only(world: World) -> None:
    await rule(world, 5, valid_from=NOON + DAY, valid_until=NOON + 2 * DAY)
    instant = timedelta(microseconds=1)
    periods = [
        (NOON, 10), (NOON + DAY - instant, 10), (NOON + DAY, 5), (NOON + 2 * DAY - instant, 5),
        (NOON + 2 * DAY, 10), (NOON - 100 * DAY, 10),
    ]  # fmt: skip
    for at, numerator in periods:
        assert await rate(world, at) == numerator


async def test_a_purchase_of_the_past_pays_what_was_asked_then(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100_00, units=10)
    world.clock.advance(days=1)
    await rule(world, 50)
    world.clock.advance(days=1)
    for ago, commission in ((2, 10_00), (1, 50_00), (0, 50_00)):
        wish = world.basket(offer)
        placed = await world.do(orders.place, wish, at=world.clock() - ago * DAY)
        assert await commission_of(world, placed) == commission


async def commission_of(world: World, placed: orders.Placed) -> int:
    [order] = await orders.orders_of(world.database, [placed.orders[0].id])
    return int(order["commission"])


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


async def test_a_purchase_is_judged_by_product_category_above_and_price(world: World) -> None:
    top = await world.do(catalog.add_category, catalog.AddCategory(slug=world.name, name="All"))
    wish = catalog.AddCategory(slug=f"{world.name}-lamps", name="Lamps", parent=top.id)
    world.category = (await world.do(catalog.add_category, wish)).id
    lamp, dear = [await world.offer(await world.seller(), price=n) for n in (100_00, 200_00)]
    await rule(world, 7, category=top.id)
    await rule(world, 3, category=top.id, price_from=150_00)
    assert await commission_of(world, await world.place(lamp)) == 7_00
    assert await commission_of(world, await world.place(dear)) == 6_00
    [found] = (await catalog.offers(world.database, [lamp])).values()
    await rule(world, 1, product=found.product)
    assert await commission_of(world, await world.place(lamp)) == 1_00
    assert await commission_of(world, await world.place(dear)) == 6_00


async def test_another_process_s_rule_counts_from_the_next_batch(
    world: World, database_url: str
) -> None:
    other = await kernel.connect(database_url, clock=world.clock)
    try:
        sale = Sale(world.market, 64, 8, (), 1000, "EUR", world.clock())
        assert (await markets.fees(other)).rule(sale).numerator == 10
        id_ = await rule(world, 5)
        assert (await markets.fees(other)).rule(sale).numerator == 5
        await world.do(markets.end_fee, EndFee(rule=id_))
        assert (await markets.fees(other)).rule(sale).numerator == 10
    finally:
        await other.close()


async def test_floor_and_cap_are_of_the_sale_s_currency(world: World) -> None:
    fee = Fee(numerator=10, floor=50, cap=500, bounds={"USD": Bound(60, 600)})
    await rule(world, 0, fee=fee)
    book = await markets.fees(world.database)
    sale = Sale(world.market, 64, 8, (), 1000, "EUR", world.clock())
    bounds = {}
    for currency in ("EUR", "USD", "JPY"):
        found = book.rule(sale._replace(currency=currency))
        bounds[currency] = (found.floor, found.cap)
    assert bounds == {"EUR": (50, 500), "USD": (60, 600), "JPY": (0, None)}


async def test_why_a_rule_applies_is_told_with_the_losers(world: World) -> None:
    seller = await world.seller()
    offer = await world.offer(seller, price=100_00)
    await rule(world, 9, category=world.category)
    old = await rule(world, 8, seller=seller)
    winner = await rule(world, 7, seller=seller)
    band = await rule(world, 6, seller=seller, price_below=50_00)
    ahead = await rule(world, 5, seller=seller, category=world.category, valid_from=NOON + DAY)
    over = await rule(world, 4, seller=seller, category=world.category)
    await world.do(markets.end_fee, EndFee(rule=over))
    await rule(world, 3, seller=await world.seller())
    found = await pricing.explain(world.database, offer)
    assert found is not None
    assert (found.price, found.commission, found.vat) == (100_00, 7_00, 0)
    told = {one.rule.id: one.standing for one in found.considered}
    assert found.considered[0].rule.id == winner
    assert list(told.values()).count(Standing.APPLIES) == 1
    assert told[winner] == Standing.APPLIES
    assert told[old] == Standing.OVERRULED
    assert (told[band], told[ahead]) == (Standing.OUTSIDE_BAND, Standing.SCHEDULED)
    assert told[over] == Standing.ENDED
    assert len(told) == 7, "the rule of another seller is none for this sale"
    assert all(one.why for one in found.considered)
    cheap = await pricing.explain(world.database, offer, price=49_99)
    assert cheap is not None
    assert cheap.considered[0].rule.id == band
    assert await pricing.explain(world.database, 1) is None


async def test_refuses_a_fee_in_no_market(world: World) -> None:
    wish = SetFee(market=1, fee=Fee(numerator=5))
    assert await world.refused(markets.set_fee, wish) == FeeRefusal.UNKNOWN_MARKET


@pytest.mark.parametrize("fee", BAD_FEES)
async def test_refuses_to_set_a_fee_that_cannot_be(world: World, fee: Fee) -> None:
    refusal = await world.refused(markets.set_fee, SetFee(market=world.market, fee=fee))
    assert refusal == FeeRefusal.BAD_FEE


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ({"seller": 64}, FeeRefusal.UNKNOWN_SELLER),
        ({"product": 1, "category": 2}, FeeRefusal.BAD_SCOPE),
        ({"price_from": 10, "price_below": 10}, FeeRefusal.BAD_BAND),
        ({"valid_from": NOON - DAY}, FeeRefusal.BAD_PERIOD),
        ({"valid_until": NOON}, FeeRefusal.BAD_PERIOD),
        ({"valid_from": NOON + DAY, "valid_until": NOON + DAY}, FeeRefusal.BAD_PERIOD),
    ],
)
async def test_refuses_a_rule_for_nothing(
    world: World, scope: dict[str, Any], code: FeeRefusal
) -> None:
    wish = SetFee(market=world.market, fee=Fee(numerator=5), **scope)
    assert await world.refused(markets.set_fee, wish) == code


async def test_a_rule_ends_now_or_later_and_one_to_come_never_begins(world: World) -> None:
    now, later, never = [await rule(world, n, product=n) for n in (1, 2, 3)]
    ahead = await rule(world, 4, product=4, valid_from=NOON + DAY)
    ends = [(now, None), (later, NOON + DAY), (ahead, None)]
    await world.batch(markets.end_fee, [EndFee(rule=id_, until=until) for id_, until in ends])
    assert [await rate(world, product=n) for n in (1, 2, 3)] == [10, 2, 3]
    assert [await rate(world, NOON + DAY, product=n) for n in (2, 3, 4)] == [10, 3, 10]
    world.clock.advance(seconds=1)
    assert await rate(world, NOON - DAY, product=1) == 10, "it was for nothing at all"
    again = EndFee(rule=now)
    assert await world.refused(markets.end_fee, again) == EndFeeRefusal.ALREADY_ENDED
    past = EndFee(rule=never, until=NOON)
    assert await world.refused(markets.end_fee, past) == EndFeeRefusal.BAD_PERIOD


async def test_the_base_rule_and_an_unknown_one_cannot_be_ended(world: World) -> None:
    [base] = await markets.list_fee_rules(world.database, world.market, 0, 10)
    assert base["base"]
    refusal = await world.refused(markets.end_fee, EndFee(rule=base["id"]))
    assert refusal == EndFeeRefusal.BASE_RULE
    assert await world.refused(markets.end_fee, EndFee(rule=1)) == EndFeeRefusal.UNKNOWN_RULE


def test_a_market_without_a_rule_is_a_bug() -> None:
    with pytest.raises(LookupError, match="no commission rule"):
        Fees().rule(Sale(1, 64, 8, (), 1000, "EUR", NOON))


def test_older_news_of_a_rule_is_none() -> None:
    ended = FeeRule(5, 1, None, None, 5, 100, 0, None, valid_until=NOON, revision=2)
    base = FeeRule(4, 1, None, None, 10, 100, 0, None, base=True, revision=1)
    book = Fees([base, ended])
    book.learn([FeeRule(5, 1, None, None, 5, 100, 0, None, revision=1)], [])
    assert book.rule(Sale(1, 64, 8, (), 1000, "", NOON)).numerator == 10
    assert book.revision == 2
