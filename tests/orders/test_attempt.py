"""Paying again, and giving back what never found its order."""

from fondaco import orders, payments
from fondaco.orders import (
    Attempt,
    AttemptRefusal,
    Paid,
    Placed,
    RecordPayment,
    ReturnUnapplied,
    Tender,
    UnappliedRefusal,
)
from tests.world import World


async def failed(world: World) -> Placed:
    """A purchase whose only attempt to pay has failed."""
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    word = RecordPayment(payment=placed.payments[0], result=Paid.FAILED)
    await world.do(orders.record_payment, word)
    return placed


def attempt(purchase: int, buyer: int | None = None) -> Attempt:
    return Attempt(purchase=purchase, provider="sandbox", token="tok_ok", buyer=buyer)


async def test_an_attempt_is_written_before_any_provider_hears_of_it(world: World) -> None:
    placed = await failed(world)
    tried = await world.do(orders.attempt, attempt(placed.purchase, world.customer))
    [row] = await payments.payments(world.database, [tried.payment])
    assert (row["purchase"], row["amount"], row["state"]) == (placed.purchase, 100_00, "created")
    assert (tried.amount, tried.currency) == (100_00, "EUR")


async def test_of_two_attempts_in_one_batch_one_is_made(world: World) -> None:
    placed = await failed(world)
    answers = await world.batch(orders.attempt, [attempt(placed.purchase)] * 2)
    assert answers[0].amount == 100_00
    assert answers[1].code == AttemptRefusal.UNDER_WAY


async def test_refuses_a_purchase_that_is_not_there(world: World) -> None:
    assert await world.refused(orders.attempt, attempt(64)) == AttemptRefusal.UNKNOWN_PURCHASE


async def test_refuses_somebody_elses_purchase_as_if_it_were_not_there(world: World) -> None:
    wish = attempt((await failed(world)).purchase, await world.buyer())
    assert await world.refused(orders.attempt, wish) == AttemptRefusal.UNKNOWN_PURCHASE


async def test_refuses_a_purchase_that_is_paid_or_expired(world: World) -> None:
    paid = await world.buy(await world.offer(await world.seller(), 100_00))
    expired = await failed(world)
    world.clock.advance(minutes=30)
    await world.sweep()
    for placed in (paid, expired):
        wish = attempt(placed.purchase)
        assert await world.refused(orders.attempt, wish) == AttemptRefusal.NOT_WAITING


async def test_refuses_while_an_attempt_is_under_way(world: World) -> None:
    placed = await world.place(await world.offer(await world.seller(), 100_00))
    wish = attempt(placed.purchase)
    assert await world.refused(orders.attempt, wish) == AttemptRefusal.UNDER_WAY


# Imports: what was captured need not be what was due


async def imported(world: World, *lines: int, tenders: int = 1) -> Placed:
    amounts = tuple(Tender("import", f"t{n}", 0) for n in range(tenders))
    return await world.place(*lines, tenders=amounts, lenient=True)


async def test_an_imported_payment_without_an_order_is_kept_and_shown(world: World) -> None:
    placed = await imported(world)
    assert not await world.capture(placed, 12_34)
    assert await world.balance("unapplied", placed.purchase) == 12_34


async def test_what_is_unapplied_can_be_given_back_once(world: World) -> None:
    placed = await imported(world, tenders=2)
    await world.capture(placed, 10_00)
    await world.capture(placed, 5_00, tender=1)
    wish = ReturnUnapplied(purchase=placed.purchase)
    first, second = await world.batch(orders.return_unapplied, [wish, wish])
    assert first.amount == 15_00
    assert second.code == UnappliedRefusal.NOTHING_UNAPPLIED
    assert [refund["amount"] for refund in await world.refunds(placed)] == [10_00, 5_00]
    assert await world.balance("unapplied", placed.purchase) == 0


async def test_money_that_waits_for_its_purchase_is_not_given_back(world: World) -> None:
    lamp = await world.offer(await world.seller(), 100_00)
    halves = (Tender("sandbox", "a", 60_00), Tender("sandbox", "b", 40_00))
    placed = await world.place(lamp, tenders=halves)
    await world.capture(placed, 60_00)
    for purchase in (placed.purchase, 64):
        wish = ReturnUnapplied(purchase=purchase)
        refusal = await world.refused(orders.return_unapplied, wish)
        assert refusal == UnappliedRefusal.NOTHING_UNAPPLIED


async def test_an_import_holds_what_is_due_and_posts_the_difference(world: World) -> None:
    for captured, difference in ((100_05, 5), (99_00, -1_00), (100_00, 0)):
        placed = await imported(world, await world.offer(await world.seller(), 100_00))
        assert await world.capture(placed, captured)
        assert await world.balance("escrow", placed.orders[0].id) == 100_00
        assert await world.balance("payment_difference", placed.purchase) == difference


async def test_an_import_is_paid_once_all_its_payments_are_in(world: World) -> None:
    placed = await imported(world, await world.offer(await world.seller(), 100_00), tenders=2)
    assert not await world.capture(placed, 100_00)
    assert await world.capture(placed, 7_00, tender=1)
    assert await world.balance("payment_difference", placed.purchase) == 7_00


async def test_a_cancelled_import_gives_back_exactly_what_was_captured(world: World) -> None:
    for captured in (100_05, 99_00):
        a, b = await world.seller(), await world.seller()
        placed = await imported(world, await world.offer(a, 60_00), await world.offer(b, 40_00))
        await world.capture(placed, captured)
        for order in placed.orders:
            await world.do(orders.refund, orders.Refund(order=order.id))
        assert sum(refund["amount"] for refund in await world.refunds(placed)) == captured
        assert await world.balance("payment_difference", placed.purchase) == 0
