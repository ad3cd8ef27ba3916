"""Reading campaigns, and remembering which ones apply by themselves."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from fondaco.campaigns.model import Campaign, Discount, Funding, Kind, Limits, Scope
from fondaco.kernel import Database, Invariant, Row, Tx, invariants, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.campaigns")
INVARIANTS: list[Invariant] = invariants("fondaco.campaigns")

REMEMBERED: Final = 10.0
"""Seconds for which a process may not hear of an automatic campaign that another one opened."""


def campaign_of(row: Row) -> Campaign:
    """A campaign from its row."""
    return Campaign(
        id=row["id"], market=row["market"], owner=row["owner"], name=row["name"],
        code=row["code"], currency=row["currency"], kind=Kind(row["kind"]),
        scope=Scope(**{name: row[f"scope_{name}"] for name in Scope.__struct_fields__}),
        discount=Discount(**{name: row[name] for name in Discount.__struct_fields__}),
        funding=Funding(row["funding_seller"], row["funding_platform"]),
        limits=Limits(
            uses=row["most_uses"], uses_per_buyer=row["most_uses_per_buyer"], budget=row["budget"]
        ),
        starts_at=row["starts_at"], ends_at=row["ends_at"], stage=row["stage"],
        exclusive_group=row["exclusive_group"], created_at=row["created_at"],
    )  # fmt: skip


_AUTOMATIC: WeakKeyDictionary[Database, dict[int, tuple[float, tuple[Campaign, ...]]]] = (
    WeakKeyDictionary()
)


async def automatic(tx: Tx, markets: Iterable[int]) -> dict[int, tuple[Campaign, ...]]:
    """Campaigns of markets that apply by themselves and are not over, asked for now and then.

    They never change once opened; whether one was ended its counter says, which is locked for
    every use.
    """
    known = _AUTOMATIC.setdefault(tx.database, {})
    now = time.monotonic()
    wanted = set(markets)
    if stale := sorted(id_ for id_ in wanted if known.get(id_, (0.0,))[0] <= now):
        found: dict[int, list[Campaign]] = {id_: [] for id_ in stale}
        for row in await tx.fetch(sql.automatic_campaigns, markets=stale, now=tx.now):
            found[row["market"]].append(campaign_of(row))
        known.update({id_: (now + REMEMBERED, tuple(found[id_])) for id_ in stale})
    return {id_: known[id_][1] for id_ in wanted}


def forget(tx: Tx, markets: Iterable[int]) -> None:
    """Ask again for the campaigns of these markets, now that there is another."""
    known = _AUTOMATIC.setdefault(tx.database, {})
    for market in markets:
        known.pop(market, None)


async def with_codes(tx: Tx, codes: Iterable[str]) -> dict[tuple[str, int], Campaign]:
    """Campaigns by code, in capitals, and market."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = await tx.fetch(sql.campaigns_with_codes, codes=wanted)
    return {(row["code"], row["market"]): campaign_of(row) for row in rows}


async def campaigns(source: Tx | Database, ids: Sequence[int]) -> dict[int, Campaign]:
    """Campaigns by id."""
    rows = await source.fetch(sql.campaigns, ids=sorted(set(ids)))
    return {row["id"]: campaign_of(row) for row in rows}


async def list_campaigns(
    database: Database, market: int, owner: int | None, after: int, limit: int
) -> list[Campaign]:
    """Campaigns of a market, or one seller's own in it, beginning after an id."""
    if owner is None:
        rows = await database.fetch(sql.list_campaigns, market=market, after=after, limit=limit)
    else:
        rows = await database.fetch(
            sql.list_own_campaigns, owner=owner, market=market, after=after, limit=limit
        )
    return [campaign_of(row) for row in rows]


async def usage(
    database: Database, ids: Sequence[int]
) -> dict[int, tuple[int, int, datetime | None]]:
    """How often campaigns were used, for how much, and when they were ended, if they were."""
    unique = sorted(set(ids))
    buckets = sorted({bucket_of(id_, database.buckets) for id_ in unique})
    rows = await database.fetch(sql.counters, buckets=buckets, campaigns=unique)
    return {row["campaign"]: (row["uses"], row["spent"], row["ended_at"]) for row in rows}
