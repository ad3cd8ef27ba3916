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
from fondaco.orders.rows import Back, Line, Order, given_back, line_of


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
        self._owned: list[payments.Settlement | payments.ClawBack] = []
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
        """Turn what is held into commission, tax, and what the seller is owed."""
        self._owned.append(
            payments.Settlement(
                order.id, order.seller, order.currency, order.held,
                order.withheld - order.refunded_withheld,
                order.commission - order.refunded_commission,
                order.commission_vat - order.refunded_commission_vat, cause, at,
            )
        )  # fmt: skip
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

    def give_back_units(self, order: Order, line: Line, units: int, keep: bool = False) -> Back:
        """Take units off a line: its price and, unless it was shipped, its shipping."""
        goods = line.goods.less(line.refunded_goods).first(units, line.units_left)
        shipping = pricing.NOTHING
        if order.state in ("created", "paid"):
            shipping = line.shipping.less(line.refunded_shipping).first(units, line.units_left)
        self.free(order, line, units)
        line.refunded_units += units
        return self._give_back(order, line, goods, shipping, keep)

    def give_back_all(self, order: Order, keep: bool = False) -> Back:
        """Take everything off an order."""
        back = Back()
        for line in order.lines:
            self.free(order, line, line.units_left)
            line.refunded_units = line.quantity
            goods = line.goods.less(line.refunded_goods)
            shipping = line.shipping.less(line.refunded_shipping)
            back = back.plus(self._give_back(order, line, goods, shipping, keep))
        return back

    def give_back_amount(self, order: Order, amount: int, keep: bool = False) -> Back:
        """Take off an order what the buyer paid `amount` for, dealt over what is left of its lines
        and their shipping.
        """
        added = order.tax_added
        left = [
            part
            for line in order.lines
            for part in (
                line.goods.less(line.refunded_goods),
                line.shipping.less(line.refunded_shipping),
            )
        ]
        cash = share(amount, [part.cash(added=added) for part in left])
        parts = iter(
            part.worth(paid, added=added) if paid else pricing.NOTHING
            for part, paid in zip(left, cash, strict=True)
        )
        back = Back()
        for line in order.lines:
            back = back.plus(self._give_back(order, line, next(parts), next(parts), keep))
        return back

    def _give_back(
        self, order: Order, line: Line, goods: pricing.Part, shipping: pricing.Part, keep: bool
    ) -> Back:
        """Note what goes back of a line. `keep`: the operator keeps what he has earned on it."""
        before = line.refunded_goods.net
        line.refunded_goods = line.refunded_goods.plus(goods)
        line.refunded_shipping = line.refunded_shipping.plus(shipping)
        back = Back(
            goods.held(added=order.tax_added) + shipping.held(added=order.tax_added),
            goods.platform_off + shipping.platform_off,
            goods.tax + shipping.tax if order.withheld else 0,
        )
        if not (keep and order.state == "settled"):
            back = back.plus(_given_up(line, before, back.hold - back.withheld))
        order.refunded += back.hold
        order.refunded_subsidy += back.subsidy
        order.refunded_withheld += back.withheld
        order.refunded_commission += back.commission
        order.refunded_commission_vat += back.commission_vat
        self._changed_lines[line.order, line.no] = line
        self.touch(order)
        return back

    def refund(self, order: Order, back: Back, reason: str, cause: int, at: datetime) -> None:
        """Send what was taken off an order back to where it came from.

        Out of escrow, or once it is settled out of what each party got of it.
        """
        if self.till is None:
            raise AssertionError("refunds need the till")
        sources = [payments.Source(payments.ESCROW(order.id), back.hold)]
        if order.state == "settled":
            sources = [
                payments.Source(payments.TAX_PAYABLE(order.id), back.withheld),
                payments.Source(payments.COMMISSION(order.id), back.commission),
                payments.Source(payments.VAT_PAYABLE(order.id), back.commission_vat),
                payments.Source(payments.BRIDGE(order.id), back.seller),
            ]
            self._owned.append(
                payments.ClawBack(order.id, order.seller, order.currency, back.seller, cause, at)
            )
        subsidy = payments.Source(payments.PROMO(order.id), back.subsidy)
        self.till.refund(
            order.purchase, sources, order.id, back.cash, reason, cause, at, subsidy=subsidy
        )

    async def write(self) -> None:
        """Write all that was decided: orders, stock, money, steps and events."""
        tx = self._tx
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            lines = [given_back(self._changed_lines[key]) for key in sorted(self._changed_lines)]
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
        if self._owned:
            await payments.settle(tx, self._owned)
        note_steps(tx, self.steps)
        publish(tx, self.events)


def _given_up(line: Line, before: int, room: int) -> Back:
    """The commission, and its VAT, given up with what went back of a line since `before`.

    Never more than went back (`room`), which rounding alone could ask for.
    """
    net, after = line.goods.net, line.refunded_goods.net
    given = pricing.given_up(line.commission, net, after)
    commission = min(given - pricing.given_up(line.commission, net, before), room)
    vat = pricing.given_up(line.commission_vat, net, after)
    vat = min(vat - pricing.given_up(line.commission_vat, net, before), room - commission)
    line.refunded_commission += commission
    line.refunded_commission_vat += vat
    return Back(commission=commission, commission_vat=vat)


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
