"""What a second person decides of a payout, and payouts that the bank sent back."""

from collections.abc import Mapping
from typing import Any

from fondaco import ledger, risk
from fondaco.kernel import Batch, Refused, Step, Tx, as_json, command, note_steps, publish
from fondaco.kernel.money import show
from fondaco.payments.model import BANK, PAYABLE, PAYOUT_IN_FLIGHT
from fondaco.payments.payout_model import (
    DecidePayout,
    PayoutDecided,
    PayoutDecisionRefusal,
    ReturnPayout,
)
from fondaco.payments.payout_terms import PayoutTerms, read_payout_terms
from fondaco.payments.payouts import requested
from fondaco.payments.queries import ASK_AGAIN, sql

_WRITTEN = ("id", "state", "reason", "decided_by", "bank_reference", "due_at")


@command(PayoutDecided)
async def decide_payout(tx: Tx, batch: Batch[DecidePayout]) -> list[PayoutDecided | Refused]:
    """Send payouts that waited, or owe them again. PayoutDecisionRefusal says why not."""
    payouts = await _lock(tx, [one.payout for one in batch])
    terms = await read_payout_terms(tx, (), {row["seller"] for row in payouts.values()})
    listed = await risk.barred(tx, {row["seller"] for row in payouts.values()}, tx.now)
    outcomes: list[PayoutDecided | Refused] = []
    changed, journals, events, steps = [], [], [], []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        payout = payouts.get(one.payout)
        if payout is None:
            outcomes.append(_unknown())
            continue
        if (refusal := _not_decided(one, payout, terms, listed)) is not None:
            outcomes.append(refusal)
            continue
        state = "approved" if one.approve else "failed"
        due = at + ASK_AGAIN if one.approve else None
        payout |= {"state": state, "reason": one.reason, "decided_by": one.by, "due_at": due}
        changed.append(payout)
        steps.append(Step(one.payout, "payout", "awaiting_approval", state, "operator", cause, at))
        seller, currency, amount = payout["seller"], payout["currency"], payout["amount"]
        if one.approve:
            events.append(requested(one.payout, seller, amount, currency, at))
        else:
            back = ledger.Posting(PAYOUT_IN_FLIGHT(one.payout), PAYABLE(seller), currency, amount)
            journals.append(ledger.Journal(seller, cause, "payout_failed", at, [back]))
        outcomes.append(PayoutDecided(state))
    await _write(tx, changed)
    await ledger.post(tx, journals)
    publish(tx, events)
    note_steps(tx, steps)
    return outcomes


def _not_decided(
    one: DecidePayout, payout: dict[str, Any], terms: PayoutTerms, listed: Mapping[int, str]
) -> Refused | None:
    if payout["state"] != "awaiting_approval":
        detail = f"The payout is {payout['state']}; nobody need approve it."
        return Refused(PayoutDecisionRefusal.NOT_AWAITING_APPROVAL, detail)
    if one.approve and one.by == payout["requested_by"]:
        detail = "Whoever asked for a payout cannot approve it; somebody else must."
        return Refused(PayoutDecisionRefusal.SAME_PERSON, detail)
    if one.approve and payout["seller"] in terms.holds:
        detail = f"The seller's payouts are on hold: {terms.holds[payout['seller']]}"
        return Refused(PayoutDecisionRefusal.SELLER_ON_HOLD, detail)
    if one.approve and payout["seller"] in listed:
        detail = (
            f"A name of the seller's is like one on {listed[payout['seller']]}: decide the hit."
        )
        return Refused(PayoutDecisionRefusal.UNDER_REVIEW, detail)
    return None


@command(PayoutDecided)
async def return_payout(tx: Tx, batch: Batch[ReturnPayout]) -> list[PayoutDecided | Refused]:
    """Owe sellers again what the bank sent back, once. PayoutDecisionRefusal says why not."""
    payouts = await _lock(tx, [one.payout for one in batch])
    outcomes: list[PayoutDecided | Refused] = []
    changed, journals, steps = [], [], []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        payout = payouts.get(one.payout)
        if payout is None:
            outcomes.append(_unknown())
        elif (one.amount, one.currency) != (payout["amount"], payout["currency"]):
            detail = f"The payout is over {show(payout['amount'], payout['currency'])}."
            outcomes.append(Refused(PayoutDecisionRefusal.WRONG_AMOUNT, detail, "/amount"))
        elif payout["state"] != "paid":
            detail = f"The payout is {payout['state']}; only one that was paid can come back."
            outcomes.append(Refused(PayoutDecisionRefusal.NOT_PAID, detail))
        else:
            payout |= {
                "state": "returned", "reason": one.reason, "bank_reference": one.reference,
                "due_at": None,
            }  # fmt: skip
            changed.append(payout)
            steps.append(Step(one.payout, "payout", "paid", "returned", "provider", cause, at))
            seller = payout["seller"]
            back = ledger.Posting(BANK(one.payout), PAYABLE(seller), one.currency, one.amount)
            journals.append(ledger.Journal(seller, cause, "payout_returned", at, [back]))
            outcomes.append(PayoutDecided("returned"))
    await _write(tx, changed)
    await ledger.post(tx, journals)
    note_steps(tx, steps)
    return outcomes


async def _lock(tx: Tx, ids: list[int]) -> dict[int, dict[str, Any]]:
    rows = await tx.fetch(sql.lock_decided, bucket=tx.bucket, ids=sorted(set(ids)))
    return {row["id"]: dict(row) for row in rows}


async def _write(tx: Tx, changed: list[dict[str, Any]]) -> None:
    rows = [{name: row[name] for name in _WRITTEN} for row in changed]
    await tx.fetch(
        sql.write_decided, bucket=tx.bucket, ids=[row["id"] for row in rows], rows=as_json(rows)
    )


def _unknown() -> Refused:
    return Refused(PayoutDecisionRefusal.UNKNOWN_PAYOUT, "There is no such payout.")
