"""What was written about a buyer's returns goes with the buyer's name."""

import asyncio

from fondaco import aftercare, kernel, orders
from fondaco.aftercare import Inspected
from tests.aftercare import caring, quarrelling
from tests.world import World

_LINES = "select note from aftercare.return_line where return = :id"


async def told(world: World) -> None:
    """Deliver the erasure. It waits for the oldest transaction of the server, other tests' too."""
    await kernel.subscribe(world.database, [aftercare.SUBSCRIBER])
    position = "select count(*) as n from kernel.outbox where topic = 'buyer.erased'"
    behind = """
        select count(*) as n from kernel.outbox o join kernel.subscription s on s.bucket = o.bucket
        where s.name = 'aftercare.erasure' and o.topic = 'buyer.erased'
            and (o.xid, o.id) > (s.xid, s.id)
    """
    assert (await world.rows(position))[0]["n"] > 0
    while (await world.rows(behind))[0]["n"]:
        await kernel.deliver(world.database, aftercare.SUBSCRIBER)
        await asyncio.sleep(0.02)


async def test_words_on_returns_are_forgotten(world: World) -> None:
    buyer = await world.buyer()
    _, _, order = await caring.lamps(world, buyer=buyer)
    rma = await caring.ask(world, order, 1, note="Ada's cat dislikes it")
    await caring.approve(world, rma)
    await caring.send(world, rma)
    await caring.receive(world, rma)
    await caring.inspect(world, rma, Inspected(no=1, accepted=0, note="Ada's cat chewed it"))
    await world.confirm(order)
    await world.do(orders.erase_buyer, orders.EraseBuyer(buyer=buyer))
    await told(world)
    kept = await caring.one(world, rma)
    assert (kept["note"], kept["carrier"], kept["tracking"]) == ("erased", "", "")
    assert [row["note"] for row in await world.rows(_LINES, id=rma)] == ["erased"]
    assert await world.broken() == []


async def test_words_in_disputes_are_forgotten(world: World) -> None:
    buyer = await world.buyer()
    order = await caring.settled(world, await world.offer(await world.seller(), 10_00), buyer=buyer)
    dispute = await quarrelling.quarrel(world, order, text="Ada says", files=(quarrelling.PHOTO,))
    erase = orders.EraseBuyer(buyer=buyer)
    assert await world.refused(orders.erase_buyer, erase) == "orders_under_way"
    await quarrelling.rule(world, dispute, 1_00)
    await world.do(orders.erase_buyer, erase)
    await told(world)
    found = await aftercare.one_dispute(world.database, dispute)
    assert found is not None
    [said] = await aftercare.evidence_of(world.database, found)
    assert (found.ruling, said.text, said.files, said.party) == ("erased", "erased", (), "buyer")
