"""Due work of screening: new sellers are compared with the lists, and all when a list changes."""

from datetime import timedelta
from typing import Final
from weakref import WeakKeyDictionary

from fondaco import parties
from fondaco.kernel import Database, Refused, Sent, Sweep, run
from fondaco.kernel.ids import show
from fondaco.kernel.log import logger
from fondaco.risk.model import Screen
from fondaco.risk.queries import sql
from fondaco.risk.screening import screen

log = logger("risk")

_LIMIT: Final = 500
_LATE: Final = int(timedelta(minutes=10).total_seconds() * 1000) << 22
"""Ids begin with the millisecond of their minting; a seller may commit this much later."""

_SEEN: WeakKeyDictionary[Database, dict[int, int]] = WeakKeyDictionary()
"""After which seller of each bucket this process looks for the next."""


async def screen_due(database: Database) -> int:
    """Compare up to a batch of parties a bucket that were not since the last import."""
    versions = await database.fetch(sql.latest_versions)
    if not versions:
        return 0
    generation = max(row["generation"] for row in versions)
    count = 0
    for bucket in range(database.buckets):
        count += await _take_in(database, bucket)
        rows = await database.fetch(sql.stale, bucket=bucket, generation=generation, limit=_LIMIT)
        now = database.clock()
        wishes = [
            Sent(
                Screen(party=row["party"]), "system",
                f"screen {show('sel', row['party'])} {generation} {now.isoformat()}", now,
            )
            for row in rows
        ]  # fmt: skip
        answers = await run(database, screen, wishes)
        for wish, answer in zip(wishes, answers, strict=True):
            if isinstance(answer, Exception):
                log.error("screening failed", key=wish.key, exc_info=answer)
        count += sum(not isinstance(answer, Exception | Refused) for answer in answers)
    return count


async def _take_in(database: Database, bucket: int) -> int:
    """Take a page of sellers in that were never compared; 1 while more are known to follow."""
    seen = _SEEN.setdefault(database, {})
    ids = await parties.sellers_after(database, bucket, seen.get(bucket, 0), _LIMIT)
    if not ids:
        return 0
    await database.fetch(sql.take_in, bucket=bucket, parties=ids, now=database.clock())
    more = len(ids) == _LIMIT
    seen[bucket] = ids[-1] if more else max(ids[-1] - _LATE, 0)
    return int(more)


SWEEP: Final = Sweep("risk.screening", screen_due)
"""What keeps everybody compared with the latest lists."""
