"""Returns: one example for each refusal of each command, in order of precedence."""

from typing import Any

import pytest

from fondaco import aftercare, orders
from fondaco.aftercare import Inspected
from tests.aftercare.caring import (
    approve,
    ask,
    back_to_buyer,
    delivered,
    inspect,
    lamps,
    one,
    request,
    send_back,
    sweep,
)
from tests.world import World


async def test_requests_are_refused_in_this_order(world: World) -> None:
    seller, lamp, order = await lamps(world)
    paid = (await world.buy(lamp)).orders[0].id
    for wish, code in (
        (request(order, 1, buyer=seller), "unknown_order"),
        (request(1, 1), "unknown_order"),
        (request(order, 1, seller=seller), "forbidden"),
        (request(paid, 1), "wrong_state"),
        (request(order, 2), "unknown_line"),
        (request(order, 1, 1), "named_twice"),
        (request(order, (1, 4)), "too_many_units"),
    ):
        assert await world.refused(aftercare.request_return, wish) == code
    await ask(world, order, (1, 2))
    assert await world.refused(aftercare.request_return, request(order, (1, 2))) == "too_many_units"


async def test_what_never_left_the_shelf_is_not_returned(world: World) -> None:
    """A ruling before the last parcel gives the seller the money, and the shelf what stayed."""
    seller = await world.seller()
    lamp = await world.offer(seller, 10_00)
    whole, part = [(await world.buy((lamp, 3))).orders[0].id for _ in range(2)]
    await world.do(orders.ship, orders.Ship(order=part, carrier="Post", tracking="1", lines=(
        orders.RefundLine(1, 1),
    )))  # fmt: skip
    for order, left in ((whole, 0), (part, 1)):
        await world.do(orders.dispute, orders.Dispute(order=order, reason="where is it?"))
        await world.do(orders.rule, orders.Rule(order=order, refund=1_00))
        wish = request(order, (1, left + 1))
        assert await world.refused(aftercare.request_return, wish) == "too_many_units"
    assert await world.shelf(lamp) == (9, 0)
    await inspect(world, await send_back(world, part, (1, 1)))
    assert await world.refused(aftercare.request_return, request(part, 1)) == "too_many_units"


async def test_nothing_is_returned_after_the_window(world: World) -> None:
    _, _, order = await lamps(world)
    world.clock.advance(days=14)
    await ask(world, order, 1)
    world.clock.advance(seconds=1)
    assert await world.refused(aftercare.request_return, request(order, 1)) == "window_over"


async def test_a_quarrel_comes_before_a_return(world: World) -> None:
    _, _, disputed = await lamps(world)
    await world.do(orders.dispute, orders.Dispute(order=disputed, reason="broken"))
    assert await world.refused(aftercare.request_return, request(disputed, 1)) == "disputed"
    lamp = await world.offer(await world.seller(), 10_00)
    placed = await world.sell(lamp)
    await _charge_back(world, placed, orders.Stage.OPEN)
    wish = request(placed.orders[0].id, 1)
    assert await world.refused(aftercare.request_return, wish) == "charged_back"


async def _charge_back(world: World, placed: Any, stage: orders.Stage) -> None:
    fact = orders.RecordChargeback(
        payment=placed.payments[0], reference="case", stage=stage, amount=placed.total,
        currency="EUR",
    )  # fmt: skip
    await world.do(orders.record_chargeback, fact)


@pytest.mark.parametrize("state", ["delivered", "settled"])
async def test_a_bank_that_took_all_back_leaves_nothing_to_return(world: World, state: str) -> None:
    lamp = await world.offer(await world.seller(), 10_00, shipping=1_00)
    placed = await (world.sell(lamp) if state == "settled" else world.buy(lamp))
    order = placed.orders[0].id
    if state == "delivered":
        await world.deliver(order)
    rma = await send_back(world, order, 1)
    await _charge_back(world, placed, orders.Stage.OPEN)
    wish = aftercare.InspectReturn(rma=rma)
    assert await world.refused(aftercare.inspect_return, wish) == "charged_back"
    world.clock.advance(days=6)
    await sweep(world)
    assert (await one(world, rma))["state"] == "received", "it waits"
    await _charge_back(world, placed, orders.Stage.LOST)
    assert (await inspect(world, rma)).refunded == 0
    assert await back_to_buyer(world, order) == 0


