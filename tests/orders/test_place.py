"""Placing purchases: one order per seller, all units or none, and every reason to refuse."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from fondaco import catalog, markets, orders, payments
from fondaco.orders import Place, PlaceRefusal, Tender
from tests.orders import refused_coupons
from tests.taxing import FlatTax, told
from tests.world import World

HALF_UP_AT_LINE = markets.Fee(numerator=125, denominator=1000)


async def test_a_purchase_becomes_one_order_per_seller(world: World) -> None:
    a, b = await world.seller(), await world.seller()
    lamp, vase = await world.offer(a, 100_00, shipping=5_00), await world.offer(b, 50_00)
    placed = await world.place(lamp, vase, (lamp, 2))
    assert placed.total == 3 * 100_00 + 2 * 5_00 + 50_00
    assert [(o.seller, o.goods, o.shipping) for o in placed.orders] == [
        (a, 300_00, 10_00),
        (b, 50_00, 0),
    ]
    assert await world.state(*(o.id for o in placed.orders)) == ["created", "created"]


async def test_placing_promises_units_and_opens_one_payment_per_tender(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    tenders = (Tender("sandbox", "card", 60_00), Tender("sandbox", "gift", 40_00))
    placed = await world.place(lamp, tenders=tenders)
    assert await world.shelf(lamp) == (10, 1)
    rows = await payments.payments_of(world.database, [placed.purchase])
    assert [(r["id"], r["amount"], r["state"]) for r in rows] == [
        (placed.payments[0], 60_00, "created"),
        (placed.payments[1], 40_00, "created"),
    ]
    assert placed.pay_by == world.clock() + timedelta(minutes=30)


async def test_units_come_from_several_locations_in_order_of_priority(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 1_00, units=2)
    await world.shelve(lamp, 5, priority=2)
    await world.place((lamp, 4))
    levels = await world.rows(
        "select reserved from stock.level where offer = :offer order by priority", offer=lamp
    )
    assert [row["reserved"] for row in levels] == [2, 2]


async def test_commission_is_rounded_half_up_on_each_line(world: World) -> None:
    """12.5 % of 0.60 is 0.075: 0.08 on each of two lines, not 0.15 on both."""
    seller = await world.seller(fee=HALF_UP_AT_LINE)
    placed = await world.sell(await world.offer(seller, 60), await world.offer(seller, 60))
    assert await world.balance("commission", placed.orders[0].id) == 16


async def test_the_most_specific_commission_rule_applies(world: World) -> None:
    await world.do(
        markets.set_fee, markets.SetFee(market=world.market, fee=markets.Fee(numerator=20))
    )
    usual, favoured = await world.seller(), await world.seller(fee=markets.Fee(numerator=3))
    placed = await world.sell(await world.offer(usual, 100_00), await world.offer(favoured, 100_00))
    assert [await world.balance("commission", o.id) for o in placed.orders] == [20_00, 3_00]


async def test_a_free_purchase_is_paid_by_a_capture_of_nothing(world: World) -> None:
    placed = await world.sell(await world.offer(await world.seller(), 0))
    assert placed.total == 0
    assert await world.state(placed.orders[0].id) == ["settled"]


# One way to meet each refusal. All other things are right, so only that reason applies.


async def lamp_of(world: World) -> int:
    return await world.offer(await world.seller(), 100_00)


async def unknown_market(world: World) -> Place:
    return world.basket(await lamp_of(world), market=1)


async def unknown_buyer(world: World) -> Place:
    return world.basket(await lamp_of(world), buyer=1)


async def empty(world: World) -> Place:
    return world.basket()


async def foreign_currency(world: World) -> Place:
    return world.basket(await lamp_of(world), currency="USD")


async def unknown_quote(world: World) -> Place:
    lamp = await lamp_of(world)
    await world.rate("EUR", "USD", 11, 10)
    wish = orders.QuoteRate(market=await world.open_market(), currency="USD")
    elsewhere = await world.do(orders.quote_rate, wish)
    [offer] = (await catalog.offers(world.database, [lamp])).values()
    return world.basket(lamp, market=offer.market, quote=elsewhere.id)


async def rate_out_of_date(world: World) -> Place:
    lamp = await lamp_of(world)
    await world.rate("EUR", "USD", 11, 10)
    wish = orders.QuoteRate(market=world.market, currency="USD")
    quoted = await world.do(orders.quote_rate, wish)
    world.clock.advance(seconds=orders.QUOTE_HOLDS.total_seconds())
    return world.basket(lamp, quote=quoted.id)


async def unknown_offer(world: World) -> Place:
    return world.basket(await lamp_of(world), 1)


async def offer_withdrawn(world: World) -> Place:
    lamp = await lamp_of(world)
    [offer] = (await catalog.offers(world.database, [lamp])).values()
    withdrawn = catalog.MakeOffer(
        market=offer.market, seller=offer.seller, variant=offer.variant, price=offer.price,
        currency=offer.currency, active=False,
    )  # fmt: skip
    assert (await world.do(catalog.make_offer, withdrawn)).id == lamp
    return world.basket(lamp)


async def seller_suspended(world: World) -> Place:
    lamp = await lamp_of(world)
    await world.suspend(world.seller_of[lamp])
    return world.basket(await lamp_of(world), lamp)


async def too_many_sellers(world: World) -> Place:
    return world.basket(*[await lamp_of(world) for _ in range(64)])


async def too_much(world: World) -> Place:
    palace = await world.offer(await world.seller(), 10**15, units=2)
    return world.basket((palace, 2))


async def price_changed(world: World) -> Place:
    return world.basket(await lamp_of(world), expected_total=99_99)


async def wrong_tenders(world: World) -> Place:
    return world.basket(await lamp_of(world), tenders=(Tender("sandbox", "card", 99_99),))


async def sold_out(world: World) -> Place:
    return world.basket((await lamp_of(world), 11))


async def told_lamp(world: World, **wrong: Any) -> tuple[int, dict[str, Any]]:
    policy = markets.TaxPolicy(
        prices=markets.Prices.EXCLUSIVE, remitter=markets.Remitter.SELLER, country="US"
    )
    await world.open_market(tax=policy)
    lamp = await lamp_of(world)
    quoted = await told(world, FlatTax(7), lamp)
    assert isinstance(quoted, orders.TaxQuoted)
    return lamp, {"country": "US", "region": "NY", "tax_quote": quoted.id} | wrong


async def unknown_tax_quote(world: World) -> Place:
    lamp, wish = await told_lamp(world, region="NJ")
    return world.basket(lamp, **wish)


async def tax_out_of_date(world: World) -> Place:
    lamp, wish = await told_lamp(world)
    world.clock.advance(seconds=orders.TAX_HOLDS.total_seconds())
    return world.basket(lamp, **wish)


async def tax_changed(world: World) -> Place:
    lamp, wish = await told_lamp(world)
    return world.basket((lamp, 2), **wish)


async def unknown_tax_id(world: World) -> Place:
    return world.basket(await lamp_of(world), tax_id="DE136695975")


async def unknown_tax_rate(world: World) -> Place:
    policy = markets.TaxPolicy(
        prices=markets.Prices.INCLUSIVE, remitter=markets.Remitter.SELLER, country="BE"
    )
    await world.open_market(tax=policy)
    return world.basket(await lamp_of(world), country="QZ")


WAYS: dict[PlaceRefusal, Callable[[World], Awaitable[Place]]] = {
    PlaceRefusal(way.__name__): way
    for way in (
        unknown_market, unknown_buyer, empty, unknown_quote, rate_out_of_date, foreign_currency,
        unknown_offer, offer_withdrawn,
        seller_suspended, too_many_sellers, unknown_tax_quote, tax_out_of_date, tax_changed,
        unknown_tax_id, unknown_tax_rate, too_much,
        price_changed, wrong_tenders, sold_out,
    )
} | refused_coupons.WAYS  # fmt: skip


@pytest.mark.parametrize("why", list(PlaceRefusal))
async def test_refused_and_nothing_changed(world: World, why: PlaceRefusal) -> None:
    wish = await WAYS[why](world)
    assert await world.refused(orders.place, wish) == why


async def test_an_offer_of_another_market_is_unknown(world: World) -> None:
    lamp = await lamp_of(world)
    await world.open_market()
    assert await world.refused(orders.place, world.basket(lamp)) == PlaceRefusal.UNKNOWN_OFFER


async def test_the_first_refusal_that_applies_wins(world: World) -> None:
    """Everything is wrong with this wish; what is mended makes way for the next reason."""
    lamp = await world.offer(await world.seller(), 100_00, units=1)
    wrong = {"buyer": 1, "currency": "USD", "expected_total": 1, "tenders": ()}
    wish: list[int | tuple[int, int]] = [lamp, (lamp, 1)]
    reasons = []
    for mended in ("buyer", "currency", "expected_total", "tenders"):
        reasons.append(await world.refused(orders.place, world.basket(*wish, **wrong)))
        del wrong[mended]
    reasons.append(await world.refused(orders.place, world.basket(*wish, **wrong)))
    assert reasons == [
        PlaceRefusal.UNKNOWN_BUYER,
        PlaceRefusal.FOREIGN_CURRENCY,
        PlaceRefusal.PRICE_CHANGED,
        PlaceRefusal.WRONG_TENDERS,
        PlaceRefusal.SOLD_OUT,
    ]


async def test_a_tender_cannot_be_negative(world: World) -> None:
    tenders = (Tender("sandbox", "card", 100_01), Tender("sandbox", "card", -1))
    wish = world.basket(await lamp_of(world), tenders=tenders)
    assert await world.refused(orders.place, wish) == PlaceRefusal.WRONG_TENDERS


async def test_a_refused_purchase_points_at_its_fault(world: World) -> None:
    lamp = await lamp_of(world)
    [answer] = await world.batch(orders.place, [world.basket(lamp, (lamp, 10))])
    assert (answer.code, answer.pointer) == (PlaceRefusal.SOLD_OUT, "/lines/1/quantity")
    assert answer.detail == "Only 10 left."
