"""The clerk's chargebacks: what a buyer's bank takes back, and what becomes of it."""

from copy import deepcopy
from datetime import datetime

from tests.clerk.books import Spot
from tests.clerk.desk import Desk
from tests.clerk.rules import Said
from tests.clerk.sums import deal
from tests.clerk.things import Case

MOVES = ("paid", "shipped", "delivered", "confirmed", "settled")


class Cases(Desk):
    """Opens chargebacks, wins and loses them."""

    def record_chargeback(
        self, n: int, reference: str, stage: str, amount: int, fee: int, on_seller: bool,
        only: int | None, now: datetime,
    ) -> Said:  # fmt: skip
        if not self.payments[n].captured:
            return "not_captured"
        case = self.cases.get((n, reference))
        if case is not None and case.state != "open":
            return "already_final"
        if case is not None and stage == "open":
            return "open_already"
        if case is None:
            case = self._open(n, amount, fee if on_seller else 0, only, now)
            currency = self.payments[n].currency
            self.post(
                ("dispute_fee", "payment", n), ("psp_receivable", "payment", n), fee, currency
            )
            self.cases[n, reference] = case
        if stage != "open":
            self._close(case, stage, now)
        return (case.state,)

    def _open(self, n: int, amount: int, fee: int, only: int | None, now: datetime) -> Case:
        payment = self.payments[n]
        covered = min(amount, payment.left)
        orders = [
            (k, order.cash - self._contested(k)) for k, order in self.orders_of(payment.purchase)
            if order.state in MOVES and only in (None, k)
        ]  # fmt: skip
        orders = [(k, free) for k, free in orders if free]
        waiting = covered if self._waits(payment.purchase) else 0
        dealt = min(covered - waiting, sum(free for _, free in orders))
        parts = deal(dealt, [free for _, free in orders]) if orders else []
        fees = deal(fee, parts) if dealt else []
        payment.charged_back += covered
        flow = ("dispute_receivable", "payment", n), ("psp_receivable", "payment", n)
        self.post(*flow, amount, payment.currency)
        pair = self._set_aside(payment.purchase)
        self.post(*pair, waiting)
        case = Case(n, amount, covered, amount - dealt, waiting, [])
        for (k, _), part, his_fee in zip(orders, parts, fees, strict=False):
            if part:
                case.parts.append((k, part, self._freeze(k, part, his_fee, now)))
        return case

    def _waits(self, purchase: int) -> bool:
        """Whether what was captured for it waits for the rest."""
        return any(order.state == "created" for _, order in self.orders_of(purchase))

    def _set_aside(self, purchase: int) -> tuple[Spot, Spot]:
        """What waits for its purchase, and where it goes meanwhile when a bank takes it."""
        return ("unapplied", "purchase", purchase), ("payment_difference", "purchase", purchase)

    def _contested(self, k: int) -> int:
        """What of an order open chargebacks may take already."""
        cases = [case for case in self.cases.values() if case.state == "open"]
        return sum(part for case in cases for order, part, _ in case.parts if order == k)

    def _freeze(self, k: int, part: int, fee: int, now: datetime) -> int:
        """What the seller had of a settled one is held; he bears the fee."""
        order = self.orders[k]
        order.charged_back, order.due = True, None
        seller, held = order.seller, 0
        self.give(seller, ("seller_charge", "seller", seller), fee, now)
        if order.state == "settled":
            trial = deepcopy(order)
            all_of_it = part == order.cash  # then also what the operator paid of it
            gone = self.take_all(trial) if all_of_it else self.take_amount(trial, part)
            held = gone.share
            self.give(seller, ("dispute_hold", "order", k), held, now, reserve=True)
        self.draw_for(seller, "refund")
        return held

    def _close(self, case: Case, stage: str, now: datetime) -> None:
        case.state, n = stage, case.payment
        payment = self.payments[n]
        owed = ("dispute_receivable", "payment", n)
        if stage == "won":
            payment.charged_back -= case.covered
            self.post(("psp_receivable", "payment", n), owed, case.amount, payment.currency)
            unapplied, difference = self._set_aside(payment.purchase)
            self.post(difference, unapplied, case.waiting)
            if not self._waits(payment.purchase):
                self.send_back_to(unapplied, n, case.waiting)
        else:
            difference = ("payment_difference", "purchase", payment.purchase)
            self.post(difference, owed, case.beyond, payment.currency)
        for k, part, held in case.parts:
            order = self.orders[k]
            if stage == "won":
                if held:
                    hold, payable = (
                        ("dispute_hold", "order", k),
                        ("payable", "seller", order.seller),
                    )
                    self.post(hold, payable, held)
                    self.net(order.seller)
            else:
                self._lose(k, part, held, n, now)
            self._thaw(k, case, now)

    def _lose(self, k: int, part: int, held: int, n: int, now: datetime) -> None:
        """What the bank took is taken off the order, like a refund."""
        order = self.orders[k]
        gone = self.take_all(order) if part == order.cash else self.take_amount(order, part)
        pot = ("escrow", "order", k)
        if order.state == "settled":
            pot = ("bridge", "order", k)
            self.share_out(k, gone)
            self.forfeit(k, gone.share, held, now)
        self.post(pot, ("dispute_receivable", "payment", n), gone.cash)
        self.post(pot, ("promo", "order", k), gone.subsidy)

    def forfeit(self, k: int, share: int, held: int, now: datetime) -> None:
        """The seller's part comes out of what was held; he has the rest, or gives what it lacks."""
        seller, hold, pot = (
            self.orders[k].seller,
            ("dispute_hold", "order", k),
            ("bridge", "order", k),
        )
        taken = min(held, share)
        self.post(hold, pot, taken)
        self.post(hold, ("payable", "seller", seller), held - taken)
        self.net(seller)
        self.give(seller, pot, share - taken, now, reserve=True)

    def _thaw(self, k: int, case: Case, now: datetime) -> None:
        """The order goes on unless another chargeback of it is open; an empty one ends."""
        order = self.orders[k]
        for other in self.cases.values():
            if other.state == "open" and k in [part[0] for part in other.parts]:
                return
        order.charged_back = False
        self.go_on(order, now)
        if order.state != "settled" and order.held == 0 and case.state == "lost":
            order.disputed = False
            self.cancel(k)
