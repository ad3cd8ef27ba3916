"""Sums with coupons and campaigns, to the cent, through the public commands only."""

import asyncio
from typing import Final

import pytest

from fondaco import campaigns, markets, orders, payments
from fondaco.campaigns import Kind
from fondaco.kernel import Gatherer, Refused
from fondaco.orders import Placed, RefundLine
from tests.world import World


async def paid(world: World, placed: Placed) -> int:
    """What left the buyer's pocket: captured less promised back."""
    rows = await payments.payments_of(world.database, [placed.purchase])
    return sum(row["captured"] - row["refunded"] for row in rows)


async def seller_has(world: World, seller: int) -> int:
    """What the seller is owed, less what the seller owes."""
    return await world.balance("payable", seller) + await world.balance("receivable", seller)


async def platform_has(world: World, placed: Placed) -> int:
    """Commission, less discounts borne and what the payment provider keeps."""
    ids = [order.id for order in placed.orders]
    earned = await world.balance("commission", *ids) + await world.balance("promo", *ids)
    return earned + await world.balance("psp_fee", *placed.payments)


async def settle(world: World, placed: Placed) -> None:
    for order in placed.orders:
        await world.deliver(order.id)
        assert await world.confirm(order.id) == "settled"
    assert await world.balance("escrow", *(order.id for order in placed.orders)) == 0


async def line_discounts(world: World, placed: Placed) -> list[int]:
    rows = await orders.discounts_of(world.database, [placed.purchase])
    return [row["goods_seller_off"] + row["goods_platform_off"] for row in rows]


async def refund_line(world: World, order: int, line: int) -> int:
    wish = orders.Refund(order=order, lines=(RefundLine(no=line, units=1),))
    return (await world.do(orders.refund, wish)).amount


@pytest.mark.parametrize(("psp_fee", "platform"), [(0, 4_88), (4_22, 66)])
async def test_1_jointly_funded_coupon_over_two_sellers(
    world: World, psp_fee: int, platform: int
) -> None:
    """A 100.00 + 5.00 shipping (10 %), B 50.00 (8 %), coupon 20.00 borne 60/40."""
    a, b = await world.seller(), await world.seller(fee=markets.Fee(numerator=8))
    offers = await world.offer(a, 100_00, shipping=5_00), await world.offer(b, 50_00)
    await world.campaign(code="TWENTY", amount=20_00, funding=(60, 40))
    placed = await world.place(*offers, coupons=("twenty",))
    assert await world.capture(placed, fee=psp_fee)
    assert placed.total == await paid(world, placed) == 135_00
    assert await line_discounts(world, placed) == [13_33, 6_67]
    await settle(world, placed)
    assert await seller_has(world, a) == 87_80
    assert await seller_has(world, b) == 42_32
    assert await platform_has(world, placed) == platform


async def test_2_and_3_refund_after_payout_is_netted_with_the_next_sale(world: World) -> None:
    """A's item goes back: the buyer gets 86.67, A owes 82.80, the platform ends with 1.01.

    Of the 200.00 that A sells next, 97.20 is paid out.
    """
    a, b = await world.seller(), await world.seller(fee=markets.Fee(numerator=8))
    offers = await world.offer(a, 100_00, shipping=5_00), await world.offer(b, 50_00)
    await world.campaign(code="TWENTY", amount=20_00, funding=(60, 40))
    placed = await world.buy(*offers, coupons=("TWENTY",))
    await settle(world, placed)
    payout = payments.PayOut(seller=a, currency="EUR")
    assert (await world.do(payments.pay_out, payout)).amount == 87_80
    assert await refund_line(world, placed.orders[0].id, 1) == 86_67
    assert await seller_has(world, a) == -82_80
    assert await seller_has(world, b) == 42_32
    assert await platform_has(world, placed) == 1_01
    await world.sell(await world.offer(a, 200_00))
    assert await seller_has(world, a) == 97_20
    assert (await world.do(payments.pay_out, payout)).amount == 97_20


