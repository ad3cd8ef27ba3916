"""The clerk's desk: what is done to orders, by people and by time."""

from datetime import datetime

from tests.clerk.rules import CONFIRM_WITHIN, NEXT_SCANS, OPEN, SHIP_WITHIN, Said
from tests.clerk.things import Gone, Order
from tests.clerk.till import Till


class Desk(Till):
    """Ships, delivers, confirms, settles, refunds, and rules."""

    def ship(self, n: int) -> Said:
        order = self.orders[n]
        if order.state != "paid":
            return "wrong_state"
        if order.frozen:
            return order.frozen
        for line in order.lines:
            self.offers[line.offer].on_hand -= line.units
            self.offers[line.offer].reserved -= line.units
        order.state, order.due, order.parcel = "shipped", None, "handed_over"
        return ()

    def record_scan(self, n: int, kind: str, now: datetime) -> Said:
        order = self.orders[n]
        if kind in NEXT_SCANS.get(order.parcel, ()):
            order.parcel = kind
            if kind == "delivered" and order.state == "shipped":
                order.state, order.arrived = "delivered", now
                order.due = None if order.frozen else now + CONFIRM_WITHIN
            if kind in ("lost", "returned") and order.state == "shipped" and not order.open:
                order.disputed, order.due = True, None
        return (order.parcel, order.state)

    def confirm(self, n: int, now: datetime) -> Said:
        order = self.orders[n]
        if order.state not in ("shipped", "delivered"):
            return "wrong_state"
        if order.frozen:
            return order.frozen
        self.confirm_order(n, now)
        return (order.state,)

    def confirm_order(self, n: int, now: datetime) -> None:
        order = self.orders[n]
        for line in order.lines:
            self.free(order, line, line.units)
        order.never_left = order.state == "paid"
        order.state, order.due = "confirmed", now + self.rules.settle_after
        order.arrived = order.arrived or now
        if not self.rules.settle_after:
            self.settle(n, now)

    def settle(self, n: int, now: datetime) -> None:
        order, escrow = self.orders[n], ("escrow", "order", n)
        share = order.held - order.withheld - order.commission - order.vat
        self.post(escrow, ("tax_payable", "order", n), order.withheld)
        self.post(escrow, ("commission", "order", n), order.commission)
        self.post(escrow, ("vat_payable", "order", n), order.vat)
        self.post(escrow, ("bridge", "order", n), share)
        self.earn(order.seller, ("bridge", "order", n), share, now)
        order.state, order.due = "settled", None

    def extend(self, n: int) -> Said:
        order = self.orders[n]
        if order.state != "delivered":
            return "wrong_state"
        if order.frozen:
            return order.frozen
        if order.extended:
            return "extended_before"
        assert order.due is not None
        order.extended = True
        order.due += CONFIRM_WITHIN
        return (order.due,)

    def refund(
        self, n: int, asked: list[tuple[int, int]], amount: int | None, keep: bool,
        as_credit: bool, now: datetime,
    ) -> Said:  # fmt: skip
        order = self.orders[n]
        if refusal := self._unrefundable(order, asked, amount):
            return refusal
        gone, keep = Gone(), keep or order.keep
        for k, units in asked:
            gone.add(self.take_units(order, order.lines[k], units, keep))
        if amount not in (None, order.cash):
            gone = self.take_amount(order, amount, keep)
        elif not asked or (order.state in OPEN and order.empty):
            gone.add(self.take_all(order, keep))
        sent = self._give_back(n, gone, order.buyer if as_credit else None, now)
        return (sent, order.state)

    def _unrefundable(
        self, order: Order, asked: list[tuple[int, int]], amount: int | None
    ) -> str:  # fmt: skip
        if order.state not in (*OPEN, "settled"):
            return "wrong_state"
        if order.frozen:
            return order.frozen
        if asked and amount is not None:
            return "lines_or_amount"
        wanted = [0] * len(order.lines)
        for k, units in asked:
            if k >= len(order.lines):
                return "unknown_line"
            wanted[k] += units
            if wanted[k] > order.lines[k].units:
                return "too_many_units"
        if (amount or 0) > order.cash or (order.state == "settled" and not order.held):
            return "too_much"
        return ""

    def _give_back(self, n: int, gone: Gone, credit_to: int | None, now: datetime) -> int:
        """What was taken off an order goes back; an empty open one is cancelled."""
        order, sent = self.orders[n], self.give_back(n, gone, credit_to, now)
        if order.state in OPEN and order.empty:
            self.cancel(n)
        return sent

    def give_back(self, n: int, gone: Gone, credit_to: int | None, now: datetime) -> int:
        """Out of escrow, or out of what each got of it; what the buyer gets."""
        order = self.orders[n]
        pot = ("escrow", "order", n)
        if order.state == "settled":
            pot = ("bridge", "order", n)
            self.share_out(n, gone)
            self.give(order.seller, pot, gone.share, now, reserve=True)
            self.draw_for(order.seller, "refund")
        sent = self.send_back(pot, order.purchase, gone.cash, credit_to)
        self.post(pot, ("promo", "order", n), gone.subsidy)
        return sent

    def share_out(self, n: int, gone: Gone) -> None:
        """The operator puts his part of what goes back of a settled order to the seller's."""
        pot = ("bridge", "order", n)
        self.post(("tax_payable", "order", n), pot, gone.withheld)
        self.post(("commission", "order", n), pot, gone.commission)
        self.post(("vat_payable", "order", n), pot, gone.vat)

    def cancel(self, n: int) -> None:
        self.orders[n].state, self.orders[n].due = "cancelled", None
        self.campaigns.give_back(self.orders[n])

    def dispute(self, n: int) -> Said:
        order = self.orders[n]
        if order.state not in OPEN:
            return "wrong_state"
        if order.disputed:
            return "disputed"
        if order.open:
            return "case_open"
        order.disputed, order.due = True, None
        return ()

    def rule(self, n: int, amount: int, now: datetime) -> Said:
        order = self.orders[n]
        if not order.disputed:
            return "not_disputed"
        if order.charged_back:
            return "charged_back"
        if amount > order.cash:
            return "too_much"
        order.disputed = False
        if 0 < amount == order.cash:
            sent = self._give_back(n, self.take_all(order), None, now)
        else:
            sent = self._give_back(n, self.take_amount(order, amount), None, now)
            self.confirm_order(n, now)
        return (sent, order.state)

    def go_on(self, order: Order, now: datetime) -> None:
        """Its time begins anew, as long as it was, unless something else is open about it."""
        waits = {
            "paid": SHIP_WITHIN,
            "delivered": CONFIRM_WITHIN * (2 if order.extended else 1),
            "confirmed": self.rules.settle_after,
        }
        if order.state in waits and not order.frozen:
            order.due = now + waits[order.state]

    def do_due(self, n: int, state: str, now: datetime) -> Said:
        order = self.orders[n]
        if order.state != state or order.due is None or order.due > now:
            return "not_due"
        if state == "created":
            self._expire(order)
        elif state == "paid":
            self._give_back(n, self.take_all(order), None, now)
        elif state == "delivered":
            self.confirm_order(n, now)
        else:
            self.settle(n, now)
        return (order.state,)

    def _expire(self, order: Order) -> None:
        for line in order.lines:
            self.free(order, line, line.units)
        order.state, order.due = "expired", None
        self.campaigns.give_back(order)
        if all(other.state != "created" for _, other in self.orders_of(order.purchase)):
            unapplied = ("unapplied", "purchase", order.purchase)
            self.send_back(unapplied, order.purchase, self.on(*unapplied))

    def sweep(self, now: datetime) -> None:
        """All that is due, the earliest first."""
        due = [
            (order.due, n) for n, order in enumerate(self.orders)
            if order.due is not None and order.due <= now
        ]  # fmt: skip
        for _, n in sorted(due):
            self.do_due(n, self.orders[n].state, now)
