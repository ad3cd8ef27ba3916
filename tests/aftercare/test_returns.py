"""Returns: one example for each outcome of each command, and what silence does."""

from typing import Any

import pytest

from fondaco import aftercare, orders
from fondaco.aftercare import Inspected
from fondaco.kernel import Tx
from fondaco.kernel.ids import show
from tests.aftercare.caring import (
    approve,
    ask,
    back_to_buyer,
    decline,
    delivered,
    inspect,
    lamps,
    one,
    receive,
    request,
    send,
    send_back,
    settled,
    sweep,
)
from tests.world import World


async def test_a_return_is_approved_sent_received_and_inspected(world: World) -> None:
    seller, lamp, order = await lamps(world)
    rma = await ask(world, order, (1, 2))
    assert (await approve(world, rma)).state == "approved"
    assert (await send(world, rma)).state == "shipped"
    assert (await receive(world, rma)).state == "received"
    done = await inspect(world, rma)
    assert (done.state, done.refunded, done.currency, done.due_at) == (
        "inspected", 20_00, "EUR", None,
    )  # fmt: skip
    assert await back_to_buyer(world, order) == 20_00
    assert await world.balance("escrow", order) == 10_00 + 2_00
    assert await world.confirm(order) == "settled"
    assert await world.balance("commission", order) == 1_00
    assert await world.balance("payable", seller) == 11_00
    assert (await world.shelf(lamp))[0] == 7, "nothing was put back"
    states = [row["dst"] for row in await orders.steps_of(world.database, rma)]
    assert set(states) == {"approved", "shipped", "received", "inspected"}


