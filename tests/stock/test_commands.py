"""Stock: what is on hand is the sum of its moves, and what is promised stays."""

from typing import Any

import pytest

from fondaco import stock
from fondaco.stock import AddLocation, LocationRefusal, Move, MoveReason, MoveRefusal
from tests.world import World

COUNTED = MoveReason.COUNTED


async def move(world: World, offer: int, quantity: int, /, **over: Any) -> Move:
    """A wish to move units of an offer at its seller's first location."""
    seller = world.seller_of[offer]
    usual: dict[str, Any] = {"seller": seller, "location": world.location[seller]}
    return Move(**(usual | {"offer": offer, "quantity": quantity} | over))


async def test_locations_are_listed_in_order_of_priority(world: World) -> None:
    seller = await world.seller()
    for name, priority in (("Attic", 9), ("Cellar", 2)):
        await world.do(stock.add_location, AddLocation(seller=seller, name=name, priority=priority))
    rows = await stock.locations(world.database, seller)
    assert [row["name"] for row in rows] == ["Shelf", "Cellar", "Attic"]


async def test_refuses_a_location_of_nobody(world: World) -> None:
    wish = AddLocation(seller=1, name="Shelf")
    assert await world.refused(stock.add_location, wish) == LocationRefusal.UNKNOWN_SELLER


async def test_refuses_a_location_s_name_that_is_taken(world: World) -> None:
    wish = AddLocation(seller=await world.seller(), name="Attic")
    first, second = await world.batch(stock.add_location, [wish, wish])
    assert first.id
    assert second.code == LocationRefusal.NAME_TAKEN, "also within one batch"
    assert await world.refused(stock.add_location, wish) == LocationRefusal.NAME_TAKEN
    other = AddLocation(seller=await world.seller(), name="Attic")
    await world.do(stock.add_location, other)


async def test_moves_add_up_within_a_batch_and_over_batches(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=0)
    wishes = [
        await move(world, offer, 5),
        await move(world, offer, -2, reason=COUNTED),
        await move(world, offer, 4),
    ]
    answers = await world.batch(stock.move, wishes)
    assert [(one.on_hand, one.reserved) for one in answers] == [(5, 0), (3, 0), (7, 0)]
    assert (await world.do(stock.move, wishes[0])).on_hand == 12
    assert await world.shelf(offer) == (12, 0)


async def test_moves_that_cancel_out_are_kept_all_the_same(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=0)
    await world.batch(
        stock.move, [await move(world, offer, 5), await move(world, offer, -5, reason=COUNTED)]
    )
    rows = await world.rows(
        "select quantity, reason from stock.move where offer = :offer order by id", offer=offer
    )
    assert [tuple(row) for row in rows] == [(5, "received"), (-5, "counted")]
    assert await world.shelf(offer) == (0, 0)


async def test_a_count_may_find_as_few_as_are_promised(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=10)
    await world.buy((offer, 4))
    fits = await move(world, offer, -6, reason=COUNTED)
    assert (await world.do(stock.move, fits)).on_hand == 4
    one_more = await move(world, offer, -1, reason=COUNTED)
    assert await world.refused(stock.move, one_more) == MoveRefusal.BELOW_RESERVED


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"offer": 1}, MoveRefusal.UNKNOWN_OFFER),
        ({"seller": 1}, MoveRefusal.UNKNOWN_OFFER),  # somebody else's looks like none
        ({"location": 1}, MoveRefusal.UNKNOWN_LOCATION),
        ({"quantity": 0}, MoveRefusal.NOTHING_MOVED),
        ({"quantity": 0, "reason": COUNTED}, MoveRefusal.NOTHING_MOVED),
        ({"quantity": -1}, MoveRefusal.NOTHING_MOVED),  # nobody receives less than nothing
        ({"quantity": -11, "reason": COUNTED}, MoveRefusal.BELOW_RESERVED),
        ({"offer": 1, "location": 1, "quantity": 0}, MoveRefusal.UNKNOWN_OFFER),
    ],
)
async def test_refuses_a_move(world: World, over: dict[str, Any], refusal: MoveRefusal) -> None:
    offer = await world.offer(await world.seller(), price=100, units=10)
    wish = await move(world, offer, 1, **over)
    assert await world.refused(stock.move, wish) == refusal


async def test_refuses_a_location_of_another_seller(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100)
    elsewhere = world.location[await world.seller()]
    wish = await move(world, offer, 1, location=elsewhere)
    assert await world.refused(stock.move, wish) == MoveRefusal.UNKNOWN_LOCATION


async def test_refuses_more_than_a_shelf_holds(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=0)
    full = [await move(world, offer, 10**9)] * 1000
    answers = await world.batch(stock.move, [*full, await move(world, offer, 1)])
    assert answers[-2].on_hand == 10**12
    assert answers[-1].code == MoveRefusal.TOO_MANY


async def test_one_bad_move_does_not_harm_its_batch(world: World) -> None:
    offer = await world.offer(await world.seller(), price=100, units=0)
    wishes = [await move(world, offer, n) for n in (3, 0, 4)]
    answers = await world.batch(stock.move, wishes)
    assert answers[1].code == MoveRefusal.NOTHING_MOVED
    assert await world.shelf(offer) == (7, 0)


async def test_totals_are_over_everything(world: World) -> None:
    before = await stock.totals(world.database)
    offer = await world.offer(await world.seller(), price=100, units=10)
    await world.buy((offer, 4))
    after = await stock.totals(world.database)
    assert (after[0] - before[0], after[1] - before[1]) == (10, 4)
