"""Deadlines: nothing happens early, what is due happens once, a dispute stops the clock."""

from datetime import timedelta

import pytest

from fondaco import orders, payments
from fondaco.orders import Dispute, DoDue, Extend, OrderRefusal, Placed
from fondaco.shipping import Scan
from tests.world import World


async def lamp(world: World, price: int = 100_00) -> int:
    return await world.offer(await world.seller(), price)


async def delivered(world: World) -> int:
    placed = await world.buy(await lamp(world))
    await world.deliver(placed.orders[0].id)
    return placed.orders[0].id


async def test_an_unpaid_purchase_expires_after_30_minutes_and_frees_its_units(
    world: World,
) -> None:
    a, b = await lamp(world), await lamp(world)
    placed = await world.place(a, (b, 2))
    ids = [order.id for order in placed.orders]
    world.clock.advance(minutes=30, seconds=-1)
    await world.sweep()
    assert await world.state(*ids) == ["created", "created"]
    world.clock.advance(seconds=1)
    await world.sweep()
    assert await world.state(*ids) == ["expired", "expired"]
    assert [await world.shelf(offer) for offer in (a, b)] == [(10, 0), (10, 0)]


async def test_expired_units_may_be_sold_to_somebody_else(world: World) -> None:
    last = await world.offer(await world.seller(), 100_00, units=1)
    await world.place(last)
    world.clock.advance(minutes=30)
    await world.sweep()
    await world.buy(last)


async def test_an_order_not_shipped_in_5_days_is_cancelled_and_refunded(world: World) -> None:
    offer = await lamp(world)
    placed = await world.buy(offer)
    [order] = placed.orders
    world.clock.advance(days=5, seconds=-1)
    await world.sweep()
    assert await world.state(order.id) == ["paid"]
    world.clock.advance(seconds=1)
    await world.sweep()
    assert await world.state(order.id) == ["cancelled"]
    [refund] = await world.refunds(placed)
    assert (refund["amount"], refund["order"]) == (100_00, order.id)
    assert await world.shelf(offer) == (10, 0)


async def test_a_late_seller_costs_only_their_own_order(world: World) -> None:
    placed = await world.buy(await lamp(world, 30_00), await lamp(world, 20_00))
    prompt, late = (order.id for order in placed.orders)
    await world.ship(prompt)
    world.clock.advance(days=5)
    await world.sweep()
    assert await world.state(prompt, late) == ["shipped", "cancelled"]
    assert [refund["amount"] for refund in await world.refunds(placed)] == [20_00]


async def test_an_order_under_way_waits_for_the_carrier_without_end(world: World) -> None:
    placed = await world.buy(await lamp(world))
    await world.ship(placed.orders[0].id)
    world.clock.advance(days=400)
    await world.sweep()
    assert await world.state(placed.orders[0].id) == ["shipped"]


async def test_an_extension_puts_confirmation_off_once(world: World) -> None:
    order = await delivered(world)
    await world.do(orders.extend, Extend(order=order))
    world.clock.advance(days=20, seconds=-1)
    await world.sweep()
    assert await world.state(order) == ["delivered"]
    world.clock.advance(seconds=1)
    await world.sweep()
    assert await world.state(order) == ["settled"]


async def test_a_dispute_stops_every_deadline(world: World) -> None:
    paid = (await world.buy(await lamp(world))).orders[0].id
    arrived = await delivered(world)
    for order in (paid, arrived):
        await world.do(orders.dispute, Dispute(order=order, reason="No."))
    world.clock.advance(days=400)
    await world.sweep()
    assert await world.state(paid, arrived) == ["paid", "delivered"]


async def test_a_disputed_order_that_arrives_does_not_confirm_itself(world: World) -> None:
    [order] = (await world.buy(await lamp(world))).orders
    parcel = await world.ship(order.id)
    await world.do(orders.dispute, Dispute(order=order.id, reason="Where is it?"))
    await world.scan(parcel, Scan.DELIVERED)
    world.clock.advance(days=400)
    await world.sweep()
    assert await world.state(order.id) == ["delivered"]


async def test_a_market_sets_its_own_times(world: World) -> None:
    await world.open_market(
        pay_within=timedelta(minutes=1), ship_within=timedelta(hours=1),
        confirm_within=timedelta(hours=2), settle_after=timedelta(hours=3),
    )  # fmt: skip
    unpaid = (await world.place(await lamp(world))).orders[0].id
    unsent = (await world.buy(await lamp(world))).orders[0].id
    order = await delivered(world)
    seen = []
    for hours in (1, 1, 2, 1):
        world.clock.advance(hours=hours)
        await world.sweep()
        seen.append(await world.state(unpaid, unsent, order))
    assert seen == [
        ["expired", "cancelled", "delivered"],
        ["expired", "cancelled", "confirmed"],
        ["expired", "cancelled", "confirmed"],
        ["expired", "cancelled", "settled"],
    ]


async def test_a_deadline_swept_twice_at_once_happens_once(world: World) -> None:
    placed = await world.buy(await lamp(world))
    world.clock.advance(days=5)
    due = DoDue(order=placed.orders[0].id, state="paid")
    first, second = await world.batch(orders.do_due, [due, due])
    assert first.state == "cancelled"
    assert second.code == OrderRefusal.NOT_DUE
    assert len(await world.refunds(placed)) == 1


async def not_yet(world: World) -> DoDue:
    return DoDue(order=(await world.buy(await lamp(world))).orders[0].id, state="paid")


async def moved_on(world: World) -> DoDue:
    wish = await not_yet(world)
    await world.ship(wish.order)
    world.clock.advance(days=5)
    return wish


async def not_there(world: World) -> DoDue:
    return DoDue(order=65, state="paid")


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (not_there, OrderRefusal.UNKNOWN_ORDER),
        (not_yet, OrderRefusal.NOT_DUE),
        (moved_on, OrderRefusal.NOT_DUE),
    ],
)
async def test_refuses_what_is_not_due(world: World, way: object, why: OrderRefusal) -> None:
    assert callable(way)
    assert await world.refused(orders.do_due, await way(world)) == why


async def test_money_captured_for_an_expiring_purchase_goes_back_with_its_last_order(
    world: World,
) -> None:
    halves = (orders.Tender("sandbox", "a", 10_00), orders.Tender("sandbox", "b", 40_00))
    placed: Placed = await world.place(
        await lamp(world, 30_00), await lamp(world, 20_00), tenders=halves
    )
    await world.capture(placed, 10_00)
    world.clock.advance(minutes=30)
    for order, unapplied in zip(placed.orders, (10_00, 0), strict=True):
        await world.do(orders.do_due, DoDue(order=order.id, state="created"))
        assert await world.balance("unapplied", placed.purchase) == unapplied
    rows = await payments.payments_of(world.database, [placed.purchase])
    assert [row["refunded"] for row in rows] == [10_00, 0]
