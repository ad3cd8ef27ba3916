"""Reading parcels."""

from datetime import datetime

from fondaco.kernel import Database, Invariant, Row, invariants, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.shipping")

INVARIANTS: list[Invariant] = invariants("fondaco.shipping")


async def parcels_of(database: Database, order: int) -> list[Row]:
    """Parcels of an order with their events, oldest first."""
    return await database.fetch(
        sql.parcels_of, bucket=bucket_of(order, database.buckets), order=order
    )


async def claim_silent(database: Database, bucket: int, now: datetime, limit: int) -> list[int]:
    """Parcels under way that have not been heard of in time."""
    rows = await database.fetch(sql.silent_parcels, bucket=bucket, now=now, limit=limit)
    return [row["id"] for row in rows]
