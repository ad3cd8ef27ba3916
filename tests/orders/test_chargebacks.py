"""Chargebacks: frozen and held while open, a refund when lost, nothing when won."""

from typing import Any

import pytest

from fondaco import orders, payments
from fondaco.orders import ChargebackRefusal, OrderRefusal, Placed, RecordChargeback, Stage
from tests.world import World


def said(placed: Placed, stage: Stage, amount: int = 60_00, **wish: Any) -> RecordChargeback:
    usual: dict[str, Any] = {"payment": placed.payments[0], "reference": "dp_1", "currency": "EUR"}
    return RecordChargeback(stage=stage, amount=amount, **(usual | wish))


async def record(world: World, placed: Placed, stage: Stage, **wish: Any) -> str:
    outcome = await world.do(orders.record_chargeback, said(placed, stage, **wish))
    return str(outcome.state)


async def sixty(world: World) -> tuple[Placed, int, int]:
    """A purchase of 60.00, its order and its seller."""
    seller = await world.seller()
    placed = await world.buy(await world.offer(seller, 60_00))
    return placed, placed.orders[0].id, seller


async def sums(world: World, placed: Placed, order: int, seller: int) -> tuple[int, int]:
    """What seller (owed less debt) and operator (earned less fees) have in the end."""
    sellers = await world.balance("payable", seller) + await world.balance("receivable", seller)
    operator = await world.balance("commission", order)
    operator += await world.balance("seller_charge", seller)
    operator += await world.balance("dispute_fee", *placed.payments)
    return sellers, operator


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize(("stage", "ends"), [(Stage.LOST, (-15_00, 0)), (Stage.WON, (39_00, 6_00))])
async def test_scenario_10(
    world: World, settled: bool, stage: Stage, ends: tuple[int, int]
) -> None:
    """60.00 at 10 %, the fee of 15.00 on the seller: lost -15.00 and 0.00, won 39.00 and 6.00."""
    placed, order, seller = await sixty(world)
    await world.deliver(order)
    if settled:
        await world.confirm(order)
    await record(world, placed, Stage.OPEN, fee=15_00)
    assert await world.broken() == []
    assert await record(world, placed, stage) == stage
    if not settled and stage is Stage.WON:
        await world.confirm(order)
    assert await sums(world, placed, order, seller) == ends
    taken = await world.balance("psp_receivable", *placed.payments)
    assert taken == (15_00 if stage is Stage.LOST else 15_00 - 60_00)


async def test_what_a_seller_had_is_held_and_cannot_be_paid_out(world: World) -> None:
    placed, order, seller = await sixty(world)
    await world.deliver(order)
    await world.confirm(order)
    await record(world, placed, Stage.OPEN)
    assert await world.balance("dispute_hold", order) == 54_00
    refusal = await world.refused(payments.pay_out, payments.PayOut(seller=seller, currency="EUR"))
    assert refusal == payments.PayoutRefusal.NOTHING_OWED
    await record(world, placed, Stage.WON)
    assert await world.balance("dispute_hold", order) == 0
    assert await world.balance("payable", seller) == 54_00


async def test_nobody_moves_a_frozen_order(world: World) -> None:
    placed, order, _ = await sixty(world)
    await record(world, placed, Stage.OPEN)
    wishes: list[tuple[Any, Any]] = [
        (orders.ship, orders.Ship(order=order, carrier="Post")),
        (orders.refund, orders.Refund(order=order)),
    ]
    for handler, wish in wishes:
        assert await world.refused(handler, wish) == OrderRefusal.CHARGED_BACK
    world.clock.advance(days=30)
    await world.sweep()
    assert await world.state(order) == ["paid"], "its time stands still"
    await record(world, placed, Stage.WON)
    world.clock.advance(days=4)
    await world.sweep()
    assert await world.state(order) == ["paid"], "it begins anew"
    await world.deliver(order)


async def test_a_dispute_is_not_ruled_while_the_bank_decides(world: World) -> None:
    placed, order, _ = await sixty(world)
    await world.do(orders.dispute, orders.Dispute(order=order, reason="Broken."))
    await record(world, placed, Stage.OPEN)
    rule = orders.Rule(order=order, refund=0)
    assert await world.refused(orders.rule, rule) == OrderRefusal.CHARGED_BACK
    await record(world, placed, Stage.WON)
    await world.do(orders.rule, rule)


