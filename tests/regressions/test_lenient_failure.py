"""An imported purchase stands once all its payments are known, whichever is known last."""

from fondaco import orders
from tests.world import World
from tests.world import world as world


async def test_the_last_payment_of_an_import_fails(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    tenders = (orders.Tender("sandbox", "a", 90_00), orders.Tender("sandbox", "b", 10_00))
    placed = await world.place(lamp, tenders=tenders, lenient=True)
    assert not await world.capture(placed, 90_00)
    failed = orders.RecordPayment(payment=placed.payments[1], result=orders.Paid.FAILED)
    assert (await world.do(orders.record_payment, failed)).applied
    assert await world.state(placed.orders[0].id) == ["paid"]
    assert await world.balance("escrow", placed.orders[0].id) == 100_00
    assert await world.broken() == []