async def test_an_open_return_holds_its_order(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    confirm, refund = orders.Confirm(order=order), orders.Refund(order=order, amount=1)
    assert await world.refused(orders.confirm, confirm) == "case_open"
    assert await world.refused(orders.refund, refund) == "case_open"
    dispute = orders.Dispute(order=order, reason="too")
    assert await world.refused(orders.dispute, dispute) == "case_open"
    assert await world.refused(orders.extend, orders.Extend(order=order)) == "case_open"
    world.clock.advance(days=1)
    await decline(world, rma)
    world.clock.advance(days=9)
    await world.sweep()
    assert await world.state(order) == ["delivered"], "its time began anew"
    world.clock.advance(days=1)
    await world.sweep()
    assert await world.state(order) == ["settled"]


async def test_two_returns_hold_an_order_until_both_are_closed(world: World) -> None:
    _, _, order = await lamps(world)
    first, second = await ask(world, order, 1), await ask(world, order, 1)
    await decline(world, first)
    assert await world.refused(orders.confirm, orders.Confirm(order=order)) == "case_open"
    await decline(world, second)
    assert await world.confirm(order) == "settled"


async def test_all_of_an_order_comes_back_before_settlement(world: World) -> None:
    _, lamp, order = await lamps(world)
    rma = await send_back(world, order, (1, 3))
    done = await inspect(world, rma, Inspected(1, 3, restock=True))
    assert done.refunded == 32_00, "with its delivery charge"
    assert await world.state(order) == ["cancelled"]
    assert await world.shelf(lamp) == (10, 0), "back on the shelf"


async def test_all_of_an_order_comes_back_after_settlement(world: World) -> None:
    seller = await world.seller()
    order = await settled(world, (await world.offer(seller, 10_00, shipping=2_00), 2))
    assert await world.balance("payable", seller) == 20_00
    rma = await send_back(world, order, (1, 2))
    assert (await inspect(world, rma)).refunded == 22_00
    assert await world.state(order) == ["settled"]
    assert await world.balance("payable", seller) == 0
    assert await world.balance("commission", order) == 0


async def test_a_market_may_keep_the_delivery_charge(world: World) -> None:
    policy = aftercare.Policy(shipping_back=False)
    await world.do(aftercare.set_policy, aftercare.SetPolicy(market=world.market, policy=policy))
    seller, _, order = await lamps(world, 1)
    rma = await send_back(world, order, 1)
    assert (await inspect(world, rma)).refunded == 10_00
    assert await world.confirm(order) == "settled"
    assert await world.balance("payable", seller) == 2_00


async def test_a_deduction_stays_with_the_seller(world: World) -> None:
    seller, _, order = await lamps(world, 2)
    rma = await send_back(world, order, 1)
    done = await inspect(world, rma, Inspected(1, 1, deduction=4_00, note="scratched"))
    assert done.refunded == 6_00
    second = await send_back(world, order, 1)
    assert (await inspect(world, second)).refunded == 10_00, "not what was kept of the other"
    assert await world.confirm(order) == "settled"
    assert await world.balance("commission", order) == 40
    assert await world.balance("payable", seller) == 4_00 + 2_00 - 40


async def test_units_refused_stay_sold(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await send_back(world, order, (1, 2))
    done = await inspect(world, rma, Inspected(1, 1, note="one was not ours"))
    assert done.refunded == 10_00
    nothing = await send_back(world, order, (1, 2))
    refused = await inspect(world, nothing, Inspected(1, 0, note="an empty box"))
    assert (refused.state, refused.refunded) == ("inspected", 0)
    assert await back_to_buyer(world, order) == 10_00


async def test_a_seller_may_inspect_at_once(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    await approve(world, rma)
    assert (await inspect(world, rma)).refunded == 10_00


async def test_a_buyer_may_withdraw(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    wish = aftercare.WithdrawReturn(rma=rma, buyer=world.customer)
    assert (await world.do(aftercare.withdraw_return, wish)).state == "closed"
    assert await world.refused(aftercare.withdraw_return, wish) == "wrong_state"
    assert await world.confirm(order) == "settled"


async def test_silence_of_the_seller_accepts_in_full(world: World) -> None:
    seller = await world.seller()
    order = await settled(world, await world.offer(seller, 10_00))
    rma = await ask(world, order, 1)
    for days, state in ((2, "approved"), (0, "shipped"), (14, "received"), (5, "inspected")):
        if state == "shipped":
            await send(world, rma)
        world.clock.advance(days=days)
        await sweep(world)
        assert (await one(world, rma))["state"] == state
    assert await back_to_buyer(world, order) == 10_00
    assert await world.balance("payable", seller) == 0
    assert await world.state(order) == ["settled"]


async def test_silence_of_the_seller_gives_an_open_order_back(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await send_back(world, order, (1, 3))
    world.clock.advance(days=5)
    await sweep(world)
    assert (await one(world, rma))["refunded"] == 32_00
    assert await world.state(order) == ["cancelled"]


async def test_silence_of_the_buyer_closes(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    await approve(world, rma)
    world.clock.advance(days=14)
    await sweep(world)
    assert (await one(world, rma))["state"] == "closed"
    assert await world.confirm(order) == "settled"


async def test_nothing_is_done_before_it_is_due(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    wish = aftercare.DoDueReturn(rma=rma, state="requested")
    assert await world.refused(aftercare.do_due_return, wish) == "not_due"


async def test_terms_stand_with_the_return(world: World) -> None:
    _, _, order = await lamps(world)
    rma = await ask(world, order, 1)
    policy = aftercare.Policy(decide_days=300, send_days=1)
    await world.do(aftercare.set_policy, aftercare.SetPolicy(market=world.market, policy=policy))
    world.clock.advance(days=2)
    await sweep(world)
    approved = await one(world, rma)
    assert approved["state"] == "approved"
    assert (approved["due_at"] - world.clock()).days == 14


async def test_terms_of_no_market_are_refused(world: World) -> None:
    wish = aftercare.SetPolicy(market=1, policy=aftercare.Policy())
    assert await world.refused(aftercare.set_policy, wish) == "unknown_market"


async def test_many_are_as_many_statements_as_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = await world.offer(await world.seller(), 10_00, units=100)
    ordered = [await delivered(world, lamp) for _ in range(6)]
    counts: list[int] = []
    fetch = Tx.fetch

    async def note(self: Tx, statement: Any, **values: Any) -> Any:
        counts[-1] += 1
        return await fetch(self, statement, **values)

    monkeypatch.setattr(Tx, "fetch", note)
    rmas = []
    for part in (ordered[:1], ordered[1:]):
        counts.append(0)
        made = await world.batch(aftercare.request_return, [request(one, 1) for one in part])
        rmas.append([one.id for one in made])
    assert counts[-2] == counts[-1]
    for part in rmas:
        wishes = [aftercare.DecideReturn(rma=rma, approve=True) for rma in part]
        await world.batch(aftercare.decide_return, wishes)
    for part in rmas:
        counts.append(0)
        restock = (Inspected(1, 1, restock=True),)
        found = [aftercare.InspectReturn(rma=rma, lines=restock) for rma in part]
        done = await world.batch(aftercare.inspect_return, found)
        assert {one.state for one in done} == {"inspected"}
    assert counts[-2] == counts[-1]


async def test_the_same_key_asks_once(world: World) -> None:
    _, _, order = await lamps(world)
    wish, key = request(order, 1), show("ord", order)
    first = await world.do(aftercare.request_return, wish, key=key)
    assert await world.do(aftercare.request_return, wish, key=key) == first
