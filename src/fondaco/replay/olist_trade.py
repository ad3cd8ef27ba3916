"""The life of each Olist order, step by step, every step at its own recorded time.

The steps of one purchase are taken in the order in which one causes the next, also where the
files date a later step before an earlier one.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from fondaco import orders
from fondaco.kernel import Command, Sent
from fondaco.replay.lanes import LANES, Lanes, Progress, portions
from fondaco.replay.olist_market import CURRENCY, OPERATOR, House
from fondaco.replay.olist_model import OlistOrder, OlistPayment, OlistStatus
from fondaco.replay.paying_back import pay_back
from fondaco.shipping import Scan

_SHARE: Final = 900
"""Purchases traded together: their payments, some more, still make one batch."""

_PROVIDER: Final = "olist"
_SENT: Final = (OlistStatus.SHIPPED, OlistStatus.DELIVERED)
_CALLED_OFF: Final = (OlistStatus.CANCELED, OlistStatus.UNAVAILABLE)

Deal = tuple[OlistOrder, orders.Placed]
C = TypeVar("C", bound=Command)


async def trade(
    lanes: Lanes, house: House, purchases: Sequence[OlistOrder], progress: Progress
) -> None:
    """Take every order as far as its status says. Raises ReplayError if a step is refused.

    Orders are dealt into shares by seller, so that shares under way at once seldom wait for each
    other's stock and balances.
    """
    by_seller = sorted(purchases, key=lambda one: one.items[0].seller_id if one.items else "")
    shares = portions(by_seller, _SHARE)
    done = 0

    async def lane() -> None:
        nonlocal done
        for share in shares:
            await _live(lanes, house, share)
            done += len(share)
            progress("trading", done, len(purchases))

    progress("trading", 0, len(purchases))
    async with asyncio.TaskGroup() as group:
        for _ in range(LANES):
            group.create_task(lane())
    await pay_back(lanes, "olist")


async def _live(lanes: Lanes, house: House, share: Sequence[OlistOrder]) -> None:
    placed = await lanes.send(orders.place, [_place(house, one) for one in share])
    deals = list(zip(share, placed, strict=True))
    await lanes.send(orders.record_payment, list(_captures(deals)))
    await _fulfil(lanes, house, [deal for deal in deals if deal[0].status in _SENT])
    called_off = [deal for deal in deals if deal[0].status in _CALLED_OFF]
    await lanes.send(
        orders.refund,
        _each_order(
            called_off, "operator", _last_word,
            lambda _, order: orders.Refund(order=order.id, reason="cancelled"),
        ),
    )  # fmt: skip
    await lanes.send(orders.return_unapplied, list(_returns(called_off)))


def _place(house: House, one: OlistOrder) -> Sent[orders.Place]:
    lines = tuple(
        orders.PlaceLine(
            offer=house.offers[item.product_id, item.seller_id],
            quantity=1,
            agreed=orders.Agreed(unit_price=item.price, shipping=item.freight),
        )
        for item in one.items
    )
    wish = orders.Place(
        market=house.market, buyer=house.buyers[one.customer_id], lines=lines,
        tenders=tuple(orders.Tender(_PROVIDER, pay.kind, pay.amount) for pay in _payments(one)),
        reference=one.order_id, lenient=True,
    )  # fmt: skip
    return Sent(wish, OPERATOR, f"olist {one.order_id}", one.purchased_at)


def _payments(one: OlistOrder) -> Sequence[OlistPayment]:
    """The payments of an order; one over nothing where the files have none."""
    return one.payments or (OlistPayment(0, "none", 0, 0),)


def _captures(deals: Iterable[Deal]) -> Iterator[Sent[orders.RecordPayment]]:
    for one, placed in deals:
        for pay, id_ in zip(_payments(one), placed.payments, strict=True):
            wish = orders.RecordPayment(
                payment=id_, result=orders.Paid.CAPTURED, amount=pay.amount, currency=CURRENCY
            )
            yield Sent(wish, "provider", _key(one, "provider", pay.sequence), one.approved_at)


async def _fulfil(lanes: Lanes, house: House, deals: Sequence[Deal]) -> None:
    """Ship what was shipped; deliver and confirm, and so settle, what was delivered."""
    ships = _each_order(
        deals, "seller", lambda one: one.carrier_at,
        lambda _, order: orders.Ship(order=order.id, seller=order.seller, carrier="olist"),
    )  # fmt: skip
    shipped = await lanes.send(orders.ship, ships)
    parcel_of = {ship.command.order: one.parcel for ship, one in zip(ships, shipped, strict=True)}
    arrived = [deal for deal in deals if deal[0].status is OlistStatus.DELIVERED]
    scans = _each_order(
        arrived, "carrier", lambda one: one.delivered_at,
        lambda _, order: orders.RecordScan(parcel=parcel_of[order.id], kind=Scan.DELIVERED),
    )  # fmt: skip
    await lanes.send(orders.record_scan, scans)
    confirms = _each_order(
        arrived, "buyer", lambda one: one.delivered_at,
        lambda one, order: orders.Confirm(order=order.id, buyer=house.buyers[one.customer_id]),
    )  # fmt: skip
    await lanes.send(orders.confirm, confirms)


def _each_order(
    deals: Iterable[Deal], principal: str, at: Callable[[OlistOrder], datetime],
    wish: Callable[[OlistOrder, orders.PlacedOrder], C],
) -> list[Sent[C]]:  # fmt: skip
    """A command for each seller's order of each purchase."""
    return [
        Sent(wish(one, order), principal, _key(one, principal, no), at(one))
        for one, placed in deals
        for no, order in enumerate(placed.orders, 1)
    ]


def _key(one: OlistOrder, principal: str, number: int) -> str:
    """Names the order, for whoever reads of a refusal. No two principals share a key, which the
    book of keys would allow: looking up one's own would then also find the others'.
    """
    return f"olist {one.order_id} {principal} {number}"


def _last_word(one: OlistOrder) -> datetime:
    """When an order was called off: not recorded, so at the latest time that is."""
    return max(one.purchased_at, one.approved_at, one.carrier_at, one.delivered_at)


def _returns(deals: Iterable[Deal]) -> Iterator[Sent[orders.ReturnUnapplied]]:
    """What was captured for purchases of nothing."""
    for one, placed in deals:
        if not placed.orders and any(pay.amount for pay in one.payments):
            wish = orders.ReturnUnapplied(purchase=placed.purchase, reason="cancelled")
            yield Sent(wish, "operator", _key(one, "operator", 0), _last_word(one))
