"""Receiving money: what completes a purchase is held, all else goes back to where it came from."""

from fondaco import orders, payments
from fondaco.orders import (
    OrderRefusal,
    Paid,
    PaymentRefusal,
    Placed,
    RecordPayment,
    Tender,
    UnappliedRefusal,
)
from tests.world import World

HALVES = (Tender("sandbox", "card", 60_00), Tender("sandbox", "gift", 40_00))


async def waiting(world: World, *tenders: Tender) -> Placed:
    """A purchase of 100.00 that waits for its money."""
    lamp = await world.offer(await world.seller(), 100_00)
    return await world.place(lamp, **({"tenders": tenders} if tenders else {}))


def fact(placed: Placed, result: Paid = Paid.CAPTURED, tender: int = 0, **more: int | str) -> (
    RecordPayment
):  # fmt: skip
    payment = placed.payments[tender]
    said = {"amount": placed.total, "currency": placed.currency, **more}
    return RecordPayment(payment=payment, result=result, **said)  # type: ignore[arg-type]


async def record(
    world: World, placed: Placed, result: Paid = Paid.CAPTURED, tender: int = 0, **more: int | str
) -> tuple[str, bool]:
    outcome = await world.do(orders.record_payment, fact(placed, result, tender, **more))
    assert outcome.purchase == placed.purchase
    return outcome.state, outcome.applied


async def tills(world: World, placed: Placed) -> list[tuple[int, int, str]]:
    """Captured, promised back and state of each attempt, oldest first."""
    rows = await payments.payments_of(world.database, [placed.purchase])
    return [(row["captured"], row["refunded"], row["state"]) for row in rows]


async def again(world: World, placed: Placed) -> Placed:
    """Another attempt to pay; the purchase with that as its only payment."""
    wish = orders.Attempt(purchase=placed.purchase, provider="sandbox", token="tok_new")
    attempted = await world.do(orders.attempt, wish)
    return Placed(
        placed.purchase, placed.currency, attempted.amount, placed.pay_by, placed.orders,
        (attempted.payment,),
    )  # fmt: skip


async def test_what_completes_a_purchase_is_held_for_its_orders(world: World) -> None:
    a, b = await world.seller(), await world.seller()
    placed = await world.place(await world.offer(a, 30_00), await world.offer(b, 20_00))
    assert await record(world, placed, fee=1_00) == ("captured", True)
    assert await world.state(*(o.id for o in placed.orders)) == ["paid", "paid"]
    assert [await world.balance("escrow", o.id) for o in placed.orders] == [30_00, 20_00]
    assert await world.balance("psp_receivable", placed.payments[0]) == -49_00
    assert await world.balance("psp_fee", placed.payments[0]) == -1_00


async def test_half_the_money_waits_for_the_other_half(world: World) -> None:
    placed = await waiting(world, *HALVES)
    assert await record(world, placed, amount=60_00) == ("captured", False)
    assert await world.state(placed.orders[0].id) == ["created"]
    assert await world.balance("unapplied", placed.purchase) == 60_00
    assert await record(world, placed, tender=1, amount=40_00) == ("captured", True)
    assert await world.state(placed.orders[0].id) == ["paid"]
    assert await world.balance("unapplied", placed.purchase) == 0
    assert await world.balance("escrow", placed.orders[0].id) == 100_00


async def test_two_halves_in_one_batch_complete_it(world: World) -> None:
    placed = await waiting(world, *HALVES)
    both = [fact(placed, amount=60_00), fact(placed, tender=1, amount=40_00)]
    answers = await world.batch(orders.record_payment, both)
    assert [answer.applied for answer in answers] == [False, True]
    assert await world.balance("escrow", placed.orders[0].id) == 100_00


async def test_a_failed_attempt_moves_nothing_and_may_be_repeated(world: World) -> None:
    placed = await waiting(world)
    assert await record(world, placed, Paid.FAILED, reason="declined") == ("failed", False)
    second = await again(world, placed)
    assert second.total == 100_00
    assert await record(world, second) == ("captured", True)
    assert await tills(world, placed) == [(0, 0, "failed"), (100_00, 0, "captured")]


async def test_another_attempt_is_for_what_is_missing(world: World) -> None:
    placed = await waiting(world, *HALVES)
    await record(world, placed, amount=60_00)
    await record(world, placed, Paid.FAILED, tender=1)
    assert (await again(world, placed)).total == 40_00


