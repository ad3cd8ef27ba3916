"""Holding orders: their money stays where it is and their time stands still, until it goes on."""

from datetime import datetime

from fondaco.orders.desk import Desk
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
    """The order's time begins anew, unless something else is open about it."""
    timers = desk.market(order).timers
    waits = {
        "paid": timers.ship_within, "delivered": timers.confirm_within,
        "confirmed": timers.settle_after,
    }  # fmt: skip
    if order.state in waits and not order.frozen:
        order.due_at = at + waits[order.state]
    desk.touch(order)
