"""Reading purchases and orders."""

from collections.abc import Sequence
from datetime import datetime

from fondaco.kernel import Database, Invariant, Row, invariants, load_sql
from fondaco.kernel.ids import bucket_of, root_of

sql = load_sql("fondaco.orders")

INVARIANTS: list[Invariant] = invariants("fondaco.orders")


async def purchase(database: Database, id_: int) -> Row | None:
    """A purchase: market, buyer, currency, total, reference, pay_by, placed_at."""
    bucket = bucket_of(id_, database.buckets)
    rows = await database.fetch(sql.purchase, bucket=bucket, id=id_)
    return rows[0] if rows else None


async def purchases_of(database: Database, buyer: int, before: int, limit: int) -> list[Row]:
    """A buyer's purchases, latest first, beginning before an id."""
    return await database.fetch(sql.purchases_of, buyer=buyer, before=before, limit=limit)


async def orders_of(database: Database, purchases: Sequence[int]) -> list[Row]:
    """Orders of purchases, in order."""
    unique = sorted({root_of(one) for one in purchases})
    return await database.fetch(
        sql.orders_of, purchases=unique,
        buckets=[bucket_of(one, database.buckets) for one in unique],
    )  # fmt: skip


async def orders_of_seller(database: Database, seller: int, before: int, limit: int) -> list[Row]:
    """A seller's orders, latest first, beginning before an id."""
    return await database.fetch(sql.orders_of_seller, seller=seller, before=before, limit=limit)


async def lines_of(database: Database, purchases: Sequence[int]) -> list[Row]:
    """Lines of all orders of purchases, in order."""
    unique = sorted({root_of(one) for one in purchases})
    return await database.fetch(
        sql.lines_of, purchases=unique,
        buckets=[bucket_of(one, database.buckets) for one in unique],
    )  # fmt: skip


async def discounts_of(database: Database, purchases: Sequence[int]) -> list[Row]:
    """What campaigns took off the lines of purchases, in order."""
    unique = sorted({root_of(one) for one in purchases})
    return await database.fetch(
        sql.discounts_of, purchases=unique,
        buckets=[bucket_of(one, database.buckets) for one in unique],
    )  # fmt: skip


async def steps_of(database: Database, entity: int) -> list[Row]:
    """The steps that an order, payment, refund, payout or parcel took, in order of time."""
    return await database.fetch(
        sql.steps_of, bucket=bucket_of(entity, database.buckets), entity=entity
    )


async def expired_of(database: Database, purchases: Sequence[int], now: datetime) -> set[int]:
    """Those purchases whose time to pay is over."""
    if not purchases:
        return set()
    ids = sorted(set(purchases))
    rows = await database.fetch(
        sql.expired_of, buckets=[bucket_of(one, database.buckets) for one in ids], ids=ids, now=now
    )
    return {row["id"] for row in rows}


async def due(database: Database, bucket: int, now: datetime, limit: int) -> list[Row]:
    """Orders whose deadline has passed, oldest first: id and state."""
    return await database.fetch(sql.due_orders, bucket=bucket, now=now, limit=limit)


async def postpone(
    database: Database, bucket: int, now: datetime, until: datetime, orders: Sequence[int]
) -> None:
    """Put off what is due of orders, so that what breaks each time does not hold up the rest."""
    if orders:
        await database.fetch(
            sql.postpone_orders, bucket=bucket, now=now, until=until, ids=sorted(orders),
            purchases=sorted({root_of(id_) for id_ in orders}),
        )  # fmt: skip
