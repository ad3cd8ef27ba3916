"""What providers say of refunds. One that failed is tried again under a new id, later."""

from datetime import datetime
from typing import Any

from fondaco import ledger
from fondaco.kernel import Batch, Refused, Step, Tx, as_json, command, note_steps
from fondaco.payments.model import (
    BRIDGE,
    REFUND_IN_FLIGHT,
    RefundFact,
    RefundFactRefusal,
    RefundRecorded,
    provider_owes,
)
from fondaco.payments.queries import ASK_AGAIN, sql

MOST_ATTEMPTS = 10


@command(RefundRecorded)
async def record_refund(tx: Tx, batch: Batch[RefundFact]) -> list[RefundRecorded | Refused]:
    """Record what became of refunds. RefundFactRefusal says why a fact was not believed."""
    book = _Book(tx, await _lock(tx, batch))
    outcomes = [
        book.record(one, cause, at)
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await book.write(tx)
    return outcomes


async def _lock(tx: Tx, batch: Batch[RefundFact]) -> dict[int, dict[str, Any]]:
    ids = sorted({one.refund for one in batch})
    found = await tx.fetch(sql.payments_refunded, bucket=tx.bucket, ids=ids)
    payments = sorted(row["payment"] for row in found)
    rows = await tx.fetch(sql.lock_refunds, bucket=tx.bucket, payments=payments, ids=ids)
    return {row["id"]: dict(row) for row in rows}


class _Book:
    """Locked refunds with their payments, and what a batch does with them."""

    def __init__(self, tx: Tx, refunds: dict[int, dict[str, Any]]) -> None:
        self._tx = tx
        self._refunds = refunds
        self._returned = {r["payment"]: r["returned"] for r in refunds.values()}
        self._credited = {r["payment"]: r["credited"] for r in refunds.values()}
        self._changed: dict[int, dict[str, Any]] = {}
        self._again: list[dict[str, Any]] = []
        self._journals: list[ledger.Journal] = []
        self._steps: list[Step] = []

    def record(self, one: RefundFact, cause: int, at: datetime) -> RefundRecorded | Refused:
        refund = self._refunds.get(one.refund)
        if refund is None:
            return Refused(RefundFactRefusal.UNKNOWN_REFUND, "There is no such refund.")
        if (one.amount, one.currency) != (refund["amount"], refund["currency"]):
            detail = f"The refund is over {refund['amount']} {refund['currency']}."
            return Refused(RefundFactRefusal.WRONG_AMOUNT, detail)
        if refund["state"] != "requested":
            detail = f"The refund has {refund['state']} already."
            return Refused(RefundFactRefusal.ALREADY_FINAL, detail)
        refund["state"] = "succeeded" if one.succeeded else "failed"
        refund["reason"] = one.reason[:200] or refund["reason"]
        self._changed[one.refund] = refund
        self._steps.append(
            Step(one.refund, "refund", "requested", refund["state"], "provider", cause, at)
        )
        if one.succeeded:
            self._succeed(refund, cause, at)
        elif refund["attempt"] < MOST_ATTEMPTS:
            self._again.append(self._next_attempt(refund, at))
        return RefundRecorded(refund["state"])

    def _succeed(self, refund: dict[str, Any], cause: int, at: datetime) -> None:
        payment = refund["payment"]
        source = provider_owes(refund["provider"], payment)
        if refund["credit_to"] is not None:
            source = BRIDGE(payment)
            self._credited[payment] += refund["amount"]
        flight = REFUND_IN_FLIGHT(payment)
        move = ledger.Posting(flight, source, refund["currency"], refund["amount"])
        self._journals.append(ledger.Journal(refund["purchase"], cause, "refund_paid", at, [move]))
        self._returned[payment] += refund["amount"]
        if self._returned[payment] == refund["captured"]:
            self._steps.append(
                Step(payment, "payment", "captured", "refunded", "provider", cause, at)
            )

    def _next_attempt(self, refund: dict[str, Any], at: datetime) -> dict[str, Any]:
        attempt = refund["attempt"] + 1
        return {
            **refund,
            "id": self._tx.mint(),
            "attempt": attempt,
            "due_at": at + ASK_AGAIN * 2 ** min(attempt, 8),
            "created_at": at,
        }

    async def write(self, tx: Tx) -> None:
        if not self._changed:
            return
        sums = [
            {"payment": id_, "returned": returned, "credited": self._credited[id_]}
            for id_, returned in sorted(self._returned.items())
        ]
        await tx.fetch(
            sql.finish_refunds,
            bucket=tx.bucket,
            ids=sorted(self._changed),
            paid=sorted(self._returned),
            refunds=as_json(list(self._changed.values())),
            payments=as_json(sums),
        )
        await tx.fetch(sql.retry_refunds, bucket=tx.bucket, rows=as_json(self._again))
        await ledger.post(tx, self._journals)
        note_steps(tx, self._steps)