async def test_decisions_are_refused_in_this_order(world: World) -> None:
    seller, _, order = await lamps(world)
    rma = await ask(world, order, 1)

    def wish(**more: Any) -> aftercare.DecideReturn:
        return aftercare.DecideReturn(**({"rma": rma, "approve": False} | more))

    for wanted, code in (
        (wish(rma=1), "unknown_return"),
        (wish(seller=world.customer), "unknown_return"),
        (wish(buyer=world.customer), "forbidden"),
        (wish(reason=" "), "no_reason"),
    ):
        assert await world.refused(aftercare.decide_return, wanted) == code
    moved = await world.do(aftercare.decide_return, wish(seller=seller, reason="worn"))
    assert (moved.state, moved.due_at) == ("declined", None)
    assert await world.refused(aftercare.decide_return, wish(approve=True)) == "wrong_state"


async def test_shipping_and_receiving_are_refused_in_this_order(world: World) -> None:
    seller, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    ship = aftercare.ShipReturn(rma=rma, carrier="Post")
    got = aftercare.ReceiveReturn(rma=rma)
    no = aftercare.ShipReturn(rma=rma, carrier="Post", seller=seller)
    assert await world.refused(aftercare.ship_return, no) == "forbidden"
    assert await world.refused(aftercare.ship_return, ship) == "wrong_state"
    mine = aftercare.ReceiveReturn(rma=rma, buyer=world.customer)
    assert await world.refused(aftercare.receive_return, mine) == "forbidden"
    assert await world.refused(aftercare.receive_return, got) == "wrong_state"
    theirs = aftercare.WithdrawReturn(rma=rma, seller=seller)
    assert await world.refused(aftercare.withdraw_return, theirs) == "forbidden"


async def test_inspections_are_refused_in_this_order(world: World) -> None:
    seller = await world.seller()
    lamps = [await world.offer(seller, 10_00) for _ in range(3)]
    order = await delivered(world, *((lamp, 3) for lamp in lamps))
    rma = await ask(world, order, (1, 2), 2)

    async def code(*lines: Inspected, **more: Any) -> str:
        wish = aftercare.InspectReturn(rma=rma, lines=lines, **more)
        return await world.refused(aftercare.inspect_return, wish)

    assert await code(buyer=world.customer) == "forbidden"
    assert await code() == "wrong_state"
    await approve(world, rma)
    whole = Inspected(2, 1)
    for lines, why in (
        ((whole, Inspected(3, 1)), "unknown_line"),
        ((whole, whole), "named_twice"),
        ((Inspected(1, 3), whole), "too_many_units"),
        ((Inspected(1, 2, deduction=20_01), whole), "too_much"),
        ((Inspected(1, 2, deduction=1), whole), "no_reason"),
        ((Inspected(1, 1), whole), "no_reason"),
        ((whole,), "incomplete"),
    ):
        assert await code(*lines) == why


async def test_an_order_is_returned_so_often_and_no_more(world: World) -> None:
    """Whoever reads an order's returns reads all of them, also those that were withdrawn."""
    _, _, order = await lamps(world)
    for _ in range(50):
        rma = await ask(world, order, 1)
        await world.do(aftercare.withdraw_return, aftercare.WithdrawReturn(rma=rma))
    wishes = [request(order, 1), request(order, 2)]
    codes = [answer.code for answer in await world.batch(aftercare.request_return, wishes)]
    assert codes == ["too_many_returns", "unknown_line"]
    assert len(await aftercare.returns_of_order(world.database, order)) == 50
