"""The life of each invoice at its recorded time, and what cancellations take back at theirs."""

import asyncio
from collections.abc import Sequence
from typing import Final, TypeVar

from fondaco import orders
from fondaco.kernel import Command, Sent
from fondaco.replay.lanes import LANES, Lanes, Progress, portions
from fondaco.replay.paying_back import pay_back
from fondaco.replay.retail_market import CURRENCY, OPERATOR, Shop, buyer_of
from fondaco.replay.retail_model import Invoice, RetailData
from fondaco.shipping import Scan

_SHARE: Final = 100
"""Invoices traded together, of some twenty lines each."""

_PROVIDER: Final = "retail"

C = TypeVar("C", bound=Command)


async def trade(lanes: Lanes, shop: Shop, data: RetailData, progress: Progress) -> None:
    """Sell every invoice, then refund what is taken back. Raises ReplayError if refused."""
    shares = portions(data.invoices, _SHARE)
    total = len(data.invoices) + len(data.back)
    done = 0
    orders_of: dict[str, int] = {}

    async def lane() -> None:
        nonlocal done
        for share in shares:
            orders_of.update(await _sell(lanes, shop, share))
            done += len(share)
            progress("trading", done, total)

    progress("trading", 0, total)
    async with asyncio.TaskGroup() as group:
        for _ in range(LANES):
            group.create_task(lane())
    await _give_back(lanes, data, orders_of)
    progress("trading", total, total)


async def _sell(lanes: Lanes, shop: Shop, share: Sequence[Invoice]) -> dict[str, int]:
    """Place, capture, ship, deliver and confirm, which settles; the order of each invoice."""
    placed = await lanes.send(orders.place, [_place(shop, one) for one in share])
    await lanes.send(
        orders.record_payment,
        [
            Sent(
                orders.RecordPayment(
                    payment=each.payments[0], result=orders.Paid.CAPTURED, amount=each.total,
                    currency=CURRENCY,
                ),
                "provider", f"retail {one.number} provider", one.at,
            )
            for one, each in zip(share, placed, strict=True)
        ],
    )  # fmt: skip
    order_of = {one.number: each.orders[0] for one, each in zip(share, placed, strict=True)}
    ships = [
        orders.Ship(order=order.id, seller=order.seller, carrier="retail")
        for order in order_of.values()
    ]
    shipped = await lanes.send(orders.ship, _each(share, ships, "seller"))
    scans = [orders.RecordScan(parcel=one.parcel, kind=Scan.DELIVERED) for one in shipped]
    await lanes.send(orders.record_scan, _each(share, scans, "carrier"))
    confirms = [
        orders.Confirm(order=order_of[one.number].id, buyer=_buyer(shop, one)) for one in share
    ]
    await lanes.send(orders.confirm, _each(share, confirms, "buyer"))
    return {number: order.id for number, order in order_of.items()}


def _place(shop: Shop, one: Invoice) -> Sent[orders.Place]:
    lines = tuple(
        orders.PlaceLine(
            offer=shop.offers[line.code],
            quantity=line.units,
            agreed=orders.Agreed(unit_price=line.price, shipping=0),
        )
        for line in one.lines
    )
    wish = orders.Place(
        market=shop.market, buyer=_buyer(shop, one), lines=lines,
        tenders=(orders.Tender(_PROVIDER, "invoice"),), reference=one.number,
    )  # fmt: skip
    return Sent(wish, OPERATOR, f"retail {one.number}", one.at)


def _buyer(shop: Shop, one: Invoice) -> int:
    return shop.buyers[buyer_of(one.customer, one.number)]


def _each(share: Sequence[Invoice], wishes: Sequence[C], principal: str) -> list[Sent[C]]:
    """A command for each invoice. No two principals share a key, which would be allowed."""
    return [
        Sent(wish, principal, f"retail {one.number} {principal}", one.at)
        for one, wish in zip(share, wishes, strict=True)
    ]


async def _give_back(lanes: Lanes, data: RetailData, orders_of: dict[str, int]) -> None:
    """Refund units, one batch after another: a line's earlier refund is decided first."""
    refunds = [
        Sent(
            orders.Refund(
                order=orders_of[one.invoice],
                lines=(orders.RefundLine(one.line_no, one.units),),
                reason=f"cancelled by {one.cancellation.invoice}",
            ),
            "operator",
            f"retail {one.cancellation.invoice} row {one.cancellation.row} of {one.invoice} "
            f"line {one.line_no}",
            one.cancellation.at,
        )
        for one in data.back
    ]
    await Lanes(lanes.database, 1).send(orders.refund, refunds)
    await pay_back(lanes, "retail")
