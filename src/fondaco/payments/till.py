"""The till: locked payments of some purchases, and what a batch does with them.

Decisions change the rows in memory and collect postings; `write` makes them so, in a number of
statements that does not depend on the size of the batch.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from fondaco import ledger
from fondaco.kernel import Event, Step, Tx, as_json
from fondaco.payments.model import (
    DISPUTE_FEE,
    DISPUTE_RECEIVABLE,
    ESCROW,
    PAYMENT_DIFFERENCE,
    PROMO,
    PSP_FEE,
    PSP_RECEIVABLE,
    REFUND_IN_FLIGHT,
    UNAPPLIED,
    NewPayment,
    Payment,
    provider_owes,
)
from fondaco.payments.queries import ASK_AGAIN, sql


class Source(msgspec.Struct):
    """Captured money waiting to be applied, and the account it sits on."""

    account: ledger.Account
    amount: int


class _Refund(msgspec.Struct):
    id: int
    payment: int
    order: int | None
    currency: str
    amount: int
    reason: str
    due_at: datetime
    created_at: datetime
    credit_to: int | None


class Till:
    """Payments of the purchases in a batch, by purchase."""

    def __init__(self, tx: Tx, payments: Sequence[Payment]) -> None:
        self._tx = tx
        self.by_id = {payment.id: payment for payment in payments}
        self._by_purchase: dict[int, list[Payment]] = {}
        for payment in payments:
            self._by_purchase.setdefault(payment.purchase, []).append(payment)
        self._changed: dict[int, Payment] = {}
        self._new: list[NewPayment] = []
        self._accounts: dict[int, str] = {}
        self._refunds: list[_Refund] = []
        self.journals: list[ledger.Journal] = []
        self.steps: list[Step] = []
        self.events: list[Event] = []

    def payments(self, purchase: int) -> Sequence[Payment]:
        """All payments of a purchase, oldest first."""
        return self._by_purchase.get(purchase, ())

    def cash(self, purchase: int) -> int:
        """What was captured for a purchase and is not promised back."""
        return sum(p.left for p in self.payments(purchase))

    def move(self, payment: Payment, state: str, actor: str, cause: int, at: datetime) -> None:
        """Move a payment to its next state."""
        self.steps.append(Step(payment.id, "payment", payment.state, state, actor, cause, at))
        payment.state = state
        self._changed[payment.id] = payment

    def post(self, root: int, cause: int, kind: str, at: datetime,
             postings: list[ledger.Posting]) -> None:  # fmt: skip
        """Collect one journal."""
        if postings:
            self.journals.append(ledger.Journal(root, cause, kind, at, postings))

    def open(self, new: NewPayment) -> Payment:
        """Expect another payment, which is written with the rest."""
        payment = Payment(
            new.id, new.purchase, new.provider, new.currency, new.amount, 0, 0, 0, 0, 0, "created"
        )
        self._new.append(new)
        self.by_id[payment.id] = payment
        self._by_purchase.setdefault(payment.purchase, []).append(payment)
        return payment

    def come_from(self, payment: Payment, account: str) -> None:
        """Note the account that a payment came from, which is where it goes back to."""
        self._accounts[payment.id] = account

    def capture(
        self, payment: Payment, amount: int, fee: int, currency: str, cause: int, at: datetime
    ) -> Source:
        """Note what the provider took; the money waits to be applied.

        In another currency than was asked for, the payment is of that one from then on.
        """
        if currency != payment.currency:
            payment.reason = f"captured in {currency}, asked for in {payment.currency}"
            payment.currency = currency
        payment.captured, payment.fee = amount, fee
        self.move(payment, "captured", "provider", cause, at)
        if fee:
            move = ledger.Posting(
                PSP_FEE(payment.id), PSP_RECEIVABLE(payment.id), payment.currency, fee
            )
            self.post(payment.purchase, cause, "psp_fee", at, [move])
        return Source(provider_owes(payment.provider, payment.id), amount)

    def fail(self, payment: Payment, state: str, reason: str, cause: int, at: datetime) -> None:
        """Note that the attempt came to nothing."""
        payment.reason = reason[:200]
        self.move(payment, state, "system" if state == "voided" else "provider", cause, at)

    def hold(
        self, purchase: int, currency: str, sources: Sequence[Source],
        dues: Sequence[tuple[int, int, int]], cause: int, at: datetime,
    ) -> None:  # fmt: skip
        """Fill the escrow of orders: `dues` are (order, due, the operator's part of it).

        The rest is captured money. More or less of it than is due goes to, or comes from, the
        payment difference.
        """
        sinks = [(ESCROW(order), due - subsidy) for order, due, subsidy in dues]
        over = sum(s.amount for s in sources) - sum(amount for _, amount in sinks)
        pool = [(source.account, source.amount) for source in sources]
        if over > 0:
            sinks.append((PAYMENT_DIFFERENCE(purchase), over))
        elif over < 0:
            pool.append((PAYMENT_DIFFERENCE(purchase), -over))
        postings = _poured(pool, sinks, currency)
        postings += [
            ledger.Posting(PROMO(order), ESCROW(order), currency, subsidy)
            for order, _, subsidy in dues
            if subsidy
        ]
        self.post(purchase, cause, "capture", at, postings)

    def set_aside(
        self, purchase: int, currency: str, source: Source, cause: int, at: datetime
    ) -> None:
        """Keep captured money as unapplied."""
        if source.amount:
            move = ledger.Posting(source.account, UNAPPLIED(purchase), currency, source.amount)
            self.post(purchase, cause, "capture_unapplied", at, [move])

    def refund(
        self, purchase: int, sources: Sequence[Source], order: int | None, amount: int,
        currency: str, reason: str, cause: int, at: datetime,
        *, only: Payment | None = None, subsidy: Source | None = None,
        credit_to: int | None = None,
    ) -> int:  # fmt: skip
        """Promise `amount` out of the sources back to the payments it came from, in turn.

        `currency` is that of the sources: a payment that came in another has gone back already.
        `only` names the one payment it goes back to. What was never captured cannot go back: it
        returns to the payment difference. `subsidy` is the operator's part, which the sources
        cover too. `credit_to` is a person who gets store credit instead. Returns what goes back.
        """
        sinks: list[tuple[ledger.Account, int]] = []
        left = amount
        for payment in [only] if only is not None else self.payments(purchase):
            part = min(left, payment.left)
            if part:
                left -= part
                self._promise(payment, order, part, reason, at, credit_to)
                sinks.append((REFUND_IN_FLIGHT(payment.id), part))
        sinks.append((PAYMENT_DIFFERENCE(purchase), left))
        if subsidy is not None:
            sinks.append((subsidy.account, subsidy.amount))
        pool = [(source.account, source.amount) for source in sources]
        self.post(purchase, cause, "refund", at, _poured(pool, sinks, currency))
        return amount - left

    def _promise(
        self, payment: Payment, order: int | None, amount: int, reason: str, at: datetime,
        credit_to: int | None,
    ) -> None:  # fmt: skip
        payment.refunded += amount
        self._changed[payment.id] = payment
        refund = _Refund(
            self._tx.mint(), payment.id, order, payment.currency, amount, reason[:200],
            at + ASK_AGAIN, at, credit_to,
        )  # fmt: skip
        self._refunds.append(refund)
        payload = {"refund": refund.id, "payment": payment.id, "amount": amount}
        self.events.append(Event("refund.requested", payment.purchase, payload, at))

    def charge_back(
        self, payment: Payment, amount: int, covered: int, fee: int, cause: int, at: datetime
    ) -> None:
        """The provider took an amount back, and a fee: until it is decided we are owed it.

        `covered` of it was still there to be taken.
        """
        payment.charged_back += covered
        self._changed[payment.id] = payment
        owed = Source(DISPUTE_RECEIVABLE(payment.id), amount)
        source = Source(PSP_RECEIVABLE(payment.id), amount + fee)
        sinks = [owed, Source(DISPUTE_FEE(payment.id), fee)]
        self.pour(payment, "chargeback", sinks, [source], cause, at)

    def win_back(
        self, payment: Payment, amount: int, covered: int, cause: int, at: datetime
    ) -> None:
        """A chargeback was won: the provider owes us the amount again."""
        payment.charged_back -= covered
        self._changed[payment.id] = payment
        owed = Source(DISPUTE_RECEIVABLE(payment.id), amount)
        sink = Source(PSP_RECEIVABLE(payment.id), amount)
        self.pour(payment, "chargeback_won", [sink], [owed], cause, at)

    def lose(self, payment: Payment, beyond: int, cause: int, at: datetime) -> None:
        """A chargeback was lost for more than its orders had: that is a payment difference."""
        owed = Source(DISPUTE_RECEIVABLE(payment.id), beyond)
        source = Source(PAYMENT_DIFFERENCE(payment.purchase), beyond)
        self.pour(payment, "chargeback_lost", [source], [owed], cause, at)

    def pour(
        self, payment: Payment, kind: str, debits: Sequence[Source], credits: Sequence[Source],
        cause: int, at: datetime,
    ) -> None:  # fmt: skip
        """Post amounts out of some accounts into others; both sum to the same."""
        pool = [(one.account, one.amount) for one in debits]
        sinks = [(one.account, one.amount) for one in credits]
        self.post(payment.purchase, cause, kind, at, _poured(pool, sinks, payment.currency))

    async def write(self, tx: Tx) -> None:
        """Write what was decided, but for steps and events, which the caller adds to its own."""
        if self._new:
            await tx.fetch(sql.insert_payments, bucket=tx.bucket, rows=as_json(self._new))
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            await tx.fetch(
                sql.update_payments,
                bucket=tx.bucket, ids=sorted(self._changed), rows=as_json(rows),
            )  # fmt: skip
        if self._accounts:
            named = [{"id": id_, "account": self._accounts[id_]} for id_ in sorted(self._accounts)]
            await tx.fetch(
                sql.note_accounts, bucket=tx.bucket, ids=sorted(self._accounts),
                rows=as_json(named),
            )  # fmt: skip
        if self._refunds:
            await tx.fetch(sql.insert_refunds, bucket=tx.bucket, rows=as_json(self._refunds))
        await ledger.post(tx, self.journals)


def _poured(
    pool: Sequence[tuple[ledger.Account, int]],
    sinks: Sequence[tuple[ledger.Account, int]],
    currency: str,
) -> list[ledger.Posting]:
    return [ledger.Posting(debit, credit, currency, n) for debit, credit, n in _pour(pool, sinks)]


def _pour(
    pool: Sequence[tuple[ledger.Account, int]], sinks: Sequence[tuple[ledger.Account, int]]
) -> Iterable[tuple[ledger.Account, ledger.Account, int]]:
    """Fill the sinks from the pool in order: who pays whom how much. Both sum to the same."""
    sources = iter(pool)
    account, left = next(sources, (None, 0))
    for sink, wanted in sinks:
        while wanted:
            while not left:
                account, left = next(sources)
            if account is None:
                raise AssertionError("the pool and the sinks do not sum to the same")
            part = min(wanted, left)
            yield account, sink, part
            wanted, left = wanted - part, left - part


async def lock_till(tx: Tx, payments: Iterable[int] = (), purchases: Iterable[int] = ()) -> Till:
    """Lock all payments of some purchases, named by their ids or by those of payments."""
    rows = await tx.fetch(
        sql.lock_payments,
        bucket=tx.bucket,
        payments=sorted(set(payments)),
        purchases=sorted(set(purchases)),
    )
    return Till(tx, [Payment(*row) for row in rows])
