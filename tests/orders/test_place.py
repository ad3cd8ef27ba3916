"""Placing purchases."""

from tests.world import World


async def test_a_purchase_becomes_one_order_per_seller(world: World) -> None:
    a, b = await world.seller(), await world.seller()
    lamp, vase = await world.offer(a, 10_000, shipping=500), await world.offer(b, 5_000)
    placed = await world.place(lamp, vase, (lamp, 2))
    assert placed.total == 3 * 10_000 + 2 * 500 + 5_000
    assert [(o.seller, o.goods, o.shipping) for o in placed.orders] == [
        (a, 30_000, 1_000),
        (b, 5_000, 0),
    ]
    assert await world.state(*(o.id for o in placed.orders)) == ["created", "created"]
    assert await world.shelf(lamp) == (10, 3)
