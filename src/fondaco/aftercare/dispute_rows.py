"""Reading disputes and their evidence."""

from datetime import datetime
from typing import Any

import msgspec

from fondaco.aftercare.dispute_model import File
from fondaco.aftercare.queries import sql
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import bucket_of, root_of


class Dispute(msgspec.Struct):
    """A dispute as it stands. `held` is kept of its seller's, once the order was settled."""

    id: int
    order: int
    seller: int
    buyer: int
    currency: str
    kind: str
    rma: int | None
    amount: int
    held: int
    held_currency: str
    state: str
    reply_days: int
    due_at: datetime | None
    opened_at: datetime
    refunded: int = 0
    at_operators_cost: bool = False
    ruling: str = ""
    settled_by: int | None = None
    closed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is undecided."""
        return self.closed_at is None


class Evidence(msgspec.Struct, frozen=True):
    """What a party said and showed."""

    id: int
    party: str
    text: str
    files: tuple[File, ...]
    at: datetime


def dispute_of(row: Row) -> Dispute:
    """A dispute from its row."""
    named: dict[str, Any] = dict(row)
    return Dispute(**named)


async def one_dispute(database: Database, id_: int) -> Dispute | None:
    """A dispute by its id."""
    rows = await database.fetch(sql.one_dispute, bucket=bucket_of(id_, database.buckets), id=id_)
    return dispute_of(rows[0]) if rows else None


async def evidence_of(database: Database, dispute: Dispute) -> list[Evidence]:
    """What was said and shown in a dispute, oldest first."""
    rows = await database.fetch(
        sql.evidence_of, bucket=bucket_of(dispute.id, database.buckets),
        purchase=root_of(dispute.order), dispute=dispute.id,
    )  # fmt: skip
    return [
        Evidence(
            row["id"], row["party"], row["text"],
            msgspec.json.decode(row["files"], type=tuple[File, ...]), row["at"],
        )
        for row in rows
    ]  # fmt: skip


async def disputes_of_seller(
    database: Database, seller: int, before: int, limit: int
) -> list[Dispute]:
    """A seller's disputes, latest first, beginning before an id."""
    rows = await database.fetch(sql.disputes_of_seller, seller=seller, before=before, limit=limit)
    return [dispute_of(row) for row in rows]


async def disputes_of_buyer(
    database: Database, buyer: int, before: int, limit: int
) -> list[Dispute]:
    """A buyer's disputes, latest first, beginning before an id."""
    rows = await database.fetch(sql.disputes_of_buyer, buyer=buyer, before=before, limit=limit)
    return [dispute_of(row) for row in rows]


async def open_disputes(database: Database, before: int, limit: int) -> list[Dispute]:
    """Everybody's open disputes, latest first, beginning before an id."""
    rows = await database.fetch(sql.open_disputes, before=before, limit=limit)
    return [dispute_of(row) for row in rows]
