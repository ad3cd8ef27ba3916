"""The desk: locked orders with their lines, and what a batch does with them.

Decisions change the rows in memory and collect steps, events, units and money; `write` makes
them so in a number of statements that does not depend on the size of the batch.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fondaco import markets, payments, pricing, stock
from fondaco.kernel import Event, Step, Tx, as_json, note_steps, publish
from fondaco.kernel.ids import root_of
from fondaco.kernel.money import share
from fondaco.orders.queries import sql
from fondaco.orders.rows import Line, Order


class Desk:
    """The orders of a batch."""

    def __init__(
        self,
        tx: Tx,
        orders: Sequence[Order],
        known_markets: dict[int, markets.Market],
        till: payments.Till | None = None,
    ) -> None:
        self._tx = tx
        self.by_id = {order.id: order for order in orders}
        self.by_purchase: dict[int, list[Order]] = {}
        for order in orders:
            self.by_purchase.setdefault(order.purchase, []).append(order)
        self._markets = known_markets
        self.till = till
        self._changed: dict[int, Order] = {}
        self._changed_lines: dict[tuple[int, int], Line] = {}
        self._released: list[stock.Part] = []
        self._sent: list[tuple[stock.Part, int, datetime]] = []
        self._settlements: list[payments.Settlement] = []
        self.steps: list[Step] = []
        self.events: list[Event] = []

    def market(self, order: Order) -> markets.Market:
        """The market an order was placed in."""
        return self._markets[order.market]

    def touch(self, order: Order) -> None:
        """Note that an order changed."""
        self._changed[order.id] = order

    def move(
        self, order: Order, state: str, actor: str, cause: int, at: datetime,
        due_in: timedelta | None = None,
    ) -> None:  # fmt: skip
        """Move an order to its next state, with a deadline for the one after, and tell of it."""
        self.steps.append(Step(order.id, "order", order.state, state, actor, cause, at))
        order.state = state
        order.due_at = None if due_in is None else at + due_in
        self.touch(order)
        self.tell(f"order.{state}", order, at)

    def tell(self, topic: str, order: Order, at: datetime) -> None:
        """Publish news of an order."""
        payload = {"order": order.id, "seller": order.seller, "market": order.market}
        self.events.append(Event(topic, order.purchase, payload, at))

    def pay(self, order: Order, cause: int, at: datetime) -> None:
        """The order's money is held; the seller may ship."""
        due_in = self.market(order).timers.ship_within
        self.move(order, "paid", "provider", cause, at, due_in)

    def send(self, order: Order, actor: str, cause: int, at: datetime) -> None:
        """All that is left of the order leaves the shelf."""
        for line in order.lines:
            if line.units_left:
                part = stock.Part(order.id, line.no, line.offer, line.units_left)
                self._sent.append((part, cause, at))
        self.move(order, "shipped", actor, cause, at)

    def deliver(self, order: Order, actor: str, cause: int, at: datetime) -> None:
        """The buyer has it; it confirms itself in time unless they object."""
        due_in = self.market(order).timers.confirm_within
        self.move(order, "delivered", actor, cause, at, due_in)
        if order.disputed:
            order.due_at = None

    def confirm(self, order: Order, actor: str, cause: int, at: datetime) -> None:
        """What is held is the seller's, at once or after the market's delay.

        Units never shipped, as when a ruling comes before shipping, may be sold again.
        """
        for line in order.lines:
            self.free(order, line, line.units_left)
        wait = self.market(order).timers.settle_after
        self.move(order, "confirmed", actor, cause, at, wait)
        if not wait:
            self.settle(order, cause, at)

    def settle(self, order: Order, cause: int, at: datetime) -> None:
        """Turn what is held into commission and what the seller is owed."""
        kept = order.commission - order.refunded_commission
        self._settlements.append(
            payments.Settlement(order.id, order.seller, order.currency, order.held, kept, cause, at)
        )
        self.move(order, "settled", "system", cause, at)

    def free(self, order: Order, line: Line, units: int) -> None:
        """Units not shipped yet may be sold again."""
        if units and order.state in ("created", "paid"):
            self._released.append(stock.Part(order.id, line.no, line.offer, units))

    def expire(self, order: Order, cause: int, at: datetime) -> None:
        """Not paid in time: its units may be sold again."""
        for line in order.lines:
            self.free(order, line, line.units_left)
        self.move(order, "expired", "system", cause, at)

    def give_back_units(self, order: Order, line: Line, units: int) -> int:
        """Take units off a line; what of its price (and, unless shipped, shipping) goes back."""
        shipping_left = line.shipping - line.refunded_shipping
        if order.state not in ("created", "paid"):
            shipping_left = 0
        back = pricing.units_back(
            line.goods - line.refunded_goods, shipping_left, line.units_left, units
        )
        self.free(order, line, units)
        line.refunded_units += units
        self._give_back(order, line, back.goods, back.shipping)
        return back.goods + back.shipping

    def give_back_all(self, order: Order) -> int:
        """Take everything off an order; what goes back is all that is held."""
        amount = order.held
        for line in order.lines:
            self.free(order, line, line.units_left)
            line.refunded_units = line.quantity
            self._give_back(
                order, line, line.goods - line.refunded_goods,
                line.shipping - line.refunded_shipping,
            )  # fmt: skip
        return amount

    def give_back_amount(self, order: Order, amount: int) -> None:
        """Take an amount off an order, dealt over what is left of its lines and their shipping."""
        left = [
            part
            for line in order.lines
            for part in (line.goods - line.refunded_goods, line.shipping - line.refunded_shipping)
        ]
        parts = iter(share(amount, left))
        for line in order.lines:
            self._give_back(order, line, next(parts), next(parts))

    def _give_back(self, order: Order, line: Line, goods: int, shipping: int) -> None:
        line.refunded_goods += goods
        line.refunded_shipping += shipping
        given_up = pricing.given_up(line.commission, line.goods, line.refunded_goods)
        order.refunded_commission += given_up - line.refunded_commission
        line.refunded_commission = given_up
        order.refunded += goods + shipping
        self._changed_lines[line.order, line.no] = line
        self.touch(order)

    def refund(self, order: Order, amount: int, reason: str, cause: int, at: datetime) -> None:
        """Send an amount that was taken off an order back to where it came from."""
        if self.till is None:
            raise AssertionError("refunds need the till")
        held = payments.ESCROW(order.id)
        self.till.refund(order.purchase, held, order.id, amount, reason, cause, at)

    async def write(self) -> None:
        """Write all that was decided: orders, stock, money, steps and events."""
        tx = self._tx
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            lines = [self._changed_lines[key] for key in sorted(self._changed_lines)]
            await tx.fetch(
                sql.update_orders,
                bucket=tx.bucket, purchases=sorted({order.purchase for order in rows}),
                orders=as_json(rows), lines=as_json(lines),
            )  # fmt: skip
        if self._released:
            await stock.release(tx, self._released)
        if self._sent:
            parts, causes, at = zip(*self._sent, strict=True)
            await stock.send(tx, parts, causes, at)
        if self.till is not None:
            await self.till.write(tx)
            self.steps += self.till.steps
            self.events += self.till.events
        if self._settlements:
            await payments.settle(tx, self._settlements)
        note_steps(tx, self.steps)
        publish(tx, self.events)


async def lock_desk(
    tx: Tx,
    orders: Iterable[int] = (),
    *,
    money: bool = False,
    by_payments: Iterable[int] = (),
    lines: bool = True,
) -> Desk:
    """Lock whole purchases, named by themselves or by orders in them, with all their lines.

    `lines` False leaves those out, for a batch that never looks at them.

    `money` locks their payments too; `by_payments` names purchases by payments. Payments before
    orders, each in key order, everywhere: so batches wait for each other in one order.
    """
    purchases = {root_of(id_) for id_ in orders}
    till = None
    if money or by_payments:
        till = await payments.lock_till(tx, by_payments, purchases)
        purchases |= {payment.purchase for payment in till.by_id.values()}
    wanted = sorted(purchases)
    rows = await tx.fetch(sql.lock_orders, bucket=tx.bucket, purchases=wanted)
    found = [Order(*row) for row in rows]
    if lines:
        by_id = {order.id: order for order in found}
        for row in await tx.fetch(sql.lines, bucket=tx.bucket, purchases=wanted):
            by_id[row["order"]].lines.append(Line(*row))
    return Desk(tx, found, await markets.markets(tx, [o.market for o in found]), till)
