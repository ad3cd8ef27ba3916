"""A provider's clock, or a webhook days late, shortens nobody's time."""

from datetime import timedelta

from fondaco import kernel, orders
from fondaco.kernel.ids import show
from fondaco.payments import Fact, FactKind
from tests.world import World
from tests.world import world as world


async def test_a_seller_has_the_whole_time_to_ship_however_late_the_news(world: World) -> None:
    """Or an order paid in time is cancelled the moment we hear that it is paid."""
    await world.open_market(pay_within=timedelta(days=14), ship_within=timedelta(days=5))
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    captured_at = world.clock()
    world.clock.advance(days=6)
    fact = Fact(
        f"evt-{world.name}", FactKind.CAPTURED, show("pay", placed.payments[0]),
        placed.total, "EUR", 0, "", captured_at,
    )  # fmt: skip
    word = orders.payment_fact(fact, placed.payments[0])
    await kernel.run(world.database, orders.record_payment, [word])
    [order] = await orders.orders_of(world.database, [placed.purchase])
    assert order["state"] == "paid"
    assert order["due_at"] == world.clock() + timedelta(days=5)
