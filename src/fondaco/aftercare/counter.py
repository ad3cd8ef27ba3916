"""The counter where goods come back: locked orders with their returns, and what a batch does."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec

from fondaco import orders, stock
from fondaco.aftercare.model import OnReturn, ReturnMoved, ReturnRefusal
from fondaco.aftercare.queries import Return, ReturnLine, return_of, sql
from fondaco.kernel import Batch, Event, Refused, Step, Tx, as_json
from fondaco.kernel.ids import root_of

R = TypeVar("R", bound=OnReturn)


class Acting(Protocol):
    """A command that names whose its object must be."""

    @property
    def seller(self) -> int | None:
        """Set where a seller acts."""

    @property
    def buyer(self) -> int | None:
        """Set where a buyer acts."""


class Counter:
    """Returns of the locked orders in a batch. `write` makes the decisions so."""

    def __init__(self, tx: Tx, desk: orders.Desk, returns: Iterable[Return]) -> None:
        self._tx, self.desk = tx, desk
        self.by_id = {one.id: one for one in returns}
        self._changed: dict[int, Return] = {}
        self._restocked: list[stock.Returned] = []

    def order(self, rma: Return) -> orders.Order:
        """The order that a return is of."""
        return self.desk.by_id[rma.order]

    def find(self, one: OnReturn) -> Return | Refused:
        """The return, unless it isn't there or is somebody else's: both look the same outside."""
        rma = self.by_id.get(one.rma)
        if (
            rma is None
            or one.seller not in (None, rma.seller)
            or one.buyer not in (None, rma.buyer)
        ):
            return Refused(ReturnRefusal.UNKNOWN_RETURN, "There is no such return.")
        return rma

    def _coming_back(self, order: int, line: int) -> int:
        """Units of a line that open returns are about."""
        return sum(
            one.units
            for rma in self.by_id.values()
            if rma.order == order and rma.open
            for one in rma.lines
            if one.line == line
        )

    def to_come_back(self, order: orders.Order, line: orders.Line) -> int:
        """Units of a line that its buyer has, and that no open return is about.

        Of an order that left in parts, units may never have left; another left whole.
        """
        out = line.units_left
        if order.in_parts:
            out = min(out, line.shipped_units - self._came_back(order.id, line.no))
        return out - self._coming_back(order.id, line.no)

    def _came_back(self, order: int, line: int) -> int:
        return sum(
            one.accepted
            for rma in self.by_id.values()
            if rma.order == order
            for one in rma.lines
            if one.line == line
        )

    def open_returns(self, order: int) -> int:
        """How many returns of an order are open; what else holds it is a dispute."""
        return sum(rma.open for rma in self.by_id.values() if rma.order == order)

    def add(self, rma: Return, at: datetime) -> None:
        """A new return; from now on it holds its order."""
        self.by_id[rma.id] = self._changed[rma.id] = rma
        orders.hold(self.desk, self.order(rma))
        self._tell(rma, at)

    def move(
        self, rma: Return, state: str, actor: str, cause: int, at: datetime, days: int | None = None
    ) -> None:
        """Move a return to its next state; in so many `days` silence will be an answer.

        Without them it is over, and its order goes on.
        """
        self.desk.steps.append(Step(rma.id, "return", rma.state, state, actor, cause, at))
        rma.state = state
        rma.due_at = None if days is None else at + timedelta(days=days)
        self._changed[rma.id] = rma
        if days is None:
            rma.closed_at = at
            orders.let_go(self.desk, self.order(rma), at)
        self._tell(rma, at)

    def postpone(self, rma: Return, at: datetime) -> None:
        """Wait another day."""
        rma.due_at = at + timedelta(days=1)
        self._changed[rma.id] = rma

    def restock(self, rma: Return, line: ReturnLine, cause: int, at: datetime) -> None:
        """Put what was accepted of a line back on the shelf."""
        offer = next(one.offer for one in self.order(rma).lines if one.no == line.line)
        line.restocked = line.accepted
        self._restocked.append(stock.Returned(offer, line.accepted, cause, at))

    def _tell(self, rma: Return, at: datetime) -> None:
        payload = {"return": rma.id, "order": rma.order, "seller": rma.seller, "buyer": rma.buyer}
        self.desk.events.append(Event(f"return.{rma.state}", root_of(rma.order), payload, at))

    async def write(self) -> None:
        """Write stock before money, as everywhere, and what became of the returns."""
        tx = self._tx
        await stock.put_back(tx, self._restocked)
        await self.desk.write()
        if self._changed:
            rows = [self._changed[key] for key in sorted(self._changed)]
            lines = [
                {"order": rma.order, "return": rma.id, **msgspec.structs.asdict(one)}
                for rma in rows
                for one in rma.lines
            ]
            await tx.fetch(
                sql.write_returns, bucket=tx.bucket, rows=as_json(rows), lines=as_json(lines)
            )


async def open_counter(
    tx: Tx, of: Iterable[int] = (), *, returns: Iterable[int] = (), money: bool = False
) -> Counter:
    """Lock orders, named by themselves or by their returns, and read all their returns."""
    wanted = set(of)
    if ids := sorted(set(returns)):
        rows = await tx.fetch(sql.orders_of_returns, bucket=tx.bucket, ids=ids)
        wanted |= {row["order"] for row in rows}
    desk = await orders.lock_desk(tx, wanted, money=money)
    purchases = sorted(desk.by_purchase)
    found = await tx.fetch(sql.returns, bucket=tx.bucket, purchases=purchases)
    return Counter(tx, desk, [return_of(row) for row in found])


async def decide_each(
    counter: Counter,
    batch: Batch[R],
    decide: Callable[[R, Return, int, datetime], Refused | None],
) -> list[ReturnMoved | Refused]:
    """Decide each command on its return in turn, then write it all."""
    outcomes: list[ReturnMoved | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        rma = counter.by_id.get(one.rma)
        if (
            rma is None
            or one.seller not in (None, rma.seller)
            or one.buyer not in (None, rma.buyer)
        ):
            unknown = Refused(ReturnRefusal.UNKNOWN_RETURN, "There is no such return.")
            outcomes.append(unknown)
            continue
        refusal = decide(one, rma, cause, at)
        moved = ReturnMoved(rma.state, rma.refunded, rma.currency, rma.due_at)
        outcomes.append(moved if refusal is None else refusal)
    await counter.write()
    return outcomes


def by(one: Acting) -> str:
    """Who acts: the seller or buyer named, else the operator."""
    if one.seller is not None:
        return "seller"
    return "buyer" if one.buyer is not None else "operator"


def wrong_state(rma: Return, wish: str) -> Refused:
    """A return in this state cannot be ... ."""
    detail = f"A return that is {rma.state} cannot be {wish}."
    return Refused(ReturnRefusal.WRONG_STATE, detail)


def forbidden(who: str, wish: str) -> Refused:
    """Only somebody else may do that."""
    return Refused(ReturnRefusal.FORBIDDEN, f"Only the {who} or the operator may {wish}.")
