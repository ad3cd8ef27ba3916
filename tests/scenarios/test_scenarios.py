"""Sums that a marketplace is judged by, to the cent, through the public commands only."""

import asyncio

import pytest

from fondaco import kernel, markets, orders, payments
from fondaco.kernel import Refused
from fondaco.kernel.money import half_up, share
from fondaco.orders import Placed, RefundLine
from tests.world import World


async def buyer_paid(world: World, placed: Placed) -> int:
    """What left the buyer's pocket: captured less promised back."""
    rows = await payments.payments_of(world.database, [placed.purchase])
    return sum(row["captured"] - row["refunded"] for row in rows)


async def owed(world: World, seller: int) -> int:
    return await world.balance("payable", seller)


async def platform(world: World, placed: Placed) -> int:
    """Commission less what the payment provider keeps."""
    commission = await world.balance("commission", *(order.id for order in placed.orders))
    return commission + await world.balance("psp_fee", *placed.payments)


PSP_FEE = half_up(155_00 * 29, 1000) + 30  # 4.795 is 4.80


@pytest.mark.parametrize(("fee", "platform_keeps"), [(0, 14_00), (PSP_FEE, 9_20)])
async def test_1_split_over_two_sellers(world: World, fee: int, platform_keeps: int) -> None:
    """A 100.00 + 5.00 shipping at 10 %, B 50.00 at 8 %; the provider takes 2.9 % + 0.30."""
    a, b = await world.seller(), await world.seller(fee=markets.Fee(numerator=8))
    placed = await world.place(
        await world.offer(a, 100_00, shipping=5_00), await world.offer(b, 50_00)
    )
    assert await world.capture(placed, fee=fee)
    assert await buyer_paid(world, placed) == 155_00
    assert await world.balance("escrow", *(o.id for o in placed.orders)) == 155_00
    for order in placed.orders:
        await world.deliver(order.id)
        assert await world.confirm(order.id) == "settled"
    assert await owed(world, a) == 95_00
    assert await owed(world, b) == 46_00
    assert await platform(world, placed) == platform_keeps
    assert await world.balance("escrow", *(o.id for o in placed.orders)) == 0


@pytest.mark.parametrize(
    ("price", "coupon", "discounts", "refunds"),
    [
        (10_00, 10_00, [3_34, 3_33, 3_33], [6_66, 6_67, 6_67]),  # EUR
        (100, 100, [34, 33, 33], [66, 67, 67]),  # JPY has no minor unit
    ],
)
def test_4_indivisible_amounts_are_dealt_to_the_unit(
    price: int, coupon: int, discounts: list[int], refunds: list[int]
) -> None:
    parts = share(coupon, [price] * 3)
    assert parts == discounts
    assert [price - part for part in parts] == refunds
    assert sum(refunds) == 3 * price - coupon


async def test_4_refunds_unit_by_unit_sum_to_the_whole(world: World) -> None:
    """Three units share 10.00 of shipping: 3.34, 3.33 and 3.33 go back, nothing is left."""
    lamp = await world.offer(await world.seller(), 10_00, shipping=10_00)
    placed = await world.buy((lamp, 3))
    [order] = placed.orders
    one_unit = orders.Refund(order=order.id, lines=(RefundLine(no=1, units=1),))
    back = [(await world.do(orders.refund, one_unit)).amount for _ in range(3)]
    assert back == [13_34, 13_33, 13_33]
    assert await buyer_paid(world, placed) == 0
    assert await world.state(order.id) == ["cancelled"]


async def test_8_commission_is_frozen_at_sale(world: World) -> None:
    """2 x 50.00 at 10 %; the rate becomes 20 %; one is returned: commission 5.00."""
    seller = await world.seller()
    placed = await world.buy((await world.offer(seller, 50_00), 2))
    [order] = placed.orders
    await world.do(
        markets.set_fee, markets.SetFee(market=world.market, fee=markets.Fee(numerator=20))
    )
    await world.deliver(order.id)
    one_back = orders.Refund(order=order.id, lines=(RefundLine(no=1, units=1),))
    assert (await world.do(orders.refund, one_back)).amount == 50_00
    await world.confirm(order.id)
    assert await world.balance("commission", order.id) == 5_00
    assert await owed(world, seller) == 45_00
    assert await buyer_paid(world, placed) == 50_00


