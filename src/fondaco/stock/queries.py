"""Reading stock."""

from collections.abc import Sequence

from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.stock")

INVARIANTS: list[Invariant] = invariants("fondaco.stock")


async def levels(source: Tx | Database, offers: Sequence[int]) -> list[Row]:
    """Levels of offers: offer, location, on_hand, reserved."""
    database = source.database if isinstance(source, Tx) else source
    unique = sorted(set(offers))
    return await source.fetch(
        sql.levels, offers=unique, buckets=[bucket_of(one, database.buckets) for one in unique]
    )


async def locations(database: Database, seller: int) -> list[Row]:
    """A seller's locations: id, name, priority."""
    return await database.fetch(sql.locations, seller=seller)


async def totals(source: Tx | Database) -> tuple[int, int]:
    """Units on hand and units reserved, over everything."""
    row = (await source.fetch(sql.totals))[0]
    return row["on_hand"], row["reserved"]
