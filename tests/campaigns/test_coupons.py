"""What a coupon's refusal says, what applies by itself, and when a use comes back."""

import asyncio

import pytest

from fondaco import campaigns, kernel, orders
from fondaco.campaigns import CouponRefusal, Kind
from fondaco.kernel import Refused
from fondaco.orders import Placed, PlaceRefusal
from tests.orders.refused_coupons import WAYS
from tests.world import World

TOLD = {
    CouponRefusal.UNKNOWN_COUPON: "There is no coupon 'NOTHING'.",
    CouponRefusal.COUPON_TOO_EARLY: "It is valid from 2026-01-05 12:00 UTC.",
    CouponRefusal.COUPON_ENDED: "It was ended on 2026-01-05 12:00 UTC.",
    CouponRefusal.COUPON_EXPIRED: "It was valid until 2026-02-04 12:00 UTC.",
    CouponRefusal.COUPON_EXCLUDED: "It cannot be combined with the coupon 'ONE'.",
    CouponRefusal.COUPON_USED_UP: "All 1 uses of it are taken.",
    CouponRefusal.COUPON_USED_BY_BUYER: "A buyer may use it once; this one has.",
    CouponRefusal.COUPON_NOT_APPLICABLE: "It is for none of these goods.",
    CouponRefusal.COUPON_BELOW_MINIMUM: "It needs goods for 300.00 EUR; 200.00 EUR is missing.",
    CouponRefusal.COUPON_BUDGET_SPENT: "Only 1.50 EUR of its budget is left.",
}


def test_a_purchase_may_be_refused_for_every_reason_of_a_coupon() -> None:
    codes = [str(code) for code in CouponRefusal]
    listed = [str(code) for code in PlaceRefusal]
    first = listed.index(codes[0])
    assert listed[first : first + len(codes)] == codes


@pytest.mark.parametrize("why", list(TOLD))
async def test_a_refusal_says_what_is_in_the_way(world: World, why: CouponRefusal) -> None:
    wish = await WAYS[PlaceRefusal(str(why))](world)
    [refused] = await world.batch(orders.place, [wish])
    assert refused == Refused(why, TOLD[why], f"/coupons/{len(wish.coupons) - 1}")


async def uses(world: World, campaign: int) -> tuple[int, int]:
    found = await campaigns.usage(world.database, [campaign])
    return found[campaign][:2]


