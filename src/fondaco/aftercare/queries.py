"""Reading returns."""

from datetime import datetime
from typing import Any

import msgspec

from fondaco.kernel import Database, Invariant, Row, invariants, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.aftercare")

INVARIANTS: list[Invariant] = invariants("fondaco.aftercare")


class ReturnLine(msgspec.Struct):
    """Units of a line that come back, and what its inspection said."""

    line: int
    units: int
    accepted: int = 0
    deduction: int = 0
    restocked: int = 0
    refunded: int = 0
    note: str = ""


class Return(msgspec.Struct):
    """A return as it stands."""

    id: int
    order: int
    seller: int
    buyer: int
    currency: str
    reason: str
    note: str
    state: str
    send_days: int
    transit_days: int
    inspect_days: int
    shipping_back: bool
    due_at: datetime | None
    requested_at: datetime
    lines: list[ReturnLine]
    decision: str = ""
    carrier: str = ""
    tracking: str = ""
    refunded: int = 0
    settled_by: int | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.closed_at is None


def return_of(row: Row) -> Return:
    """A return from its row."""
    named: dict[str, Any] = dict(row)
    named["lines"] = msgspec.json.decode(row["lines"], type=list[ReturnLine])
    return Return(**named)


async def one_return(database: Database, id_: int) -> Return | None:
    """A return by its id."""
    rows = await database.fetch(sql.one_return, bucket=bucket_of(id_, database.buckets), id=id_)
    return return_of(rows[0]) if rows else None


async def returns_of_order(database: Database, order: int) -> list[Return]:
    """Returns of an order, latest first."""
    bucket = bucket_of(order, database.buckets)
    rows = await database.fetch(sql.returns_of_order, bucket=bucket, order=order)
    return [return_of(row) for row in rows]


async def returns_of_seller(
    database: Database, seller: int, before: int, limit: int
) -> list[Return]:
    """A seller's returns, latest first, beginning before an id."""
    rows = await database.fetch(sql.returns_of_seller, seller=seller, before=before, limit=limit)
    return [return_of(row) for row in rows]


async def returns_of_buyer(database: Database, buyer: int, before: int, limit: int) -> list[Return]:
    """A buyer's returns, latest first, beginning before an id."""
    rows = await database.fetch(sql.returns_of_buyer, buyer=buyer, before=before, limit=limit)
    return [return_of(row) for row in rows]
