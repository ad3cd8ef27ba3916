"""What providers say of refunds; one that failed is tried again under a new id."""

from datetime import timedelta

from fondaco import orders, payments
from fondaco.payments import RefundFact, RefundFactRefusal
from tests.world import World


async def refund(world: World, amount: int = 100_00) -> tuple[orders.Placed, int]:
    """A purchase of 100.00 of which some goes back, and the id of that refund."""
    units = amount // 10_00
    placed = await world.buy((await world.offer(await world.seller(), 10_00), 10))
    lines = (orders.RefundLine(no=1, units=units),)
    await world.do(orders.refund, orders.Refund(order=placed.orders[0].id, lines=lines))
    return placed, (await world.refunds(placed))[-1]["id"]


def fact(refund: int, succeeded: bool = True, amount: int = 100_00) -> RefundFact:
    return RefundFact(refund=refund, succeeded=succeeded, amount=amount, currency="EUR")


async def states(world: World, placed: orders.Placed) -> list[tuple[int, str]]:
    return [(row["amount"], row["state"]) for row in await world.refunds(placed)]


async def test_a_refund_that_arrived_clears_what_was_in_flight(world: World) -> None:
    placed, id_ = await refund(world)
    assert await world.balance("refund_in_flight", *placed.payments) == 100_00
    assert (await world.do(payments.record_refund, fact(id_))).state == "succeeded"
    assert await world.balance("refund_in_flight", *placed.payments) == 0
    assert await world.balance("psp_receivable", *placed.payments) == 0
    [payment] = await payments.payments_of(world.database, [placed.purchase])
    assert (payment["returned"], payment["state"]) == (100_00, "refunded")


async def test_a_payment_refunded_in_part_stays_captured(world: World) -> None:
    placed, id_ = await refund(world, 40_00)
    await world.do(payments.record_refund, fact(id_, amount=40_00))
    [payment] = await payments.payments_of(world.database, [placed.purchase])
    assert (payment["returned"], payment["state"]) == (40_00, "captured")


async def test_parts_that_arrive_in_one_batch_make_the_whole(world: World) -> None:
    placed, first = await refund(world, 40_00)
    rest = orders.Refund(order=placed.orders[0].id)
    await world.do(orders.refund, rest)
    second = (await world.refunds(placed))[-1]["id"]
    facts = [fact(first, amount=40_00), fact(second, amount=60_00)]
    await world.batch(payments.record_refund, facts)
    [payment] = await payments.payments_of(world.database, [placed.purchase])
    assert (payment["returned"], payment["state"]) == (100_00, "refunded")


async def test_a_refund_that_failed_is_tried_again_under_a_new_id(world: World) -> None:
    placed, id_ = await refund(world)
    assert (await world.do(payments.record_refund, fact(id_, False))).state == "failed"
    old, new = await world.refunds(placed)
    assert (old["id"], old["state"]) == (id_, "failed")
    assert new["id"] != id_
    assert (new["amount"], new["state"]) == (100_00, "requested")
    assert await world.balance("refund_in_flight", *placed.payments) == 100_00
    await world.do(payments.record_refund, fact(new["id"]))
    assert await states(world, placed) == [(100_00, "failed"), (100_00, "succeeded")]
    assert await world.balance("refund_in_flight", *placed.payments) == 0


async def test_each_further_attempt_waits_longer_and_the_tenth_is_the_last(world: World) -> None:
    placed, id_ = await refund(world)
    waits = []
    for _ in range(10):
        await world.do(payments.record_refund, fact(id_, False))
        [row] = await world.rows(
            "select id, due_at from payments.refund where payment = :payment"
            " order by id desc limit 1",
            payment=placed.payments[0],
        )
        id_ = row["id"]
        waits.append(row["due_at"] and row["due_at"] - world.clock())
    assert waits[:3] == [timedelta(minutes=4), timedelta(minutes=8), timedelta(minutes=16)]
    assert waits[-1] is None, "a person must look at it now"
    assert [state for _, state in await states(world, placed)] == ["failed"] * 10
    assert await world.balance("refund_in_flight", *placed.payments) == 100_00


async def test_refuses_a_refund_nobody_asked_for(world: World) -> None:
    assert await world.refused(payments.record_refund, fact(64)) == (
        RefundFactRefusal.UNKNOWN_REFUND
    )


async def test_refuses_another_amount_or_currency(world: World) -> None:
    _, id_ = await refund(world)
    dollars = RefundFact(refund=id_, succeeded=True, amount=100_00, currency="USD")
    for wish in (fact(id_, amount=99_99), dollars):
        refusal = await world.refused(payments.record_refund, wish)
        assert refusal == RefundFactRefusal.WRONG_AMOUNT


async def test_refuses_a_word_after_the_last_word(world: World) -> None:
    for succeeded in (True, False):
        _, id_ = await refund(world)
        await world.do(payments.record_refund, fact(id_, succeeded))
        for late in (True, False):
            refusal = await world.refused(payments.record_refund, fact(id_, late))
            assert refusal == RefundFactRefusal.ALREADY_FINAL
