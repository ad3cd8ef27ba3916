"""The clerk's books: every balance in a dict, and moving money and units about in it."""

from collections import Counter

from tests.clerk.objections import Claim, Rma
from tests.clerk.rules import Offer, Rules
from tests.clerk.sums import Part, deal
from tests.clerk.things import (
    Card,
    Case,
    Gone,
    Line,
    Order,
    Payment,
    Payout,
    Refund,
    Seller,
    Subscription,
)

Spot = tuple[str, str, int]
"""An account, what kind of thing it is kept for, and which of them."""


class Books:
    """Everything there is. An account's balance is what was credited less what was debited."""

    def __init__(self, rules: Rules, offers: list[Offer]) -> None:
        self.rules = rules
        self.offers = offers
        self.purchases = 0
        self.reserve: tuple[int, int] | None = None
        self.approval_above: int | None = None
        self.least_payout = 0
        self.sellers = [Seller(), Seller()]
        self.orders: list[Order] = []
        self.payments: list[Payment] = []
        self.refunds: list[Refund] = []
        self.payouts: list[Payout] = []
        self.cards: list[Card] = []
        self.receipts = 0
        """What sellers paid in so far, times."""
        self.subscriptions: list[Subscription] = []
        self.cases: dict[tuple[int, str], Case] = {}
        self.claims: list[Claim] = []
        self.returns: list[Rma] = []
        self.balance: Counter[tuple[str, str, int, str]] = Counter()

    def post(self, debit: Spot, credit: Spot, amount: int, currency: str = "") -> None:
        currency = currency or self.rules.currency
        self.balance[*debit, currency] -= amount
        self.balance[*credit, currency] += amount

    def on(self, *spot: str | int) -> int:
        """What is on an account."""
        account, kind, n = spot
        return self.balance[str(account), str(kind), int(n), self.rules.currency]

    def orders_of(self, purchase: int) -> list[tuple[int, Order]]:
        return [(n, order) for n, order in enumerate(self.orders) if order.purchase == purchase]

    def payments_of(self, purchase: int) -> list[tuple[int, Payment]]:
        return [(n, one) for n, one in enumerate(self.payments) if one.purchase == purchase]

    def cash(self, purchase: int) -> int:
        """What was captured for a purchase and did not go back."""
        return sum(one.left for _, one in self.payments_of(purchase))

    def owes(self, payment: int) -> Spot:
        """The account that a payment's money comes from and goes back to."""
        outside = self.payments[payment].provider == "sandbox"
        return ("psp_receivable" if outside else "bridge", "payment", payment)

    def free(self, order: Order, line: Line, units: int) -> None:
        """Units not shipped yet go back to the shelf."""
        if order.state in ("created", "paid"):
            self.offers[line.offer].reserved -= units

    # Taking things off an order

    def _take(
        self, order: Order, line: Line, goods: Part, shipping: Part, keep: bool
    ) -> Gone:  # fmt: skip
        keep = keep and order.state == "settled"
        gone = line.take(goods, shipping, added=order.added, withheld=order.remitted, keep=keep)
        order.gone.add(gone)
        return gone

    def take_all(self, order: Order, keep: bool = False) -> Gone:
        gone = Gone()
        for line in order.lines:
            self.free(order, line, line.units)
            line.units_back = line.quantity
            goods, shipping = (
                line.goods.minus(line.goods_back), line.shipping.minus(line.shipping_back),
            )  # fmt: skip
            gone.add(self._take(order, line, goods, shipping, keep))
        return gone

    def take_units(
        self, order: Order, line: Line, units: int, keep: bool = False, deduction: int = 0
    ) -> Gone:
        """The seller keeps a deduction of what the buyer would get."""
        goods = line.price_of(units, order.added)
        if deduction:
            goods = goods.worth(goods.cash(order.added) - deduction, order.added)
            line.kept += deduction
        shipping = line.shipping.minus(line.shipping_back).units(units, line.units)
        if order.state != "paid":  # what was sent cannot be unsent
            shipping = Part()
        self.free(order, line, units)
        line.units_back += units
        return self._take(order, line, goods, shipping, keep)

    def take_amount(self, order: Order, amount: int, keep: bool = False) -> Gone:
        left = [
            part
            for line in order.lines
            for part in (line.goods.minus(line.goods_back), line.shipping.minus(line.shipping_back))
        ]
        cash = deal(amount, [part.cash(order.added) for part in left])
        parts = [
            part.worth(paid, order.added) if paid else Part()
            for part, paid in zip(left, cash, strict=True)
        ]
        gone = Gone()
        for line, goods, shipping in zip(order.lines, parts[::2], parts[1::2], strict=True):
            gone.add(self._take(order, line, goods, shipping, keep))
        return gone
