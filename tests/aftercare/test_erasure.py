"""What was written about a buyer's returns goes with the buyer's name."""

from fondaco import aftercare, kernel, orders
from fondaco.aftercare import Inspected
from tests.aftercare import caring, quarrelling
from tests.world import World

_LINES = "select note from aftercare.return_line where return = :id"


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
    await kernel.subscribe(world.database, [aftercare.SUBSCRIBER])
    while await kernel.deliver(world.database, aftercare.SUBSCRIBER):
        pass
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
    await kernel.subscribe(world.database, [aftercare.SUBSCRIBER])
    while await kernel.deliver(world.database, aftercare.SUBSCRIBER):
        pass
    found = await aftercare.one_dispute(world.database, dispute)
    assert found is not None
    [told] = await aftercare.evidence_of(world.database, found)
    assert (found.ruling, told.text, told.files, told.party) == ("erased", "erased", (), "buyer")
