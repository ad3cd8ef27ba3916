"""Holding orders: their money stays where it is and their time stands still, until it goes on."""

import copy
from datetime import datetime

from fondaco import payments
from fondaco.orders.desk import Desk
from fondaco.orders.giving import sources, take_all, take_amount
from fondaco.orders.rows import Order


def hold(desk: Desk, order: Order) -> None:
    """One more case of the order, such as a return, is open. It is neither confirmed, settled nor
    refunded until all are closed, but by what closes them.
    """
    order.open_cases += 1
    order.due_at = None
    desk.touch(order)


def let_go(desk: Desk, order: Order, at: datetime) -> None:
    """A case of the order is closed."""
    order.open_cases -= 1
    _go_on(desk, order, at)


def thaw(desk: Desk, order: Order, at: datetime) -> None:
    """No chargeback of the order is open any more."""
    order.charged_back = False
    _go_on(desk, order, at)


def _go_on(desk: Desk, order: Order, at: datetime) -> None:
    """The order's time begins anew, unless something else is open about it.

    The time to object is as long as it was: twice where the buyer was given more.
    """
    timers = desk.market(order).timers
    waits = {
        "paid": timers.ship_within,
        "delivered": timers.confirm_within * (2 if order.extended else 1),
        "confirmed": timers.settle_after,
    }
    if order.state in waits and not order.frozen:
        order.due_at = at + waits[order.state]
    desk.touch(order)


def freeze_for(desk: Desk, order: Order, amount: int, fee: int, cause: int, at: datetime) -> int:
    """Freeze an order for a chargeback of `amount`; what is held of its seller's for it.

    Of an open order nothing is: its money is in escrow. `fee` is charged to the seller.
    """
    order.charged_back, order.due_at = True, None
    desk.touch(order)
    desk.tell("order.charged_back", order, at)
    held = _sellers_part(order, amount)
    desk.own(payments.Hold(order.id, order.seller, order.currency, held, fee, cause, at))
    return held


def hold_back(
    desk: Desk, order: Order, amount: int, cause: int, at: datetime,
    *, keep: bool = False, exchanged: payments.Exchanged | None = None,
) -> tuple[int, str]:  # fmt: skip
    """Hold back what a seller would give up if `amount` of a settled order went back.

    Returns how much, and in which currency: what was `exchanged` for him is held as he got it. Of
    an open order nothing is: its money is in escrow. `keep`: the operator keeps what he earned.
    """
    held, currency = _sellers_part(order, amount, keep), order.currency
    if held and exchanged is not None:
        held = exchanged.given_for(min(held, exchanged.amount - exchanged.back))
        currency = exchanged.into_currency
    if held:
        who = (order.id, order.seller, currency)
        desk.own(payments.Hold(*who, held, 0, cause, at, kind="dispute"))
    return held, currency


def _sellers_part(order: Order, amount: int, keep: bool = False) -> int:
    if order.state != "settled":
        return 0
    trial = copy.deepcopy(order)
    if amount == order.cash:  # all of it goes back: also parts of which the buyer paid nothing
        return take_all(trial, keep).seller
    return take_amount(trial, amount, keep).seller


def release(
    desk: Desk, order: Order, held: int, cause: int, at: datetime,
    kind: str = "chargeback_won", *, currency: str = "",
) -> None:  # fmt: skip
    """The seller has again what was held, in the order's currency unless another is named."""
    if held:
        who = (order.id, order.seller, currency or order.currency)
        desk.own(payments.Release(*who, held, cause, at, kind=kind))


def lose(
    desk: Desk, order: Order, amount: int, held: int, payment: payments.Payment, cause: int,
    at: datetime,
) -> None:  # fmt: skip
    """A chargeback was lost: what the bank took is taken off the order, like a refund.

    Of a settled one the seller's part of it comes out of what was `held`.
    """
    whole = amount == order.cash
    back = desk.give_back_all(order) if whole else desk.give_back_amount(order, amount)
    if order.state == "settled":
        who = (order.id, order.seller, order.currency)
        desk.own(payments.Forfeit(*who, back.seller, cause, at, held=held))
    sinks = [
        payments.Source(payments.DISPUTE_RECEIVABLE(payment.id), back.cash),
        payments.Source(payments.PROMO(order.id), back.subsidy),
    ]
    till = desk.opened_till()
    till.pour(payment, "chargeback_lost", sources(order, back), sinks, cause, at)
