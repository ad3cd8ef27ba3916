"""Reading parcels."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from fondaco.kernel import Database, Invariant, Row, invariants, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.shipping")

_AGAIN: Final = timedelta(minutes=1)

INVARIANTS: list[Invariant] = invariants("fondaco.shipping")


async def parcels_of(database: Database, order: int) -> list[Row]:
    """Parcels of an order with their events, oldest first."""
    return await database.fetch(
        sql.parcels_of, bucket=bucket_of(order, database.buckets), order=order
    )


async def contents_of(database: Database, order: int, parcels: Sequence[int]) -> list[Row]:
    """What is in these parcels of an order that leaves in parts: parcel, line, units."""
    return await database.fetch(
        sql.contents_of, bucket=bucket_of(order, database.buckets), parcels=parcels
    )


async def claim_silent(database: Database, bucket: int, now: datetime, limit: int) -> list[int]:
    """Parcels under way that have not been heard of in time; asked for again after a minute.

    So one that cannot be dealt with does not hold up those behind it.
    """
    rows = await database.fetch(sql.silent_parcels, bucket=bucket, now=now, limit=limit)
    ids = sorted(row["id"] for row in rows)
    if ids:
        await database.fetch(
            sql.postpone_parcels, bucket=bucket, ids=ids, now=now, until=now + _AGAIN
        )
    return ids
