"""What goes back before settlement: cancellations and refunds, disputes and their rulings."""

from datetime import datetime

from fondaco import markets, parties, payments, shipping
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.kernel.money import show
from fondaco.orders.actions import (
    Dispute,
    Disputed,
    DoDue,
    DueDone,
    OrderRefusal,
    Refund,
    Refunded,
    Rule,
)
from fondaco.orders.desk import Desk, lock_desk
from fondaco.orders.disputes import Disputes
from fondaco.orders.fulfil import (
    actor,
    case_open,
    charged_back,
    decide_each,
    frozen,
    wrong_state,
)
from fondaco.orders.parts import arrivals, give_up_rest, wrong_lines
from fondaco.orders.rows import Back, Order

OPEN = ("paid", "shipped", "delivered")


@command(Refunded)
async def refund(tx: Tx, batch: Batch[Refund]) -> list[Refunded | Refused]:
    """Give money of orders back, before or after settlement. OrderRefusal says why not.

    Units not shipped yet may be sold again. An open order of which nothing is left is cancelled.
    Of a settled one commission is given back, unless the operator or the market's fee policy at
    the time of the sale keeps it.
    """
    desk = await lock_desk(tx, [one.order for one in batch], money=True)
    fees = await markets.fees(tx)
    yard = await arrivals(tx, desk)
    asked = {one.order for one in batch if one.as_credit}
    buyers = [desk.by_id[order].buyer for order in asked & desk.by_id.keys()]
    owners = await parties.known_people(tx, buyers) if buyers else set()

    def decide(one: Refund, order: Order, cause: int, at: datetime) -> Refunded | Refused:
        refusal = _refund_refusal(one, order) or _amount_refusal(one, order)
        if refusal is None and one.as_credit and order.buyer not in owners:
            detail = "The buyer was erased and opens no wallet: refund it without `as_credit`."
            refusal = Refused(OrderRefusal.BUYER_ERASED, detail, "/as_credit")
        if refusal is not None:
            return refusal
        policy = fees.policy(order.market, order.placed_at)
        back = _take_off(desk, one, order, one.keep_commission or policy.keep_on_refund)
        went = desk.refund(order, back, one.reason, cause, at, as_credit=one.as_credit)
        if _nothing_left(order):
            cancel(desk, order, actor(one), cause, at)
        give_up_rest(desk, yard, order, actor(one), cause, at)
        return Refunded(went, order.currency, order.state)

    return await decide_each(desk, batch, decide)


def _refund_refusal(one: Refund, order: Order) -> Refused | None:
    if one.buyer is not None:
        detail = "Only the seller or the operator may refund an order."
        return Refused(OrderRefusal.FORBIDDEN, detail)
    if one.seller is not None and one.keep_commission:
        detail = "Only the operator may keep commission."
        return Refused(OrderRefusal.FORBIDDEN, detail, "/keep_commission")
    if order.state not in (*OPEN, "settled"):
        return wrong_state(order, "refunded")
    if (refusal := frozen(order)) is not None:
        return refusal
    if one.lines and one.amount is not None:
        detail = "Name lines or an amount, not both."
        return Refused(OrderRefusal.LINES_OR_AMOUNT, detail, "/amount")
    return wrong_lines(order, one.lines, lambda line: line.units_left, "refund")


def _amount_refusal(one: Refund, order: Order) -> Refused | None:
    left = show(order.cash, order.currency)
    if one.amount is not None and one.amount > order.cash:
        return Refused(OrderRefusal.TOO_MUCH, f"{left} of the order is left.", "/amount")
    if order.state == "settled" and not order.held:
        return Refused(OrderRefusal.TOO_MUCH, "All of the order has gone back already.")
    return None


def _take_off(desk: Desk, one: Refund, order: Order, keep: bool) -> Back:
    """Take units or an amount off an order; with the last unit goes all that is still held."""
    if not one.lines and one.amount in (None, order.cash):
        return desk.give_back_all(order, keep)
    if one.amount is not None:
        return desk.give_back_amount(order, one.amount, keep)
    by_no = {line.no: line for line in order.lines}
    back = Back()
    for asked in one.lines:
        line = by_no[asked.no]
        back = back.plus(desk.give_back_units(order, line, asked.units, keep))
    if _nothing_left(order):
        back = back.plus(desk.give_back_all(order))
    return back


def _nothing_left(order: Order) -> bool:
    """Whether all units of an open order went back, and the seller keeps nothing of any."""
    return order.state in OPEN and all(
        line.units_left == 0 and not line.kept for line in order.lines
    )


