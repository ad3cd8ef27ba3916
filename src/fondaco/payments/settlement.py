"""Opening attempts to charge, settling confirmed orders, and what that does to their sellers."""

from collections.abc import Iterator, Sequence

from fondaco import ledger
from fondaco.kernel import Tx, as_json
from fondaco.payments.account_model import BondRule
from fondaco.payments.exchange import Leg, open_exchanges
from fondaco.payments.model import (
    BRIDGE,
    COMMISSION,
    DISPUTE_HOLD,
    ESCROW,
    RECEIVABLE,
    SELLER_CHARGE,
    TAX_PAYABLE,
    VAT_PAYABLE,
    ClawBack,
    Forfeit,
    Hold,
    NewPayment,
    Owned,
    Release,
    Settlement,
)
from fondaco.payments.queries import sql
from fondaco.payments.sellers import Sellers, lock_sellers, read_terms


async def open_payments(tx: Tx, payments: Sequence[NewPayment]) -> None:
    """Write attempts to charge, before any provider hears of them."""
    await tx.fetch(sql.insert_payments, bucket=tx.bucket, rows=as_json(payments))


async def settle(tx: Tx, changes: Sequence[Owned]) -> None:
    """Share what is held for confirmed orders, and do what becomes of it afterwards, in turn.

    The deal's side and the seller's side balance alone, over the order's bridge. What that does
    to a seller's debt, reserve and bond is in `sellers`.
    """
    exchanges = await open_exchanges(tx, changes)
    whose = {(one.seller, currency) for one in changes for currency in _currencies(one)}
    backs = {one.seller for one in changes if isinstance(one, ClawBack | Hold)}
    markets = {one.market for one in changes if isinstance(one, Settlement)}
    terms = await read_terms(tx, {seller for seller, _ in whose}, markets)
    sellers = await lock_sellers(tx, whose, terms, tranches=backs)
    deals, owners = [], []
    for one in changes:
        if isinstance(one, Settlement):
            deals.append(
                ledger.Journal(one.order, one.cause, "settlement", one.at, list(_shared(one)))
            )
        kind, moves = "", []
        debt = sellers.balance(RECEIVABLE, (one.seller, one.currency))
        for leg in exchanges.legs(one, debt):
            kind, more = _change(sellers, leg)
            moves += [*leg.moves, *more]
        owners.append(ledger.Journal(one.seller, one.cause, kind, one.at, moves))
    await ledger.post(tx, [*deals, *owners])
    await exchanges.write(tx)
    await sellers.write(tx)


def _currencies(one: Owned) -> tuple[str, ...]:
    into = one.into if isinstance(one, (Settlement, ClawBack)) else ""
    return (one.currency, into) if into else (one.currency,)


def _shared(one: Settlement) -> Iterator[ledger.Posting]:
    pairs = (
        (TAX_PAYABLE, one.withheld),
        (COMMISSION, one.commission),
        (VAT_PAYABLE, one.commission_vat),
        (BRIDGE, one.share),
    )
    for account, amount in pairs:
        if amount:
            yield ledger.Posting(ESCROW(one.order), account(one.order), one.currency, amount)


def _forfeited(sellers: Sellers, one: Forfeit) -> Iterator[ledger.Posting]:
    who, hold, pot = (one.seller, one.currency), DISPUTE_HOLD(one.order), BRIDGE(one.order)
    if taken := min(one.held, one.amount):
        yield ledger.Posting(hold, pot, one.currency, taken)
    yield from sellers.regain(who, hold, one.held - taken)
    yield from sellers.give(who, pot, one.amount - taken, reserve=True)


def _change(sellers: Sellers, leg: Leg) -> tuple[str, list[ledger.Posting]]:
    """What a part of a change posts on the seller's side, and the kind of journal that it is.

    What goes back to buyers may be met out of the seller's bond at once, by its terms.
    """
    one = leg.change
    who, hold = (one.seller, one.currency), DISPUTE_HOLD(one.order)
    match one:
        case Settlement():
            return "settlement", sellers.earn(who, leg.account, leg.amount, one.market, one.at)
        case Hold():
            charge = sellers.give(who, SELLER_CHARGE(one.seller), one.fee)
            held = sellers.give(who, hold, one.amount, reserve=True)
            drawn = sellers.draw(who, BondRule.REFUND, one.kind, one.at)
            return one.kind, [*charge, *held, *drawn]
        case Release():
            return one.kind, sellers.regain(who, hold, one.amount)
        case Forfeit():
            return one.kind, list(_forfeited(sellers, one))
        case ClawBack():
            given = sellers.give(who, leg.account, leg.amount, reserve=True)
            return "claw_back", [*given, *sellers.draw(who, BondRule.REFUND, "refund", one.at)]
