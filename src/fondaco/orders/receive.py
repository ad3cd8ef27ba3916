"""Receiving money: what providers say of payments, and what it does to orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fondaco import ledger, payments
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.orders.desk import Desk, lock_desk
from fondaco.orders.model import (
    Attempt,
    Attempted,
    AttemptRefusal,
    Paid,
    PaymentRecorded,
    PaymentRefusal,
    RecordPayment,
    ReturnUnapplied,
    UnappliedRefusal,
    UnappliedReturned,
)
from fondaco.orders.rows import Order

_GIVEN_UP: Final = ("failed", "voided")
"""States of attempts that came to nothing, and may still turn out to have taken money."""


@command(PaymentRecorded)
async def record_payment(tx: Tx, batch: Batch[RecordPayment]) -> list[PaymentRecorded | Refused]:
    """Record what became of attempts to charge. PaymentRefusal says why one wasn't believed.

    Money that completes a purchase goes into escrow and its orders are paid. Money that cannot
    be applied (too late, twice, the wrong amount or currency) goes back; a late capture revives
    nothing. Whatever was captured is in the books, however odd what the provider says of it.
    """
    desk, till = await _open(tx, [one.payment for one in batch])
    outcomes = [
        _record(desk, till, one, cause, at)
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await desk.write()
    return outcomes


async def _open(
    tx: Tx, payment_ids: Sequence[int] = (), purchases: Sequence[int] = ()
) -> tuple[Desk, payments.Till]:
    desk = await lock_desk(tx, purchases, money=True, by_payments=payment_ids, lines=False)
    if desk.till is None:
        raise AssertionError("the desk was opened with the till")
    return desk, desk.till


def _record(
    desk: Desk, till: payments.Till, one: RecordPayment, cause: int, at: datetime
) -> PaymentRecorded | Refused:
    payment = till.by_id.get(one.payment)
    if payment is None:
        return Refused(PaymentRefusal.UNKNOWN_PAYMENT, "There is no such payment.")
    captured = one.result is Paid.CAPTURED
    if payment.state != "created" and not (captured and payment.state in _GIVEN_UP):
        return Refused(PaymentRefusal.ALREADY_FINAL, f"The payment is {payment.state}.")
    if captured and min(one.amount, one.fee) < 0:
        detail = "What was captured, and its fee, cannot be below zero."
        return Refused(PaymentRefusal.BELOW_ZERO, detail)
    if not captured:
        till.fail(payment, one.result, one.reason, cause, at)
        applied = _make_do(desk, till, payment, cause, at)
        return PaymentRecorded(payment.purchase, payment.state, applied, one.reason)
    before = till.cash(payment.purchase)
    foreign = one.currency != payment.currency
    source = till.capture(payment, one.amount, one.fee, one.currency, cause, at)
    if foreign:
        till.set_aside(payment.purchase, one.currency, source, cause, at)
        _return(till, payment, cause, at)
        applied = _make_do(desk, till, payment, cause, at)
        return PaymentRecorded(payment.purchase, payment.state, applied, payment.reason)
    applied = _apply(desk, till, payment, source, before, cause, at)
    waits = not applied and payment.left > 0
    return PaymentRecorded(payment.purchase, payment.state, applied, waits=waits)


def _apply(
    desk: Desk, till: payments.Till, payment: payments.Payment, source: payments.Source,
    before: int, cause: int, at: datetime,
) -> bool:  # fmt: skip
    """Put captured money where it belongs; whether it completed the purchase."""
    purchase = payment.purchase
    orders = desk.by_purchase.get(purchase, [])
    waiting = bool(orders) and all(order.state == "created" for order in orders)
    if waiting and _completes(till, orders[0], payment, before + source.amount):
        pool = [payments.Source(payments.UNAPPLIED(purchase), before), source]
        _pay(desk, till, payment, pool, cause, at)
        return True
    till.set_aside(purchase, payment.currency, source, cause, at)
    if orders and not (waiting and _may_wait(orders[0], payment, before + source.amount)):
        _return(till, payment, cause, at)
    return False


def _return(till: payments.Till, payment: payments.Payment, cause: int, at: datetime) -> None:
    """Send a payment that was set aside back to where it came from."""
    held = payments.Source(payments.UNAPPLIED(payment.purchase), payment.captured)
    till.refund(
        payment.purchase, [held], None, held.amount, payment.currency, "cannot be applied", cause,
        at, only=payment,
    )  # fmt: skip


def _make_do(
    desk: Desk, till: payments.Till, payment: payments.Payment, cause: int, at: datetime
) -> bool:
    """When the last payment of an import came to nothing, what the others brought must do."""
    orders = desk.by_purchase.get(payment.purchase, [])
    cash = till.cash(payment.purchase)
    waiting = cash > 0 and all(order.state == "created" for order in orders)
    if not (orders and waiting and orders[0].lenient):
        return False
    if not _completes(till, orders[0], payment, cash):
        return False
    pool = [payments.Source(payments.UNAPPLIED(payment.purchase), cash)]
    _pay(desk, till, payment, pool, cause, at)
    return True


def _pay(
    desk: Desk, till: payments.Till, payment: payments.Payment,
    pool: Sequence[payments.Source], cause: int, at: datetime,
) -> None:  # fmt: skip
    """Hold captured money for the orders of a purchase, which are paid by it."""
    orders = desk.by_purchase[payment.purchase]
    dues = [(order.id, order.due, order.subsidy) for order in orders]
    till.hold(payment.purchase, orders[0].currency, pool, dues, cause, at)
    for order in orders:
        desk.pay(order, cause, at)


def _completes(till: payments.Till, order: Order, payment: payments.Payment, cash: int) -> bool:
    if order.lenient:
        return all(other.state != "created" for other in till.payments(payment.purchase))
    return payment.captured == payment.amount and cash == order.total


def _may_wait(order: Order, payment: payments.Payment, cash: int) -> bool:
    """Whether money that does not complete its purchase may wait for the rest."""
    return order.lenient or (payment.captured == payment.amount and cash < order.total)


@command(Attempted)
async def attempt(tx: Tx, batch: Batch[Attempt]) -> list[Attempted | Refused]:
    """Try again to pay for purchases that still wait. AttemptRefusal says why not."""
    purchases = [one.purchase for one in batch]
    desk, _ = await _open(tx, purchases=purchases)
    # Looked at once more under the lock: who waited for it has not seen what was added meanwhile.
    till = await payments.lock_till(tx, (), purchases)
    outcomes: list[Attempted | Refused] = []
    new: list[payments.NewPayment] = []
    busy = {payment.purchase for payment in till.by_id.values() if payment.state == "created"}
    for one, at in zip(batch, batch.at, strict=True):
        orders = desk.by_purchase.get(one.purchase, [])
        if not orders or (one.buyer is not None and orders[0].buyer != one.buyer):
            detail = "There is no such purchase."
            outcomes.append(Refused(AttemptRefusal.UNKNOWN_PURCHASE, detail))
        elif any(order.state != "created" for order in orders):
            detail = "The purchase does not wait for money."
            outcomes.append(Refused(AttemptRefusal.NOT_WAITING, detail))
        elif one.purchase in busy:
            detail = "An attempt to pay is under way; wait for its outcome."
            outcomes.append(Refused(AttemptRefusal.UNDER_WAY, detail))
        else:
            busy.add(one.purchase)
            amount = orders[0].total - till.cash(one.purchase)
            payment = payments.NewPayment(
                id=tx.mint(), purchase=one.purchase, provider=one.provider, token=one.token,
                currency=orders[0].currency, amount=amount,
                due_at=at + payments.ASK_AGAIN, created_at=at,
            )  # fmt: skip
            new.append(payment)
            outcomes.append(Attempted(payment.id, amount, payment.currency))
    await payments.open_payments(tx, new)
    return outcomes


@command(UnappliedReturned)
async def return_unapplied(
    tx: Tx, batch: Batch[ReturnUnapplied]
) -> list[UnappliedReturned | Refused]:
    """Give back what was captured for purchases and never applied."""
    desk, till = await _open(tx, purchases=[one.purchase for one in batch])
    keys = {
        payment.purchase: payments.UNAPPLIED.key(payment.purchase, payment.currency)
        for payment in till.by_id.values()
        if payment.captured > payment.refunded
    }
    unapplied = await ledger.lock(tx, keys.values())
    outcomes: list[UnappliedReturned | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        key = keys.get(one.purchase)
        amount = unapplied[key] if key else 0
        orders = desk.by_purchase.get(one.purchase, [])
        if key is None or not amount or any(order.state == "created" for order in orders):
            detail = "Nothing captured for this purchase is left unapplied."
            outcomes.append(Refused(UnappliedRefusal.NOTHING_UNAPPLIED, detail))
            continue
        unapplied[key] = 0
        held = payments.Source(payments.UNAPPLIED(one.purchase), amount)
        till.refund(one.purchase, [held], None, amount, key.currency, one.reason, cause, at)
        outcomes.append(UnappliedReturned(amount))
    await desk.write()
    return outcomes
