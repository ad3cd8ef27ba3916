"""Chargebacks at odd times: several of one order, of a disputed one, of money that still waits.

What a seller gives up of an order is rounded over all that has gone back of it, so the second to
be lost was a cent off what was held for it, and that cent stayed held, or broke the balance.
"""

import msgspec
import pytest

from fondaco import orders
from fondaco.orders import Stage
from tests.payments.owing import account
from tests.world import World
from tests.world import world as world


def said(payment: int, reference: str, amount: int, stage: Stage) -> orders.RecordChargeback:
    return orders.RecordChargeback(
        payment=payment, reference=reference, stage=stage, amount=amount, currency="EUR"
    )


@pytest.mark.parametrize(("price", "first", "second"), [(50, 7, 7), (50, 1, 4)])
async def test_nothing_stays_held(world: World, price: int, first: int, second: int) -> None:
    seller = await world.seller()
    placed = await world.sell(await world.offer(seller, price))
    [payment], [order] = placed.payments, placed.orders
    for stage in (Stage.OPEN, Stage.LOST):
        for reference, amount in (("one", first), ("two", second)):
            await world.do(orders.record_chargeback, said(payment, reference, amount, stage))
    assert await world.balance("dispute_hold", order.id) == 0
    assert await world.balance("bridge", order.id) == 0
    left = price - first - second
    kept = await world.balance("commission", order.id)
    assert await account(world, seller) == (left - kept, 0, 0, 0)


async def test_together_they_take_no_more_than_there_is(world: World) -> None:
    """The second once took what the first was to take too, and losing both divided by zero."""
    mine, other = (
        await world.offer(await world.seller(), 1000),
        await world.offer(await world.seller(), 3000),
    )
    placed = await world.sell(mine, other)
    [payment], order = placed.payments, placed.orders[0].id
    whole = said(payment, "of both", 2000, Stage.OPEN)
    one = msgspec.structs.replace(said(payment, "of one", 1000, Stage.OPEN), order=order)
    for wish in (whole, one):
        await world.do(orders.record_chargeback, wish)
    for wish in (whole, one):
        lost = msgspec.structs.replace(wish, stage=Stage.LOST)
        await world.do(orders.record_chargeback, lost)
    assert await world.balance("payment_difference", placed.purchase) == -500
    assert await world.broken() == []


async def test_an_order_that_ends_by_a_chargeback_is_disputed_no_more(world: World) -> None:
    placed = await world.buy(await world.offer(await world.seller(), 1000))
    [payment], order = placed.payments, placed.orders[0].id
    await world.deliver(order)
    await world.do(orders.dispute, orders.Dispute(order=order, reason="It flickers."))
    await world.do(orders.record_chargeback, said(payment, "case", 1000, Stage.LOST))
    assert await world.state(order) == ["cancelled"]
    assert await world.refused(orders.rule, orders.Rule(order=order, refund=0)) == "not_disputed"


@pytest.mark.parametrize("stage", [Stage.WON, Stage.LOST])
@pytest.mark.parametrize("tried_again", [False, True])
async def test_money_that_waits_for_the_rest_goes_back_once(
    world: World, stage: Stage, tried_again: bool
) -> None:
    """What a bank took of it stayed set aside for good, whoever won."""
    halves = (orders.Tender("sandbox", "a", 400), orders.Tender("sandbox", "b", 600))
    offer = await world.offer(await world.seller(), 1000)
    placed = await world.place(offer, tenders=halves)
    await world.capture(placed, 400)
    fact = said(placed.payments[0], "case", 400, Stage.OPEN)
    await world.do(orders.record_chargeback, fact)
    if tried_again:
        failed = orders.RecordPayment(payment=placed.payments[1], result=orders.Paid.FAILED)
        await world.do(orders.record_payment, failed)
        wish = orders.Attempt(purchase=placed.purchase, provider="sandbox", token="t")
        again = await world.do(orders.attempt, wish)
        paid = orders.RecordPayment(
            payment=again.payment, result=orders.Paid.CAPTURED, amount=again.amount, currency="EUR"
        )
        await world.do(orders.record_payment, paid)
    await world.do(orders.record_chargeback, msgspec.structs.replace(fact, stage=stage))
    world.clock.advance(days=1)
    await world.sweep()
    assert await world.balance("unapplied", placed.purchase) == 0
    assert await world.broken() == []