def cancel(desk: Desk, order: Order, by: str, cause: int, at: datetime) -> None:
    """Close an order of which nothing is left.

    Once a whole lenient purchase is cancelled, what was captured above its total goes back too.
    """
    desk.move(order, "cancelled", by, cause, at)
    siblings = desk.by_purchase[order.purchase]
    till = desk.till
    if order.lenient and till is not None:
        over = till.cash(order.purchase)
        if over and all(other.state == "cancelled" for other in siblings):
            held = payments.Source(payments.PAYMENT_DIFFERENCE(order.purchase), over)
            till.refund(
                order.purchase, [held], order.id, over, order.currency, "cancelled", cause, at
            )


@command(Disputed)
async def dispute(tx: Tx, batch: Batch[Dispute]) -> list[Disputed | Refused]:
    """Freeze orders until the operator rules. OrderRefusal says why not."""
    desk = await lock_desk(tx, [one.order for one in batch], lines=False)
    disputes = Disputes(desk)

    def decide(one: Dispute, order: Order, cause: int, at: datetime) -> Disputed | Refused:
        if order.state not in OPEN:
            return wrong_state(order, "disputed")
        if order.disputed:
            return Refused(OrderRefusal.DISPUTED, "The order is disputed already.")
        if order.open_cases:
            return case_open()
        disputes.open(order, one.reason, at)
        return Disputed()

    outcomes = await decide_each(desk, batch, decide)
    await disputes.write(tx)
    return outcomes


@command(Refunded)
async def rule(tx: Tx, batch: Batch[Rule]) -> list[Refunded | Refused]:
    """Rule on disputes: part goes back to the buyer, the rest is the seller's at once."""
    desk = await lock_desk(tx, [one.order for one in batch], money=True)
    disputes = Disputes(desk)

    def decide(one: Rule, order: Order, cause: int, at: datetime) -> Refunded | Refused:
        if not order.disputed:
            return Refused(OrderRefusal.NOT_DISPUTED, "The order is not disputed.")
        if order.charged_back:
            return charged_back()
        if one.refund > order.cash:
            detail = f"{show(order.cash, order.currency)} of the order is left."
            return Refused(OrderRefusal.TOO_MUCH, detail, "/refund")
        whole = 0 < one.refund == order.cash
        back = desk.give_back_all(order) if whole else desk.give_back_amount(order, one.refund)
        went = desk.refund(order, back, "ruling", cause, at)
        disputes.close(order, went, one.ruling, at)
        if whole:
            cancel(desk, order, "operator", cause, at)
        else:
            desk.confirm(order, "operator", cause, at)
        return Refunded(went, order.currency, order.state)

    outcomes = await decide_each(desk, batch, decide)
    await disputes.write(tx)
    return outcomes


@command(DueDone)
async def do_due(tx: Tx, batch: Batch[DoDue]) -> list[DueDone | Refused]:
    """Do what orders' deadlines say, if they still say it. OrderRefusal says why not."""
    desk = await lock_desk(tx, [one.order for one in batch], money=True)
    yard = await arrivals(tx, desk)

    def decide(one: DoDue, order: Order, cause: int, at: datetime) -> DueDone | Refused:
        if order.state != one.state or order.due_at is None or order.due_at > at:
            return Refused(OrderRefusal.NOT_DUE, "Nothing is due for this order.")
        if order.state == "created":
            _expire(desk, order, cause, at)
        elif order.state == "paid":
            _not_shipped(desk, yard, order, cause, at)
        elif order.state == "delivered":
            desk.confirm(order, "system", cause, at)
        else:
            desk.settle(order, cause, at)
        return DueDone(order.state)

    return await decide_each(desk, batch, decide)


def _not_shipped(desk: Desk, yard: shipping.Yard, order: Order, cause: int, at: datetime) -> None:
    """What has not left in time goes back; an order of which nothing is left is cancelled."""
    if all(line.to_ship == line.units_left for line in order.lines):
        desk.refund(order, desk.give_back_all(order), "not shipped in time", cause, at)
        cancel(desk, order, "system", cause, at)
        return
    back = Back()
    for line in order.lines:
        back = back.plus(desk.give_back_units(order, line, line.to_ship))
    desk.refund(order, back, "not shipped in time", cause, at)
    give_up_rest(desk, yard, order, "system", cause, at)


def _expire(desk: Desk, order: Order, cause: int, at: datetime) -> None:
    """Expire an order; with the last of its purchase, what was captured goes back."""
    desk.expire(order, cause, at)
    till = desk.till
    if till is not None and all(o.state != "created" for o in desk.by_purchase[order.purchase]):
        cash = till.cash(order.purchase)
        held = payments.Source(payments.UNAPPLIED(order.purchase), cash)
        why = "not paid in time"
        till.refund(order.purchase, [held], None, cash, order.currency, why, cause, at)
