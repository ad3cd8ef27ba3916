"""The clerk's till: what providers say of payments and refunds, and credit of the house's own."""

from datetime import datetime

from tests.clerk.books import Spot
from tests.clerk.counter import Counter
from tests.clerk.rules import MOST_ATTEMPTS, SHIP_WITHIN, Said
from tests.clerk.things import Card, Payment, Refund


class Till(Counter):
    """Takes money, and sends it back."""

    def record_payment(
        self, n: int, result: str, amount: int, fee: int, currency: str, now: datetime
    ) -> Said:
        payment = self.payments[n]
        late = result == "captured" and payment.state in ("voided", "failed")
        if payment.state != "created" and not late:
            return "already_final"
        if result == "captured" and min(fee, amount) < 0:
            return "below_zero"
        payment.state = result
        if result != "captured":
            return (result, False, False)
        foreign = currency != payment.currency
        payment.captured, payment.currency = amount, currency
        self.post(("psp_fee", "payment", n), ("psp_receivable", "payment", n), fee, currency)
        unapplied = ("unapplied", "purchase", payment.purchase)
        self.post(self.owes(n), unapplied, amount, currency)
        if foreign:
            self.send_back_to(unapplied, n, amount)
            return (result, False, False)
        applied = self._apply(n, now)
        return (result, applied, not applied and payment.left > 0)

    def _apply(self, n: int, now: datetime) -> bool:
        """Whether it paid for its purchase; what cannot goes back, or waits for the rest."""
        payment = self.payments[n]
        orders = self.orders_of(payment.purchase)
        total = sum(order.price for _, order in orders)
        cash = self.cash(payment.purchase)
        waiting = all(order.state == "created" for _, order in orders)
        right = payment.captured == payment.amount
        unapplied = ("unapplied", "purchase", payment.purchase)
        if waiting and right and cash == total:
            for k, order in orders:
                self.post(unapplied, ("escrow", "order", k), order.price)
                self.post(("promo", "order", k), ("escrow", "order", k), order.subsidy)
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
        self.payments.append(Payment(purchase, missing, currency=self.rules.currency))
        return (missing,)

    # Sending back

    def send_back(
        self, account: Spot, purchase: int, amount: int, credit_to: int | None = None
    ) -> int:
        """Out of an account, back to the payments of a purchase, the oldest first; how much goes.

        What their bank took already was never ours to send, nor what went back as goodwill.
        """
        sent = 0
        for n, payment in self.payments_of(purchase):
            part = min(amount, payment.left)
            if part:
                self.send_back_to(account, n, part, credit_to)
                amount, sent = amount - part, sent + part
        self.post(account, ("payment_difference", "purchase", purchase), amount)
        return sent

    def send_back_to(
        self, account: Spot, n: int, amount: int, credit_to: int | None = None
    ) -> None:
        payment = self.payments[n]
        if amount:
            payment.refunded += amount
            self.refunds.append(Refund(n, amount, credit_to))
            flight = ("refund_in_flight", "payment", n)
            self.post(account, flight, amount, payment.currency)

    def return_unapplied(self, purchase: int) -> Said:
        unapplied = ("unapplied", "purchase", purchase)
        amount = self.on(*unapplied)
        waiting = any(order.state == "created" for _, order in self.orders_of(purchase))
        if not amount or waiting:
            return "nothing_unapplied"
        self.send_back(unapplied, purchase, amount)
        return (amount,)

    def record_refund(self, n: int, succeeded: bool) -> Said:
        refund = self.refunds[n]
        if refund.state != "requested":
            return "already_final"
        refund.state = "succeeded" if succeeded else "failed"
        if succeeded:
            source = self.owes(refund.payment)
            if refund.credit_to is not None:
                source = ("bridge", "payment", refund.payment)
            self._sent_back(refund, source)
        elif refund.attempt < MOST_ATTEMPTS:
            again = Refund(refund.payment, refund.amount, refund.credit_to, refund.attempt + 1)
            self.refunds.append(again)
        return (refund.state,)

    def _sent_back(self, refund: Refund, source: Spot) -> None:
        payment = self.payments[refund.payment]
        flight = ("refund_in_flight", "payment", refund.payment)
        self.post(flight, source, refund.amount, payment.currency)
        payment.returned += refund.amount
        if payment.returned == payment.captured:
            payment.state = "refunded"

    # Credit of the house's own

    def purse(self, provider: str, n: int) -> Spot:
        return ("wallet", "buyer", n) if provider == "wallet" else ("gift_card", "card", n)

    def grant(self, buyer: int, amount: int) -> Said:
        self.post(("goodwill", "buyer", buyer), ("wallet", "buyer", buyer), amount)
        return (self.on("wallet", "buyer", buyer),)

    def issue(self, amount: int, expires: datetime | None) -> Said:
        n = len(self.cards)
        self.cards.append(Card(expires))
        self.post(("goodwill", "card", n), ("gift_card", "card", n), amount)
        return ()

    def block(self, n: int, blocked: bool) -> Said:
        self.cards[n].blocked = blocked
        return (blocked,)

    def draw_credit(self, n: int, now: datetime) -> Said:
        """Pay a payment out of its purse; the payment hears of it afterwards."""
        payment = self.payments[n]
        spot = self.purse(payment.provider, payment.purse)
        if payment.provider == "gift_card":
            card = self.cards[payment.purse]
            if card.blocked:
                return "blocked"
            if card.expires is not None and card.expires <= now:
                return "expired"
        if payment.amount > self.on(*spot):
            return "insufficient_credit"
        self.post(spot, ("bridge", "payment", n), payment.amount)
        payment.drawn = True
        return (self.on(*spot),)

    def put_back(self, n: int) -> None:
        """A refund of credit goes into the wallet that it names, or where it was drawn."""
        refund = self.refunds[n]
        payment = self.payments[refund.payment]
        purse = ("wallet", "buyer", refund.credit_to or 0)
        if refund.credit_to is None:
            purse = self.purse(payment.provider, payment.purse)
        self.post(("bridge", "payment", refund.payment), purse, refund.amount)
        self.record_refund(n, True)
