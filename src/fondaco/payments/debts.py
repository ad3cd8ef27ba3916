"""A seller's reserve and debt: kept back and released, paid, or given up."""

from typing import Any

from fondaco import ledger, markets, parties
from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import show
from fondaco.payments.account_model import (
    DebtLowered,
    DebtRefusal,
    RecordRecovery,
    ReleaseReserve,
    ReserveRefusal,
    ReserveReleased,
    ReserveSet,
    SetReserve,
    WriteOff,
)
from fondaco.payments.model import BAD_DEBT, BANK, RECEIVABLE
from fondaco.payments.queries import sql
from fondaco.payments.sellers import Terms, lock_sellers


@command(ReserveSet)
async def set_reserve(tx: Tx, batch: Batch[SetReserve]) -> list[ReserveSet | Refused]:
    """Set what is kept back of sales settled from now on. ReserveRefusal says why not.

    What is kept back already comes free on its day. Of two in a batch the later counts.
    """
    known = await markets.markets(tx, [one.market for one in batch])
    sellers = await parties.known_organisations(
        tx, [one.seller for one in batch if one.seller is not None]
    )
    outcomes: list[ReserveSet | Refused] = []
    rows: dict[tuple[int, int | None], dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        if one.market not in known:
            detail = "There is no such market."
            outcomes.append(Refused(ReserveRefusal.UNKNOWN_MARKET, detail, "/market"))
        elif one.seller is not None and one.seller not in sellers:
            detail = "There is no such seller."
            outcomes.append(Refused(ReserveRefusal.UNKNOWN_SELLER, detail, "/seller"))
        elif one.numerator > one.denominator:
            detail = "No more than the whole of a sale can be kept back."
            outcomes.append(Refused(ReserveRefusal.BAD_RATE, detail, "/numerator"))
        else:
            names = ("market", "seller", "numerator", "denominator", "days")
            row = {name: getattr(one, name) for name in names}
            rows[one.market, one.seller] = {**row, "set_at": at}
            outcomes.append(ReserveSet(one.days))
    await tx.fetch(sql.upsert_reserves, rows=as_json(list(rows.values())))
    return outcomes


@command(ReserveReleased)
async def release_reserve(tx: Tx, batch: Batch[ReleaseReserve]) -> list[ReserveReleased | Refused]:
    """Make payable what was kept back until days that have come; debts are met out of it."""
    whose = {(one.seller, one.currency) for one in batch}
    sellers = await lock_sellers(tx, whose, Terms(), tranches={one.seller for one in batch})
    outcomes: list[ReserveReleased | Refused] = []
    journals = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        who = (one.seller, one.currency)
        amount = sellers.left(who, one.release_on)
        if not amount or one.release_on > at.date():
            detail = f"Nothing is kept back until {one.release_on} that is due."
            outcomes.append(Refused(ReserveRefusal.NOT_DUE, detail, "/release_on"))
            continue
        before = sellers.balance(RECEIVABLE, who)
        moves = sellers.release(who, one.release_on)
        journals.append(ledger.Journal(one.seller, cause, "reserve_release", at, moves))
        outcomes.append(ReserveReleased(amount, before - sellers.balance(RECEIVABLE, who)))
    await ledger.post(tx, journals)
    await sellers.write(tx)
    return outcomes


@command(DebtLowered)
async def record_recovery(tx: Tx, batch: Batch[RecordRecovery]) -> list[DebtLowered | Refused]:
    """Record what sellers paid of their debts. DebtRefusal says why not."""
    return await _lower(tx, batch)


@command(DebtLowered)
async def write_off(tx: Tx, batch: Batch[WriteOff]) -> list[DebtLowered | Refused]:
    """Give up sellers' debts. DebtRefusal says why not."""
    return await _lower(tx, batch)


async def _lower(tx: Tx, batch: Batch[Any]) -> list[DebtLowered | Refused]:
    known = await parties.organisations(tx, [one.seller for one in batch])
    sellers = await lock_sellers(tx, {(one.seller, one.currency) for one in batch}, Terms())
    outcomes: list[DebtLowered | Refused] = []
    journals: list[ledger.Journal] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        whose = (one.seller, one.currency)
        debt = sellers.balance(RECEIVABLE, whose)
        amount = debt if one.amount is None else one.amount
        if (refusal := _refusal(one, one.seller in known, debt, amount)) is not None:
            outcomes.append(refusal)
            continue
        paid = isinstance(one, RecordRecovery)
        kind, why = ("recovery", one.reference) if paid else ("write_off", one.reason)
        id_ = sellers.note(whose, kind, amount, why, at)
        debit = BANK(id_) if paid else BAD_DEBT(one.seller)
        sellers.pay_in(whose, RECEIVABLE, amount)
        move = ledger.Posting(debit, RECEIVABLE(one.seller), one.currency, amount)
        journals.append(ledger.Journal(one.seller, cause, kind, at, [move]))
        outcomes.append(DebtLowered(id_, amount, debt - amount))
    await ledger.post(tx, journals)
    await sellers.write(tx)
    return outcomes


def _refusal(one: RecordRecovery | WriteOff, known: bool, debt: int, amount: int) -> Refused | None:
    if not known:
        return Refused(DebtRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if not debt:
        detail = f"The seller owes nothing in {one.currency}."
        return Refused(DebtRefusal.NO_DEBT, detail, "/currency")
    if amount > debt:
        detail = f"The seller owes {show(debt, one.currency)}."
        return Refused(DebtRefusal.OVER_DEBT, detail, "/amount")
    return None
