"""Parcels that nobody has heard of: which are, and that one which breaks holds up no other."""

from collections.abc import AsyncIterator

import pytest

from fondaco.orders import jobs
from fondaco.orders.jobs import sweep_silent
from fondaco.shipping import Scan
from tests.fresh import fresh_database
from tests.world import World, open_world


@pytest.fixture
async def world(server_url: str) -> AsyncIterator[World]:
    """A world with a database of its own: the sweep takes whatever is due."""
    async with fresh_database(server_url) as url, open_world(url) as own:
        yield own


async def parcel_state(world: World, parcel: int) -> str:
    [row] = await world.rows("select state from shipping.parcel where id = :id", id=parcel)
    return str(row["state"])


async def test_each_scan_of_a_parcel_under_way_starts_the_wait_anew(world: World) -> None:
    placed = await world.buy(await world.offer(await world.seller(), 1_00))
    parcel = await world.ship(placed.orders[0].id)
    for _ in range(4):
        world.clock.advance(days=7)
        await world.scan(parcel, Scan.IN_TRANSIT)
        await sweep_silent(world.database)
        assert await parcel_state(world, parcel) == "in_transit"
    world.clock.advance(days=15)
    await sweep_silent(world.database)
    assert await parcel_state(world, parcel) == "exception"
    assert await world.broken() == []


async def test_a_parcel_that_breaks_each_time_does_not_hold_up_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_LIMIT", 1)
    lamp = await world.offer(await world.seller(), 1_00)
    broken, fine = [await world.ship((await world.buy(lamp)).orders[0].id) for _ in range(2)]
    await world.rows(
        f"alter table shipping.event add check (parcel <> {broken} or kind <> 'exception')"
    )
    world.clock.advance(days=16)
    for _ in range(2):
        await sweep_silent(world.database)
    assert await parcel_state(world, broken) == "handed_over"
    assert await parcel_state(world, fine) == "exception"
    await world.rows("alter table shipping.event drop constraint event_check")
    world.clock.advance(minutes=2)
    await sweep_silent(world.database)
    assert await parcel_state(world, broken) == "exception"
