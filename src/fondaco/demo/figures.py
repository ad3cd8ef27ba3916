"""The books after the month: read out of the ledger and the tables, not out of the simulation."""

from collections.abc import Sequence
from typing import Final

import msgspec

from fondaco import ledger
from fondaco.kernel import Database, load_sql
from fondaco.payments import FactKind
from fondaco.payments.providers.sandbox import LocalSandbox

sql = load_sql("fondaco.demo")

_STATES: Final = (
    "created", "expired", "paid", "cancelled", "shipped", "delivered", "confirmed", "settled",
)  # fmt: skip


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the month came to. Amounts are minor units of `currency`."""

    currency: str
    purchases: int
    many_sellers: int
    """Purchases from more than one seller."""
    orders: int
    by_state: dict[str, int]
    sold_out: int
    """Buyers who found something sold out and took something else."""
    declined: int
    refunds: int
    disputes: int
    late_parcels: int
    payouts: int
    sales: int
    """All that buyers paid into escrow: goods and shipping."""
    commission: int
    held: int
    refunded: int
    """What went back to buyers, or is on its way."""
    paid_out: int
    owed: int
    """What sellers are owed and have not been paid out."""
    fees: int
    """What the payment provider kept."""
    trial_balance: int
    """Debits less credits over all accounts; zero, or the books are wrong."""
    provider_differences: tuple[str, ...]
    """Where the provider's ledger says otherwise than ours."""

    @property
    def accounted_for(self) -> int:
        """Where the money that buyers paid is: kept, held, given back, paid out or owed."""
        return self.commission + self.held + self.refunded + self.paid_out + self.owed

    @property
    def sound(self) -> bool:
        """Whether the books balance, account for every sale, and the provider's agree."""
        balanced = self.trial_balance == 0 and self.accounted_for == self.sales
        return balanced and not self.provider_differences


async def read(database: Database, provider: LocalSandbox, currency: str, sold_out: int) -> Figures:
    """Read the figures of the demo's one market and compare the provider's ledger with ours."""
    async with database.transaction(snapshot=True) as tx:
        lines = [one for one in await ledger.trial_balance(tx) if one.currency == currency]
        counted = {row["what"]: row["n"] for row in await tx.fetch(sql.counts)}
    books = {line.account: line for line in lines}
    states = {state: counted.get(f"orders {state}", 0) for state in _STATES}
    return Figures(
        currency=currency,
        purchases=counted["purchases"],
        many_sellers=counted["many sellers"],
        orders=sum(states.values()),
        by_state=states,
        sold_out=sold_out,
        declined=counted["declined"],
        refunds=counted["refunds"],
        disputes=counted["disputes"],
        late_parcels=counted["late parcels"],
        payouts=counted["payouts"],
        sales=_of(books, "escrow").credits,
        commission=-_of(books, "commission").balance,
        held=-_of(books, "escrow").balance,
        refunded=_of(books, "refund_in_flight").credits,
        paid_out=-_of(books, "bank").balance,
        owed=-_of(books, "payable").balance - _of(books, "payout_in_flight").balance,
        fees=_of(books, "psp_fee").balance,
        trial_balance=sum(line.balance for line in lines),
        provider_differences=tuple(_differences(provider, books, counted, currency)),
    )


def _of(books: dict[str, ledger.TrialLine], account: str) -> ledger.TrialLine:
    return books.get(account) or ledger.TrialLine(account, "", 0, 0)


def _differences(
    provider: LocalSandbox, books: dict[str, ledger.TrialLine], counted: dict[str, int],
    currency: str,
) -> list[str]:  # fmt: skip
    """Each amount and count that the provider's own ledger has otherwise."""
    theirs = {one.kind: one for one in provider.totals() if one.currency == currency}

    def amount(kind: FactKind) -> int:
        return theirs[kind].amount if kind in theirs else 0

    def count(kind: FactKind) -> int:
        return theirs[kind].count if kind in theirs else 0

    fees = theirs[FactKind.CAPTURED].fee if FactKind.CAPTURED in theirs else 0
    due = amount(FactKind.CAPTURED) - fees - amount(FactKind.REFUNDED)
    pairs: Sequence[tuple[str, int, int]] = (
        ("owed to us", due, _of(books, "psp_receivable").balance),
        ("fees", fees, _of(books, "psp_fee").balance),
        ("paid out", amount(FactKind.PAID_OUT), -_of(books, "bank").balance),
        ("charges", count(FactKind.CAPTURED), counted["charges"]),
        ("refunds", count(FactKind.REFUNDED), counted["refunds"]),
        ("payouts", count(FactKind.PAID_OUT), counted["payouts"]),
    )
    return [f"{what}: {them}, ours {us}" for what, them, us in pairs if them != us]
