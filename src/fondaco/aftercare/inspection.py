"""What is accepted of a return, what goes back for it, and what silence does."""

from collections.abc import Sequence
from datetime import datetime

from fondaco import markets, orders
from fondaco.aftercare.counter import (
    Counter,
    by,
    decide_each,
    forbidden,
    open_counter,
    wrong_state,
)
from fondaco.aftercare.model import (
    DoDueReturn,
    Inspected,
    InspectReturn,
    ReturnMoved,
    ReturnRefusal,
)
from fondaco.aftercare.queries import Return
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.kernel.money import show

_IN_HAND = ("approved", "shipped", "received")


@command(ReturnMoved)
async def inspect_return(tx: Tx, batch: Batch[InspectReturn]) -> list[ReturnMoved | Refused]:
    """Accept or refuse what came back; the money goes back in the same transaction.

    A return that was not said to have been received is received with it. ReturnRefusal says why
    not.
    """
    counter = await open_counter(tx, returns=[one.rma for one in batch], money=True)
    fees = await markets.fees(tx)

    def decide(one: InspectReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        order = counter.order(rma)
        verdicts = one.lines or _in_full(rma)
        refusal = _refusal(one, rma, order) or _wrong_lines(rma, order, verdicts)
        if refusal is not None:
            return refusal
        if rma.state != "received":
            counter.move(rma, "received", by(one), cause, at, rma.inspect_days)
        _accept(counter, fees, rma, verdicts, by(one), cause, at)
        return None

    return await decide_each(counter, batch, decide)


def _in_full(rma: Return) -> tuple[Inspected, ...]:
    return tuple(Inspected(line.line, line.units) for line in rma.lines)


def _refusal(one: InspectReturn, rma: Return, order: orders.Order) -> Refused | None:
    if one.buyer is not None:
        return forbidden("seller", "inspect a return")
    if rma.state not in _IN_HAND:
        return wrong_state(rma, "inspected")
    return orders.charged_back() if order.charged_back else None


def _wrong_lines(rma: Return, order: orders.Order, verdicts: Sequence[Inspected]) -> Refused | None:
    """Why an inspection cannot stand; it must speak of each line of its return once."""
    lines, seen = {line.line: line for line in rma.lines}, set()
    for k, one in enumerate(verdicts):
        where = f"/lines/{k}"
        if one.no not in lines:
            detail = f"Line {one.no} is not part of the return."
            return Refused(ReturnRefusal.UNKNOWN_LINE, detail, where)
        if one.no in seen:
            detail = f"Line {one.no} is named twice."
            return Refused(ReturnRefusal.NAMED_TWICE, detail, where)
        seen.add(one.no)
        units = lines[one.no].units
        if one.accepted > units:
            detail = f"{units} units of line {one.no} are to come back."
            return Refused(ReturnRefusal.TOO_MANY_UNITS, detail, f"{where}/accepted")
        if one.deduction > (most := _worth(order, one)):
            detail = f"{show(most, order.currency)} would go back for line {one.no}."
            return Refused(ReturnRefusal.TOO_MUCH, detail, f"{where}/deduction")
        if (one.accepted < units or one.deduction) and not one.note.strip():
            detail = f"Say why not all of line {one.no} goes back."
            return Refused(ReturnRefusal.NO_REASON, detail, f"{where}/note")
    if missing := sorted(lines.keys() - seen):
        detail = f"Say what became of line {missing[0]} too."
        return Refused(ReturnRefusal.INCOMPLETE, detail, "/lines")
    return None


def _line(order: orders.Order, no: int) -> orders.Line:
    return next(line for line in order.lines if line.no == no)


def _worth(order: orders.Order, one: Inspected) -> int:
    """What the buyer would get for the accepted units; a bank may have taken them back before."""
    line = _line(order, one.no)
    if not (units := min(one.accepted, line.units_left)):
        return 0
    return orders.price_of(order, line, units).cash(added=order.tax_added)


def _accept(
    counter: Counter, fees: markets.Fees, rma: Return, verdicts: Sequence[Inspected], actor: str,
    cause: int, at: datetime,
) -> None:  # fmt: skip
    """Give back what is accepted, and close the return with it."""
    desk, order = counter.desk, counter.order(rma)
    keep = fees.policy(order.market, order.placed_at).keep_on_refund
    back = orders.Back()
    lines = {line.line: line for line in rma.lines}
    for one in verdicts:
        line, sold = lines[one.no], _line(order, one.no)
        line.accepted, line.deduction, line.note = one.accepted, one.deduction, one.note
        if units := min(one.accepted, sold.units_left):
            part = desk.give_back_units(order, sold, units, keep, one.deduction)
            line.refunded = part.cash
            back = back.plus(part)
        if one.restock and one.accepted:
            counter.restock(rma, line, cause, at)
    if rma.shipping_back and _all_back(order):
        back = back.plus(desk.give_back_all(order, keep))
    rma.settled_by = cause
    if back.hold:
        rma.refunded = desk.refund(order, back, "return", cause, at)
    counter.move(rma, "inspected", actor, cause, at)
    if not order.held and order.state in ("delivered", "confirmed"):
        orders.cancel(desk, order, actor, cause, at)


def _all_back(order: orders.Order) -> bool:
    """Whether every unit of an order has gone back, and the seller keeps nothing of any."""
    return not any(line.units_left or line.kept for line in order.lines)


@command(ReturnMoved)
async def do_due_return(tx: Tx, batch: Batch[DoDueReturn]) -> list[ReturnMoved | Refused]:
    """Do what returns' deadlines say, if they still say it. ReturnRefusal says why not.

    While the buyer's bank has the money back, nothing is accepted: that waits day by day.
    """
    counter = await open_counter(tx, returns=[one.rma for one in batch], money=True)
    fees = await markets.fees(tx)

    def decide(one: DoDueReturn, rma: Return, cause: int, at: datetime) -> Refused | None:
        if rma.state != one.state or rma.due_at is None or rma.due_at > at:
            return Refused(ReturnRefusal.NOT_DUE, "Nothing is due for this return.")
        if rma.state == "requested":
            counter.move(rma, "approved", "system", cause, at, rma.send_days)
        elif rma.state == "approved":
            counter.move(rma, "closed", "system", cause, at)
        elif rma.state == "shipped":
            counter.move(rma, "received", "system", cause, at, rma.inspect_days)
        elif counter.order(rma).charged_back:
            counter.postpone(rma, at)
        else:
            _accept(counter, fees, rma, _in_full(rma), "system", cause, at)
        return None

    return await decide_each(counter, batch, decide)
