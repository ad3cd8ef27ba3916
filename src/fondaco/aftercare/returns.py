"""Returns from the request until the goods are back."""

from datetime import datetime, timedelta

from fondaco import orders
from fondaco.aftercare.counter import (
    Counter,
    by,
    decide_each,
    forbidden,
    open_counter,
    wrong_state,
)
from fondaco.aftercare.model import (
    MOST_CASES,
    DecideReturn,
    Policy,
    ReceiveReturn,
    RequestReturn,
    ReturnMoved,
    ReturnRefusal,
    ReturnRequested,
    ShipReturn,
    WithdrawReturn,
)
from fondaco.aftercare.policies import policies
from fondaco.aftercare.queries import Return, ReturnLine, sql
from fondaco.kernel import Batch, Refused, Tx, command

_ARRIVED = ("delivered", "confirmed", "settled")


@command(ReturnRequested)
async def request_return(tx: Tx, batch: Batch[RequestReturn]) -> list[ReturnRequested | Refused]:
    """Ask for returns of delivered orders, which are held from then on until those are decided.

    Each unit can be in one open return, and not once money for it went back. The market's terms
    of now stand for the whole return. ReturnRefusal says why not.
    """
    counter = await open_counter(tx, [one.order for one in batch])
    found = counter.desk.by_id
    terms = await policies(tx, [order.market for order in found.values()])
    rows = await tx.fetch(sql.arrived_at, bucket=tx.bucket, orders=sorted(found))
    arrived = {row["entity"]: row["at"] for row in rows}
    outcomes: list[ReturnRequested | Refused] = []
    for one, at in zip(batch, batch.at, strict=True):
        order = orders.find(counter.desk, one)
        if isinstance(order, Refused):
            outcomes.append(order)
            continue
        policy = terms[order.market]
        refusal = (
            _refusal(one, order)
            or (_disputed() if order.open_cases > counter.open_returns(order.id) else None)
            or _too_late(arrived[order.id] + policy.window, at)
            or _wrong_lines(one, order, counter)
            or _too_many(order, counter)
        )
        outcomes.append(refusal or _request(tx, counter, one, order, policy, at))
    await counter.write()
    return outcomes


def _refusal(one: RequestReturn, order: orders.Order) -> Refused | None:
    if one.seller is not None:
        return forbidden("buyer", "ask for a return")
    if order.state not in _ARRIVED:
        detail = f"Only what has arrived can be returned; the order is {order.state}."
        return Refused(ReturnRefusal.WRONG_STATE, detail)
    if order.disputed:
        return _disputed()
    return orders.charged_back() if order.charged_back else None


def _disputed() -> Refused:
    return Refused(ReturnRefusal.DISPUTED, "The order is disputed; wait for the ruling.")


def _too_late(until: datetime, at: datetime) -> Refused | None:
    if at <= until:
        return None
    detail = f"The time to return the order ended at {until.isoformat()}."
    return Refused(ReturnRefusal.WINDOW_OVER, detail)


def _wrong_lines(one: RequestReturn, order: orders.Order, counter: Counter) -> Refused | None:
    lines = {line.no: line for line in order.lines}
    seen: set[int] = set()
    for k, asked in enumerate(one.lines):
        where = f"/lines/{k}"
        if asked.no not in lines:
            detail = f"The order has no line {asked.no}."
            return Refused(ReturnRefusal.UNKNOWN_LINE, detail, where)
        if asked.no in seen:
            detail = f"Line {asked.no} is named twice."
            return Refused(ReturnRefusal.NAMED_TWICE, detail, where)
        seen.add(asked.no)
        left = counter.to_come_back(order, lines[asked.no])
        if asked.units > left:
            detail = f"Line {asked.no} has {left} units left to return."
            return Refused(ReturnRefusal.TOO_MANY_UNITS, detail, f"{where}/units")
    return None


def _too_many(order: orders.Order, counter: Counter) -> Refused | None:
    if sum(rma.order == order.id for rma in counter.by_id.values()) < MOST_CASES:
        return None
    detail = f"Returns of an order are asked for {MOST_CASES} times at most."
    return Refused(ReturnRefusal.TOO_MANY_RETURNS, detail)


def _request(
    tx: Tx, counter: Counter, one: RequestReturn, order: orders.Order, policy: Policy, at: datetime
) -> ReturnRequested:
    due_at = at + timedelta(days=policy.decide_days)
    lines = [ReturnLine(asked.no, asked.units) for asked in one.lines]
    rma = Return(
        tx.mint(), order.id, order.seller, order.buyer, order.currency, one.reason.value, one.note,
        "requested", policy.send_days, policy.transit_days, policy.inspect_days,
        policy.shipping_back, due_at, at, lines,
    )  # fmt: skip
    counter.add(rma, at)
    return ReturnRequested(rma.id, due_at)


@command(ReturnMoved)
async def decide_return(tx: Tx, batch: Batch[DecideReturn]) -> list[ReturnMoved | Refused]:
    """Approve returns, or decline them for a reason. ReturnRefusal says why not."""
    counter = await open_counter(tx, returns=[one.rma for one in batch])

    def decide(one: DecideReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        if one.buyer is not None:
            return forbidden("seller", "decide a return")
        if rma.state != "requested":
            return wrong_state(rma, "decided")
        if not one.approve and not one.reason.strip():
            detail = "Say why the return is declined."
            return Refused(ReturnRefusal.NO_REASON, detail, "/reason")
        rma.decision = one.reason
        if one.approve:
            counter.move(rma, "approved", by(one), cause, at, rma.send_days)
        else:
            counter.move(rma, "declined", by(one), cause, at)
        return None

    return await decide_each(counter, batch, decide)


@command(ReturnMoved)
async def withdraw_return(tx: Tx, batch: Batch[WithdrawReturn]) -> list[ReturnMoved | Refused]:
    """Give up returns of which nothing was sent yet. ReturnRefusal says why not."""
    counter = await open_counter(tx, returns=[one.rma for one in batch])

    def decide(one: WithdrawReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        if one.seller is not None:
            return forbidden("buyer", "withdraw a return")
        if rma.state not in ("requested", "approved"):
            return wrong_state(rma, "withdrawn")
        counter.move(rma, "closed", by(one), cause, at)
        return None

    return await decide_each(counter, batch, decide)


@command(ReturnMoved)
async def ship_return(tx: Tx, batch: Batch[ShipReturn]) -> list[ReturnMoved | Refused]:
    """Say with whom approved returns are on their way. ReturnRefusal says why not."""
    counter = await open_counter(tx, returns=[one.rma for one in batch])

    def decide(one: ShipReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        if one.seller is not None:
            return forbidden("buyer", "send a return")
        if rma.state != "approved":
            return wrong_state(rma, "shipped")
        rma.carrier, rma.tracking = one.carrier, one.tracking
        counter.move(rma, "shipped", by(one), cause, at, rma.transit_days)
        return None

    return await decide_each(counter, batch, decide)


@command(ReturnMoved)
async def receive_return(tx: Tx, batch: Batch[ReceiveReturn]) -> list[ReturnMoved | Refused]:
    """Say that returns have come back; they wait for inspection. ReturnRefusal says why not."""
    counter = await open_counter(tx, returns=[one.rma for one in batch])

    def decide(one: ReceiveReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        if one.buyer is not None:
            return forbidden("seller", "receive a return")
        if rma.state not in ("approved", "shipped"):
            return wrong_state(rma, "received")
        counter.move(rma, "received", by(one), cause, at, rma.inspect_days)
        return None

    return await decide_each(counter, batch, decide)
