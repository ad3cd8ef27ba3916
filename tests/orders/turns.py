"""What the numbers of a random script mean: one function per command, on whatever there is.

`n` picks among the likely targets, or among all when `odd` is 7, so that scripts get far and
still try what must be refused. Small numbers are the usual ways, as they are drawn more often.
None: there is nothing to try it on.
"""

from collections.abc import Callable
from typing import Any

from fondaco import orders, payments
from fondaco.kernel import Handler
from fondaco.orders import Paid
from fondaco.shipping import Scan
from tests.clerk.counter import Basket, Tender
from tests.money.stage import Stage, Turn


def order_of(stage: Stage, n: int, odd: int, *states: str) -> int | None:
    likely = [
        k for k, one in enumerate(stage.clerk.orders) if one.state in states and not one.disputed
    ]
    return stage.pick(n, odd, likely, stage.ids["order"])


COUPONS = {
    1: ("OWN",),
    2: ("JOINT",),
    3: ("POST",),
    4: ("POST", "JOINT", "OWN"),
    6: ("JOINT", "POST"),
}


def place(stage: Stage, offer: int, quantity: int, other: int, split: int) -> Turn:
    wanted = [(offer % 4, 1 + quantity % 4), (other % 4, 1)][: 1 + (other > 3)]
    coupons = COUPONS.get(split, ())
    total = stage.clerk.total(Basket(wanted, coupons))
    amounts = {7: [total - 1], 5: [total // 3, total - total // 3]}.get(split, [total])
    basket = Basket(wanted, coupons, tenders=[Tender(amount) for amount in amounts])
    wish = stage.world.basket(
        *((stage.ids["offer"][n], units) for n, units in wanted),
        coupons=coupons,
        tenders=tuple(orders.Tender("sandbox", "t", amount) for amount in amounts),
    )
    now = stage.world.clock()
    return Turn(wish, lambda: stage.clerk.place(basket, now))


def record_payment(stage: Stage, n: int, odd: int, result: int, off: int) -> Turn | None:
    hopeful = [k for k, one in enumerate(stage.clerk.payments) if one.state == "created"]
    if (k := stage.pick(n, odd, hopeful, stage.ids["payment"])) is None:
        return None
    what = {7: Paid.FAILED, 6: Paid.VOIDED}.get(result, Paid.CAPTURED)
    amount = max(stage.clerk.payments[k].amount + {7: 1, 6: -1}.get(off, 0), 0)
    fee = min(amount, result)
    wish = orders.RecordPayment(
        payment=stage.ids["payment"][k], result=what, amount=amount, currency="EUR", fee=fee
    )
    now = stage.world.clock()
    return Turn(wish, lambda: stage.clerk.record_payment(k, what, amount, fee, "EUR", now))


def attempt(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    waiting = [one.purchase for one in stage.clerk.orders if one.state == "created"]
    under_way = [one.purchase for one in stage.clerk.payments if one.state == "created"]
    likely = sorted(set(waiting) - set(under_way))
    if (k := stage.pick(n, odd, likely, stage.ids["purchase"])) is None:
        return None
    wish = orders.Attempt(purchase=stage.ids["purchase"][k], provider="sandbox", token="t")
    return Turn(wish, lambda: stage.clerk.attempt(k))


def ship(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    if (k := order_of(stage, n, odd, "paid")) is None:
        return None
    wish = orders.Ship(order=stage.ids["order"][k], carrier="Post")
    return Turn(wish, lambda: stage.clerk.ship(k))


def record_scan(stage: Stage, n: int, kind: int, *_: int) -> Turn | None:
    under_way = [k for k in sorted(stage.parcels) if stage.clerk.orders[k].state == "shipped"]
    if (k := stage.pick(n, 0, under_way or sorted(stage.parcels), ())) is None:
        return None
    what = [Scan.DELIVERED, Scan.IN_TRANSIT, *reversed(Scan)][kind]
    wish = orders.RecordScan(parcel=stage.parcels[k], kind=what)
    now = stage.world.clock()
    return Turn(wish, lambda: stage.clerk.record_scan(k, what, now))


def confirm(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    if (k := order_of(stage, n, odd, "shipped", "delivered")) is None:
        return None
    now = stage.world.clock()
    wish = orders.Confirm(order=stage.ids["order"][k])
    return Turn(wish, lambda: stage.clerk.confirm(k, now))


def extend(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    if (k := order_of(stage, n, odd, "delivered")) is None:
        return None
    return Turn(orders.Extend(order=stage.ids["order"][k]), lambda: stage.clerk.extend(k))


def refund(stage: Stage, n: int, odd: int, line: int, units: int) -> Turn | None:
    states = ("settled",) if units > 4 else ("paid", "shipped", "delivered", "settled")
    if (k := order_of(stage, n, odd, *states)) is None:
        return None
    asked = [((0, 0, 0, 0, 1, 1, 2)[line], 1 + units % 3)] if line < 5 else []
    lines = tuple(orders.RefundLine(no=no + 1, units=count) for no, count in asked)
    amount = 1 + stage.clerk.orders[k].cash * units // 7 if line > 5 or odd == 7 else None
    wish = orders.Refund(order=stage.ids["order"][k], lines=lines, amount=amount)
    now = stage.world.clock()
    return Turn(wish, lambda: stage.clerk.refund(k, asked, amount, False, False, now))


def dispute(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    if (k := order_of(stage, n, odd, "paid", "shipped", "delivered")) is None:
        return None
    wish = orders.Dispute(order=stage.ids["order"][k], reason="No.")
    return Turn(wish, lambda: stage.clerk.dispute(k))


def rule(stage: Stage, n: int, odd: int, eighths: int, off: int) -> Turn | None:
    disputed = [k for k, one in enumerate(stage.clerk.orders) if one.disputed]
    if (k := stage.pick(n, odd, disputed, stage.ids["order"])) is None:
        return None
    amount = stage.clerk.orders[k].cash * (eighths + 1) // 8 + (off == 7)
    now = stage.world.clock()
    wish = orders.Rule(order=stage.ids["order"][k], refund=amount)
    return Turn(wish, lambda: stage.clerk.rule(k, amount, now))


def do_due(stage: Stage, n: int, odd: int, *_: int) -> Turn | None:
    now = stage.world.clock()
    ripe = [k for k, one in enumerate(stage.clerk.orders) if one.due and one.due <= now]
    if (k := stage.pick(n, odd, ripe, stage.ids["order"])) is None:
        return None
    state = stage.clerk.orders[k].state
    wish = orders.DoDue(order=stage.ids["order"][k], state=state)
    return Turn(wish, lambda: stage.clerk.do_due(k, state, now))


def record_refund(stage: Stage, n: int, odd: int, failed: int, *_: int) -> Turn | None:
    wanted = [k for k, one in enumerate(stage.clerk.refunds) if one.state == "requested"]
    if (k := stage.pick(n, odd, wanted, stage.ids["refund"])) is None:
        return None
    succeeded, amount = failed < 6, stage.clerk.refunds[k].amount
    wish = payments.RefundFact(
        refund=stage.ids["refund"][k], succeeded=succeeded, amount=amount, currency="EUR"
    )
    return Turn(wish, lambda: stage.clerk.record_refund(k, succeeded))


def pay_out(stage: Stage, n: int, part: int, odd: int, *_: int) -> Turn | None:
    owed = [k for k in (0, 1) if stage.clerk.payable(k)]
    if (k := stage.pick(n, odd, owed, stage.ids["seller"])) is None:
        return None
    amount = {7: 10_00, 6: 1}.get(part)
    wish = payments.PayOut(seller=stage.ids["seller"][k], currency="EUR", amount=amount)
    return Turn(wish, lambda: stage.clerk.pay_out(k, amount, "system"))


def record_payout(stage: Stage, n: int, odd: int, failed: int, *_: int) -> Turn | None:
    open_ = [k for k, one in enumerate(stage.clerk.payouts) if one.state == "created"]
    if (k := stage.pick(n, odd, open_, stage.ids["payout"])) is None:
        return None
    paid, amount = failed < 6, stage.clerk.payouts[k].amount
    wish = payments.PayoutFact(
        payout=stage.ids["payout"][k], paid=paid, amount=amount, currency="EUR"
    )
    return Turn(wish, lambda: stage.clerk.record_payout(k, paid))


Meaning = Callable[..., Turn | None]
TURNS: list[tuple[Handler[Any, Any], Meaning, int]] = [
    (orders.place, place, 2),
    (orders.record_payment, record_payment, 6),
    (orders.attempt, attempt, 1),
    (orders.ship, ship, 8),
    (orders.record_scan, record_scan, 4),
    (orders.confirm, confirm, 3),
    (orders.extend, extend, 2),
    (orders.refund, refund, 2),
    (orders.dispute, dispute, 1),
    (orders.rule, rule, 2),
    (orders.do_due, do_due, 5),
    (payments.record_refund, record_refund, 2),
    (payments.pay_out, pay_out, 4),
    (payments.record_payout, record_payout, 4),
]
"""Every command with its meaning and how many chances in a draw it has when it has a target."""


def draw(stage: Stage, number: int) -> tuple[Handler[Any, Any], Meaning]:
    """The command that a number stands for among those that have a likely target now."""
    possible: list[tuple[Handler[Any, Any], Meaning]] = []
    for handler, meaning, chances in TURNS:
        stage.aimed.clear()
        if meaning(stage, 0, 0, 0, 0) is not None:
            possible += [(handler, meaning)] * chances
    stage.aimed.clear()
    return possible[number % len(possible)]
