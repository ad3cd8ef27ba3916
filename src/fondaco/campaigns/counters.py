"""Counters of campaigns: read or locked, and what is given back to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import msgspec

from fondaco.campaigns.model import Campaign
from fondaco.campaigns.queries import sql
from fondaco.kernel import Database, Statement, Tx, as_json
from fondaco.kernel.ids import bucket_of

PLENTY: Final = 10
"""With this many times left what a batch may use, it decides without a lock: as many batches like
it would have to commit meanwhile before one comes too late, and runs again."""

_SCARCE: WeakKeyDictionary[Database, set[int]] = WeakKeyDictionary()
"""Campaigns of which a batch found little left: from then on they are locked beforehand."""


class Count(msgspec.Struct):
    """How much of a campaign was used, as it stands inside a batch."""

    uses: int
    spent: int
    ended_at: datetime | None


def by_bucket(tx: Tx, campaigns: Iterable[int]) -> dict[int, list[int]]:
    """Campaigns by bucket, all in ascending order."""
    groups: dict[int, list[int]] = {}
    for id_ in sorted(set(campaigns)):
        groups.setdefault(bucket_of(id_, tx.database.buckets), []).append(id_)
    return dict(sorted(groups.items()))


async def lock_counters(tx: Tx, campaigns: Iterable[int]) -> dict[int, Count]:
    """Lock the counters of campaigns in key order, buckets ascending, and read them."""
    return await _counters(tx, sql.lock_counters, campaigns)


async def read_counters(tx: Tx, campaigns: Iterable[int]) -> dict[int, Count]:
    """Read the counters of campaigns, which others may change meanwhile."""
    return await _counters(tx, sql.read_counters, campaigns)


async def _counters(tx: Tx, statement: Statement, campaigns: Iterable[int]) -> dict[int, Count]:
    counts: dict[int, Count] = {}
    for bucket, mine in by_bucket(tx, campaigns).items():
        for row in await tx.fetch(statement, bucket=bucket, campaigns=mine):
            counts[row["campaign"]] = Count(row["uses"], row["spent"], row["ended_at"])
    return counts


def scarce(
    database: Database, campaigns: Iterable[Campaign], counts: Mapping[int, Count], purchases: int
) -> bool:
    """Whether others may take what so many purchases count on, so that it must be locked.

    What each buyer may use only so often is: who takes it is known by the lock alone.
    """
    known = _SCARCE.get(database, set())
    for one in campaigns:
        most = one.limits.uses
        if one.id in known or one.limits.uses_per_buyer is not None:
            return True
        if most is not None and most - counts[one.id].uses < PLENTY * purchases:
            return True
    return False


def runs_out(campaign: Campaign, count: Count, spent: int) -> bool:
    """Whether `spent` is so much of what a budget had before that it should have been locked."""
    budget = campaign.limits.budget
    return budget is not None and budget - (count.spent - spent) < PLENTY * spent


def note_scarce(database: Database, campaigns: Iterable[int]) -> None:
    """Have these campaigns locked before anything is decided, from now on in this process."""
    _SCARCE.setdefault(database, set()).update(campaigns)


class Use(NamedTuple):
    """A use to be given back."""

    campaign: int
    purchase: int
    at: datetime


async def give_back(tx: Tx, uses: Sequence[Use]) -> None:
    """Give uses back to their campaigns, each once; the caller holds the purchases' orders."""
    await lock_counters(tx, [one.campaign for one in uses])
    for bucket, campaigns in by_bucket(tx, [one.campaign for one in uses]).items():
        mine = [one for one in uses if one.campaign in set(campaigns)]
        await tx.fetch(
            sql.give_back,
            bucket=bucket,
            campaigns=campaigns,
            purchases=sorted({one.purchase for one in mine}),
            uses=as_json([one._asdict() for one in mine]),
        )
