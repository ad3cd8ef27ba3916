"""A buyer who is erased in the very moment of a purchase or a refund."""

import asyncio
from typing import Any

from fondaco import kernel, orders, parties, payments
from fondaco.kernel import Handler, Refused
from fondaco.kernel.sql import Statement
from fondaco.orders import BuyerErased, EraseBuyer, ErasureRefusal, OrderRefusal, Placed, Refund
from tests.world import World
from tests.world import world as world

_WAITING = Statement(
    "waiting",
    "select count(*) as n from pg_stat_activity"
    " where wait_event_type = 'Lock' and datname = current_database()",
    (),
)

GOES_TO = """select credit_to, amount from payments.refund where "order" = :order"""


async def meet(
    world: World, first: tuple[Handler[Any, Any], Any], second: tuple[Handler[Any, Any], Any]
) -> tuple[Any, Any]:
    """Run a command while another that was decided before has not committed; both answers."""
    handler, wish = second
    async with world.database.transaction() as tx:
        [before] = await kernel.run_in(tx, first[0], [world.sent(first[1])])
        other = asyncio.create_task(kernel.run(world.database, handler, [world.sent(wish)]))
        async with asyncio.timeout(30):
            while not (await world.database.fetch(_WAITING))[0]["n"]:
                assert not other.done(), other.result()
    [after] = await other
    return before, after


async def test_a_purchase_that_was_there_first_keeps_its_buyer(world: World) -> None:
    basket = world.basket(await world.offer(await world.seller(), 10_00))
    erasure = EraseBuyer(buyer=world.customer)
    placed, erased = await meet(world, (orders.place, basket), (orders.erase_buyer, erasure))
    assert isinstance(placed, Placed)
    assert isinstance(erased, Refused)
    assert erased.code == ErasureRefusal.ORDERS_UNDER_WAY


async def test_a_purchase_that_comes_second_is_of_nobody_known(world: World) -> None:
    basket = world.basket(await world.offer(await world.seller(), 10_00))
    erasure = EraseBuyer(buyer=world.customer)
    erased, placed = await meet(world, (orders.erase_buyer, erasure), (orders.place, basket))
    assert isinstance(erased, BuyerErased)
    assert isinstance(placed, Refused)
    assert placed.code == orders.PlaceRefusal.UNKNOWN_BUYER


async def test_a_refund_on_its_way_into_the_wallet_keeps_its_owner(world: World) -> None:
    sold = await world.sell(await world.offer(await world.seller(), 10_00))
    refund = Refund(order=sold.orders[0].id, amount=4_00, as_credit=True)
    erasure = EraseBuyer(buyer=world.customer)
    refunded, erased = await meet(world, (orders.refund, refund), (orders.erase_buyer, erasure))
    assert isinstance(refunded, orders.Refunded)
    assert erased == Refused(
        ErasureRefusal.CREDIT_LEFT,
        "The buyer's wallet holds 4.00 EUR, or is about to; it has to go first.",
    )


async def test_credit_is_not_given_to_who_was_erased(world: World) -> None:
    """The refund is refused as credit, and goes back to the payment."""
    sold = await world.sell(await world.offer(await world.seller(), 10_00))
    await world.do(orders.erase_buyer, EraseBuyer(buyer=world.customer))
    order = sold.orders[0].id
    refused = await world.refused(orders.refund, Refund(order=order, amount=4_00, as_credit=True))
    assert refused == OrderRefusal.BUYER_ERASED
    await world.do(orders.refund, Refund(order=order, amount=4_00))
    [refund] = await world.rows(GOES_TO, order=order)
    assert tuple(refund) == (None, 4_00)
    grant = payments.GrantCredit(person=world.customer, amount=1, currency="EUR", reason="Sorry")
    assert await world.refused(payments.grant_credit, grant) == "unknown_person"


async def test_who_just_joined_an_organisation_keeps_the_name(world: World) -> None:
    wish = parties.Join(
        organisation=await world.seller(), person=world.customer, role=parties.Role.CLERK
    )
    erasure = EraseBuyer(buyer=world.customer)
    joined, erased = await meet(world, (parties.join, wish), (orders.erase_buyer, erasure))
    assert not isinstance(joined, Refused)
    assert isinstance(erased, Refused)
    assert erased.code == ErasureRefusal.ACTS_FOR_OTHERS
