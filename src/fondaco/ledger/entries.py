"""What moved on one account, and the whole journal row by row."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import msgspec

from fondaco.kernel import Database, Row
from fondaco.kernel.ids import bucket_of, root_of
from fondaco.kernel.patience import LONG_S, take_time
from fondaco.ledger.queries import sql

_CHUNK: Final = 10_000


class Entry(msgspec.Struct, frozen=True):
    """One posting as an account sees it. Minor units; `amount` is positive for a debit.

    `other` is the account on the other side and `other_subject` what it is of; `balance` is
    debits less credits of the account in the currency, with this entry.
    """

    journal: int
    no: int
    at: datetime
    kind: str
    cause: int
    currency: str
    amount: int
    other: str
    other_subject: int
    balance: int


class Place(msgspec.Struct, frozen=True):
    """Where a history goes on: after which posting, and the balances there by currency."""

    journal: int = 0
    no: int = 0
    balances: tuple[tuple[str, int], ...] = ()


async def history(
    database: Database, account: str, subject: int, after: Place, limit: int
) -> list[Entry]:
    """What moved on an account of a party, or of an order, oldest first, from a place on.

    An account is moved by the journals of its own subject and, for an order, of its purchase.
    """
    found: list[Row] = []
    for root in sorted({subject, root_of(subject)}):
        found += await database.fetch(
            sql.history, bucket=bucket_of(subject, database.buckets), account=account,
            subject=subject, root=root, journal=after.journal, no=after.no, limit=limit,
        )  # fmt: skip
    balances = dict(after.balances)
    entries: list[Entry] = []
    for row in sorted(found, key=lambda row: (row["journal"], row["no"]))[:limit]:
        debited = (row["debit"], row["debit_subject"]) == (account, subject)
        amount = row["amount"] if debited else -row["amount"]
        balances[row["currency"]] = balances.get(row["currency"], 0) + amount
        side = "credit" if debited else "debit"
        entries.append(
            Entry(
                row["journal"], row["no"], row["at"], row["kind"], row["cause"], row["currency"],
                amount, row[side], row[f"{side}_subject"], balances[row["currency"]],
            )
        )  # fmt: skip
    return entries


def place_after(entries: list[Entry], before: Place) -> Place:
    """Where a history goes on after these entries, which began at `before`."""
    balances = dict(before.balances) | {one.currency: one.balance for one in entries}
    last = entries[-1]
    return Place(last.journal, last.no, tuple(sorted(balances.items())))


async def journals(
    database: Database, since: datetime, until: datetime
) -> AsyncIterator[list[Row]]:
    """Every posting of a span of time with its journal, a chunk at a time, as of one instant.

    Columns: journal, root, cause, kind, at, no, debit, debit_subject, credit, credit_subject,
    currency, amount (minor units). However many there are, no more than a chunk is in memory.
    """
    statement = sql.journals_between
    async with database.transaction(snapshot=True) as tx:
        await take_time(tx)
        values = statement.arguments({"since": since, "until": until})
        cursor = await tx.connection.cursor(statement.text, *values)
        while rows := await cursor.fetch(_CHUNK, timeout=LONG_S):
            yield rows
