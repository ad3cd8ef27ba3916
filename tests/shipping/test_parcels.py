"""Parcels: every event is kept, none moves a parcel back, silence is noticed."""

from fondaco import orders, shipping
from fondaco.orders import RecordScan, ScanRefusal
from fondaco.payments.providers.sandbox import LocalSandbox
from fondaco.shipping import Scan
from tests.world import World


async def under_way(world: World) -> tuple[int, int]:
    """An order on its way, and its parcel."""
    placed = await world.buy(await world.offer(await world.seller(), 100_00))
    order = placed.orders[0].id
    return order, await world.ship(order)


async def state(world: World, order: int) -> str:
    return str((await shipping.parcels_of(world.database, order))[0]["state"])


async def events(world: World, order: int) -> list[str]:
    return [row["kind"] for row in await shipping.parcels_of(world.database, order)]


async def sweep_silent(world: World) -> None:
    """Do what is due for parcels, as the server does."""
    [sweep] = [s for s in orders.sweeps({"sandbox": LocalSandbox()}) if s.name == "orders.parcels"]
    while await sweep.run(world.database):
        pass


async def test_shipping_hands_a_parcel_over(world: World) -> None:
    order, parcel = await under_way(world)
    [row] = await shipping.parcels_of(world.database, order)
    assert (row["id"], row["carrier"], row["state"]) == (parcel, "Post", "handed_over")


async def test_arrival_delivers_the_order(world: World) -> None:
    order, parcel = await under_way(world)
    assert await world.scan(parcel, Scan.IN_TRANSIT) == "shipped"
    assert await world.scan(parcel, Scan.DELIVERED) == "delivered"
    assert await events(world, order) == ["handed_over", "in_transit", "delivered"]


async def test_a_late_or_repeated_event_is_kept_and_moves_nothing_back(world: World) -> None:
    order, parcel = await under_way(world)
    for kind in (Scan.DELIVERED, Scan.IN_TRANSIT, Scan.DELIVERED, Scan.HANDED_OVER):
        assert await world.scan(parcel, kind) == "delivered"
    assert await state(world, order) == "delivered"
    assert await events(world, order) == [
        "handed_over", "delivered", "in_transit", "delivered", "handed_over",
    ]  # fmt: skip


async def test_events_of_one_parcel_in_one_batch_apply_in_turn(world: World) -> None:
    order, parcel = await under_way(world)
    kinds = (Scan.DELIVERED, Scan.IN_TRANSIT, Scan.DELIVERED)
    answers = await world.batch(
        orders.record_scan, [RecordScan(parcel=parcel, kind=kind) for kind in kinds]
    )
    assert [answer.parcel_state for answer in answers] == ["delivered"] * 3
    steps = await orders.steps_of(world.database, order)
    assert [step["dst"] for step in steps].count("delivered") == 1


async def test_an_event_told_twice_under_one_id_is_kept_once(world: World) -> None:
    order, parcel = await under_way(world)
    wish = RecordScan(parcel=parcel, kind=Scan.IN_TRANSIT)
    for _ in range(2):
        await world.do(orders.record_scan, wish, key=f"evt {parcel}")
    assert await events(world, order) == ["handed_over", "in_transit"]


async def test_a_parcel_nobody_scans_for_15_days_is_an_exception(world: World) -> None:
    order, _ = await under_way(world)
    world.clock.advance(days=15, seconds=-1)
    await sweep_silent(world)
    assert await state(world, order) == "handed_over"
    world.clock.advance(seconds=1)
    await sweep_silent(world)
    assert await state(world, order) == "exception"
    assert await world.state(order) == ["shipped"]


async def test_every_scan_starts_the_silence_anew(world: World) -> None:
    order, parcel = await under_way(world)
    world.clock.advance(days=14)
    await world.scan(parcel, Scan.IN_TRANSIT)
    world.clock.advance(days=14)
    await sweep_silent(world)
    assert await state(world, order) == "in_transit"


async def test_a_parcel_given_up_may_still_arrive(world: World) -> None:
    order, parcel = await under_way(world)
    await world.scan(parcel, Scan.EXCEPTION)
    assert await world.scan(parcel, Scan.DELIVERED) == "delivered"
    assert await state(world, order) == "delivered"


async def test_a_lost_parcel_stays_lost_and_its_order_waits_for_a_person(world: World) -> None:
    order, parcel = await under_way(world)
    await world.scan(parcel, Scan.EXCEPTION)
    await world.scan(parcel, Scan.LOST)
    assert await world.scan(parcel, Scan.DELIVERED) == "shipped"
    assert await state(world, order) == "lost"
    assert await world.balance("escrow", order) == 100_00


async def test_a_parcel_of_a_refunded_order_arrives_without_reviving_it(world: World) -> None:
    order, parcel = await under_way(world)
    await world.do(orders.refund, orders.Refund(order=order))
    assert await world.scan(parcel, Scan.DELIVERED) == "cancelled"


async def test_the_seller_may_scan_their_own_parcel(world: World) -> None:
    order, parcel = await under_way(world)
    [row] = await orders.orders_of(world.database, [order])
    wish = RecordScan(parcel=parcel, kind=Scan.DELIVERED, seller=row["seller"])
    assert (await world.do(orders.record_scan, wish)).order_state == "delivered"


async def test_refuses_a_parcel_that_is_not_there_or_somebody_elses(world: World) -> None:
    _, parcel = await under_way(world)
    stranger = await world.seller()
    for wish in (
        RecordScan(parcel=64, kind=Scan.DELIVERED),
        RecordScan(parcel=parcel, kind=Scan.DELIVERED, seller=stranger),
    ):
        assert await world.refused(orders.record_scan, wish) == ScanRefusal.UNKNOWN_PARCEL
