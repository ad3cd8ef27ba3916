"""A dispute that ends an imported order sends back what was captured above its price, too."""

from fondaco import orders
from tests.aftercare.caring import back_to_buyer
from tests.aftercare.quarrelling import answer, quarrel
from tests.world import World
from tests.world import world as world


async def test_what_was_captured_above_the_price_is_no_part_of_the_ruling(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    tenders = (orders.Tender("import", "t", 0),)
    placed = await world.place(lamp, tenders=tenders, lenient=True)
    assert await world.capture(placed, 110_00)
    order = placed.orders[0].id
    await world.deliver(order)
    ended = await answer(world, await quarrel(world, order), accept=True)
    assert (ended.state, ended.refunded) == ("ruled", 100_00)
    assert await world.state(order) == ["cancelled"]
    assert await back_to_buyer(world, order) == 110_00
    assert await world.broken() == []
