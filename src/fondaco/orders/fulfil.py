"""Fulfilment: shipping, what carriers say, confirmation, and the extension of its deadline."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from fondaco import shipping
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.orders.actions import (
    Confirm,
    Confirmed,
    Extend,
    Extended,
    OnOrder,
    OrderRefusal,
    RecordScan,
    ScanRecorded,
    ScanRefusal,
    Ship,
    Shipped,
)
from fondaco.orders.desk import Desk, lock_desk
from fondaco.orders.disputes import Disputes
from fondaco.orders.parts import arrivals, arrive, units_to_ship, wrong_lines
from fondaco.orders.rows import Order
from fondaco.shipping import ParcelEvent, Scan

C = TypeVar("C", bound=OnOrder)
Outcome = TypeVar("Outcome")


_ON_THE_ROAD = ("paid", "shipped")
"""Where an order of which a parcel has left may stand: paid, while another is to follow."""
_GONE = {
    Scan.LOST: "The carrier lost the parcel.",
    Scan.RETURNED: "The parcel went back to its sender.",
}


def find(desk: Desk, one: OnOrder) -> Order | Refused:
    """The order, unless it isn't there or is somebody else's: both look the same outside."""
    order = desk.by_id.get(one.order)
    strangers = order is None or (
        (one.seller is not None and order.seller != one.seller)
        or (one.buyer is not None and order.buyer != one.buyer)
    )
    if order is None or strangers:
        return Refused(OrderRefusal.UNKNOWN_ORDER, "There is no such order.")
    return order


def actor(one: OnOrder) -> str:
    """Who acts: the seller or buyer named, else the operator."""
    if one.seller is not None:
        return "seller"
    return "buyer" if one.buyer is not None else "operator"


def wrong_state(order: Order, wish: str) -> Refused:
    """An order in this state cannot be ... ."""
    detail = f"An order that is {order.state} cannot be {wish}."
    return Refused(OrderRefusal.WRONG_STATE, detail)


def frozen(order: Order) -> Refused | None:
    """Why the order's money must stay where it is, if it must."""
    if order.disputed:
        return Refused(OrderRefusal.DISPUTED, "The order is disputed; wait for the ruling.")
    if order.charged_back:
        return charged_back()
    return case_open() if order.open_cases else None


def charged_back() -> Refused:
    """A chargeback of the order is open."""
    detail = "The buyer's bank took the money back; wait until that is decided."
    return Refused(OrderRefusal.CHARGED_BACK, detail)


def case_open() -> Refused:
    """A return of the order is open."""
    detail = "A return or a claim of the order is open; wait until it is decided."
    return Refused(OrderRefusal.CASE_OPEN, detail)


