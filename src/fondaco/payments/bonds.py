"""A seller's bond: what it must have in deposit, and what comes in, is drawn or goes back."""

from collections.abc import Sequence
from typing import Any

from fondaco import ledger, parties
from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.kernel.money import exponent, show
from fondaco.payments.account_model import (
    BondMoved,
    BondRefusal,
    BondSet,
    DepositBond,
    DrawBond,
    RefundBond,
    SetBond,
)
from fondaco.payments.model import BANK, BOND, RECEIVABLE
from fondaco.payments.queries import sql
from fondaco.payments.sellers import Sellers, Whose, lock_sellers, read_terms


@command(BondSet)
async def set_bond(tx: Tx, batch: Batch[SetBond]) -> list[BondSet | Refused]:
    """Set the terms of sellers' bonds. BondRefusal says why not. Of two in a batch the later
    counts.
    """
    known = await parties.organisations(tx, [one.seller for one in batch])
    keys = {BOND.key(one.seller, one.currency) for one in batch}
    sellers = sorted({one.seller for one in batch})
    await tx.fetch(sql.lock_bonds, bucket=tx.bucket, sellers=sellers)
    held = await ledger.lock(tx, keys)
    outcomes: list[BondSet | Refused] = []
    rows: dict[Whose, dict[str, Any]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        if (refusal := _terms_refusal(one, known)) is not None:
            outcomes.append(refusal)
            continue
        after = one.draw_after
        rows[one.seller, one.currency] = {
            "seller": one.seller, "currency": one.currency, "target": one.target,
            "numerator": one.numerator, "denominator": one.denominator, "draws": one.draws,
            "draw_after": None if after is None else f"{after.total_seconds()} seconds",
            "look_at": None if after is None else at, "set_at": at,
        }  # fmt: skip
        missing = one.target - held[BOND.key(one.seller, one.currency)]
        outcomes.append(BondSet(max(missing, 0)))
    await tx.fetch(sql.upsert_bonds, bucket=tx.bucket, rows=as_json(list(rows.values())))
    return outcomes


def _terms_refusal(one: SetBond, known: dict[int, Any]) -> Refused | None:
    if one.seller not in known or known[one.seller]["kind"] != parties.Kind.SELLER:
        return Refused(BondRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    try:
        exponent(one.currency)
    except ValueError as error:
        return Refused(BondRefusal.UNKNOWN_CURRENCY, f"{error}.", "/currency")
    if one.numerator > one.denominator:
        detail = "No more than the whole of a sale can be withheld."
        return Refused(BondRefusal.BAD_RATE, detail, "/numerator")
    return None


@command(BondMoved)
async def deposit_bond(tx: Tx, batch: Batch[DepositBond]) -> list[BondMoved | Refused]:
    """Record what sellers paid into their bonds. BondRefusal says why not."""
    sellers, bonds = await _open(tx, batch)
    outcomes: list[BondMoved | Refused] = []
    journals = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        whose = (one.seller, one.currency)
        if whose not in bonds:
            outcomes.append(_no_bond(one.currency))
            continue
        missing = max(bonds[whose]["target"] - sellers.balance(BOND, whose), 0)
        if one.amount > missing:
            detail = f"The bond lacks {show(missing, one.currency)}."
            outcomes.append(Refused(BondRefusal.OVER_TARGET, detail, "/amount"))
            continue
        id_ = sellers.note(whose, "bond_deposit", one.amount, one.reference, at)
        sellers.pay_in(whose, BOND, one.amount)
        move = ledger.Posting(BANK(id_), BOND(one.seller), one.currency, one.amount)
        journals.append(ledger.Journal(one.seller, cause, "bond_deposit", at, [move]))
        outcomes.append(BondMoved(id_, one.amount, sellers.balance(BOND, whose)))
    await ledger.post(tx, journals)
    await sellers.write(tx)
    return outcomes


@command(BondMoved)
async def draw_bond(tx: Tx, batch: Batch[DrawBond]) -> list[BondMoved | Refused]:
    """Meet sellers' debts out of their bonds. BondRefusal says why not."""
    sellers, bonds = await _open(tx, batch)
    outcomes: list[BondMoved | Refused] = []
    journals = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        whose = (one.seller, one.currency)
        debt, held = sellers.balance(RECEIVABLE, whose), sellers.balance(BOND, whose)
        amount = min(debt, held) if one.amount is None else one.amount
        refusal = None
        if whose not in bonds:
            refusal = _no_bond(one.currency)
        elif not debt or amount > debt:
            detail = f"The seller owes {show(debt, one.currency)}."
            refusal = Refused(BondRefusal.NO_DEBT, detail, "/amount")
        elif not held or amount > held:
            detail = f"The bond holds {show(held, one.currency)}."
            refusal = Refused(BondRefusal.OVER_BOND, detail, "/amount")
        if refusal is not None:
            outcomes.append(refusal)
            continue
        id_, moves = sellers.draw_bond(whose, amount, one.reason, at)
        journals.append(ledger.Journal(one.seller, cause, "bond_draw", at, moves))
        outcomes.append(BondMoved(id_, amount, sellers.balance(BOND, whose)))
    await ledger.post(tx, journals)
    await sellers.write(tx)
    return outcomes


@command(BondMoved)
async def refund_bond(tx: Tx, batch: Batch[RefundBond]) -> list[BondMoved | Refused]:
    """Give bonds back to what is payable to their sellers. BondRefusal says why not.

    A seller in debt gets nothing back, and no more goes back than is over the target.
    """
    sellers, bonds = await _open(tx, batch)
    outcomes: list[BondMoved | Refused] = []
    journals = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        whose = (one.seller, one.currency)
        over = sellers.balance(BOND, whose) - (bonds[whose]["target"] if whose in bonds else 0)
        amount = over if one.amount is None else one.amount
        refusal = None
        if whose not in bonds:
            refusal = _no_bond(one.currency)
        elif debt := sellers.balance(RECEIVABLE, whose):
            detail = f"The seller owes {show(debt, one.currency)}."
            refusal = Refused(BondRefusal.IN_DEBT, detail, "/seller")
        elif over <= 0 or amount > over:
            detail = f"The bond is {show(max(over, 0), one.currency)} over its target."
            refusal = Refused(BondRefusal.OVER_BOND, detail, "/amount")
        if refusal is not None:
            outcomes.append(refusal)
            continue
        id_, moves = sellers.refund_bond(whose, amount, one.reason, at)
        journals.append(ledger.Journal(one.seller, cause, "bond_refund", at, moves))
        outcomes.append(BondMoved(id_, amount, sellers.balance(BOND, whose)))
    await ledger.post(tx, journals)
    await sellers.write(tx)
    return outcomes


async def _open(
    tx: Tx, batch: Sequence[DepositBond | DrawBond | RefundBond]
) -> tuple[Sellers, dict[Whose, Any]]:
    whose = {(one.seller, one.currency) for one in batch}
    ids = sorted({seller for seller, _ in whose})
    rows = await tx.fetch(sql.lock_bonds, bucket=tx.bucket, sellers=ids)
    sellers = await lock_sellers(tx, whose, await read_terms(tx, ids, ()))
    return sellers, {(row["seller"], row["currency"]): row for row in rows}


def _no_bond(currency: str) -> Refused:
    detail = f"No bond in {currency} is asked of this seller."
    return Refused(BondRefusal.NO_BOND, detail, "/currency")
