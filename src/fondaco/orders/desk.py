"""The desk: locked orders with their lines, and what a batch does with them.

Decisions change the rows in memory and collect steps, events, units and money; `write` makes
them so in a number of statements that does not depend on the size of the batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from fondaco import markets, payments, stock
from fondaco.kernel import Event, Step, Tx, as_json, note_steps, publish
from fondaco.kernel.ids import root_of
from fondaco.orders.coupons import give_back_uses
from fondaco.orders.giving import sources, take_all, take_amount, take_units
from fondaco.orders.queries import sql
from fondaco.orders.rows import Back, Line, Order, changed, line_of


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
        self._closed: dict[int, datetime] = {}
        self._released: list[stock.Part] = []
        self._sent: list[tuple[stock.Part, int, datetime]] = []
        self._owned: list[payments.Owned] = []
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
        if state in ("expired", "cancelled") and any(line.discounted for line in order.lines):
            self._closed[order.purchase] = at
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

    def send(
        self, order: Order, units: Mapping[int, int], actor: str, cause: int, at: datetime
    ) -> None:
        """Units, by line, leave the shelf. Once all have, the order is shipped."""
        here = {line.no: line.to_ship for line in order.lines if line.to_ship}
        order.in_parts = order.in_parts or units != here
        for line in order.lines:
            if line.no in units:
                part = stock.Part(order.id, line.no, line.offer, units[line.no])
                self._sent.append((part, cause, at))
                if order.in_parts:
                    line.shipped_units += units[line.no]
                    self._change(order, line)
        self.touch(order)
        if units == here:
            self.move(order, "shipped", actor, cause, at)

    def deliver(self, order: Order, actor: str, cause: int, at: datetime) -> None:
        """The buyer has it; it confirms itself in time unless they object."""
        due_in = self.market(order).timers.confirm_within
        self.move(order, "delivered", actor, cause, at, due_in)
        if order.frozen:
            order.due_at = None

    def confirm(self, order: Order, actor: str, cause: int, at: datetime) -> None:
        """What is held is the seller's, at once or after the market's delay.

        Units never shipped, as when a ruling comes before shipping, may be sold again; the lines
        tell from then on that they never left.
        """
        for line in order.lines:
            self.free(order, line, line.units_left)
        order.in_parts = order.in_parts or order.state == "paid"
        wait = self.market(order).timers.settle_after
        self.move(order, "confirmed", actor, cause, at, wait)
        if not wait:
            self.settle(order, cause, at)

    def settle(self, order: Order, cause: int, at: datetime) -> None:
        """Turn what is held into commission, tax, and what the seller is owed."""
        self._owned.append(
            payments.Settlement(
                order.id, order.seller, order.market, order.currency, order.held,
                order.withheld - order.refunded_withheld,
                order.commission - order.refunded_commission,
                order.commission_vat - order.refunded_commission_vat, cause, at, order.settle_in,
                order.settle_rate,
            )
        )  # fmt: skip
        self.move(order, "settled", "system", cause, at)

    def free(self, order: Order, line: Line, units: int) -> None:
        """Those of the units that have not left yet may be sold again."""
        here = min(units, line.to_ship)
        if here and order.state in ("created", "paid"):
            self._released.append(stock.Part(order.id, line.no, line.offer, here))

    def expire(self, order: Order, cause: int, at: datetime) -> None:
        """Not paid in time: its units may be sold again."""
        for line in order.lines:
            self.free(order, line, line.units_left)
        self.move(order, "expired", "system", cause, at)

    def give_back_units(
        self, order: Order, line: Line, units: int, keep: bool = False, deduction: int = 0
    ) -> Back:
        """Take units off a line; `keep`: the operator keeps what he earned on them.

        The seller keeps a `deduction` of what the buyer would get.
        """
        self.free(order, line, units)
        self._change(order, line)
        return take_units(order, line, units, keep, deduction)

    def give_back_all(self, order: Order, keep: bool = False) -> Back:
        """Take everything off an order."""
        for line in order.lines:
            self.free(order, line, line.units_left)
        self._change(order, *order.lines)
        return take_all(order, keep)

    def give_back_amount(self, order: Order, amount: int, keep: bool = False) -> Back:
        """Take off an order what the buyer paid `amount` for."""
        self._change(order, *order.lines)
        return take_amount(order, amount, keep)

    def own(self, change: payments.Owned) -> None:
        """Let something become of a seller's money, in turn with all else."""
        self._owned.append(change)

    def _change(self, order: Order, *lines: Line) -> None:
        self.touch(order)
        self._changed_lines.update({(line.order, line.no): line for line in lines})

    def refund(
        self, order: Order, back: Back, reason: str, cause: int, at: datetime,
        *, as_credit: bool = False, held: int | None = None,
    ) -> int:  # fmt: skip
        """Send what was taken off an order back to where it came from, or give it as store credit.

        Returns how much goes back: less than was taken off if the operator gave goodwill before,
        because no more than was paid ever does. Out of escrow, or once it is settled out of what
        each party got of it; the seller's part of that comes out of what is `held` for a dispute.
        """
        who = (order.id, order.seller, order.currency, back.seller, cause, at)
        if held is not None:
            self.own(payments.Forfeit(*who, held=held, kind="dispute_ruled"))
        elif order.state == "settled":
            self.own(payments.ClawBack(*who, order.settle_in))
        return self.opened_till().refund(
            order.purchase, sources(order, back), order.id, back.cash, order.currency, reason,
            cause, at,
            subsidy=payments.Source(payments.PROMO(order.id), back.subsidy),
            credit_to=order.buyer if as_credit else None,
        )  # fmt: skip

    def opened_till(self) -> payments.Till:
        """The till, which a desk for money was opened with."""
        if self.till is None:
            raise AssertionError("money needs the till")
        return self.till

    async def write(self) -> None:
        """Write all that was decided: orders, stock, money, steps and events."""
        tx = self._tx
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            lines = [changed(self._changed_lines[key]) for key in sorted(self._changed_lines)]
            await tx.fetch(
                sql.update_orders,
                bucket=tx.bucket, purchases=sorted({order.purchase for order in rows}),
                orders=as_json(rows), lines=as_json(lines),
            )  # fmt: skip
        if self._closed:
            siblings = [order.id for one in self._closed for order in self.by_purchase[one]]
            await give_back_uses(tx, self._closed, siblings)
        if self._released:
            await stock.release(tx, self._released)
        if self._sent:
            parts, causes, at = zip(*self._sent, strict=True)
            await stock.send(tx, parts, causes, at)
        if self.till is not None:
            await self.till.write(tx)
            self.steps += self.till.steps
            self.events += self.till.events
        if self._owned:
            await payments.settle(tx, self._owned)
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
            by_id[row["order"]].lines.append(line_of(row))
    return Desk(tx, found, await markets.markets(tx, [o.market for o in found]), till)