async def test_uses_are_first_come_first_served_in_one_batch(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    coupon = await world.campaign(code="TWO", amount=1_00, uses=2, uses_per_buyer=1)
    other = await world.buyer()
    wishes = [
        world.basket(lamp, coupons=("TWO",), buyer=buyer)
        for buyer in (world.customer, world.customer, other, await world.buyer())
    ]
    first, again, second, late = await world.batch(orders.place, wishes)
    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert (again.code, late.code) == (
        CouponRefusal.COUPON_USED_BY_BUYER, CouponRefusal.COUPON_USED_UP
    )  # fmt: skip
    assert await uses(world, coupon) == (2, 2_00)


async def test_a_refused_purchase_uses_nothing(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00, units=1)
    coupon = await world.campaign(code="LAST", amount=1_00, uses=1)
    sold_out, placed = await world.batch(
        orders.place,
        [world.basket((lamp, 2), coupons=("LAST",)), world.basket(lamp, coupons=("LAST",))],
    )
    assert sold_out.code == PlaceRefusal.SOLD_OUT
    assert isinstance(placed, Placed)
    assert await uses(world, coupon) == (1, 1_00)


async def test_a_limit_per_buyer_holds_for_purchases_that_come_together(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    coupon = await world.campaign(code="EACH", amount=1_00, uses_per_buyer=2)
    wish = world.basket(lamp, coupons=("EACH",))
    answers = await asyncio.gather(
        *(kernel.run(world.database, orders.place, [world.sent(wish)]) for _ in range(8))
    )
    assert sum(isinstance(one, Placed) for [one] in answers) == 2
    assert await uses(world, coupon) == (2, 2_00)


async def test_of_a_group_the_named_coupon_wins_and_else_the_first(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    await world.campaign(amount=3_00, exclusive_group="either", stage=2)
    await world.campaign(amount=2_00, exclusive_group="either", stage=1)
    await world.campaign(code="MINE", amount=1_00, exclusive_group="either", stage=3)
    assert (await world.place(lamp)).total == 98_00
    assert (await world.place(lamp, coupons=("mine",))).total == 99_00


async def test_what_applies_by_itself_is_left_out_when_it_cannot(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    ended = await world.campaign(amount=1_00)
    await world.do(campaigns.end_campaign, campaigns.EndCampaign(campaign=ended))
    await world.campaign(amount=2_00, minimum=100_01)
    await world.campaign(amount=4_00, uses=1)
    await world.campaign(amount=8_00, budget=7_99)
    assert [(await world.place(lamp)).total for _ in range(2)] == [96_00, 100_00]


async def test_scopes_are_by_seller_category_product_and_offer(world: World) -> None:
    one, two = await world.seller(), await world.seller()
    lamp, vase = await world.offer(one, 100_00), await world.offer(two, 100_00)
    [row] = await world.rows(
        "select v.product from catalog.offer o join catalog.variant v on v.id = o.variant"
        " where o.id = :offer",
        offer=lamp,
    )
    every = {
        "seller": (one, 1), "category": (world.category, 10), "product": (row["product"], 100),
        "offer": (vase, 1000),
    }  # fmt: skip
    for name, (scope, amount) in every.items():
        await world.campaign(code=name, kind=Kind.ITEM, amount=amount, **{name: scope})
    placed = await world.place(lamp, (vase, 2), coupons=tuple(every))
    off = {order.seller: order.goods - order.total for order in placed.orders}
    assert off == {one: 111, two: 2 * 1010}


async def test_an_agreed_price_stays_as_it_is(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    await world.campaign(amount=1_00)
    agreed = orders.PlaceLine(lamp, 1, orders.Agreed(70_00, 0))
    wish = orders.Place(
        market=world.market, buyer=world.customer, lines=(agreed,),
        tenders=(orders.Tender("sandbox", "tok_ok"),),
    )  # fmt: skip
    assert (await world.do(orders.place, wish)).total == 70_00


@pytest.mark.parametrize("shipped", [False, True])
async def test_a_use_comes_back_when_nothing_was_shipped(world: World, shipped: bool) -> None:
    sellers = [await world.seller(), await world.seller()]
    offers = [await world.offer(seller, 100_00) for seller in sellers]
    coupon = await world.campaign(code="BOTH", amount=10_00, uses=1, uses_per_buyer=1, budget=10_00)
    placed = await world.buy(*offers, coupons=("BOTH",))
    first, second = (order.id for order in placed.orders)
    if shipped:
        await world.deliver(first)
    await world.do(orders.refund, orders.Refund(order=first))
    assert await uses(world, coupon) == (1, 10_00), "the other order has it still"
    await world.do(orders.refund, orders.Refund(order=second))
    assert await uses(world, coupon) == ((1, 10_00) if shipped else (0, 0))


async def test_a_use_comes_back_when_nobody_paid(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    coupon = await world.campaign(code="ONLY", amount=10_00, uses=1)
    await world.place(lamp, coupons=("ONLY",))
    world.clock.advance(minutes=31)
    await world.sweep()
    assert await uses(world, coupon) == (0, 0)
    assert (await world.buy(lamp, coupons=("ONLY",))).total == 90_00


async def test_a_partial_refund_brings_no_use_back(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    coupon = await world.campaign(code="HALF", amount=10_00)
    placed = await world.buy((lamp, 2), coupons=("HALF",))
    one_unit = (orders.RefundLine(no=1, units=1),)
    await world.do(orders.refund, orders.Refund(order=placed.orders[0].id, lines=one_unit))
    assert await uses(world, coupon) == (1, 10_00)
