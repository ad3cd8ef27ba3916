"""Taking things off an order: units, an amount, or all of it; what that makes of its sums.

Changes the order and its lines in memory and returns what goes back, taken apart by whose it was.
"""

from fondaco import payments, pricing
from fondaco.kernel.money import share
from fondaco.orders.rows import Back, Line, Order


def price_of(order: Order, line: Line, units: int) -> pricing.Part:
    """What the next units of a line sold for, as far as it has not gone back."""
    added, goods = order.tax_added, line.goods.less(line.refunded_goods)
    if line.kept:
        goods = goods.worth(goods.cash(added=added) - line.kept, added=added)
    return goods.first(units, line.units_left)


def take_units(
    order: Order, line: Line, units: int, keep: bool = False, deduction: int = 0
) -> Back:
    """Units of a line: their price and, of those that have not left yet, their shipping.

    A `deduction` of what the buyer would get stays with the seller.
    """
    goods = price_of(order, line, units)
    if deduction:
        added = order.tax_added
        goods = goods.worth(goods.cash(added=added) - deduction, added=added)
        line.kept += deduction
    shipping = pricing.NOTHING
    if order.state in ("created", "paid"):
        here = min(units, line.to_ship)
        shipping = line.shipping.less(line.refunded_shipping).first(here, line.units_left)
    line.refunded_units += units
    return _take(order, line, goods, shipping, keep)


def take_all(order: Order, keep: bool = False) -> Back:
    """Everything that is left."""
    back = Back()
    for line in order.lines:
        line.refunded_units = line.quantity
        goods = line.goods.less(line.refunded_goods)
        shipping = line.shipping.less(line.refunded_shipping)
        back = back.plus(_take(order, line, goods, shipping, keep))
    return back


def take_amount(order: Order, amount: int, keep: bool = False) -> Back:
    """What the buyer paid `amount` for, dealt over what is left of the lines and their shipping."""
    added = order.tax_added
    left = [
        part
        for line in order.lines
        for part in (
            line.goods.less(line.refunded_goods),
            line.shipping.less(line.refunded_shipping),
        )
    ]
    cash = share(amount, [part.cash(added=added) for part in left])
    parts = iter(
        part.worth(paid, added=added) if paid else pricing.NOTHING
        for part, paid in zip(left, cash, strict=True)
    )
    back = Back()
    for line in order.lines:
        back = back.plus(_take(order, line, next(parts), next(parts), keep))
    return back


def _take(
    order: Order, line: Line, goods: pricing.Part, shipping: pricing.Part, keep: bool
) -> Back:
    """Note what goes back of a line. `keep`: the operator keeps what he has earned on it."""
    before = line.refunded_goods.net
    line.refunded_goods = line.refunded_goods.plus(goods)
    line.refunded_shipping = line.refunded_shipping.plus(shipping)
    left = line.goods.less(line.refunded_goods).cash(added=order.tax_added)
    line.kept = min(line.kept, left)
    back = Back(
        goods.held(added=order.tax_added) + shipping.held(added=order.tax_added),
        goods.platform_off + shipping.platform_off,
        goods.tax + shipping.tax if order.withheld else 0,
    )
    if not (keep and order.state == "settled"):
        back = back.plus(_given_up(line, before, back.hold - back.withheld))
    order.refunded += back.hold
    order.refunded_subsidy += back.subsidy
    order.refunded_withheld += back.withheld
    order.refunded_commission += back.commission
    order.refunded_commission_vat += back.commission_vat
    return back


def _given_up(line: Line, before: int, room: int) -> Back:
    """The commission, and its VAT, given up with what went back of a line since `before`.

    Never more than went back (`room`), which rounding alone could ask for.
    """
    net, after = line.goods.net, line.refunded_goods.net
    given = pricing.given_up(line.commission, net, after)
    commission = min(given - pricing.given_up(line.commission, net, before), room)
    vat = pricing.given_up(line.commission_vat, net, after)
    vat = min(vat - pricing.given_up(line.commission_vat, net, before), room - commission)
    line.refunded_commission += commission
    line.refunded_commission_vat += vat
    return Back(commission=commission, commission_vat=vat)


def sources(order: Order, back: Back) -> list[payments.Source]:
    """Where what goes back of an order is: in escrow, or with those it was shared among."""
    if order.state != "settled":
        return [payments.Source(payments.ESCROW(order.id), back.hold)]
    return [
        payments.Source(payments.TAX_PAYABLE(order.id), back.withheld),
        payments.Source(payments.COMMISSION(order.id), back.commission),
        payments.Source(payments.VAT_PAYABLE(order.id), back.commission_vat),
        payments.Source(payments.BRIDGE(order.id), back.seller),
    ]
