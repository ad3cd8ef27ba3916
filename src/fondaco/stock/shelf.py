"""The shelf: locked levels on which a batch of purchases decides, first come first served."""

from collections.abc import Sequence

from fondaco.kernel import Row, Tx, as_json
from fondaco.kernel.ids import bucket_of
from fondaco.stock.model import Level, Take
from fondaco.stock.queries import sql


class Shelf:
    """What may still be promised, counted down as the batch decides; `write` makes it so."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels: dict[int, list[Level]] = {}
        self._free: dict[tuple[int, int], int] = {}
        for level in levels:
            self._levels.setdefault(level.offer, []).append(level)
            self._free[level.offer, level.location] = level.free
        self._takes: list[Take] = []

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
        """Write the promises, summed per level so that lines for one SKU all count."""
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
                raise AssertionError("a locked level changed")


async def lock_shelf(tx: Tx, offers: Sequence[int]) -> Shelf:
    """Lock the levels of these offers in key order, buckets ascending, and read them."""
    groups: dict[int, list[int]] = {}
    for offer in sorted(set(offers)):
        groups.setdefault(bucket_of(offer, tx.database.buckets), []).append(offer)
    rows: list[Row] = []
    for bucket in sorted(groups):
        rows += await tx.fetch(sql.lock_levels, bucket=bucket, offers=groups[bucket])
    rows.sort(key=lambda row: row["priority"])
    return Shelf([Level(r["offer"], r["location"], r["on_hand"], r["reserved"]) for r in rows])