@command(Shipped)
async def ship(tx: Tx, batch: Batch[Ship]) -> list[Shipped | Refused]:
    """Hand orders over to carriers, whole or in parts. OrderRefusal says why not."""
    desk = await lock_desk(tx, [one.order for one in batch])
    yard = await shipping.lock_yard(tx, ())
    outcomes: list[Shipped | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        order = find(desk, one)
        if isinstance(order, Refused):
            outcomes.append(order)
        elif order.state != "paid":
            outcomes.append(wrong_state(order, "shipped"))
        elif (refusal := frozen(order) or _wrong_lines(one, order)) is not None:
            outcomes.append(refusal)
        else:
            units = units_to_ship(order, one.lines)
            desk.send(order, units, "seller", cause, at)
            contents = units if order.in_parts else {}
            parcel = yard.pack(order.id, one.carrier, one.tracking, at, contents)
            silence = desk.market(order).timers.scan_within
            yard.scan(parcel, ParcelEvent(Scan.HANDED_OVER), "seller", cause, at, silence)
            outcomes.append(Shipped(parcel.id))
    await _write(tx, desk, yard)
    return outcomes


def _wrong_lines(one: Ship, order: Order) -> Refused | None:
    return wrong_lines(order, one.lines, lambda line: line.to_ship, "ship")


async def _write(tx: Tx, desk: Desk, yard: shipping.Yard) -> None:
    await yard.write(tx)
    desk.steps += yard.steps
    await desk.write()


@command(ScanRecorded)
async def record_scan(tx: Tx, batch: Batch[RecordScan]) -> list[ScanRecorded | Refused]:
    """Record what carriers say of parcels, and deliver the orders whose parcels have all arrived.

    Events may come late, twice or out of order: each is kept, none moves a parcel back. A parcel
    that is lost or goes back to its sender opens a dispute, for nobody else may.
    """
    yard = await shipping.lock_yard(tx, [one.parcel for one in batch])
    desk = await lock_desk(tx, [parcel.order for parcel in yard.by_id.values()], lines=False)
    await arrivals(tx, desk, yard)
    disputes = Disputes(desk)
    outcomes: list[ScanRecorded | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        parcel = yard.by_id.get(one.parcel)
        order = desk.by_id[parcel.order] if parcel else None
        strange = order is None or (one.seller is not None and order.seller != one.seller)
        if parcel is None or order is None or strange:
            refusal = Refused(ScanRefusal.UNKNOWN_PARCEL, "There is no such parcel.")
            outcomes.append(refusal)
            continue
        by = "carrier" if one.seller is None else "seller"
        silence = desk.market(order).timers.scan_within
        moved = yard.scan(parcel, ParcelEvent(one.kind, one.place), by, cause, at, silence)
        if moved and one.kind is Scan.DELIVERED:
            arrive(desk, yard, order, by, cause, at)
        if moved and one.kind in _GONE and order.state in _ON_THE_ROAD and not _contested(order):
            disputes.open(order, _GONE[one.kind], at)
        outcomes.append(ScanRecorded(parcel.state, order.state))
    await _write(tx, desk, yard)
    await disputes.write(tx)
    return outcomes


def _contested(order: Order) -> bool:
    return order.disputed or order.open_cases > 0


@command(Confirmed)
async def confirm(tx: Tx, batch: Batch[Confirm]) -> list[Confirmed | Refused]:
    """Confirm orders: the money held goes to the seller. OrderRefusal says why not."""
    desk = await lock_desk(tx, [one.order for one in batch], lines=False)

    def decide(one: Confirm, order: Order, cause: int, at: datetime) -> Confirmed | Refused:
        if one.seller is not None:
            detail = "Only the buyer or the operator may confirm an order."
            return Refused(OrderRefusal.FORBIDDEN, detail)
        if order.state not in ("shipped", "delivered"):
            return wrong_state(order, "confirmed")
        if (refusal := frozen(order)) is not None:
            return refusal
        desk.confirm(order, actor(one), cause, at)
        return Confirmed(order.state)

    return await decide_each(desk, batch, decide)


@command(Extended)
async def extend(tx: Tx, batch: Batch[Extend]) -> list[Extended | Refused]:
    """Give buyers more time, once. OrderRefusal says why not."""
    desk = await lock_desk(tx, [one.order for one in batch], lines=False)

    def decide(one: Extend, order: Order, cause: int, at: datetime) -> Extended | Refused:
        if order.state != "delivered":
            return wrong_state(order, "extended")
        if (refusal := frozen(order)) is not None:
            return refusal
        if order.extended:
            detail = "The order was extended once already."
            return Refused(OrderRefusal.EXTENDED_BEFORE, detail)
        if order.due_at is None:
            raise AssertionError("a delivered order that is not frozen has a deadline")
        order.extended = True
        order.due_at += desk.market(order).timers.confirm_within
        desk.touch(order)
        return Extended(order.due_at)

    return await decide_each(desk, batch, decide)


async def decide_each(
    desk: Desk, batch: Batch[C], decide: Callable[[C, Order, int, datetime], Outcome | Refused]
) -> list[Outcome | Refused]:
    """Decide each command on its order in turn, then write it all."""
    outcomes: list[Outcome | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        order = find(desk, one)
        if isinstance(order, Refused):
            outcomes.append(order)
        else:
            outcomes.append(decide(one, order, cause, at))
    await desk.write()
    return outcomes
