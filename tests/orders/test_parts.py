"""Orders that leave in several parcels: what may leave, when they are delivered, what goes back."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from fondaco import orders
from fondaco.orders import OrderRefusal, Refund, RefundLine, Ship
from fondaco.shipping import Scan
from tests.fresh import fresh_database
from tests.world import World, open_world

GOODS, SHIPPING = 10_00, 1_00


@pytest.fixture
async def world(server_url: str) -> AsyncIterator[World]:
    """A world with a database of its own: the clock is turned."""
    async with fresh_database(server_url) as url, open_world(url) as own:
        yield own


async def bought(world: World, *quantities: int) -> int:
    """A paid order of one line for each quantity."""
    seller = await world.seller()
    offers = [await world.offer(seller, GOODS, SHIPPING, units=20) for _ in quantities]
    placed = await world.buy(*zip(offers, quantities, strict=True))
    return placed.orders[0].id


async def part(world: World, order: int, *units: tuple[int, int]) -> int:
    """Ship units of lines; the parcel."""
    lines = tuple(RefundLine(*one) for one in units)
    return (await world.do(orders.ship, Ship(order=order, carrier="Post", lines=lines))).parcel


async def state(world: World, order: int) -> str:
    [one] = await world.state(order)
    return one


async def test_an_order_is_shipped_with_its_last_unit_and_delivered_with_its_last_parcel(
    world: World,
) -> None:
    order = await bought(world, 3, 1)
    first = await part(world, order, (1, 2))
    assert await state(world, order) == "paid"
    assert await world.scan(first, Scan.DELIVERED) == "paid"
    second = await part(world, order, (1, 1))
    third = await world.ship(order)
    assert await state(world, order) == "shipped"
    assert await world.scan(third, Scan.DELIVERED) == "shipped"
    assert await world.scan(second, Scan.DELIVERED) == "delivered"
    assert await world.broken() == []


async def test_parcels_that_arrive_in_one_batch_deliver_their_order_once(world: World) -> None:
    order = await bought(world, 2)
    parcels = [await part(world, order, (1, 1)), await part(world, order, (1, 1))]
    scans = [orders.RecordScan(parcel=one, kind=Scan.DELIVERED) for one in parcels]
    first, second = await world.batch(orders.record_scan, scans)
    assert (first.order_state, second.order_state) == ("shipped", "delivered")
    steps = await orders.steps_of(world.database, order)
    assert [step["dst"] for step in steps].count("delivered") == 1


async def test_a_parcel_says_what_is_in_it(world: World) -> None:
    order = await bought(world, 3, 1)
    await part(world, order, (2, 1), (1, 1), (1, 1))
    await world.ship(order)
    whole = await bought(world, 2)
    await world.ship(whole)
    rows = await world.rows(
        """
        select p."order", c.line, c.units from shipping.parcel p
        join shipping.content c on c.parcel = p.id where p."order" = any(:orders::bigint[])
        order by p.id, c.line
        """,
        orders=[order, whole],
    )
    assert [tuple(row) for row in rows] == [(order, 1, 2), (order, 2, 1), (order, 1, 1)]


@pytest.mark.parametrize(
    ("lines", "refusal", "pointer"),
    [
        ([(3, 1)], OrderRefusal.UNKNOWN_LINE, "/lines/0"),
        ([(1, 4)], OrderRefusal.TOO_MANY_UNITS, "/lines/0/units"),
        ([(1, 2), (1, 2)], OrderRefusal.TOO_MANY_UNITS, "/lines/1/units"),
    ],
)
async def test_no_unit_leaves_that_is_not_there(
    world: World, lines: list[tuple[int, int]], refusal: OrderRefusal, pointer: str
) -> None:
    order = await bought(world, 3, 1)
    before = await world.fingerprint()
    wish = Ship(order=order, carrier="Post", lines=tuple(RefundLine(*one) for one in lines))
    [answer] = await world.batch(orders.ship, [wish])
    assert (answer.code, answer.pointer) == (refusal, pointer)
    assert await world.fingerprint() == before


async def test_what_has_not_left_in_time_goes_back_and_the_rest_goes_on(world: World) -> None:
    order = await bought(world, 3, 1)
    parcel = await part(world, order, (1, 2))
    world.clock.advance(days=30)
    due = orders.DoDue(order=order, state="paid")
    assert (await world.do(orders.do_due, due)).state == "shipped"
    [row] = await world.rows("select refunded from orders.orders where id = :id", id=order)
    assert row["refunded"] == 2 * GOODS + SHIPPING + -(-SHIPPING // 3)
    assert await world.scan(parcel, Scan.DELIVERED) == "delivered"
    assert await world.broken() == []


async def test_the_rest_given_up_after_all_parcels_arrived_delivers_the_order(
    world: World,
) -> None:
    order = await bought(world, 3)
    parcel = await part(world, order, (1, 2))
    assert await world.scan(parcel, Scan.DELIVERED) == "paid"
    wish = Refund(order=order, lines=(RefundLine(1, 1),))
    assert (await world.do(orders.refund, wish)).state == "delivered"
    assert await world.confirm(order) == "settled"
    assert await world.broken() == []


async def test_units_that_left_are_the_last_to_be_taken_for_a_refund(world: World) -> None:
    order = await bought(world, 5)
    await part(world, order, (1, 2))
    back = await world.do(orders.refund, Refund(order=order, lines=(RefundLine(1, 4),)))
    assert back.amount == 4 * GOODS + SHIPPING * 3 // 5, "shipping of the three not sent alone"
    assert back.state == "shipped"
    assert await world.broken() == []


async def test_a_lost_parcel_of_several_opens_a_dispute_before_the_rest_has_left(
    world: World,
) -> None:
    order = await bought(world, 2)
    parcel = await part(world, order, (1, 1))
    await world.scan(parcel, Scan.EXCEPTION)
    await world.scan(parcel, Scan.LOST)
    [row] = await world.rows("select disputed from orders.orders where id = :id", id=order)
    assert row["disputed"]
    refused = await world.refused(orders.ship, Ship(order=order, carrier="Post"))
    assert refused == OrderRefusal.DISPUTED


class _Counter:
    """A clerk who counts the units of one line: sent, given back, and when it is over."""

    def __init__(self, quantity: int) -> None:
        self.left, self.here, self.on_road = quantity, quantity, 0
        self.state, self.parts = "paid", False

    def ship(self, units: int) -> bool:
        if self.state != "paid" or not 1 <= units <= self.here:
            return False
        self.parts = self.parts or units < self.here
        self.here, self.on_road = self.here - units, self.on_road + 1
        self._closed()
        return True

    def refund(self, units: int) -> bool:
        if self.state not in ("paid", "shipped", "delivered") or not 1 <= units <= self.left:
            return False
        self.left -= units
        if self.state == "paid":
            self.here = max(self.here - units, 0)
        if not self.left:
            self.state = "cancelled"
        else:
            self._closed()
        return True

    def arrive(self) -> None:
        self.on_road -= 1
        if self.state == "shipped" and not self.on_road:
            self.state = "delivered"

    def _closed(self) -> None:
        if self.state == "paid" and not self.here:
            self.state = "shipped" if self.on_road else "delivered"


@pytest.mark.parametrize("seed", range(8))
async def test_orders_in_parts_come_to_what_a_clerk_counts(world: World, seed: int) -> None:
    dice = Random(seed)
    quantity = dice.randint(2, 6)
    order, clerk = await bought(world, quantity), _Counter(quantity)
    under_way: list[int] = []
    for turn in range(14):
        verb, units = (dice.choice("ssra"), dice.randint(1, 3)) if turn else ("s", 1)
        if verb == "s":
            wish = Ship(order=order, carrier="Post", lines=(RefundLine(1, units),))
            [answer] = await world.batch(orders.ship, [wish])
            if clerk.ship(units):
                under_way.append(answer.parcel)
            else:
                assert answer.code in (OrderRefusal.TOO_MANY_UNITS, OrderRefusal.WRONG_STATE)
        elif verb == "r":
            back = Refund(order=order, lines=(RefundLine(1, units),))
            [answer] = await world.batch(orders.refund, [back])
            assert clerk.refund(units) is hasattr(answer, "amount")
        elif under_way:
            clerk.arrive()
            parcel = under_way.pop(dice.randrange(len(under_way)))
            await world.scan(parcel, Scan.DELIVERED)
        assert await state(world, order) == clerk.state
    assert clerk.parts
    assert await world.broken() == []
