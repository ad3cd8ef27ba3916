"""The shelf: levels on which a batch of purchases decides, first come first served."""

from collections.abc import Mapping, Sequence
from typing import Final

from fondaco.kernel import Outdated, Row, Statement, Tx, as_json
from fondaco.kernel.ids import bucket_of
from fondaco.stock.model import Level, Take
from fondaco.stock.queries import sql

PLENTY: Final = 10
"""With this many times the units that a batch wants free, it decides without a lock: as many
batches like it would have to commit meanwhile before one comes too late, and runs again."""


class Shelf:
    """What may still be promised, counted down as the batch decides; `write` makes it so."""

    def __init__(self, levels: Sequence[Level], *, locked: bool) -> None:
        self._locked = locked
        self._levels: dict[int, list[Level]] = {}
        self._free: dict[tuple[int, int], int] = {}
        for level in levels:
            self._levels.setdefault(level.offer, []).append(level)
            self._free[level.offer, level.location] = level.free
        self._takes: list[Take] = []

    def scarce(self, wanted: Mapping[int, int]) -> bool:
        """Whether others may take what is wanted. What is sold out already, none can take."""
        for offer, units in wanted.items():
            left = (level.free for level in self._levels.get(offer, ()) if level.free)
            if next(left, PLENTY * units) < PLENTY * units:
                return True
        return False

    def free(self, offer: int) -> int:
        """Units of an offer that may still be promised, over all its locations."""
        return sum(self._free[offer, level.location] for level in self._levels.get(offer, ()))

    def take(self, order: int, line: int, offer: int, quantity: int) -> None:
        """Promise units to a line, location by location in order of priority."""
        for level in self._levels[offer]:
            units = min(quantity, self._free[offer, level.location])
            if units:
                self._free[offer, level.location] -= units
                self._takes.append(Take(order, line, level.location, offer, units))
                quantity -= units
        if quantity:
            raise AssertionError("more was taken than is free")

    async def write(self, tx: Tx) -> None:
        """Write the promises, summed per level so that lines for one SKU all count.

        Levels not locked before are locked now, in key order, so this comes after everything else
        that the batch writes. Raises Outdated when too little is left of them.
        """
        groups: dict[int, list[Take]] = {}
        for take in self._takes:
            groups.setdefault(bucket_of(take.offer, tx.database.buckets), []).append(take)
        for bucket in sorted(groups):
            sums: dict[tuple[int, int], int] = {}
            for take in groups[bucket]:
                name = (take.offer, take.location)
                sums[name] = sums.get(name, 0) + take.quantity
            row = await tx.fetch_one(
                sql.reserve,
                bucket=bucket,
                offers=sorted({offer for offer, _ in sums}),
                sums=as_json([{"offer": o, "location": p, "n": n} for (o, p), n in sums.items()]),
                takes=as_json([take._asdict() for take in groups[bucket]]),
            )
            if row is None or row["changed"] != len(sums):
                if self._locked:
                    raise AssertionError("a locked level changed")
                raise Outdated("units were taken meanwhile")


async def read_shelf(tx: Tx, wanted: Mapping[int, int]) -> Shelf:
    """Read the levels of these offers, for a batch that decides beside others and locks them only
    while it writes: where `scarce` says that there may be too few, it should lock them instead.
    """
    return Shelf(await _levels(tx, sql.read_levels, wanted), locked=False)


async def lock_shelf(tx: Tx, wanted: Mapping[int, int]) -> Shelf:
    """Lock the levels of these offers in key order and read them."""
    return Shelf(await _levels(tx, sql.lock_levels, wanted), locked=True)


async def open_shelf(tx: Tx, wanted: Mapping[int, int]) -> Shelf:
    """Read the levels of these offers, for a batch that wants so many units of each.

    Where that may be too many, all of them are locked at once; where there is plenty, batches
    decide side by side and lock only while they write.
    """
    shelf = await read_shelf(tx, wanted)
    return await lock_shelf(tx, wanted) if shelf.scarce(wanted) else shelf


async def _levels(tx: Tx, statement: Statement, offers: Mapping[int, int]) -> list[Level]:
    """The levels of offers, buckets ascending, in order of priority."""
    groups: dict[int, list[int]] = {}
    for offer in sorted(offers):
        groups.setdefault(bucket_of(offer, tx.database.buckets), []).append(offer)
    rows: list[Row] = []
    for bucket in sorted(groups):
        rows += await tx.fetch(statement, bucket=bucket, offers=groups[bucket])
    rows.sort(key=lambda row: row["priority"])
    return [Level(r["offer"], r["location"], r["on_hand"], r["reserved"]) for r in rows]
