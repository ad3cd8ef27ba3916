"""Orders that leave in several parcels: what is named of them, and when the last one is there."""

from collections.abc import Callable, Iterable
from datetime import datetime

from fondaco import shipping
from fondaco.kernel import Refused, Tx
from fondaco.orders.actions import OrderRefusal, RefundLine
from fondaco.orders.desk import Desk
from fondaco.orders.rows import Line, Order


def wrong_lines(
    order: Order, asked: Iterable[RefundLine], left: Callable[[Line], int], wish: str
) -> Refused | None:
    """Why units of lines cannot be taken: no such line, or fewer are `left` of it to `wish`."""
    lines = {line.no: line for line in order.lines}
    wanted: dict[int, int] = {}
    for k, one in enumerate(asked):
        where = f"/lines/{k}"
        if one.no not in lines:
            detail = f"The order has no line {one.no}."
            return Refused(OrderRefusal.UNKNOWN_LINE, detail, where)
        wanted[one.no] = wanted.get(one.no, 0) + one.units
        if wanted[one.no] > (have := left(lines[one.no])):
            detail = f"Line {one.no} has {have} units left to {wish}."
            return Refused(OrderRefusal.TOO_MANY_UNITS, detail, f"{where}/units")
    return None


def units_to_ship(order: Order, asked: Iterable[RefundLine]) -> dict[int, int]:
    """Units by line; none named: all that are left to ship."""
    named: dict[int, int] = {}
    for one in asked:
        named[one.no] = named.get(one.no, 0) + one.units
    return named or {line.no: line.to_ship for line in order.lines if line.to_ship}


async def arrivals(tx: Tx, desk: Desk, yard: shipping.Yard | None = None) -> shipping.Yard:
    """The yard, with the parcels of the desk's orders that leave in parts.

    They are read without a lock: whoever changes one decides on its order too, and waits for it.
    """
    yard = yard or shipping.Yard(tx, ())
    await yard.look(tx, sorted(order.id for order in desk.by_id.values() if order.in_parts))
    return yard


def arrive(
    desk: Desk, yard: shipping.Yard, order: Order, by: str, cause: int, at: datetime
) -> None:
    """A parcel arrived: the order is delivered, unless another parcel of it is still to come."""
    if order.state == "shipped" and (not order.in_parts or yard.all_delivered(order.id)):
        desk.deliver(order, by, cause, at)


def give_up_rest(
    desk: Desk, yard: shipping.Yard, order: Order, by: str, cause: int, at: datetime
) -> None:
    """Nothing more leaves of an order that left in parts: it waits for what is on its way."""
    if order.state == "paid" and order.in_parts and not any(one.to_ship for one in order.lines):
        desk.move(order, "shipped", by, cause, at)
        arrive(desk, yard, order, "carrier", cause, at)
