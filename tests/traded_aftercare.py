"""What comes after a sale, each thing once, for the world that faults are planted in."""

from fondaco import aftercare
from fondaco.aftercare import Inspected
from tests.aftercare.caring import (
    approve,
    ask,
    decline,
    delivered,
    inspect,
    receive,
    send,
    send_back,
    settled,
)
from tests.aftercare.quarrelling import answer, escalate, quarrel, rule, withdraw
from tests.world import World


async def care(world: World) -> None:
    """Returns and disputes in every state, before and after settlement."""
    await world.open_market()
    seller = await world.seller()
    lamp = await world.offer(seller, 10_07, shipping=1_00, units=50)
    for step in range(4):
        rma = await ask(world, await delivered(world, (lamp, 2)), 1)
        for move in (approve, send, receive)[:step]:
            await move(world, rma)
    await decline(world, await ask(world, await delivered(world, lamp), 1))
    rma = await ask(world, await delivered(world, lamp), 1)
    await world.do(aftercare.withdraw_return, aftercare.WithdrawReturn(rma=rma))
    for order in (await delivered(world, (lamp, 3)), await settled(world, (lamp, 3))):
        first = await send_back(world, order, 1)
        await inspect(world, first, Inspected(1, 1, 3_00, restock=True, note="used"))
        await inspect(world, await send_back(world, order, 1))
        await inspect(world, await send_back(world, order, 1), Inspected(1, 0, note="not ours"))
    await inspect(world, await send_back(world, await delivered(world, (lamp, 2)), (1, 2)))
    for sold in (delivered, settled):
        await quarrel(world, await sold(world, lamp), 5_00)
        await answer(world, await quarrel(world, await sold(world, lamp)))
        for refund, at_cost in ((5_00, False), (0, False), (3_00, True)):
            dispute = await quarrel(world, await sold(world, lamp), 7_00)
            await answer(world, dispute)
            await escalate(world, dispute)
            await rule(world, dispute, refund, at_operators_cost=at_cost)
        await answer(world, await quarrel(world, await sold(world, lamp)), accept=True)
        await withdraw(world, await quarrel(world, await sold(world, lamp)))
