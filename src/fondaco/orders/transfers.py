"""Transfers that came in, matched to payments by their reference.

Too little waits for the rest under a payment of its own; too much, and what comes too late or
twice, goes back to the account that it came from.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from fondaco import payments
from fondaco.kernel import Batch, Command, KeyReused, Refused, Sent, Tx, command
from fondaco.kernel.ids import BadId, parse
from fondaco.orders.desk import Desk, lock_desk
from fondaco.payments import Payment, Source, Till
from fondaco.payments.providers import BankEntry, find_payment

Amount = Annotated[int, msgspec.Meta(ge=1, le=10**15)]


class ReceiveTransfer(Command, frozen=True, kw_only=True, tag="receive_transfer"):
    """Money that came to the operator's account for a payment; `account` is where it came from."""

    payment: int
    amount: Amount
    currency: str
    account: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payment


class TransferReceived(msgspec.Struct, frozen=True, tag="transfer_received"):
    """What was done with it: `outstanding` still is to come, `returned` goes back."""

    payment: int
    purchase: int
    paid: bool
    outstanding: int
    returned: int


class TransferRefusal(StrEnum):
    """Why a transfer was not taken; the first that applies."""

    UNKNOWN_PAYMENT = "unknown_payment"
    NOT_BY_TRANSFER = "not_by_transfer"
    FOREIGN_CURRENCY = "foreign_currency"


