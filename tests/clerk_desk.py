"""The clerk's verbs: each decides one command on the books and says what became of it."""

from datetime import datetime

from tests.clerk import (
    CONFIRM_WITHIN,
    MOST_ATTEMPTS,
    NEXT_SCANS,
    OPEN,
    PAY_WITHIN,
    SHIP_WITHIN,
    Books,
    Line,
    Offer,
    Order,
    Part,
    Payment,
    Payout,
    Refund,
    Said,
    half_up,
)
from tests.clerk_campaigns import Campaigns, Priced


class Clerk(Books):
    """Decides by the rules, in the order in which commands come."""

    def __init__(self, offers: list[Offer]) -> None:
        super().__init__(offers)
        self.campaigns = Campaigns()

    def quote(self, wanted: list[tuple[int, int]], coupons: tuple[str, ...] = ()) -> int:
        parts = self._priced(wanted)
        self.campaigns.take_off(parts, coupons)
        return sum(part.cash for _, goods, shipping in parts for part in (goods, shipping))

    def _priced(self, wanted: list[tuple[int, int]]) -> Priced:
        offers = [(self.offers[n], quantity) for n, quantity in wanted]
        return [
            (one.seller, Part(quantity * one.price), Part(one.shipping)) for one, quantity in offers
        ]

    def place(
        self, wanted: list[tuple[int, int]], coupons: tuple[str, ...], tenders: list[int],
        now: datetime,
    ) -> Said:  # fmt: skip
        parts = self._priced(wanted)
        used = self.campaigns.take_off(parts, coupons)
        if isinstance(used, str):
            return used
        if sum(tenders) != sum(a.cash + b.cash for _, a, b in parts):
            return "wrong_tenders"
        for n, offer in enumerate(self.offers):
            asked = sum(quantity for k, quantity in wanted if k == n)
            if asked > offer.on_hand - offer.reserved:
                return "sold_out"
        by_seller: dict[int, Order] = {}
        for (n, quantity), (_, goods, shipping) in zip(wanted, parts, strict=True):
            offer = self.offers[n]
            offer.reserved += quantity
            numerator, denominator, cap = offer.fee
            commission = min(half_up(goods.held * numerator, denominator), cap)
            order = by_seller.setdefault(
                offer.seller, Order(self.purchases, offer.seller, now + PAY_WITHIN)
            )
            order.lines.append(Line(n, quantity, goods, shipping, commission))
        self.orders += by_seller.values()
        self.campaigns.use(used, by_seller)
        self.payments += [Payment(self.purchases, amount) for amount in tenders]
        self.purchases += 1
        return (sum(tenders), [(one.seller, one.price) for one in by_seller.values()])

    def record_payment(self, n: int, result: str, amount: int, fee: int, now: datetime) -> Said:
        payment = self.payments[n]
        late = result == "captured" and payment.state in ("voided", "failed")
        if payment.state != "created" and not late:
            return "already_final"
        if result == "captured" and min(fee, amount) < 0:
            return "below_zero"
        payment.state = result
        if result != "captured":
            return (result, False)
        before = self.cash(payment.purchase)
        payment.captured = amount
        self.post(("psp_fee", n), ("psp_receivable", n), fee)
        return (result, self._apply(n, before, now))

    def _apply(self, n: int, before: int, now: datetime) -> bool:
        payment = self.payments[n]
        orders = self.orders_of(payment.purchase)
        total = sum(order.price for _, order in orders)
        cash = before + payment.captured
        waiting = all(order.state == "created" for _, order in orders)
        right = payment.captured == payment.amount
        unapplied = ("unapplied", payment.purchase)
        self.post(("psp_receivable", n), unapplied, payment.captured)
        if waiting and right and cash == total:
            for k, order in orders:
                self.post(unapplied, ("escrow", k), order.price)
                self.post(("promo", k), ("escrow", k), order.subsidy)
                order.state, order.due = "paid", now + SHIP_WITHIN
            return True
        if payment.captured and not (waiting and right and cash < total):
            self.send_back_to(unapplied, n, payment.captured)
        return False

    def attempt(self, purchase: int) -> Said:
        orders = self.orders_of(purchase)
        if any(order.state != "created" for _, order in orders):
            return "not_waiting"
        if any(one.state == "created" for _, one in self.payments_of(purchase)):
            return "under_way"
        missing = sum(order.price for _, order in orders) - self.cash(purchase)
        self.payments.append(Payment(purchase, missing))
        return (missing,)

    def ship(self, n: int) -> Said:
        order = self.orders[n]
        if order.state != "paid":
            return "wrong_state"
        if order.disputed:
            return "disputed"
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
                order.state = "delivered"
                order.due = None if order.disputed else now + CONFIRM_WITHIN
            if kind in ("lost", "returned") and order.state == "shipped":
                order.disputed, order.due = True, None
        return (order.parcel, order.state)

    def confirm(self, n: int, now: datetime) -> Said:
        order = self.orders[n]
        if order.state not in ("shipped", "delivered"):
            return "wrong_state"
        if order.disputed:
            return "disputed"
        self.confirm_order(order, now)
        return ("confirmed",)

    def extend(self, n: int) -> Said:
        order = self.orders[n]
        if order.state != "delivered":
            return "wrong_state"
        if order.disputed or order.due is None:
            return "disputed"
        if order.extended:
            return "extended_before"
        order.extended = True
        order.due += CONFIRM_WITHIN
        return (order.due,)

    def refund(self, n: int, asked: list[tuple[int, int]], amount: int | None = None) -> Said:
        order = self.orders[n]
        if order.state not in (*OPEN, "settled"):
            return "wrong_state"
        if order.disputed:
            return "disputed"
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
        before, held, kept = order.cash, order.held, order.kept
        for k, units in asked:
            self.take_units_off(order, order.lines[k], units)
        if amount not in (None, before):
            self.take_amount_off(order, amount)
        elif not asked or (order.state in OPEN and all(line.units == 0 for line in order.lines)):
            self.take_all_off(order)
        if order.state == "settled":
            given_up = kept - order.kept
            self.unsettle(n, given_up, held - order.held - given_up)
        return self._refunded(n, before, held)

    def _refunded(self, n: int, before: int, held: int) -> Said:
        """Send back what was taken off an order; an open one with nothing left is cancelled."""
        order = self.orders[n]
        self._send_back(n, before, held)
        if order.state in OPEN and all(line.units == 0 for line in order.lines):
            order.state, order.due = "cancelled", None
            self.campaigns.give_back(order)
        return (before - order.cash, order.state)

    def _send_back(self, n: int, cash: int, held: int) -> None:
        """To the buyer what the order's cash fell by, the rest of what it held to the operator."""
        order = self.orders[n]
        paid = cash - order.cash
        self.send_back(("escrow", n), order.purchase, paid)
        self.post(("escrow", n), ("promo", n), held - order.held - paid)

    def dispute(self, n: int) -> Said:
        order = self.orders[n]
        if order.state not in OPEN:
            return "wrong_state"
        if order.disputed:
            return "disputed"
        order.disputed, order.due = True, None
        return ()

    def rule(self, n: int, amount: int, now: datetime) -> Said:
        order = self.orders[n]
        if not order.disputed:
            return "not_disputed"
        if amount > order.cash:
            return "too_much"
        order.disputed = False
        before, held = order.cash, order.held
        if 0 < amount == before:
            self.take_all_off(order)
            return self._refunded(n, before, held)
        self.take_amount_off(order, amount)
        self._send_back(n, before, held)
        self.confirm_order(order, now)
        return (amount, "confirmed")

    def do_due(self, n: int, state: str, now: datetime) -> Said:
        order = self.orders[n]
        if order.state != state or order.due is None or order.due > now:
            return "not_due"
        if state == "created":
            self._expire(order)
        elif state == "paid":
            before, held = order.cash, order.held
            self.take_all_off(order)
            self._refunded(n, before, held)
        elif state == "delivered":
            self.confirm_order(order, now)
        else:
            self.settle_order(n)
        return (order.state,)

    def _expire(self, order: Order) -> None:
        for line in order.lines:
            self.free(order, line, line.units)
        order.state, order.due = "expired", None
        self.campaigns.give_back(order)
        if all(other.state != "created" for _, other in self.orders_of(order.purchase)):
            cash = self.cash(order.purchase)
            self.send_back(("unapplied", order.purchase), order.purchase, cash)

    def record_refund(self, n: int, succeeded: bool) -> Said:
        refund = self.refunds[n]
        payment = self.payments[refund.payment]
        if refund.state != "requested":
            return "already_final"
        refund.state = "succeeded" if succeeded else "failed"
        if succeeded:
            payment.returned += refund.amount
            flight = ("refund_in_flight", refund.payment)
            self.post(flight, ("psp_receivable", refund.payment), refund.amount)
            if payment.returned == payment.captured:
                payment.state = "refunded"
        elif refund.attempt < MOST_ATTEMPTS:
            self.refunds.append(Refund(refund.payment, refund.amount, refund.attempt + 1))
        return (refund.state,)

    def pay_out(self, seller: int, amount: int | None) -> Said:
        owed = self.balance["payable", seller] + self.balance["receivable", seller]
        if owed <= 0:
            return "nothing_owed"
        wanted = owed if amount is None else amount
        if wanted > owed:
            return "over_balance"
        self.net(seller)
        self.post(("payable", seller), ("payout_in_flight", len(self.payouts)), wanted)
        self.payouts.append(Payout(seller, wanted))
        return (wanted, "created")

    def record_payout(self, n: int, paid: bool) -> Said:
        payout = self.payouts[n]
        if payout.state != "created":
            return "already_final"
        payout.state = "paid" if paid else "failed"
        landed = ("bank", n) if paid else ("payable", payout.seller)
        self.post(("payout_in_flight", n), landed, payout.amount)
        return (payout.state,)