async def test_a_capture_of_the_wrong_amount_goes_back(world: World) -> None:
    for wrong in (99_99, 100_01):
        placed = await waiting(world)
        assert await record(world, placed, amount=wrong) == ("captured", False)
        assert await world.state(placed.orders[0].id) == ["created"]
        assert await tills(world, placed) == [(wrong, wrong, "captured")]
        assert await world.balance("refund_in_flight", placed.payments[0]) == wrong
        assert await world.balance("unapplied", placed.purchase) == 0


async def test_after_a_wrong_capture_the_whole_is_still_to_pay(world: World) -> None:
    placed = await waiting(world)
    await record(world, placed, amount=99_99)
    second = await again(world, placed)
    assert second.total == 100_00
    assert await record(world, second) == ("captured", True)


async def test_a_capture_after_expiry_goes_back_and_revives_nothing(world: World) -> None:
    placed = await waiting(world)
    world.clock.advance(minutes=30)
    await world.sweep()
    assert await record(world, placed, fee=3_00) == ("captured", False)
    assert await world.state(placed.orders[0].id) == ["expired"]
    assert await tills(world, placed) == [(100_00, 100_00, "captured")]
    [refund] = await world.refunds(placed)
    assert (refund["amount"], refund["state"]) == (100_00, "requested")
    assert await world.balance("escrow", placed.orders[0].id) == 0


async def test_half_the_money_goes_back_when_the_purchase_expires(world: World) -> None:
    placed = await waiting(world, *HALVES)
    await record(world, placed, amount=60_00)
    world.clock.advance(minutes=30)
    await world.sweep()
    assert await tills(world, placed) == [(60_00, 60_00, "captured"), (0, 0, "created")]
    assert await world.balance("unapplied", placed.purchase) == 0
    assert await record(world, placed, tender=1, amount=40_00) == ("captured", False)
    assert await tills(world, placed) == [(60_00, 60_00, "captured"), (40_00, 40_00, "captured")]


async def test_an_attempt_given_up_may_still_turn_out_captured(world: World) -> None:
    placed = await waiting(world)
    assert await record(world, placed, Paid.VOIDED) == ("voided", False)
    assert await record(world, placed) == ("captured", True)
    assert await world.state(placed.orders[0].id) == ["paid"]


async def test_a_second_capture_goes_back_to_its_own_payment(world: World) -> None:
    placed = await waiting(world)
    await record(world, placed, Paid.VOIDED)
    second = await again(world, placed)
    assert await record(world, second) == ("captured", True)
    assert await record(world, placed) == ("captured", False)
    assert await tills(world, placed) == [(100_00, 100_00, "captured"), (100_00, 0, "captured")]
    [refund] = await world.refunds(placed)
    assert refund["payment"] == placed.payments[0]
    assert await world.balance("escrow", placed.orders[0].id) == 100_00


async def test_money_beyond_the_total_goes_back_and_the_rest_still_waits(world: World) -> None:
    """60.00 of an attempt given up turns up after all; then a new attempt brings the whole."""
    placed = await waiting(world, *HALVES)
    for tender in (0, 1):
        await record(world, placed, Paid.VOIDED, tender)
    second = await again(world, placed)
    assert await record(world, placed, amount=60_00) == ("captured", False)
    assert await record(world, second) == ("captured", False)
    assert await tills(world, placed) == [
        (60_00, 0, "captured"), (0, 0, "voided"), (100_00, 100_00, "captured"),
    ]  # fmt: skip
    assert await world.balance("unapplied", placed.purchase) == 60_00
    assert (await again(world, placed)).total == 40_00


async def test_a_fact_told_twice_under_one_id_happens_once(world: World) -> None:
    placed = await waiting(world)
    first = await world.do(orders.record_payment, fact(placed), key=f"evt {placed.purchase}")
    before = await world.fingerprint()
    second = await world.do(orders.record_payment, fact(placed), key=f"evt {placed.purchase}")
    assert second == first
    assert await world.fingerprint() == before


async def test_a_fact_told_twice_under_two_ids_happens_once(world: World) -> None:
    placed = await waiting(world)
    answers = await world.batch(orders.record_payment, [fact(placed), fact(placed)])
    assert answers[0].applied
    assert answers[1].code == PaymentRefusal.ALREADY_FINAL
    assert await tills(world, placed) == [(100_00, 0, "captured")]


