"""Disputes that a batch opens, whoever opens them."""

from datetime import datetime
from typing import Any

from fondaco.kernel import Tx, as_json
from fondaco.orders.desk import Desk
from fondaco.orders.queries import sql
from fondaco.orders.rows import Order


class Disputes:
    """Opens disputes at a desk; `write` makes it so."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened: list[dict[str, Any]] = []

    def open(self, order: Order, reason: str, at: datetime) -> None:
        """Freeze an order that is not disputed yet until the operator rules."""
        order.disputed, order.due_at = True, None
        self._desk.touch(order)
        self._opened.append({"order": order.id, "reason": reason, "at": at})
        self._desk.tell("order.disputed", order, at)

    async def write(self, tx: Tx) -> None:
        """Write the disputes; the desk writes their orders."""
        if self._opened:
            await tx.fetch(sql.open_disputes, bucket=tx.bucket, rows=as_json(self._opened))
