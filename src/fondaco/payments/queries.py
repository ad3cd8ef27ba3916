"""Reading payments, refunds, payouts and balances."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import bucket_of
from fondaco.payments.payout_model import SENDABLE

sql = load_sql("fondaco.payments")

INVARIANTS: list[Invariant] = invariants("fondaco.payments")

ASK_AGAIN = timedelta(seconds=60)
"""How long an answer may be missing before the provider is asked again."""


async def payments_of(database: Database, purchases: Sequence[int]) -> list[Row]:
    """Payments of purchases, oldest first."""
    return await database.fetch(sql.payments_of, **_addressed(database, purchases))


async def payments(database: Database, ids: Sequence[int]) -> list[Row]:
    """Payments by id, with provider, token, state and reason."""
    return await database.fetch(sql.payments, **_addressed(database, ids))


async def refunds(database: Database, ids: Sequence[int]) -> list[Row]:
    """Refunds by id, with their payment's provider."""
    return await database.fetch(sql.refunds, **_addressed(database, ids))


async def payouts(database: Database, ids: Sequence[int]) -> list[Row]:
    """Payouts by id."""
    return await database.fetch(sql.payouts, **_addressed(database, ids))


async def refunds_of(database: Database, purchase: int) -> list[Row]:
    """Refunds of a purchase's payments, oldest first."""
    return await database.fetch(
        sql.refunds_of, bucket=bucket_of(purchase, database.buckets), purchase=purchase
    )


async def returns_waiting(database: Database, limit: int) -> list[Row]:
    """Refunds to be sent by bank transfer: id, payment, currency, amount, account."""
    until = database.clock() + timedelta(days=365)  # all of them: none is put off for so long
    rows = [
        row
        for bucket in range(database.buckets)
        for row in await database.fetch(
            sql.returns_waiting, bucket=bucket, until=until, limit=limit
        )
    ]
    return rows[:limit]


async def payouts_of(database: Database, seller: int, after: int, limit: int) -> list[Row]:
    """A seller's payouts in order, beginning after an id."""
    return await database.fetch(
        sql.payouts_of, bucket=bucket_of(seller, database.buckets), seller=seller,
        after=after, limit=limit,
    )  # fmt: skip


async def balances(database: Database, seller: int) -> list[Row]:
    """What a seller is owed and what is on its way: account, currency, amount."""
    return await database.fetch(
        sql.balances, bucket=bucket_of(seller, database.buckets), seller=seller
    )


async def credit_moves(database: Database, ids: Sequence[int]) -> list[Row]:
    """What moved on wallets and cards for these payments and refunds: id, currency, change, at."""
    return await database.fetch(
        sql.credit_moves, ids=sorted(set(ids)), buckets=list(range(database.buckets))
    )


async def purses_of_refunds(database: Database, ids: Sequence[int]) -> list[Row]:
    """Where refunds go to: `credit_to` a person, or by provider and token of their payment."""
    return await database.fetch(sql.purses_of_refunds, **_addressed(database, ids))


async def credit_balances(database: Database, account: str, subject: int) -> list[Row]:
    """What is in a wallet or on a card: currency, amount."""
    return await database.fetch(
        sql.credit_balances,
        bucket=bucket_of(subject, database.buckets), subject=subject, account=account,
    )  # fmt: skip


async def credit_left(tx: Tx, people: Sequence[int]) -> dict[int, list[Row]]:
    """What wallets of these people of the bucket hold, by person: currency, amount.

    With what refunds under way are about to put there.
    """
    found: dict[int, list[Row]] = {}
    rows = await tx.fetch(sql.wallets_left, bucket=tx.bucket, people=sorted(set(people)))
    for row in rows:
        found.setdefault(row["person"], []).append(row)
    return found


async def credit_history(database: Database, subject: int, before: int, limit: int) -> list[Row]:
    """What moved in a wallet or on a card, latest first, beginning before an id."""
    return await database.fetch(
        sql.credit_history,
        bucket=bucket_of(subject, database.buckets), subject=subject, before=before, limit=limit,
    )  # fmt: skip


async def cards_by_hash(database: Database, hashes: Sequence[bytes]) -> list[Row]:
    """The cards with these codes, hashed."""
    return await database.fetch(sql.cards_by_hash, hashes=sorted(set(hashes)))


async def gift_cards(database: Database, after: int, limit: int) -> list[Row]:
    """Cards in order of issue, beginning after an id."""
    return await database.fetch(sql.list_cards, after=after, limit=limit)


async def ask_to_send(database: Database, provider: str, ids: Sequence[int]) -> list[Row]:
    """Have a provider send those of the payouts that nobody was asked to send before.

    All of them that may be sent: id, account, currency, amount, and the provider of each.
    """
    async with database.transaction() as tx:
        return await tx.fetch(
            sql.ask_to_send, provider=provider, states=sorted(SENDABLE),
            **_addressed(database, ids),
        )  # fmt: skip


async def claim_due(
    database: Database, kind: str, bucket: int, now: datetime, limit: int
) -> list[int]:
    """Ids of `payments`, `refunds` or `payouts` whose answer is overdue, oldest first.

    They are due again a minute later, so a round that dies is made up for.
    """
    find, postpone = _DUE[kind]
    rows = await database.fetch(find, bucket=bucket, now=now, limit=limit)
    ids = [row["id"] for row in rows]
    if ids:
        await database.fetch(postpone, bucket=bucket, until=now + ASK_AGAIN, ids=ids)
    return ids


_DUE = {
    "payments": (sql.due_payments, sql.postpone_payments),
    "refunds": (sql.due_refunds, sql.postpone_refunds),
    "payouts": (sql.due_payouts, sql.postpone_payouts),
}


def _addressed(database: Database, ids: Sequence[int]) -> dict[str, list[int]]:
    unique = sorted(set(ids))
    return {"ids": unique, "buckets": [bucket_of(one, database.buckets) for one in unique]}