@pytest.mark.parametrize(
    ("currency", "price", "coupon", "discounts", "refunds"),
    [
        ("EUR", 10_00, 10_00, [3_34, 3_33, 3_33], [6_66, 6_67, 6_67]),
        ("JPY", 100, 100, [34, 33, 33], [66, 67, 67]),
    ],
)
async def test_4_indivisible_coupon_comes_back_line_by_line(
    world: World, currency: str, price: int, coupon: int, discounts: list[int], refunds: list[int]
) -> None:
    await world.open_market(currency=currency)
    seller = await world.seller()
    offers = [await world.offer(seller, price) for _ in range(3)]
    await world.campaign(code="TEN", amount=coupon, funding=(1, 0))
    placed = await world.buy(*offers, coupons=("TEN",))
    assert await line_discounts(world, placed) == discounts
    [order] = placed.orders
    back = [await refund_line(world, order.id, line) for line in (1, 2, 3)]
    assert back == refunds
    assert await paid(world, placed) == 0
    assert await world.balance("escrow", order.id) == await seller_has(world, seller) == 0


async def test_5_cross_store_threshold_is_dealt_over_stores(world: World) -> None:
    """300 - 50 over three shops' 120/100/80; returning the 80.00 item refunds 66.67."""
    sellers = [await world.seller() for _ in range(3)]
    prices = (120_00, 100_00, 80_00)
    offers = [
        await world.offer(seller, price) for seller, price in zip(sellers, prices, strict=True)
    ]
    await world.campaign(amount=50_00, minimum=300_00, repeating=True)
    placed = await world.buy(*offers)
    assert placed.total == 250_00
    assert await line_discounts(world, placed) == [20_00, 16_67, 13_33]
    first, second, third = placed.orders
    await world.deliver(third.id)
    assert await refund_line(world, third.id, 1) == 66_67
    for order in (first, second):
        await world.deliver(order.id)
        await world.confirm(order.id)
    assert [await seller_has(world, seller) for seller in sellers] == [108_00, 90_00, 0]
    assert await platform_has(world, placed) == 22_00 - 36_67
    assert await paid(world, placed) == 250_00 - 66_67


async def test_6_stack_of_three(world: World) -> None:
    """Shop coupon 10.00, then 20 % of the platform's capped at 15.00, then a red envelope 3.00."""
    seller = await world.seller()
    lamp = await world.offer(seller, 100_00)
    await world.campaign(code="SHOP", amount=10_00, owner=seller, funding=(1, 0), stage=1)
    await world.campaign(numerator=20, cap=15_00, stage=2)
    await world.campaign(code="ENVELOPE", amount=3_00, stage=3)
    placed = await world.buy(lamp, coupons=("ENVELOPE", "SHOP"))
    assert placed.total == await paid(world, placed) == 72_00
    await settle(world, placed)
    assert await seller_has(world, seller) == 81_00
    assert await platform_has(world, placed) == -9_00


CAP: Final = 1_000
CARTS: Final = 5_000


async def test_18_coupon_cap_holds_under_concurrent_load(world: World) -> None:
    """1,000 uses, 5,000 carts of three sellers at once: exactly 1,000 have it."""
    offers = [
        await world.offer(await world.seller(), price, units=CARTS)
        for price in (120_00, 100_00, 80_00)
    ]
    coupon = await world.campaign(
        code="RUSH", kind=Kind.ORDER, amount=50_00, funding=(1, 1), uses=CAP, budget=CAP * 50_00
    )
    gatherer = Gatherer(world.database, lanes=2, limit=500, queue_limit=CARTS)
    carts = [world.sent(world.basket(*offers, coupons=("RUSH",))) for _ in range(CARTS)]
    answers = await asyncio.gather(*(gatherer.submit_all(orders.place, [cart]) for cart in carts))
    await gatherer.close()
    won = [one for [one] in answers if isinstance(one, Placed)]
    lost = {one.code for [one] in answers if isinstance(one, Refused)}
    assert len(won) == CAP
    assert {one.total for one in won} == {250_00}
    assert lost == {campaigns.CouponRefusal.COUPON_USED_UP}
    uses = await campaigns.usage(world.database, [coupon])
    assert uses[coupon] == (CAP, CAP * 50_00, None)
    [redeemed] = await world.rows(
        "select count(*) as n, count(distinct purchase) as purchases from campaigns.redemption"
        " where campaign = :coupon and returned_at is null",
        coupon=coupon,
    )
    assert tuple(redeemed) == (CAP, CAP)
