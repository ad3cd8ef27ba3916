"""What cannot be done when it is due is tried again at leisure, and holds up nothing else."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from fondaco import orders, payments
from tests.fresh import fresh_database
from tests.world import World, open_world


@pytest.fixture
async def world(server_url: str) -> AsyncIterator[World]:
    """A world with a database of its own: the sweep takes whatever is due."""
    async with fresh_database(server_url) as url, open_world(url) as own:
        yield own


async def test_a_round_that_did_nothing_says_so(world: World) -> None:
    """Or the job would go round without a pause for as long as one order is broken."""
    lamp = await world.offer(await world.seller(), 1_00)
    broken, sound = await world.place(lamp), await world.place(lamp)
    await world.rows(
        'delete from stock.reservation where "order" = :order', order=broken.orders[0].id
    )
    world.clock.advance(hours=1)
    assert await orders.sweep_due(world.database) == 1
    assert await world.state(broken.orders[0].id, sound.orders[0].id) == ["created", "expired"]
    assert await orders.sweep_due(world.database) == 0


async def test_what_breaks_is_put_off_behind_all_else_that_is_due(world: World) -> None:
    """Or a page full of broken orders, the oldest of all, would be all that is ever looked at."""
    lamp = await world.offer(await world.seller(), 1_00)
    [order] = (await world.place(lamp)).orders
    await world.rows('delete from stock.reservation where "order" = :order', order=order.id)
    world.clock.advance(hours=1)
    assert await orders.sweep_due(world.database) == 0
    assert await due_at(world, order.id) == world.clock() + payments.ASK_AGAIN


async def due_at(world: World, order: int) -> datetime:
    [row] = await world.rows("select due_at from orders.orders where id = :order", order=order)
    return row["due_at"]  # type: ignore[no-any-return]
