"""Opening attempts to charge, settling confirmed orders, and what that does to their sellers."""

from collections.abc import Iterator, Sequence

from fondaco import ledger
from fondaco.kernel import Tx, as_json
from fondaco.payments.model import (
    BRIDGE,
    COMMISSION,
    ESCROW,
    PAYABLE,
    RECEIVABLE,
    TAX_PAYABLE,
    VAT_PAYABLE,
    ClawBack,
    NewPayment,
    Settlement,
)
from fondaco.payments.queries import sql


async def open_payments(tx: Tx, payments: Sequence[NewPayment]) -> None:
    """Write attempts to charge, before any provider hears of them."""
    await tx.fetch(sql.insert_payments, bucket=tx.bucket, rows=as_json(payments))


async def settle(tx: Tx, changes: Sequence[Settlement | ClawBack]) -> None:
    """Share what is held for confirmed orders, and take back what sellers must give up of settled
    ones, in turn.

    The deal's side and the seller's side balance alone, over the order's bridge. A seller's debt
    is met first; what a seller cannot give up becomes debt.
    """
    keys = [
        account.key(one.seller, one.currency)
        for one in changes
        for account in (PAYABLE, RECEIVABLE)
    ]
    sellers = _Sellers(await ledger.lock(tx, keys))
    deals, owners = [], []
    for one in changes:
        if isinstance(one, Settlement):
            deals.append(
                ledger.Journal(one.order, one.cause, "settlement", one.at, list(_shared(one)))
            )
            moves, kind = sellers.earn(one), "settlement"
        else:
            moves, kind = sellers.give_up(one), "claw_back"
        owners.append(ledger.Journal(one.seller, one.cause, kind, one.at, moves))
    await ledger.post(tx, [*deals, *owners])


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


class _Sellers:
    """Locked balances of sellers: what they are owed, and what they owe."""

    def __init__(self, balances: dict[ledger.Key, int]) -> None:
        self._balances = balances

    def earn(self, one: Settlement) -> list[ledger.Posting]:
        """The seller's share; of it, what a debt takes at once."""
        if not one.share:
            return []
        moves = [ledger.Posting(BRIDGE(one.order), PAYABLE(one.seller), one.currency, one.share)]
        self._balances[PAYABLE.key(one.seller, one.currency)] += one.share
        met = self._take(RECEIVABLE, one, one.share)
        if met:
            self._take(PAYABLE, one, met)
            debt = RECEIVABLE(one.seller)
            moves.append(ledger.Posting(PAYABLE(one.seller), debt, one.currency, met))
        return moves

    def give_up(self, one: ClawBack) -> list[ledger.Posting]:
        """What a refund after settlement takes of a seller: what is owed to him, then debt."""
        paid = self._take(PAYABLE, one, one.amount)
        debt = one.amount - paid
        self._balances[RECEIVABLE.key(one.seller, one.currency)] += debt
        return [
            ledger.Posting(account(one.seller), BRIDGE(one.order), one.currency, amount)
            for account, amount in ((PAYABLE, paid), (RECEIVABLE, debt))
            if amount
        ]

    def _take(self, account: ledger.AccountOf, one: Settlement | ClawBack, most: int) -> int:
        key = account.key(one.seller, one.currency)
        part = min(self._balances[key], most)
        self._balances[key] -= part
        return part
