"""Opening attempts to charge, and settling confirmed orders."""

from collections.abc import Sequence

from fondaco import ledger
from fondaco.kernel import Tx, as_json
from fondaco.payments.model import BRIDGE, COMMISSION, ESCROW, PAYABLE, NewPayment, Settlement
from fondaco.payments.queries import sql


async def open_payments(tx: Tx, payments: Sequence[NewPayment]) -> None:
    """Write attempts to charge, before any provider hears of them."""
    await tx.fetch(sql.insert_payments, bucket=tx.bucket, rows=as_json(payments))


async def settle(tx: Tx, settlements: Sequence[Settlement]) -> None:
    """Turn what is held for confirmed orders into commission and what their sellers are owed.

    The deal's side and the seller's side balance alone, over the order's bridge.
    """
    deals, owners = [], []
    for one in settlements:
        share = one.held - one.commission
        pairs = ((COMMISSION(one.order), one.commission), (BRIDGE(one.order), share))
        postings = [
            ledger.Posting(ESCROW(one.order), credit, one.currency, amount)
            for credit, amount in pairs
            if amount
        ]
        deals.append(ledger.Journal(one.order, one.cause, "settlement", one.at, postings))
        if share:
            move = ledger.Posting(BRIDGE(one.order), PAYABLE(one.seller), one.currency, share)
            owners.append(ledger.Journal(one.seller, one.cause, "settlement", one.at, [move]))
    await ledger.post(tx, [*deals, *owners])
