"""Reading the books: guarded balances under lock, the trial balance, the invariants."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import bucket_of
from fondaco.kernel.patience import LONG_S, take_time
from fondaco.ledger.model import Key

sql = load_sql("fondaco.ledger")

INVARIANTS: list[Invariant] = invariants("fondaco.ledger")


class TrialLine(msgspec.Struct, frozen=True):
    """One line of the trial balance: debits less credits of an account, minor units."""

    account: str
    currency: str
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Debits less credits."""
        return self.debits - self.credits


async def lock(tx: Tx, keys: Iterable[Key]) -> dict[Key, int]:
    """Lock guarded balances in key order and read them; a balance not yet there reads 0."""
    groups: dict[int, list[Key]] = {}
    for key in sorted(set(keys)):
        groups.setdefault(bucket_of(key.subject, tx.database.buckets), []).append(key)
    found: dict[Key, int] = {}
    for bucket in sorted(groups):
        rows = await tx.fetch(
            sql.lock_balances,
            bucket=bucket,
            subjects=sorted({key.subject for key in groups[bucket]}),
            accounts=sorted({key.account for key in groups[bucket]}),
        )
        for row in rows:
            found[Key(row["subject"], row["account"], row["currency"])] = row["amount"]
        for key in groups[bucket]:
            found.setdefault(key, 0)
    return found


async def trial_balance(source: Tx | Database) -> list[TrialLine]:
    """Every account's debits and credits per currency; the balances sum to zero."""
    return [TrialLine(*row) for row in await source.fetch(sql.trial_balance)]


async def trial_balance_at(database: Database, at: datetime) -> list[TrialLine]:
    """The trial balance of what had been posted by an instant, that instant included.

    Nothing posted changes, so for an instant longer ago than the longest command it never does.
    """
    async with database.transaction(snapshot=True) as tx:
        await take_time(tx)
        statement = sql.trial_balance_at
        rows = await tx.connection.fetch(statement.text, at, timeout=LONG_S)
    return [TrialLine(*row) for row in rows]


async def posted_between(
    tx: Tx, since: datetime, until: datetime, accounts: Sequence[str]
) -> list[Row]:
    """Postings to accounts, on either side, in a span of time, with their journal's kind, cause
    and time.
    """
    return await tx.fetch(sql.posted_between, since=since, until=until, accounts=list(accounts))


async def posted_for(tx: Tx, roots: Iterable[int], accounts: Sequence[str]) -> list[Row]:
    """The same of the journals of some roots, whenever they were posted."""
    wanted = sorted(roots)
    buckets = sorted({bucket_of(one, tx.database.buckets) for one in wanted})
    return await tx.fetch(sql.posted_for, roots=wanted, buckets=buckets, accounts=list(accounts))