async def test_all_lost_before_shipping_ends_the_order_and_frees_its_units(world: World) -> None:
    seller = await world.seller()
    lamp = await world.offer(seller, 60_00)
    placed = await world.buy(lamp)
    assert await world.shelf(lamp) == (10, 1)
    await record(world, placed, Stage.LOST)
    assert await world.state(placed.orders[0].id) == ["cancelled"]
    assert await world.shelf(lamp) == (10, 0)


async def test_a_part_lost_leaves_the_rest_to_the_seller(world: World) -> None:
    placed, order, seller = await sixty(world)
    await record(world, placed, Stage.LOST, amount=20_00)
    assert await world.balance("escrow", order) == 40_00
    await world.deliver(order)
    await world.confirm(order)
    assert await world.balance("payable", seller) == 36_00


async def test_it_is_dealt_over_orders_by_what_is_left_of_them(world: World) -> None:
    one, two = await world.seller(), await world.seller()
    placed = await world.sell(await world.offer(one, 90_00), await world.offer(two, 30_00))
    await record(world, placed, Stage.OPEN, amount=40_00, fee=4_00)
    held = [await world.balance("dispute_hold", order.id) for order in placed.orders]
    assert held == [27_00, 9_00], "less the commission that would be given up"
    assert await world.balance("seller_charge", one) == 3_00
    assert await world.balance("seller_charge", two) == 1_00


async def test_it_may_be_about_one_order_only(world: World) -> None:
    one, two = await world.seller(), await world.seller()
    placed = await world.sell(await world.offer(one, 90_00), await world.offer(two, 30_00))
    await record(world, placed, Stage.LOST, amount=30_00, order=placed.orders[1].id)
    assert await world.balance("payable", one) == 81_00
    assert await world.balance("payable", two) == 0


async def test_what_was_refunded_already_is_the_operators_loss(world: World) -> None:
    placed, order, seller = await sixty(world)
    await world.do(orders.refund, orders.Refund(order=order, amount=50_00))
    await record(world, placed, Stage.LOST)
    assert await world.balance("payment_difference", placed.purchase) == -50_00
    assert await world.state(order) == ["cancelled"]
    assert await world.balance("payable", seller) == 0


async def test_the_operator_may_bear_the_fee(world: World) -> None:
    placed, order, seller = await sixty(world)
    await record(world, placed, Stage.LOST, fee=15_00, fee_on_seller=False)
    assert await sums(world, placed, order, seller) == (0, -15_00)


async def test_words_may_come_late_and_twice(world: World) -> None:
    placed, _, _ = await sixty(world)
    assert await record(world, placed, Stage.LOST) == "lost"
    for stage in Stage:
        refusal = await world.refused(orders.record_chargeback, said(placed, stage))
        assert refusal == ChargebackRefusal.ALREADY_FINAL
    again = said(placed, Stage.OPEN, 10_00, reference="dp_2")
    await world.do(orders.record_chargeback, again)
    refusal = await world.refused(orders.record_chargeback, again)
    assert refusal == ChargebackRefusal.OPEN_ALREADY


async def test_refusals(world: World) -> None:
    placed, _, _ = await sixty(world)
    waiting = await world.place(await world.offer(await world.seller(), 1_00))
    for wish, why in (
        (said(placed, Stage.OPEN, payment=64), ChargebackRefusal.UNKNOWN_PAYMENT),
        (said(placed, Stage.OPEN, currency="USD"), ChargebackRefusal.FOREIGN_CURRENCY),
        (said(waiting, Stage.OPEN), ChargebackRefusal.NOT_CAPTURED),
        (said(placed, Stage.OPEN, order=65), ChargebackRefusal.UNKNOWN_ORDER),
    ):
        assert await world.refused(orders.record_chargeback, wish) == why


async def test_more_time_stays_the_buyers_when_a_chargeback_is_won(world: World) -> None:
    placed, order, _ = await sixty(world)
    await world.deliver(order)
    await world.do(orders.extend, orders.Extend(order=order))
    await record(world, placed, Stage.OPEN)
    await record(world, placed, Stage.WON)
    world.clock.advance(days=20, seconds=-1)
    await world.sweep()
    assert await world.state(order) == ["delivered"]
    world.clock.advance(seconds=1)
    await world.sweep()
    assert await world.state(order) == ["settled"]
    assert await world.broken() == []
