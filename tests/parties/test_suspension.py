"""Sellers barred from selling: by whom, why, how long, and what becomes of what is sold."""

from fondaco import orders, parties
from fondaco.kernel import Refused
from fondaco.parties import Reinstate, StandingRefusal, Suspend
from tests.world import World


def suspend(seller: int, reason: str = "Counterfeits") -> Suspend:
    return Suspend(seller=seller, reason=reason, by="operator:1 fk_abcdefg")


async def test_a_suspended_seller_sells_nothing_until_reinstated(world: World) -> None:
    """Scenario 25: carts that hold its items are refused whole, and nobody is charged."""
    bad, good = await world.seller(), await world.seller()
    lamp, book = await world.offer(bad, 10_00), await world.offer(good, 5_00)
    assert (await world.do(parties.suspend, suspend(bad))).state == "suspended"
    refusal = await world.refused(orders.place, world.basket(book, lamp))
    assert refusal == orders.PlaceRefusal.SELLER_SUSPENDED
    await world.buy(book)
    wish = Reinstate(seller=bad, by="operator:1 fk_abcdefg")
    assert (await world.do(parties.reinstate, wish)).state == "active"
    await world.buy(book, lamp)


async def test_what_is_sold_already_goes_on(world: World) -> None:
    seller = await world.seller()
    placed = await world.buy(await world.offer(seller, 10_00))
    await world.suspend(seller)
    [order] = placed.orders
    await world.deliver(order.id)
    assert await world.confirm(order.id) == "settled"
    assert await world.balance("payable", seller) == 9_00


async def test_each_outcome_of_a_batch(world: World) -> None:
    seller, buyer = await world.seller(), await world.buyer()
    outcomes = await world.batch(
        parties.suspend, [suspend(seller), suspend(seller, "again"), suspend(buyer), suspend(1)]
    )
    codes = [one.code if isinstance(one, Refused) else one.state for one in outcomes]
    unknown = StandingRefusal.UNKNOWN_SELLER
    assert codes == ["suspended", StandingRefusal.ALREADY_SUSPENDED, unknown, unknown]
    back = [Reinstate(seller=one, by="somebody") for one in (seller, seller, buyer)]
    outcomes = await world.batch(parties.reinstate, back)
    codes = [one.code if isinstance(one, Refused) else one.state for one in outcomes]
    assert codes == ["active", StandingRefusal.NOT_SUSPENDED, unknown]


async def test_each_suspension_is_remembered(world: World) -> None:
    seller = await world.seller()
    for reason in ("Late parcels", "Counterfeits"):
        await world.do(parties.suspend, suspend(seller, reason))
        world.clock.advance(days=3)
        await world.do(parties.reinstate, Reinstate(seller=seller, by="operator:2 fk_hijklmn"))
    rows = await parties.suspensions_of(world.database, seller, 2**63 - 1, 10)
    assert [(r["reason"], (r["lifted_at"] - r["suspended_at"]).days) for r in rows] == [
        ("Counterfeits", 3), ("Late parcels", 3),
    ]  # fmt: skip
    assert {(r["suspended_by"], r["lifted_by"]) for r in rows} == {
        ("operator:1 fk_abcdefg", "operator:2 fk_hijklmn")
    }
