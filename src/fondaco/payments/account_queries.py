"""Reading a seller's own account: balances, what is kept back until when, bond, debts by age."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from fondaco.kernel import Database, Row
from fondaco.kernel.ids import bucket_of
from fondaco.payments.queries import balances, sql


class Tranche(msgspec.Struct, frozen=True):
    """What is kept back of a seller's sales until a day. Minor units."""

    currency: str
    release_on: date
    amount: int


class BondStanding(msgspec.Struct, frozen=True):
    """A bond's terms, and what it lacks. Minor units."""

    currency: str
    target: int
    missing: int
    numerator: int
    denominator: int
    draws: list[str]
    draw_after_days: float | None


class Debt(msgspec.Struct, frozen=True):
    """A debt that is open: how it came about, when, and what of it is left. Minor units."""

    currency: str
    kind: str
    since: datetime
    amount: int


class SellerAccount(msgspec.Struct, frozen=True):
    """A seller's own account as of now; balances by account and currency, debts oldest first."""

    balances: dict[str, dict[str, int]]
    reserve: list[Tranche]
    bonds: list[BondStanding]
    debts: list[Debt]


async def account_of(database: Database, seller: int) -> SellerAccount:
    """What a seller is owed, keeps in reserve and bond, and owes."""
    bucket = bucket_of(seller, database.buckets)
    held: dict[str, dict[str, int]] = {}
    for row in await balances(database, seller):
        held.setdefault(row["account"], {})[row["currency"]] = row["amount"]
    tranches = await database.fetch(sql.tranches_of, bucket=bucket, seller=seller)
    bonds = await database.fetch(sql.bonds_of, bucket=bucket, seller=seller)
    debts = await database.fetch(sql.debts, bucket=bucket, sellers=[seller])
    return SellerAccount(
        held,
        [Tranche(*row) for row in tranches],
        [_bond(row, held.get("bond", {}).get(row["currency"], 0)) for row in bonds],
        [Debt(row["currency"], row["kind"], row["at"], row["open"]) for row in debts],
    )


def _bond(row: Row, held: int) -> BondStanding:
    after: timedelta | None = row["draw_after"]
    days = None if after is None else after / timedelta(days=1)
    return BondStanding(
        row["currency"], row["target"], max(row["target"] - held, 0), row["numerator"],
        row["denominator"], list(row["draws"]), days,
    )  # fmt: skip


async def charges_of(database: Database, seller: int, after: int, limit: int) -> list[Row]:
    """What a seller was charged, in order, beginning after an id."""
    return await database.fetch(sql.charges_of, **_page(database, seller, after, limit))


async def subscriptions_of(database: Database, seller: int, after: int, limit: int) -> list[Row]:
    """A seller's subscriptions in order, beginning after an id."""
    return await database.fetch(sql.subscriptions_of, **_page(database, seller, after, limit))


async def seller_moves_of(database: Database, seller: int, after: int, limit: int) -> list[Row]:
    """What was decided about a seller's bond and debt, in order, beginning after an id."""
    return await database.fetch(sql.seller_moves_of, **_page(database, seller, after, limit))


async def open_debts(database: Database, bucket: int, sellers: Sequence[int]) -> list[Row]:
    """The open debts of sellers of a bucket, oldest first: seller, currency, open, kind, at."""
    return await database.fetch(sql.debts, bucket=bucket, sellers=sorted(set(sellers)))


def _page(database: Database, seller: int, after: int, limit: int) -> dict[str, int]:
    bucket = bucket_of(seller, database.buckets)
    return {"bucket": bucket, "seller": seller, "after": after, "limit": limit}
