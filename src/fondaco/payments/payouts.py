"""Paying sellers what they are owed."""

from datetime import datetime
from typing import Any

from fondaco import ledger, markets, parties
from fondaco.kernel import Batch, Event, Refused, Step, Tx, as_json, command, note_steps, publish
from fondaco.kernel.money import show
from fondaco.payments.model import (
    BANK,
    PAYABLE,
    PAYOUT_IN_FLIGHT,
    RECEIVABLE,
    PayOut,
    PayoutCreated,
    PayoutFact,
    PayoutFactRefusal,
    PayoutRecorded,
    PayoutRefusal,
)
from fondaco.payments.queries import ASK_AGAIN, sql
from fondaco.payments.rails import payable, step
from fondaco.payments.sellers import Terms, lock_sellers


@command(PayoutCreated)
async def pay_out(tx: Tx, batch: Batch[PayOut]) -> list[PayoutCreated | Refused]:
    """Take what sellers are owed off their balance and send it. PayoutRefusal says why not.

    A debt is met first, so that nobody is paid who owes.
    """
    sellers = await parties.organisations(tx, [one.seller for one in batch])
    minimums = await markets.payout_minimums(tx, [one.currency for one in batch])
    accounts = await lock_sellers(tx, {(one.seller, one.currency) for one in batch}, Terms())
    outcomes: list[PayoutCreated | Refused] = []
    rows, journals, events = [], [], []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        whose = (one.seller, one.currency)
        owed = max(accounts.balance(PAYABLE, whose) - accounts.balance(RECEIVABLE, whose), 0)
        seller = sellers.get(one.seller)
        account = seller["payout_account"] if seller else ""
        least = max(one.minimum, minimums.get(one.currency, 1), 1)
        refusal = _refusal(one, seller is not None, account, owed, least)
        if refusal is not None:
            outcomes.append(refusal)
            continue
        amount = _asked(one, owed)
        id_ = tx.mint()
        row = {"id": id_, "seller": one.seller, "account": account, "currency": one.currency}
        rows.append({**row, "amount": amount, "due_at": at + ASK_AGAIN, "created_at": at})
        moves = [*accounts.net(whose), *accounts.give(whose, PAYOUT_IN_FLIGHT(id_), amount)]
        journals.append(ledger.Journal(one.seller, cause, "payout", at, moves))
        payload = {"payout": id_, "amount": amount, "currency": one.currency}
        events.append(Event("payout.requested", one.seller, payload, at))
        outcomes.append(PayoutCreated(id_, amount, one.currency))
    await tx.fetch(sql.insert_payouts, bucket=tx.bucket, rows=as_json(rows))
    await ledger.post(tx, journals)
    publish(tx, events)
    return outcomes


def _refusal(one: PayOut, known: bool, account: str, owed: int, least: int) -> Refused | None:
    if not known:
        return Refused(PayoutRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if not account:
        detail = "The seller has no payout account yet."
        return Refused(PayoutRefusal.NO_PAYOUT_ACCOUNT, detail, "/seller")
    if owed == 0:
        detail = f"The seller is owed nothing in {one.currency}."
        return Refused(PayoutRefusal.NOTHING_OWED, detail, "/currency")
    amount = _asked(one, owed)
    if amount > owed:
        detail = f"The seller is owed {show(owed, one.currency)}."
        return Refused(PayoutRefusal.OVER_BALANCE, detail, "/amount")
    if amount < least:
        detail = f"The least that is paid out is {show(least, one.currency)}."
        return Refused(PayoutRefusal.BELOW_MINIMUM, detail, "/amount")
    if amount != payable(amount, one.currency, one.rail):
        least = step(one.currency, one.rail).least
        detail = f"{one.rail} moves {one.currency} in steps of {show(least, one.currency)}."
        return Refused(PayoutRefusal.NOT_MOVABLE, detail, "/amount")
    return None


def _asked(one: PayOut, owed: int) -> int:
    return payable(owed, one.currency, one.rail) if one.amount is None else one.amount


@command(PayoutRecorded)
async def record_payout(tx: Tx, batch: Batch[PayoutFact]) -> list[PayoutRecorded | Refused]:
    """Record what became of payouts; what failed is owed again."""
    ids = sorted({one.payout for one in batch})
    rows = await tx.fetch(sql.lock_payouts, bucket=tx.bucket, ids=ids)
    payouts = {row["id"]: dict(row) for row in rows}
    outcomes: list[PayoutRecorded | Refused] = []
    changed, journals, steps = [], [], []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        payout = payouts.get(one.payout)
        if payout is None:
            detail = "There is no such payout."
            outcomes.append(Refused(PayoutFactRefusal.UNKNOWN_PAYOUT, detail))
            continue
        if (refusal := _fact_refusal(one, payout)) is not None:
            outcomes.append(refusal)
            continue
        payout["state"] = "paid" if one.paid else "failed"
        payout["reason"] = one.reason[:200]
        changed.append(payout)
        steps.append(Step(one.payout, "payout", "created", payout["state"], "provider", cause, at))
        journals.append(_landed(payout, cause, at))
        outcomes.append(PayoutRecorded(payout["state"]))
    await tx.fetch(sql.finish_payouts, bucket=tx.bucket, ids=ids, rows=as_json(changed))
    await ledger.post(tx, journals)
    note_steps(tx, steps)
    return outcomes


def _fact_refusal(one: PayoutFact, payout: dict[str, Any]) -> Refused | None:
    if (one.amount, one.currency) != (payout["amount"], payout["currency"]):
        detail = f"The payout is over {show(payout['amount'], payout['currency'])}."
        return Refused(PayoutFactRefusal.WRONG_AMOUNT, detail)
    if payout["state"] != "created":
        return Refused(PayoutFactRefusal.ALREADY_FINAL, f"The payout is {payout['state']}.")
    return None


def _landed(payout: dict[str, Any], cause: int, at: datetime) -> ledger.Journal:
    """The money reached the bank, or came back to the seller's balance."""
    paid = payout["state"] == "paid"
    credit = BANK(payout["id"]) if paid else PAYABLE(payout["seller"])
    move = ledger.Posting(
        PAYOUT_IN_FLIGHT(payout["id"]), credit, payout["currency"], payout["amount"]
    )
    kind = "payout_paid" if paid else "payout_failed"
    return ledger.Journal(payout["seller"], cause, kind, at, [move])