async def test_12_delivered_order_releases_its_money_on_day_10(world: World) -> None:
    await world.open_market(fee=markets.Fee(numerator=5))
    seller = await world.seller()
    placed = await world.buy(await world.offer(seller, 200_00))
    [order] = placed.orders
    await world.deliver(order.id)
    world.clock.advance(days=10, seconds=-1)
    await world.sweep()
    assert await world.state(order.id) == ["delivered"]
    assert await owed(world, seller) == 0
    world.clock.advance(seconds=1)
    await world.sweep()
    assert await world.state(order.id) == ["settled"]
    assert await owed(world, seller) == 190_00
    assert await platform(world, placed) == 10_00


async def test_12_dispute_freezes_until_a_ruling_divides(world: World) -> None:
    """Disputed on day 9; the ruling refunds 30 % of 200.00 at 5 % commission."""
    await world.open_market(fee=markets.Fee(numerator=5))
    seller = await world.seller()
    placed = await world.buy(await world.offer(seller, 200_00))
    [order] = placed.orders
    await world.deliver(order.id)
    world.clock.advance(days=9)
    await world.do(orders.dispute, orders.Dispute(order=order.id, reason="It is cracked."))
    world.clock.advance(days=90)
    await world.sweep()
    assert await world.state(order.id) == ["delivered"]
    assert await world.balance("escrow", order.id) == 200_00
    ruling = orders.Rule(order=order.id, refund=60_00, ruling="30 % off")
    assert (await world.do(orders.rule, ruling)).amount == 60_00
    assert await buyer_paid(world, placed) == 140_00
    assert await owed(world, seller) == 133_00
    assert await platform(world, placed) == 7_00
    assert await world.balance("escrow", order.id) == 0


async def test_14_partial_shipment(world: World) -> None:
    """30/20/10, the third is unavailable: buyer +10.00, seller 45.00, platform 5.00 at 10 %."""
    seller = await world.seller()
    offers = [await world.offer(seller, price) for price in (30_00, 20_00, 10_00)]
    placed = await world.buy(*offers)
    [order] = placed.orders
    missing = orders.Refund(order=order.id, lines=(RefundLine(no=3, units=1),), seller=seller)
    assert (await world.do(orders.refund, missing)).amount == 10_00
    await world.deliver(order.id)
    await world.confirm(order.id)
    assert await buyer_paid(world, placed) == 50_00
    assert await owed(world, seller) == 45_00
    assert await platform(world, placed) == 5_00
    assert [await world.shelf(offer) for offer in offers] == [(9, 0), (9, 0), (10, 0)]


async def test_15_the_last_unit_is_sold_once_in_one_batch(world: World) -> None:
    lamp = await world.offer(await world.seller(), 80_00, units=1)
    first, second = await world.batch(orders.place, [world.basket(lamp), world.basket(lamp)])
    assert isinstance(first, Placed)
    assert isinstance(second, Refused)
    assert second.code == orders.PlaceRefusal.SOLD_OUT
    assert await world.shelf(lamp) == (1, 1)


async def test_15_the_last_unit_is_sold_once_to_buyers_who_come_together(world: World) -> None:
    lamp = await world.offer(await world.seller(), 80_00, units=1)
    buyers = [await world.buyer() for _ in range(6)]
    answers = await asyncio.gather(
        *(
            kernel.run(world.database, orders.place, [world.sent(world.basket(lamp, buyer=who))])
            for who in buyers
        )
    )
    placed = [one for [one] in answers if isinstance(one, Placed)]
    refused = [one.code for [one] in answers if isinstance(one, Refused)]
    assert len(placed) == 1
    assert refused == [orders.PlaceRefusal.SOLD_OUT] * 5
    attempts = await world.rows(
        """
        select count(*) as n from payments.payment y join orders.purchase p on p.id = y.purchase
        where p.market = :market
        """,
        market=world.market,
    )
    assert attempts[0]["n"] == 1, "a loser must not be charged"


async def test_15_two_lines_of_one_purchase_compete_for_the_same_units(world: World) -> None:
    lamp = await world.offer(await world.seller(), 80_00, units=5)
    refusal = await world.refused(orders.place, world.basket((lamp, 3), (lamp, 3)))
    assert refusal == orders.PlaceRefusal.SOLD_OUT
    assert await world.shelf(lamp) == (5, 0)


async def test_15_commission_of_a_private_sale_is_capped(world: World) -> None:
    """800.00 second-hand at 1 %, capped at 5.00: the seller gets 795.00."""
    await world.open_market(fee=markets.Fee(numerator=1, cap=5_00))
    seller = await world.seller()
    placed = await world.sell(await world.offer(seller, 800_00))
    assert await owed(world, seller) == 795_00
    assert await platform(world, placed) == 5_00
