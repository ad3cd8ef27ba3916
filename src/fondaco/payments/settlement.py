"""Opening attempts to charge, settling confirmed orders, and what that does to their sellers."""

from collections.abc import Iterator, Sequence

from fondaco import ledger
from fondaco.kernel import Tx, as_json
from fondaco.payments.exchange import Leg, open_exchanges
from fondaco.payments.model import (
    BRIDGE,
    COMMISSION,
    DISPUTE_HOLD,
    ESCROW,
    PAYABLE,
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


async def open_payments(tx: Tx, payments: Sequence[NewPayment]) -> None:
    """Write attempts to charge, before any provider hears of them."""
    await tx.fetch(sql.insert_payments, bucket=tx.bucket, rows=as_json(payments))


async def settle(tx: Tx, changes: Sequence[Owned]) -> None:
    """Share what is held for confirmed orders, and do what becomes of it afterwards, in turn.

    The deal's side and the seller's side balance alone, over the order's bridge. A seller's debt
    is met first; what a seller cannot give up becomes debt.
    """
    exchanges = await open_exchanges(tx, changes)
    keys = [
        account.key(one.seller, currency)
        for one in changes
        for currency in _currencies(one)
        for account in (PAYABLE, RECEIVABLE)
    ]
    sellers = _Sellers(await ledger.lock(tx, keys))
    deals, owners = [], []
    for one in changes:
        if isinstance(one, Settlement):
            deals.append(
                ledger.Journal(one.order, one.cause, "settlement", one.at, list(_shared(one)))
            )
        kind, moves = "", []
        for leg in exchanges.legs(one, sellers.debt(one)):
            kind, more = sellers.change(leg)
            moves += [*leg.moves, *more]
        owners.append(ledger.Journal(one.seller, one.cause, kind, one.at, moves))
    await ledger.post(tx, [*deals, *owners])
    await exchanges.write(tx)


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


class _Sellers:
    """Locked balances of sellers: what they are owed, and what they owe."""

    def __init__(self, balances: dict[ledger.Key, int]) -> None:
        self._balances = balances

    def debt(self, one: Owned) -> int:
        """What the seller owes in the currency of a change."""
        return self._balances[RECEIVABLE.key(one.seller, one.currency)]

    def change(self, leg: Leg) -> tuple[str, list[ledger.Posting]]:
        """What a part of a change posts on the seller's side, and the kind of journal it is of."""
        match one := leg.change:
            case Settlement():
                return "settlement", self._earn(one, leg.account, leg.amount)
            case Hold():
                charge = self._give_up(one, SELLER_CHARGE(one.seller), one.fee)
                held = self._give_up(one, DISPUTE_HOLD(one.order), one.amount)
                return "chargeback", [*charge, *held]
            case Release():
                return "chargeback_won", self._earn(one, DISPUTE_HOLD(one.order), one.amount)
            case Forfeit():
                hold, bridge = DISPUTE_HOLD(one.order), BRIDGE(one.order)
                moves = [ledger.Posting(hold, bridge, one.currency, one.amount)]
                return "chargeback_lost", moves if one.amount else []
            case ClawBack():
                return "claw_back", self._give_up(one, leg.account, leg.amount)

    def _earn(self, one: Owned, source: ledger.Account, amount: int) -> list[ledger.Posting]:
        """An amount is the seller's; of it, a debt takes its part at once."""
        if not amount:
            return []
        payable, debt = PAYABLE(one.seller), RECEIVABLE(one.seller)
        self._balances[PAYABLE.key(one.seller, one.currency)] += amount
        moves = [ledger.Posting(source, payable, one.currency, amount)]
        if met := self._take(RECEIVABLE, one, amount):
            self._take(PAYABLE, one, met)
            moves.append(ledger.Posting(payable, debt, one.currency, met))
        return moves

    def _give_up(self, one: Owned, sink: ledger.Account, amount: int) -> list[ledger.Posting]:
        """An amount is the seller's no more: it is taken of what is owed to him, then debt."""
        paid = self._take(PAYABLE, one, amount)
        debt = amount - paid
        self._balances[RECEIVABLE.key(one.seller, one.currency)] += debt
        return [
            ledger.Posting(account(one.seller), sink, one.currency, part)
            for account, part in ((PAYABLE, paid), (RECEIVABLE, debt))
            if part
        ]

    def _take(self, account: ledger.AccountOf, one: Owned, most: int) -> int:
        key = account.key(one.seller, one.currency)
        part = min(self._balances[key], most)
        self._balances[key] -= part
        return part
