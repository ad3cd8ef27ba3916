"""Disputes that a batch opens and closes, whoever does it."""

from datetime import datetime
from typing import Any

from fondaco.kernel import Tx, as_json
from fondaco.kernel.ids import root_of
from fondaco.orders.desk import Desk
from fondaco.orders.queries import sql
from fondaco.orders.rows import Order


class Disputes:
    """Opens and closes disputes at a desk; `write` makes it so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened: list[dict[str, Any]] = []
        self._closed: list[dict[str, Any]] = []

    def open(self, order: Order, reason: str, at: datetime) -> None:
        """Freeze an order that is not disputed yet until the operator rules."""
        order.disputed, order.due_at = True, None
        self._desk.touch(order)
        self._opened.append({"order": order.id, "reason": reason, "at": at})
        self._desk.tell("order.disputed", order, at)

    def close(self, order: Order, refunded: int, ruling: str, at: datetime) -> None:
        """End an order's dispute: what of it went back, and why."""
        order.disputed = False
        self._desk.touch(order)
        row = {"order": order.id, "refunded": refunded, "ruling": ruling, "at": at}
        self._closed.append(row)

    async def write(self, tx: Tx) -> None:
        """Write the disputes; the desk writes their orders."""
        if self._opened:
            await tx.fetch(sql.open_disputes, bucket=tx.bucket, rows=as_json(self._opened))
        if self._closed:
            await tx.fetch(
                sql.close_disputes, bucket=tx.bucket,
                purchases=sorted({root_of(row["order"]) for row in self._closed}),
                rows=as_json(self._closed),
            )  # fmt: skip