async def test_refuses_a_payment_nobody_opened(world: World) -> None:
    wish = RecordPayment(payment=1, result=Paid.CAPTURED, amount=1, currency="EUR")
    assert await world.refused(orders.record_payment, wish) == PaymentRefusal.UNKNOWN_PAYMENT


async def test_money_in_another_currency_is_recorded_and_goes_back(world: World) -> None:
    placed = await waiting(world)
    assert await record(world, placed, currency="USD", amount=90_00, fee=1_00) == (
        "captured", False,
    )  # fmt: skip
    assert await tills(world, placed) == [(90_00, 90_00, "captured")]
    [refund] = await world.refunds(placed)
    assert (refund["amount"], refund["currency"]) == (90_00, "USD")
    assert await world.state(placed.orders[0].id) == ["created"]
    second = await again(world, placed)
    assert (second.total, second.currency) == (100_00, "EUR")
    assert await record(world, second) == ("captured", True)
    wish = orders.ReturnUnapplied(purchase=placed.purchase)
    refusal = await world.refused(orders.return_unapplied, wish)
    assert refusal == UnappliedRefusal.NOTHING_UNAPPLIED


async def test_an_attempt_that_failed_may_turn_out_captured(world: World) -> None:
    placed = await waiting(world)
    assert await record(world, placed, Paid.FAILED) == ("failed", False)
    assert await record(world, placed) == ("captured", True)
    assert await world.state(placed.orders[0].id) == ["paid"]


async def test_a_failed_attempt_captured_after_another_paid_goes_back(world: World) -> None:
    placed = await waiting(world)
    await record(world, placed, Paid.FAILED)
    assert await record(world, await again(world, placed)) == ("captured", True)
    assert await record(world, placed) == ("captured", False)
    assert await tills(world, placed) == [(100_00, 100_00, "captured"), (100_00, 0, "captured")]


async def test_refuses_a_word_after_the_last_word(world: World) -> None:
    placed = await waiting(world)
    await record(world, placed, Paid.FAILED)
    for late in (Paid.FAILED, Paid.VOIDED):
        refusal = await world.refused(orders.record_payment, fact(placed, late))
        assert refusal == PaymentRefusal.ALREADY_FINAL


async def test_a_fee_above_what_was_captured_is_in_the_books(world: World) -> None:
    placed = await waiting(world)
    assert await record(world, placed, amount=99, fee=100) == ("captured", False)
    assert await world.balance("psp_receivable", placed.payments[0]) == 1
    assert await tills(world, placed) == [(99, 99, "captured")]


async def test_refuses_a_negative_fee(world: World) -> None:
    wish = fact(await waiting(world), amount=1, fee=-1)
    assert await world.refused(orders.record_payment, wish) == PaymentRefusal.BELOW_ZERO


async def test_refuses_a_negative_capture(world: World) -> None:
    wish = fact(await waiting(world), amount=-1)
    assert await world.refused(orders.record_payment, wish) == PaymentRefusal.BELOW_ZERO


async def test_a_refund_is_in_the_currency_of_its_order_whatever_came_in_last(world: World) -> None:
    placed = await waiting(world)
    await record(world, placed, Paid.VOIDED)
    second = await again(world, placed)
    assert await record(world, placed) == ("captured", True)
    assert await record(world, second, currency="USD", amount=90_00) == ("captured", False)
    refunded = await world.do(orders.refund, orders.Refund(order=placed.orders[0].id))
    assert (refunded.amount, refunded.currency) == (100_00, "EUR")
    assert await world.balance("escrow", placed.orders[0].id) == 0
    assert await world.broken() == []


async def test_a_refund_before_the_capture_moves_nothing_and_stands_in_nobodys_way(
    world: World,
) -> None:
    """The seller's wish is refused, the provider's word is of nothing; then the money comes."""
    placed = await waiting(world)
    order = placed.orders[0].id
    wish = orders.Refund(order=order, amount=100_00)
    assert await world.refused(orders.refund, wish) == OrderRefusal.WRONG_STATE
    told = payments.RefundFact(
        refund=placed.payments[0], succeeded=True, amount=100_00, currency="EUR"
    )
    assert await world.refused(payments.record_refund, told) == "unknown_refund"
    for _ in range(5):
        await world.batch(orders.record_payment, [fact(placed)])
    assert await tills(world, placed) == [(100_00, 0, "captured")]
    assert await world.balance("escrow", order) == 100_00
    await world.do(orders.refund, wish)
    assert await tills(world, placed) == [(100_00, 100_00, "captured")]
    assert await world.balance("escrow", order) == 0
