"""Paying sellers what they are owed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from fondaco import ledger, markets, parties, risk
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
from fondaco.payments.payout_model import (
    SENDABLE,
    PayoutEvery,
    TakeTurn,
    TurnRefusal,
    TurnTaken,
)
from fondaco.payments.payout_terms import PayoutTerms, next_turn, read_payout_terms
from fondaco.payments.queries import ASK_AGAIN, sql
from fondaco.payments.rails import no_transfer, payable, step
from fondaco.payments.sellers import Sellers, Terms, lock_sellers


class _Desk:
    """Payouts of a batch: who may be paid what, their rows, and the journals that take it off."""

    def __init__(
        self, tx: Tx, sellers: dict[int, Any], minimums: dict[str, int], accounts: Sellers,
        terms: PayoutTerms, listed: Collection[int],
    ) -> None:  # fmt: skip
        self._tx, self._sellers, self._minimums = tx, sellers, minimums
        self._listed = listed
        self._accounts, self.terms = accounts, terms
        self._rows: list[dict[str, Any]] = []
        self._journals: list[ledger.Journal] = []
        self._events: list[Event] = []
        self._steps: list[Step] = []

    def pay(self, one: PayOut, cause: int, at: datetime) -> PayoutCreated | Refused:
        """Take it off what the seller is owed and send it, or have it wait for a second person."""
        whose = (one.seller, one.currency)
        accounts = self._accounts
        owed = max(accounts.balance(PAYABLE, whose) - accounts.balance(RECEIVABLE, whose), 0)
        policy = self.terms.minimum(one.currency)
        least = max(one.minimum, policy, self._minimums.get(one.currency, 1), 1)
        hold = self.terms.holds.get(one.seller)
        seller, listed = self._sellers.get(one.seller), one.seller in self._listed
        refusal = (
            _barred(seller, hold, listed) or _refusal(one, owed, least) or _not_by_bank(one, seller)
        )
        if refusal is not None:
            return refusal
        amount = _asked(one, owed)
        waits = self.terms.needs_approval(one.currency, amount)
        id_ = self._tx.mint()
        state = "awaiting_approval" if waits else "created"
        self._rows.append(
            {
                "id": id_, "seller": one.seller, "currency": one.currency, "amount": amount,
                "account": self._sellers[one.seller]["payout_account"], "state": state,
                "requested_by": one.by, "due_at": None if waits else at + ASK_AGAIN,
                "created_at": at,
            }
        )  # fmt: skip
        moves = [*accounts.net(whose), *accounts.give(whose, PAYOUT_IN_FLIGHT(id_), amount)]
        self._journals.append(ledger.Journal(one.seller, cause, "payout", at, moves))
        if waits:
            self._steps.append(Step(id_, "payout", "created", state, "system", cause, at))
        else:
            self._events.append(requested(id_, one.seller, amount, one.currency, at))
        return PayoutCreated(id_, amount, one.currency, state)

    async def write(self) -> None:
        """Write what was decided."""
        await self._tx.fetch(sql.insert_payouts, bucket=self._tx.bucket, rows=as_json(self._rows))
        await ledger.post(self._tx, self._journals)
        publish(self._tx, self._events)
        note_steps(self._tx, self._steps)


async def _open(tx: Tx, batch: Sequence[PayOut | TakeTurn]) -> _Desk:
    sellers = await parties.organisations(tx, [one.seller for one in batch])
    minimums = await markets.payout_minimums(tx, [one.currency for one in batch])
    accounts = await lock_sellers(tx, {(one.seller, one.currency) for one in batch}, Terms())
    terms = await read_payout_terms(
        tx, {one.currency for one in batch}, {one.seller for one in batch}
    )
    listed = await risk.barred(tx, sellers, tx.now)
    return _Desk(tx, sellers, minimums, accounts, terms, listed)


def requested(payout: int, seller: int, amount: int, currency: str, at: datetime) -> Event:
    """Nothing more is to be decided of a payout: it may be sent."""
    payload = {"payout": payout, "amount": amount, "currency": currency}
    return Event("payout.requested", seller, payload, at)


@command(PayoutCreated)
async def pay_out(tx: Tx, batch: Batch[PayOut]) -> list[PayoutCreated | Refused]:
    """Take what sellers are owed off their balance and send it. PayoutRefusal says why not.

    A debt is met first, so that nobody is paid who owes. What is above the currency's limit
    waits until a second person approves it.
    """
    desk = await _open(tx, batch)
    outcomes = [
        desk.pay(one, cause, at) for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await desk.write()
    return outcomes


@command(TurnTaken)
async def take_turn(tx: Tx, batch: Batch[TakeTurn]) -> list[TurnTaken | Refused]:
    """Pay sellers at their turn, once a turn. TurnRefusal says why not.

    A turn at which nothing may be paid passes, with the reason; what is owed waits for the next.
    """
    sellers = sorted({one.seller for one in batch})
    found = await tx.fetch(sql.lock_payout_turns, bucket=tx.bucket, sellers=sellers)
    turns = {(row["seller"], row["currency"]): dict(row) for row in found}
    desk = await _open(tx, batch)
    outcomes: list[TurnTaken | Refused] = []
    moved = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        turn = turns.get((one.seller, one.currency))
        if turn is None or turn["next_at"] != one.turn or one.turn > at:
            detail = f"No turn of the seller's in {one.currency} was due at {one.turn}."
            outcomes.append(Refused(TurnRefusal.NOT_DUE, detail, "/turn"))
            continue
        every = desk.terms.every(turn["every"], one.currency)
        turn["next_at"] = next_turn(every, at)
        moved.append({name: turn[name] for name in ("seller", "currency", "next_at")})
        wish = PayOut(
            seller=one.seller, currency=one.currency, minimum=turn["minimum"], rail=one.rail
        )
        done = None if every == PayoutEvery.REQUEST else desk.pay(wish, cause, at)
        paid = done.id if isinstance(done, PayoutCreated) else None
        why = done.code if isinstance(done, Refused) else "" if done else "by_request"
        outcomes.append(TurnTaken(paid, why, turn["next_at"]))
    await desk.write()
    await tx.fetch(sql.move_payout_turns, bucket=tx.bucket, sellers=sellers, rows=as_json(moved))
    return outcomes


def _refusal(one: PayOut, owed: int, least: int) -> Refused | None:
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


def _not_by_bank(one: PayOut, seller: Any) -> Refused | None:
    """Money that the bank could never send is not taken off what is owed."""
    why = no_transfer(seller["payout_account"], one.currency) if one.rail == "bank" else ""
    return Refused(PayoutRefusal.NOT_BY_BANK, f"The bank cannot pay it: {why}.") if why else None


def _asked(one: PayOut, owed: int) -> int:
    return payable(owed, one.currency, one.rail) if one.amount is None else one.amount


def _barred(seller: Any, hold: str | None, listed: bool) -> Refused | None:
    """Why the seller is paid nothing at all, whatever it is owed."""
    if seller is None:
        return Refused(PayoutRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if not seller["payout_account"]:
        detail = "The seller has no payout account yet."
        return Refused(PayoutRefusal.NO_PAYOUT_ACCOUNT, detail, "/seller")
    if not seller["payout_verified"]:
        detail = "The seller's payout account is not verified yet."
        return Refused(PayoutRefusal.UNVERIFIED_ACCOUNT, detail, "/seller")
    if hold is not None:
        detail = f"The seller's payouts are on hold: {hold}"
        return Refused(PayoutRefusal.ON_HOLD, detail, "/seller")
    if listed:  # why is for the operator alone: who may be on a list must not be warned
        detail = "The seller is under review; the operator has to decide first."
        return Refused(PayoutRefusal.UNDER_REVIEW, detail, "/seller")
    return None


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
        before, payout["state"] = payout["state"], "paid" if one.paid else "failed"
        payout["reason"] = one.reason[:200]
        changed.append(payout)
        steps.append(Step(one.payout, "payout", before, payout["state"], "provider", cause, at))
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
    if payout["state"] not in SENDABLE:
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
