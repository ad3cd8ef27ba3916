"""The yard: locked parcels, and what a batch does with them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from fondaco.kernel import Step, Tx, as_json
from fondaco.shipping.model import NEXT, Parcel, ParcelEvent
from fondaco.shipping.queries import sql


class Yard:
    """Parcels of the orders in a batch. `write` makes the decisions so."""

    def __init__(self, tx: Tx, parcels: Sequence[Parcel]) -> None:
        self._tx = tx
        self.by_id = {parcel.id: parcel for parcel in parcels}
        self._new: dict[int, dict[str, Any]] = {}
        self._changed: dict[int, dict[str, Any]] = {}
        self._contents: list[dict[str, int]] = []
        self._others: dict[int, dict[int, str]] = {}
        self._events: list[dict[str, Any]] = []
        self.steps: list[Step] = []

    async def look(self, tx: Tx, orders: Sequence[int]) -> None:
        """Learn how all parcels of these orders stand, for `all_delivered`."""
        if orders:
            for row in await tx.fetch(sql.parcel_states, bucket=tx.bucket, orders=orders):
                self._others.setdefault(row["order"], {})[row["id"]] = row["state"]

    def all_delivered(self, order: int) -> bool:
        """Whether every parcel of an order that was looked at has arrived, this batch's too."""
        mine = {one.id: one.state for one in self.by_id.values() if one.order == order}
        return set((self._others.get(order, {}) | mine).values()) == {"delivered"}

    def pack(
        self, order: int, carrier: str, tracking: str, at: datetime, contents: Mapping[int, int]
    ) -> Parcel:
        """Plan a parcel for an order. `contents`: units by line; none: all that is left of it."""
        parcel = Parcel(self._tx.mint(), order, carrier, tracking, "planned")
        self.by_id[parcel.id] = parcel
        self._new[parcel.id] = {
            "order": order, "carrier": carrier, "tracking": tracking, "at": at,
            "id": parcel.id, "state": parcel.state, "due_at": None,
        }  # fmt: skip
        self._contents += [
            {"parcel": parcel.id, "line": line, "units": units} for line, units in contents.items()
        ]
        return parcel

    def scan(
        self, parcel: Parcel, event: ParcelEvent, actor: str, cause: int, at: datetime,
        silence: timedelta,
    ) -> bool:  # fmt: skip
        """Keep an event; whether it moved the parcel. A late or repeated one does not.

        A parcel under way that is not heard of within `silence` becomes an exception.
        """
        self._events.append(
            {"parcel": parcel.id, "id": self._tx.mint(), "kind": event.kind,
             "place": event.place, "at": at}
        )  # fmt: skip
        moved = event.kind in NEXT.get(parcel.state, ())
        if moved:
            step = Step(parcel.id, "parcel", parcel.state, event.kind, actor, cause, at)
            self.steps.append(step)
            parcel.state = event.kind
        under_way = parcel.state in ("handed_over", "in_transit")
        if moved or under_way:  # to be heard of again is enough to wait anew
            self._changed[parcel.id] = {
                "id": parcel.id,
                "state": parcel.state,
                "due_at": at + silence if under_way else None,
            }
        return moved

    async def write(self, tx: Tx) -> None:
        """Write new parcels, states and events; steps are the caller's to add to its own."""
        if self._new:
            rows = [row | self._changed.pop(id_, {}) for id_, row in self._new.items()]
            await tx.fetch(sql.insert_parcels, bucket=tx.bucket, rows=as_json(rows))
        if self._contents:
            contents = as_json(self._contents)
            await tx.fetch(sql.insert_contents, bucket=tx.bucket, rows=contents)
        if self._events:
            await tx.fetch(
                sql.note_events,
                bucket=tx.bucket,
                ids=sorted(self._changed),
                changes=as_json(list(self._changed.values())),
                events=as_json(self._events),
            )


async def lock_yard(tx: Tx, parcels: Iterable[int]) -> Yard:
    """Lock parcels in key order."""
    rows = await tx.fetch(sql.lock_parcels, bucket=tx.bucket, ids=sorted(set(parcels)))
    return Yard(tx, [Parcel(*row) for row in rows])
