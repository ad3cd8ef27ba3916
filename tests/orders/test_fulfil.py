"""Shipping, confirming and asking for more time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fondaco import orders
from fondaco.orders import Confirm, Extend, OrderRefusal, Refund, RefundLine, Ship
from fondaco.shipping import Scan
from tests.world import World


async def paid(world: World, units: int = 2) -> tuple[int, int, int]:
    """A paid order, its offer and its seller."""
    seller = await world.seller()
    lamp = await world.offer(seller, 100_00)
    placed = await world.buy((lamp, units))
    return placed.orders[0].id, lamp, seller


def ship(order: int, seller: int | None = None) -> Ship:
    return Ship(order=order, carrier="Post", seller=seller)


async def dispute(world: World, order: int) -> None:
    await world.do(orders.dispute, orders.Dispute(order=order, reason="No."))


async def test_shipping_takes_the_units_off_the_shelf(world: World) -> None:
    order, lamp, _ = await paid(world)
    assert await world.shelf(lamp) == (10, 2)
    await world.ship(order)
    assert await world.shelf(lamp) == (8, 0)
    assert await world.state(order) == ["shipped"]


async def test_only_what_is_left_of_an_order_is_shipped(world: World) -> None:
    order, lamp, _ = await paid(world)
    one_unit = (RefundLine(no=1, units=1),)
    await world.do(orders.refund, Refund(order=order, lines=one_unit))
    assert await world.shelf(lamp) == (10, 1)
    await world.ship(order)
    assert await world.shelf(lamp) == (9, 0)


async def test_shipping_takes_from_every_location_that_promised(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 100_00, units=1)
    await world.shelve(lamp, 5, priority=2)
    placed = await world.buy((lamp, 3))
    await world.ship(placed.orders[0].id)
    levels = await world.rows(
        "select on_hand, reserved from stock.level where offer = :offer order by priority",
        offer=lamp,
    )
    assert [tuple(level) for level in levels] == [(0, 0), (3, 0)]


async def test_confirming_settles_at_once(world: World) -> None:
    order, _, seller = await paid(world)
    await world.deliver(order)
    assert await world.confirm(order, world.customer) == "settled"
    assert await world.balance("payable", seller) == 180_00
    steps = [(step["dst"], step["actor"]) for step in await orders.steps_of(world.database, order)]
    assert sorted(steps) == [
        ("confirmed", "buyer"),
        ("delivered", "carrier"),
        ("paid", "provider"),
        ("settled", "system"),
        ("shipped", "seller"),
    ]


async def test_confirming_settles_later_where_the_market_waits(world: World) -> None:
    await world.open_market(settle_after=timedelta(days=2))
    order, _, seller = await paid(world)
    await world.deliver(order)
    assert await world.confirm(order) == "confirmed"
    assert await world.balance("payable", seller) == 0
    world.clock.advance(days=2)
    await world.sweep()
    assert await world.state(order) == ["settled"]
    assert await world.balance("payable", seller) == 180_00


async def test_the_buyer_may_confirm_before_the_carrier_says_so(world: World) -> None:
    order, _, _ = await paid(world)
    await world.ship(order)
    assert await world.confirm(order, world.customer) == "settled"


async def test_one_extension_adds_the_time_again(world: World) -> None:
    order, _, _ = await paid(world)
    await world.deliver(order)
    extended = await world.do(orders.extend, Extend(order=order, buyer=world.customer))
    assert extended.due_at == world.clock() + timedelta(days=20)


EVERY: dict[str, tuple[Any, Callable[..., Any]]] = {
    "ship": (orders.ship, ship),
    "confirm": (orders.confirm, lambda order, seller=None: Confirm(order=order, seller=seller)),
    "extend": (orders.extend, lambda order, seller=None: Extend(order=order, seller=seller)),
}


@pytest.mark.parametrize("action", EVERY)
async def test_refuses_an_order_that_is_not_there_or_somebody_elses(
    world: World, action: str
) -> None:
    handler, wish = EVERY[action]
    order, _, _ = await paid(world)
    stranger = await world.seller()
    for one in (wish(65), wish(order, stranger)):
        assert await world.refused(handler, one) == OrderRefusal.UNKNOWN_ORDER


@pytest.mark.parametrize("action", ["confirm", "extend"])
async def test_refuses_another_buyers_order(world: World, action: str) -> None:
    order, _, _ = await paid(world)
    await world.deliver(order)
    who = {"order": order, "buyer": await world.buyer()}
    if action == "confirm":
        refusal = await world.refused(orders.confirm, Confirm(**who))
    else:
        refusal = await world.refused(orders.extend, Extend(**who))
    assert refusal == OrderRefusal.UNKNOWN_ORDER


async def test_refuses_to_ship_what_is_not_paid_or_is_shipped(world: World) -> None:
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    shipped, _, _ = await paid(world)
    await world.ship(shipped)
    for order in (placed.orders[0].id, shipped):
        assert await world.refused(orders.ship, ship(order)) == OrderRefusal.WRONG_STATE


async def test_refuses_to_ship_what_is_disputed(world: World) -> None:
    order, _, _ = await paid(world)
    await dispute(world, order)
    assert await world.refused(orders.ship, ship(order)) == OrderRefusal.DISPUTED


async def test_refuses_to_confirm_what_is_not_shipped_or_is_settled(world: World) -> None:
    order, _, _ = await paid(world)
    wish = Confirm(order=order)
    assert await world.refused(orders.confirm, wish) == OrderRefusal.WRONG_STATE
    await world.deliver(order)
    await world.confirm(order)
    assert await world.refused(orders.confirm, wish) == OrderRefusal.WRONG_STATE


async def test_refuses_to_confirm_what_is_disputed(world: World) -> None:
    order, _, _ = await paid(world)
    await world.deliver(order)
    await dispute(world, order)
    assert await world.refused(orders.confirm, Confirm(order=order)) == OrderRefusal.DISPUTED


async def test_refuses_to_let_a_seller_confirm_for_the_buyer(world: World) -> None:
    order, _, seller = await paid(world)
    await world.deliver(order)
    wish = Confirm(order=order, seller=seller)
    assert await world.refused(orders.confirm, wish) == OrderRefusal.FORBIDDEN


async def test_refuses_to_extend_before_delivery(world: World) -> None:
    order, _, _ = await paid(world)
    await world.ship(order)
    assert await world.refused(orders.extend, Extend(order=order)) == OrderRefusal.WRONG_STATE


async def test_refuses_to_extend_what_is_disputed(world: World) -> None:
    order, _, _ = await paid(world)
    await world.deliver(order)
    await dispute(world, order)
    assert await world.refused(orders.extend, Extend(order=order)) == OrderRefusal.DISPUTED


async def test_refuses_to_extend_twice(world: World) -> None:
    order, _, _ = await paid(world)
    await world.deliver(order)
    await world.do(orders.extend, Extend(order=order))
    refusal = await world.refused(orders.extend, Extend(order=order))
    assert refusal == OrderRefusal.EXTENDED_BEFORE


@pytest.mark.parametrize("gone", [Scan.LOST, Scan.RETURNED])
async def test_a_parcel_that_is_gone_opens_a_dispute(world: World, gone: Scan) -> None:
    order, _, seller = await paid(world)
    parcel = await world.ship(order)
    await world.scan(parcel, Scan.EXCEPTION)
    assert await world.scan(parcel, gone) == "shipped"
    assert await world.refused(orders.confirm, Confirm(order=order)) == OrderRefusal.DISPUTED
    await world.do(orders.rule, orders.Rule(order=order, refund=200_00))
    assert await world.state(order) == ["cancelled"]
    assert await world.balance("payable", seller) == 0
