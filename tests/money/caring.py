"""Rules about goods, and about what goes wrong with them: refunds, disputes, chargebacks."""

from hypothesis import strategies as st

from fondaco import orders, payments
from fondaco.orders import Stage as Stages
from fondaco.shipping import Scan
from tests.money.buying import Buying
from tests.money.machine import N, step

REFUNDS = ["units", "units", "amount", "all", "odd units", "over", "both"]


class Caring(Buying):
    """Orders go their way, or do not."""

    def send_on(self, k: int, far: int) -> None:
        """Ship an order, deliver it, confirm it: so far."""
        if self.clerk.orders[k].state == "paid" and far > 1:
            self.send(k)
        if self.clerk.orders[k].state == "shipped" and far > 2:
            self.scanned(k, Scan.DELIVERED)
        if self.clerk.orders[k].state == "delivered" and far > 3:
            self.confirmed(k)

    def order_in(self, n: int, *states: str) -> int:
        likely = self.likely(
            self.clerk.orders, lambda one: one.state in states and one.held and not one.frozen
        )
        return self.one_of(n, likely, self.clerk.orders)

    def send(self, k: int) -> None:
        wish = orders.Ship(order=self.ids["order"][k], carrier="Post")
        self.do("ship", orders.ship, wish, lambda: self.clerk.ship(k))

    def scanned(self, k: int, what: Scan) -> None:
        wish = orders.RecordScan(parcel=self.stage.parcels[k], kind=what)
        now = self.now()
        kind = what.value if what in (Scan.LOST, Scan.DELIVERED) else "scan"
        self.do(kind, orders.record_scan, wish, lambda: self.clerk.record_scan(k, what, now))

    def confirmed(self, k: int) -> None:
        wish, now = orders.Confirm(order=self.ids["order"][k]), self.now()
        self.do("confirm", orders.confirm, wish, lambda: self.clerk.confirm(k, now))

    @step(4, lambda self: self.clerk.orders, n=N, far=st.sampled_from([2, 3, 4]))
    def carry_on(self, n: int, far: int) -> None:
        """An order goes on from where it stands."""
        k = self.order_in(n, "paid", "shipped", "delivered")
        if self.clerk.orders[k].state == "paid":
            self.send(k)
        self.send_on(k, far)

    @step(
        1,
        lambda self: self.stage.parcels,
        n=N,
        what=st.sampled_from([*Scan, Scan.EXCEPTION, Scan.LOST]),
    )
    def scan(self, n: int, what: Scan) -> None:
        sent = sorted(self.stage.parcels)
        likely = [k for k in sent if self.clerk.orders[k].state == "shipped"] or sent
        k = likely[n % len(likely)]
        if what is Scan.LOST and self.clerk.orders[k].parcel != "exception":
            self.scanned(k, Scan.EXCEPTION)
        self.scanned(k, what)

    @step(
        3,
        lambda self: self.clerk.orders,
        n=N,
        what=st.sampled_from(["extend", "dispute", "confirm", "ship"]),
    )
    def object_to(self, n: int, what: str) -> None:
        """The buyer asks for time, or does not want it at all; or it goes its way."""
        if what == "ship":
            self.send(self.order_in(n, "paid"))
        elif what == "confirm":
            self.confirmed(self.order_in(n, "shipped", "delivered"))
        elif what == "extend":
            k = self.order_in(n, "delivered")
            wish = orders.Extend(order=self.ids["order"][k])
            self.do("extend", orders.extend, wish, lambda: self.clerk.extend(k))
        else:
            k = self.order_in(n, "paid", "shipped", "delivered")
            complaint = orders.Dispute(order=self.ids["order"][k], reason="No.")
            self.do("dispute", orders.dispute, complaint, lambda: self.clerk.dispute(k))

    @step(
        2,
        lambda self: any(one.disputed for one in self.clerk.orders),
        n=N,
        eighths=st.integers(0, 9),
    )
    def rule_on(self, n: int, eighths: int) -> None:
        disputed = self.likely(self.clerk.orders, lambda one: one.disputed)
        k = self.one_of(n, disputed, self.clerk.orders)
        amount, now = self.clerk.orders[k].cash * eighths // 8, self.now()
        wish = orders.Rule(order=self.ids["order"][k], refund=amount)
        kind = "rule in full" if amount == self.clerk.orders[k].cash else "rule"
        self.do(kind, orders.rule, wish, lambda: self.clerk.rule(k, amount, now))

    @step(5, lambda self: self.clerk.orders,
        n=N, how=st.sampled_from(REFUNDS), settled=st.booleans(), units=st.integers(1, 3),
        part=st.integers(1, 8), keep=st.booleans(), as_credit=st.booleans(), again=st.booleans(),
    )  # fmt: skip
    def refund(
        self, n: int, how: str, settled: bool, units: int, part: int, keep: bool, as_credit: bool,
        again: bool,
    ) -> None:  # fmt: skip
        """All, units or an amount, before or after settlement, as money or as credit."""
        states = ["paid", "shipped", "delivered"]
        if settled and any(one.state == "settled" and one.held for one in self.clerk.orders):
            states = ["settled"]
        k = self.order_in(n, *states)
        order, amount = self.clerk.orders[k], None
        asked: list[tuple[int, int]] = []
        if how in ("units", "odd units", "both"):
            line = n % (len(order.lines) + (how == "odd units"))
            left = order.lines[line].units if line < len(order.lines) else units
            asked = [(line, min(units, left) if how == "units" and left else units)]
        if how in ("amount", "over", "both"):
            amount = max(order.cash * part // 8, 1) + (order.cash if how == "over" else 0)
        wish = orders.Refund(
            order=self.ids["order"][k], amount=amount, keep_commission=keep, as_credit=as_credit,
            lines=tuple(orders.RefundLine(no + 1, count) for no, count in asked),
        )  # fmt: skip
        kind = f"refund {'settled' if order.state == 'settled' else 'open'} {how}"
        now = self.now()
        self.do(
            kind, orders.refund, wish,
            lambda: self.clerk.refund(k, asked, amount, keep, as_credit, now), again,
        )  # fmt: skip

    @step(3, lambda self: self.clerk.refunds, n=N, failed=st.integers(0, 4), again=st.booleans())
    def hear_of_refund(self, n: int, failed: int, again: bool) -> None:
        """A provider's word on a refund; credit of the house's own is put back by itself."""
        wanted = self.likely(self.clerk.refunds, lambda one: one.state == "requested")
        k = self.one_of(n, wanted, self.clerk.refunds)
        refund, id_ = self.clerk.refunds[k], self.ids["refund"][k]
        payment = self.clerk.payments[refund.payment]
        if payment.provider == "sandbox" and refund.credit_to is None:
            succeeded = failed > 0
            wish = payments.RefundFact(
                refund=id_, succeeded=succeeded, amount=refund.amount, currency=payment.currency
            )
            kind = "refunded" if succeeded else "refund failed"
            book = payments.record_refund
            self.do(kind, book, wish, lambda: self.clerk.record_refund(k, succeeded), again)
        else:
            database = self.house.world.database
            self.run(payments.send_refunds(database, payments.store_credit(database), [id_]))
            if refund.state == "requested":
                self.clerk.put_back(k)
                self.count("put back")

    @step(2, lambda self: any(one.captured for one in self.clerk.payments),
        n=N, eighths=st.integers(1, 9), fee=st.sampled_from([0, 15_00]), on_seller=st.booleans(),
        one=st.booleans(), stage=st.sampled_from([*Stages, Stages.OPEN, Stages.OPEN]),
        again=st.booleans(),
    )  # fmt: skip
    def charge_back(
        self, n: int, eighths: int, fee: int, on_seller: bool, one: bool, stage: Stages,
        again: bool,
    ) -> None:  # fmt: skip
        """A new chargeback, or one heard of only when it was decided."""
        taken = self.likely(
            self.clerk.payments, lambda one: one.captured and one.provider == "sandbox"
        )
        if taken:
            k = taken[n % len(taken)]
            payment = self.clerk.payments[k]
            amount = max(payment.captured * eighths // 8, 1)
            mine = self.clerk.orders_of(payment.purchase)
            only = mine[n % len(mine)][0] if one else None
            self.bank_says(
                k, f"case {len(self.clerk.cases)}", stage, amount, fee, on_seller, only, again
            )

    @step(
        3,
        lambda self: any(one.state == "open" for one in self.clerk.cases.values()),
        n=N,
        won=st.booleans(),
        again=st.booleans(),
    )
    def decide_case(self, n: int, won: bool, again: bool) -> None:
        cases = [key for key, one in self.clerk.cases.items() if one.state == "open" or n > 950]
        k, reference = cases[n % len(cases)]
        stage, amount = Stages.WON if won else Stages.LOST, self.clerk.cases[k, reference].amount
        self.bank_says(k, reference, stage, amount, 0, False, None, again)

    def bank_says(
        self, k: int, reference: str, stage: Stages, amount: int, fee: int, on_seller: bool,
        only: int | None, again: bool,
    ) -> None:  # fmt: skip
        wish = orders.RecordChargeback(
            payment=self.ids["payment"][k], reference=reference, stage=stage, amount=amount,
            currency=self.clerk.payments[k].currency, fee=fee, fee_on_seller=on_seller,
            order=None if only is None else self.ids["order"][only],
        )  # fmt: skip
        now = self.now()
        self.do(
            f"chargeback {stage.value}", orders.record_chargeback, wish,
            lambda: self.clerk.record_chargeback(
                k, reference, stage.value, amount, fee, on_seller, only, now
            ),
            again,
        )  # fmt: skip
