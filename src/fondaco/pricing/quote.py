"""Line totals and commission at sale, and exact parts of them afterwards. Minor units."""

import msgspec

from fondaco.catalog import Offer
from fondaco.kernel.money import half_up
from fondaco.markets import FeeRule


class LineQuote(msgspec.Struct, frozen=True):
    """What one line costs the buyer, and what the operator keeps of it."""

    unit_price: int
    goods: int
    shipping: int
    commission: int


def commission(goods: int, rule: FeeRule) -> int:
    """Commission on a line's price: half up, then floor and cap, never more than the price."""
    amount = max(half_up(goods * rule.numerator, rule.denominator), rule.floor)
    if rule.cap is not None:
        amount = min(amount, rule.cap)
    return min(amount, goods)


def quote_line(
    offer: Offer, quantity: int, rule: FeeRule, agreed: tuple[int, int] | None = None
) -> LineQuote:
    """Quote a line at the offer's price, or at an agreed unit price and shipping."""
    unit_price, shipping = agreed if agreed is not None else (offer.price, offer.shipping)
    goods = quantity * unit_price
    return LineQuote(unit_price, goods, shipping, commission(goods, rule))


class Back(msgspec.Struct, frozen=True):
    """What goes back of one line."""

    goods: int
    shipping: int


def units_back(goods: int, shipping: int, left: int, units: int) -> Back:
    """The part of what is left of a line (its goods, its shipping) that `units` of `left` make.

    Dealt to the unit by largest remainder, earliest first, so the last unit takes what remains.
    """
    return Back(_first(goods, left, units), _first(shipping, left, units))


def _first(amount: int, parts: int, taken: int) -> int:
    return taken * (amount // parts) + min(taken, amount % parts)


def given_up(commission_: int, goods: int, goods_back: int) -> int:
    """Commission given up once `goods_back` of `goods` has gone back, in total.

    Cumulative, so that successive refunds give up exactly the whole when all goes back.
    """
    return half_up(commission_ * goods_back, goods) if goods else 0
