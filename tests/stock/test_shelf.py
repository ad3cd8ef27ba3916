"""The shelf: first come, first served, location by location, and never a unit twice."""

import asyncio
from dataclasses import dataclass

import asyncpg
import pytest

from fondaco import orders, stock
from fondaco.kernel import Outdated, Refused
from fondaco.orders import Placed, PlaceRefusal
from fondaco.stock import AddLocation, Move
from tests.world import World


@dataclass
class Shelves:
    """One offer at three locations: 3 units at the first, 4 at the second, 5 at the last."""

    world: World
    offer: int
    places: list[int]

    async def levels(self) -> list[tuple[int, int]]:
        """On hand and reserved, place by place."""
        rows = {r["location"]: r for r in await stock.levels(self.world.database, [self.offer])}
        return [(rows[place]["on_hand"], rows[place]["reserved"]) for place in self.places]


@pytest.fixture
async def shelves(world: World) -> Shelves:
    seller = await world.seller()
    offer = await world.offer(seller, price=100, units=0)
    places = []
    for priority, units in ((2, 4), (1, 3), (3, 5)):  # not in the order in which they are drawn on
        wish = AddLocation(seller=seller, name=f"Place {priority}", priority=priority)
        place = (await world.do(stock.add_location, wish)).id
        places.append((priority, place))
        await world.do(stock.move, Move(seller=seller, offer=offer, location=place, quantity=units))
    return Shelves(world, offer, [place for _, place in sorted(places)])


async def test_units_come_from_the_first_location_that_has_any(shelves: Shelves) -> None:
    await shelves.world.buy((shelves.offer, 2))
    assert await shelves.levels() == [(3, 2), (4, 0), (5, 0)]
    await shelves.world.buy((shelves.offer, 6))
    assert await shelves.levels() == [(3, 3), (4, 4), (5, 1)]


async def test_a_line_over_many_locations_leaves_them_all(shelves: Shelves) -> None:
    placed = await shelves.world.buy((shelves.offer, 8))
    await shelves.world.ship(placed.orders[0].id)
    assert await shelves.levels() == [(0, 0), (0, 0), (4, 0)]


async def test_units_given_back_are_free_where_they_were(shelves: Shelves) -> None:
    placed = await shelves.world.buy((shelves.offer, 8))
    order = placed.orders[0].id
    line = orders.RefundLine(1, 5)
    await shelves.world.do(orders.refund, orders.Refund(order=order, lines=(line,)))
    assert sum(reserved for _, reserved in await shelves.levels()) == 3
    await shelves.world.ship(order)
    assert sum(on_hand for on_hand, _ in await shelves.levels()) == 9
    assert sum(reserved for _, reserved in await shelves.levels()) == 0


async def test_lines_of_one_batch_compete_in_order_of_arrival(shelves: Shelves) -> None:
    world, offer = shelves.world, shelves.offer
    wishes = [world.basket((offer, n)) for n in (7, 6, 5, 1)]
    answers = await world.batch(orders.place, wishes)
    codes = [one.code if isinstance(one, Refused) else "placed" for one in answers]
    sold_out = str(PlaceRefusal.SOLD_OUT)
    assert codes == ["placed", sold_out, "placed", sold_out]
    assert await shelves.levels() == [(3, 3), (4, 4), (5, 5)]


async def test_two_lines_of_one_purchase_count_together(shelves: Shelves) -> None:
    world, offer = shelves.world, shelves.offer
    refusal = await world.refused(orders.place, world.basket((offer, 7), (offer, 6)))
    assert refusal == PlaceRefusal.SOLD_OUT
    await world.place((offer, 7), (offer, 5))
    assert await shelves.levels() == [(3, 3), (4, 4), (5, 5)]


async def test_batches_at_once_sell_no_unit_twice(shelves: Shelves) -> None:
    world = shelves.world
    wishes = [world.basket(shelves.offer) for _ in range(10)]
    batches = await asyncio.gather(*(world.batch(orders.place, wishes) for _ in range(3)))
    placed = [one for batch in batches for one in batch if isinstance(one, Placed)]
    assert len(placed) == 12
    assert await shelves.levels() == [(3, 3), (4, 4), (5, 5)]


async def test_what_the_shelf_decides_is_written_at_once(shelves: Shelves) -> None:
    database, offer = shelves.world.database, shelves.offer
    async with database.transaction() as tx:
        shelf = await stock.open_shelf(tx, {offer: 12, 1: 1})
        assert (shelf.free(offer), shelf.free(1)) == (12, 0)
        shelf.take(65, 1, offer, 4)
        assert shelf.free(offer) == 8
        with pytest.raises(AssertionError, match="more was taken than is free"):
            shelf.take(65, 2, offer, 9)


async def test_a_scarce_shelf_is_nobody_else_s(shelves: Shelves) -> None:
    database = shelves.world.database
    async with database.transaction() as mine:
        await stock.open_shelf(mine, {shelves.offer: 1})
        async with database.transaction() as theirs:
            await theirs.connection.execute("set local lock_timeout = '50ms'")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await stock.open_shelf(theirs, {shelves.offer: 1})


async def test_a_full_shelf_is_for_many_at_once_until_they_write(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=100)
    async with world.database.transaction() as mine:
        shelf = await stock.open_shelf(mine, {offer: 1})
        await world.place((offer, 2))
        shelf.take(65, 1, offer, 1)
        await shelf.write(mine)
        async with world.database.transaction() as theirs:
            await theirs.connection.execute("set local lock_timeout = '50ms'")
            other = await stock.open_shelf(theirs, {offer: 1})
            other.take(129, 1, offer, 1)
            with pytest.raises(asyncpg.LockNotAvailableError):
                await other.write(theirs)
    assert await world.shelf(offer) == (100, 3)


async def test_who_comes_too_late_to_a_full_shelf_hears_of_it(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=100)

    async def too_late() -> None:
        async with world.database.transaction() as mine:
            shelf = await stock.open_shelf(mine, {offer: 1})
            await world.place((offer, 100))
            shelf.take(65, 1, offer, 1)
            await shelf.write(mine)

    with pytest.raises(Outdated):
        await too_late()
    assert await world.shelf(offer) == (100, 100)


async def test_batches_that_come_too_late_run_again(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fondaco.stock.shelf.PLENTY", 0)  # so none of them locks before it writes
    await test_batches_at_once_sell_no_unit_twice(shelves)


async def test_units_not_promised_can_be_neither_freed_nor_sent(shelves: Shelves) -> None:
    world, offer = shelves.world, shelves.offer
    order = (await world.buy((offer, 2))).orders[0].id
    async with world.database.transaction() as tx:
        with pytest.raises(AssertionError, match="not promised"):
            await stock.release(tx, [stock.Part(order, 1, offer, 3)])
        with pytest.raises(AssertionError, match="not promised"):
            await stock.send(tx, [stock.Part(order, 2, offer, 1)], [1], [world.clock()])
    assert await world.shelf(offer) == (12, 2)


@pytest.mark.parametrize(
    "change", ["reserved = on_hand + 1", "reserved = -1", "on_hand = reserved - 1"]
)
async def test_the_database_itself_refuses_to_oversell(shelves: Shelves, change: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await shelves.world.rows(f"update stock.level set {change}")
