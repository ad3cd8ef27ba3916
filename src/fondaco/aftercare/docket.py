"""The docket: locked orders with their disputes, and what a batch does with them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from fondaco import orders
from fondaco.aftercare.dispute_model import DisputeMoved, DisputeRefusal, File, OnDispute
from fondaco.aftercare.dispute_rows import Dispute, dispute_of
from fondaco.aftercare.queries import sql
from fondaco.kernel import Batch, Event, Refused, Step, Tx, as_json
from fondaco.kernel.ids import root_of

D = TypeVar("D", bound=OnDispute)


class Docket:
    """Disputes of the locked orders in a batch. `write` makes the decisions so."""

    def __init__(self, tx: Tx, desk: orders.Desk, disputes: Iterable[Dispute]) -> None:
        self._tx, self.desk = tx, desk
        self.by_id = {one.id: one for one in disputes}
        self._changed: dict[int, Dispute] = {}
        self._evidence: list[dict[str, Any]] = []

    def order(self, dispute: Dispute) -> orders.Order:
        """The order that a dispute is of."""
        return self.desk.by_id[dispute.order]

    def find(self, one: OnDispute) -> Dispute | Refused:
        """The dispute, unless it isn't there or is somebody else's: both look the same outside."""
        dispute = self.by_id.get(one.dispute)
        if (
            dispute is None
            or one.seller not in (None, dispute.seller)
            or one.buyer not in (None, dispute.buyer)
        ):
            return Refused(DisputeRefusal.UNKNOWN_DISPUTE, "There is no such dispute.")
        return dispute

    def undecided(self, order: int) -> bool:
        """Whether an order has an open dispute."""
        return any(one.open and one.order == order for one in self.by_id.values())

    def opened(self, order: int) -> int:
        """How many disputes there ever were over an order."""
        return sum(one.order == order for one in self.by_id.values())

    def add(self, dispute: Dispute, at: datetime) -> None:
        """A new dispute; from now on it holds its order."""
        self.by_id[dispute.id] = self._changed[dispute.id] = dispute
        orders.hold(self.desk, self.order(dispute))
        self._tell(dispute, at)

    def say(
        self, dispute: Dispute, party: str, text: str, files: tuple[File, ...], at: datetime
    ) -> int:
        """Keep what a party says and shows; its id."""
        id_ = self._tx.mint()
        self._changed[dispute.id] = dispute
        self._evidence.append(
            {"order": dispute.order, "dispute": dispute.id, "id": id_, "party": party,
             "text": text, "files": files, "at": at}
        )  # fmt: skip
        return id_

    def move(
        self, dispute: Dispute, state: str, actor: str, cause: int, at: datetime,
        days: int | None = None,
    ) -> None:  # fmt: skip
        """Move an undecided dispute on; in so many `days` silence will be an answer."""
        step = Step(dispute.id, "dispute", dispute.state, state, actor, cause, at)
        self.desk.steps.append(step)
        dispute.state = state
        dispute.due_at = None if days is None else at + timedelta(days=days)
        self._changed[dispute.id] = dispute
        self._tell(dispute, at)

    def close(self, dispute: Dispute, state: str, actor: str, cause: int, at: datetime) -> None:
        """Decide a dispute; its order goes on."""
        self.move(dispute, state, actor, cause, at)
        dispute.closed_at = at
        orders.let_go(self.desk, self.order(dispute), at)

    def postpone(self, dispute: Dispute, at: datetime) -> None:
        """Wait another day."""
        dispute.due_at = at + timedelta(days=1)
        self._changed[dispute.id] = dispute

    def _tell(self, dispute: Dispute, at: datetime) -> None:
        payload = {
            "dispute": dispute.id, "order": dispute.order, "seller": dispute.seller,
            "buyer": dispute.buyer,
        }  # fmt: skip
        root = root_of(dispute.order)
        self.desk.events.append(Event(f"dispute.{dispute.state}", root, payload, at))

    async def write(self) -> None:
        """Write the orders with their money, and what became of the disputes."""
        await self.desk.write()
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            await self._tx.fetch(
                sql.write_disputes, bucket=self._tx.bucket, rows=as_json(rows),
                evidence=as_json(self._evidence),
            )  # fmt: skip


async def open_docket(
    tx: Tx, of: Iterable[int] = (), *, disputes: Iterable[int] = (), money: bool = False
) -> Docket:
    """Lock orders, named by themselves or by their disputes, and read all their disputes."""
    wanted = set(of)
    if ids := sorted(set(disputes)):
        rows = await tx.fetch(sql.orders_of_disputes, bucket=tx.bucket, ids=ids)
        wanted |= {row["order"] for row in rows}
    desk = await orders.lock_desk(tx, wanted, money=money)
    purchases = sorted(desk.by_purchase)
    found = await tx.fetch(sql.disputes, bucket=tx.bucket, purchases=purchases)
    return Docket(tx, desk, [dispute_of(row) for row in found])


async def decide_each(
    docket: Docket,
    batch: Batch[D],
    decide: Callable[[D, Dispute, int, datetime], Refused | None],
) -> list[DisputeMoved | Refused]:
    """Decide each command on its dispute in turn, then write it all."""
    outcomes: list[DisputeMoved | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        dispute = docket.find(one)
        if isinstance(dispute, Refused):
            outcomes.append(dispute)
            continue
        refusal = decide(one, dispute, cause, at)
        moved = DisputeMoved(dispute.state, dispute.refunded, dispute.currency, dispute.due_at)
        outcomes.append(moved if refusal is None else refusal)
    await docket.write()
    return outcomes


def wrong_state(dispute: Dispute, wish: str) -> Refused:
    """A dispute in this state cannot be ... ."""
    detail = f"A dispute that is {dispute.state} cannot be {wish}."
    return Refused(DisputeRefusal.WRONG_STATE, detail)