@command(TransferReceived)
async def receive_transfer(
    tx: Tx, batch: Batch[ReceiveTransfer]
) -> list[TransferReceived | Refused]:
    """Take transfers for the payments that they name. TransferRefusal says why not.

    What pays for a purchase to the cent is held for its orders.
    """
    desk = await lock_desk(tx, money=True, by_payments=[one.payment for one in batch], lines=False)
    if desk.till is None:
        raise AssertionError("the desk was opened with the till")
    counter = _Counter(tx, desk, desk.till)
    outcomes = [
        counter.take(one, cause, at)
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await desk.write()
    return outcomes


class _Counter:
    """Where a batch's transfers are taken."""

    def __init__(self, tx: Tx, desk: Desk, till: Till) -> None:
        self._tx, self._desk, self._till = tx, desk, till

    def take(self, one: ReceiveTransfer, cause: int, at: datetime) -> TransferReceived | Refused:
        named = self._till.by_id.get(one.payment)
        if named is None:
            return Refused(TransferRefusal.UNKNOWN_PAYMENT, "There is no such payment.")
        if named.provider != "bank":
            detail = f"The payment is made by {named.provider}."
            return Refused(TransferRefusal.NOT_BY_TRANSFER, detail)
        if one.currency != named.currency:
            detail = f"The payment is in {named.currency}."
            return Refused(TransferRefusal.FOREIGN_CURRENCY, detail)
        purchase = named.purchase
        orders = self._desk.by_purchase.get(purchase, [])
        before = self._till.cash(purchase)
        payment = self._taker(named, one.amount, at)
        payment.amount = one.amount
        source = self._till.capture(payment, one.amount, 0, one.currency, cause, at)
        self._till.set_aside(purchase, payment.currency, source, cause, at)
        self._till.come_from(payment, one.account)
        if not orders or any(order.state != "created" for order in orders):
            return self._back(payment, one.amount, False, "came too late", cause, at)
        rest = orders[0].total - before - one.amount
        if rest > 0:
            self._expect(payment, rest, at)
            return TransferReceived(payment.id, purchase, False, rest, 0)
        self._pay(payment, orders[0].total, cause, at)
        return self._back(payment, -rest, True, "paid too much", cause, at)

    def _taker(self, named: Payment, amount: int, at: datetime) -> Payment:
        """The payment that takes it: the one named, or another that waits, or one of its own."""
        waiting = [
            other
            for other in self._till.payments(named.purchase)
            if other.provider == "bank" and other.state == "created"
        ]
        for payment in (named, *waiting):
            if payment.state in ("created", "voided"):
                return payment
        return self._expect(named, amount, at)

    def _expect(self, like: Payment, amount: int, at: datetime) -> Payment:
        return self._till.open(
            payments.NewPayment(
                id=self._tx.mint(), purchase=like.purchase, provider="bank", token="",
                currency=like.currency, amount=amount, due_at=at + payments.ASK_AGAIN,
                created_at=at,
            )
        )  # fmt: skip

    def _pay(self, payment: Payment, total: int, cause: int, at: datetime) -> None:
        orders = self._desk.by_purchase[payment.purchase]
        dues = [(order.id, order.due, order.subsidy) for order in orders]
        pool = [Source(payments.UNAPPLIED(payment.purchase), total)]
        self._till.hold(payment.purchase, payment.currency, pool, dues, cause, at)
        for order in orders:
            self._desk.pay(order, cause, at)

    def _back(
        self, payment: Payment, amount: int, paid: bool, why: str, cause: int, at: datetime
    ) -> TransferReceived:
        if amount:
            held = Source(payments.UNAPPLIED(payment.purchase), amount)
            self._till.refund(
                payment.purchase, [held], None, amount, payment.currency, why, cause, at,
                only=payment,
            )  # fmt: skip
        return TransferReceived(payment.id, payment.purchase, paid, 0, amount)


Submit = Callable[[Any, Sequence[Sent[Any]]], Awaitable[Sequence[Any]]]
"""Decides commands, as `Gatherer.submit_all` does, or `run` over a database."""


async def take_entries(submit: Submit, entries: Sequence[BankEntry]) -> list[str]:
    """Take what a statement shows of transfers: from buyers, back to them, to sellers and back.

    One text for each entry, in order: empty where it was taken, else why not, for a person to
    look at. An entry read twice counts once.
    """
    said = ["it names no payment, refund or payout of ours"] * len(entries)
    wishes: list[tuple[Any, list[tuple[int, Any]]]] = [
        (receive_transfer, list(_received(entries))),
        (payments.record_refund, list(_returned(entries))),
        (payments.record_payout, list(_paid_out(entries))),
        (payments.return_payout, list(_sent_back(entries))),
    ]
    meanings = Counter(n for _, wished in wishes for n, _ in wished)
    for n, count in meanings.items():
        if count > 1:  # whoever sends money writes both: it must not count as both
            said[n] = "it names a payment and a payout of ours: which is meant?"
    for handler, every in wishes:
        wished = [(n, wish) for n, wish in every if meanings[n] == 1]
        answers = await submit(handler, [wish for _, wish in wished])
        for (n, _), answer in zip(wished, answers, strict=True):
            said[n] = _told(answer)
    return said


def _told(answer: object) -> str:
    if isinstance(answer, KeyReused):
        return "its id was another entry's"
    if isinstance(answer, Exception):
        raise answer
    return answer.detail if isinstance(answer, Refused) else ""


def named(prefix: str, text: str) -> int:
    """The id that a transfer carries: SEPA has no underscore, so `out-...` stands for `out_...`.

    Raises BadId.
    """
    return parse(prefix, text.replace("-", "_", 1))


def _received(entries: Sequence[BankEntry]) -> list[tuple[int, Sent[ReceiveTransfer]]]:
    found = [
        (n, entry, find_payment(entry.text)) for n, entry in enumerate(entries) if entry.credit
    ]
    return [
        (n, Sent(
            ReceiveTransfer(
                payment=payment, amount=entry.amount, currency=entry.currency,
                account=entry.account,
            ),
            "bank", entry.id,
        ))
        for n, entry, payment in found
        if payment is not None
    ]  # fmt: skip


def _returned(entries: Sequence[BankEntry]) -> list[tuple[int, Sent[payments.RefundFact]]]:
    wished = []
    for n, entry in enumerate(entries):
        if entry.credit:
            continue
        try:
            refund = named("ref", entry.end_to_end)
        except BadId:
            continue
        fact = payments.RefundFact(
            refund=refund, succeeded=True, amount=entry.amount, currency=entry.currency
        )
        wished.append((n, Sent(fact, "bank", entry.id)))
    return wished


def _paid_out(entries: Sequence[BankEntry]) -> list[tuple[int, Sent[payments.PayoutFact]]]:
    return [
        (n, Sent(
            payments.PayoutFact(
                payout=payout, paid=True, amount=entry.amount, currency=entry.currency
            ),
            "bank", entry.id,
        ))
        for n, entry, payout in _payouts(entries)
        if not entry.credit
    ]  # fmt: skip


def _sent_back(entries: Sequence[BankEntry]) -> list[tuple[int, Sent[payments.ReturnPayout]]]:
    return [
        (n, Sent(
            payments.ReturnPayout(
                payout=payout, amount=entry.amount, currency=entry.currency, reference=entry.id,
                reason=entry.returned or "sent back by the bank",
            ),
            "bank", entry.id,
        ))
        for n, entry, payout in _payouts(entries)
        if entry.credit
    ]  # fmt: skip


def _payouts(entries: Sequence[BankEntry]) -> Iterator[tuple[int, BankEntry, int]]:
    for n, entry in enumerate(entries):
        try:
            yield n, entry, named("out", entry.end_to_end)
        except BadId:
            continue
