"""The operator's goodwill: no more than was paid goes back, and what is answered is what went."""

from fondaco import aftercare, orders
from tests.aftercare.caring import back_to_buyer, inspect, send_back
from tests.aftercare.quarrelling import quarrel, rule, sold
from tests.world import World


async def test_goodwill_is_given_once(world: World) -> None:
    """100.00 were paid and went back at the operator's cost: nothing is left for a second time."""
    _, order = await sold(world)
    await rule(world, await quarrel(world, order), 100_00, at_operators_cost=True)
    again = aftercare.RuleDispute(
        dispute=await quarrel(world, order), refund=1_00, ruling="Again", at_operators_cost=True
    )
    assert await world.refused(aftercare.rule_dispute, again) == "too_much"
    assert await back_to_buyer(world, order) == 100_00


async def test_a_refund_after_goodwill_says_what_goes_back(world: World) -> None:
    """Of two orders 200.00 were paid; 100.00 of goodwill leave 100.00 for refunds of both."""
    first, second = [await world.offer(await world.seller(), 100_00) for _ in range(2)]
    one, two = [order.id for order in (await world.sell(first, second)).orders]
    await rule(world, await quarrel(world, one), 100_00, at_operators_cost=True)
    assert (await world.do(orders.refund, orders.Refund(order=one))).amount == 100_00
    assert (await world.do(orders.refund, orders.Refund(order=two))).amount == 0
    assert await world.broken() == []


async def test_a_plain_ruling_after_goodwill_says_what_goes_back(world: World) -> None:
    """Of 200.00 for two orders 100.00 went back as goodwill, then 60.00: 40.00 are left."""
    first, second = [await world.offer(await world.seller(), 100_00) for _ in range(2)]
    one, two = [order.id for order in (await world.buy(first, second)).orders]
    await world.deliver(one)
    await rule(world, await quarrel(world, one), 100_00, at_operators_cost=True)
    await world.do(orders.refund, orders.Refund(order=one, amount=60_00))
    await world.do(orders.dispute, orders.Dispute(order=two, reason="Where is it?"))
    assert (await world.do(orders.rule, orders.Rule(order=two, refund=50_00))).amount == 40_00
    assert await world.broken() == []


async def test_a_return_after_goodwill_says_what_goes_back(world: World) -> None:
    """Of 100.00 the operator gave 70.00: the lamp comes back, and 30.00 are left to give."""
    _, order = await sold(world)
    await rule(world, await quarrel(world, order), 70_00, at_operators_cost=True)
    inspected = await inspect(world, await send_back(world, order, 1))
    assert (inspected.state, inspected.refunded) == ("inspected", 30_00)
    assert await back_to_buyer(world, order) == 100_00
    assert await world.broken() == []
