"""Line totals and commission at sale, and exact parts of them afterwards. Minor units."""

import msgspec

from fondaco.catalog import Offer
from fondaco.kernel.money import half_up
from fondaco.markets import FeePolicy, FeeRule
from fondaco.pricing.parts import Part


class LineQuote(msgspec.Struct, frozen=True):
    """What one line costs the buyer, and what the operator keeps of it."""

    unit_price: int
    goods: Part
    shipping: Part
    commission: int
    commission_vat: int = 0
    tax_added: bool = False
    """Tax stands on top of the price; else it is inside."""
    tax_withheld: bool = False
    """The operator remits the tax; else the seller gets it with the price, and does."""

    @property
    def held(self) -> int:
        """What escrow holds for it."""
        return self.goods.held(added=self.tax_added) + self.shipping.held(added=self.tax_added)

    @property
    def cash(self) -> int:
        """What the buyer pays for it."""
        return self.goods.cash(added=self.tax_added) + self.shipping.cash(added=self.tax_added)


def commission(net: int, rule: FeeRule) -> int:
    """Commission on what a line sells for: half up, then floor and cap, never more than that.

    Rounded once per line. `net` is the price less what the seller bears of discounts.
    """
    amount = max(half_up(net * rule.numerator, rule.denominator), rule.floor)
    if rule.cap is not None:
        amount = min(amount, rule.cap)
    return min(amount, net)


def vat_on(amount: int, policy: FeePolicy) -> int:
    """VAT that the operator owes on a commission or charge of this amount, half up."""
    return half_up(amount * policy.vat_numerator, policy.vat_denominator)


def line_fee(net: int, tax_inside: int, rule: FeeRule, policy: FeePolicy) -> tuple[int, int]:
    """Commission on a line and the VAT on it.

    `net` is the price less what the seller bears of discounts, `tax_inside` the tax in it. Both
    together are never more than the seller gets for the line without its tax: what is over is cut
    off, in the same proportion.
    """
    amount = commission(net - tax_inside if policy.net_of_tax else net, rule)
    vat = vat_on(amount, policy)
    most = net - tax_inside
    if amount + vat > most:
        amount = most * policy.vat_denominator // (policy.vat_denominator + policy.vat_numerator)
        vat = most - amount
    return amount, vat


def quote_line(
    unit_price: int, goods: Part, shipping: Part, rule: FeeRule, policy: FeePolicy,
    *, tax_added: bool = False, tax_withheld: bool = False,
) -> LineQuote:  # fmt: skip
    """Quote a line with the commission that rule and policy ask for it."""
    amount, vat = line_fee(goods.net, 0 if tax_added else goods.tax, rule, policy)
    return LineQuote(unit_price, goods, shipping, amount, vat, tax_added, tax_withheld)


def list_price(
    offer: Offer, quantity: int, agreed: tuple[int, int] | None = None
) -> tuple[int, int, int]:
    """Unit price, goods and shipping before any discount: the offer's, or as agreed."""
    unit_price, shipping = agreed if agreed is not None else (offer.price, offer.shipping)
    return unit_price, quantity * unit_price, shipping


def given_up(commission_: int, net: int, net_back: int) -> int:
    """Commission given up once `net_back` of `net` has gone back, in total.

    Cumulative, so that successive refunds give up exactly the whole when all goes back.
    """
    return half_up(commission_ * net_back, net) if net else 0
