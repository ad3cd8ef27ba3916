"""A clerk who trades by the book: one command at a time, with plain dicts, no SQL, no batches.

What the house does in batches must come to the same. A verb returns what it did as a tuple, or
the code of the refusal as a string. Things are named by running numbers, not by ids.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

PAY_WITHIN, SHIP_WITHIN = timedelta(minutes=30), timedelta(days=5)
CONFIRM_WITHIN, SETTLE_AFTER = timedelta(days=10), timedelta(days=1)
MOST_ATTEMPTS = 10
NEXT_SCANS = {
    "handed_over": {"in_transit", "delivered", "exception"},
    "in_transit": {"delivered", "exception"},
    "exception": {"delivered", "returned", "lost"},
}
OPEN = ("paid", "shipped", "delivered")
Said = tuple[object, ...] | str


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def deal(amount: int, weights: list[int]) -> list[int]:
    """By largest remainder, ties to the earliest; evenly where nothing weighs anything."""
    weights = weights if any(weights) else [1] * len(weights)
    parts = [amount * weight // sum(weights) for weight in weights]
    while sum(parts) < amount:
        short = [amount * w - p * sum(weights) for w, p in zip(weights, parts, strict=True)]
        parts[short.index(max(short))] += 1
    return parts


@dataclass
class Offer:
    seller: int
    price: int
    shipping: int
    fee: tuple[int, int, int]  # numerator, denominator, cap
    on_hand: int
    reserved: int = 0


@dataclass
class Part:
    """A price with what its seller and the operator bear of discounts off it."""

    price: int = 0
    by_seller: int = 0
    by_operator: int = 0

    @property
    def held(self) -> int:
        return self.price - self.by_seller

    @property
    def cash(self) -> int:
        return self.held - self.by_operator

    def minus(self, other: "Part") -> "Part":
        return Part(
            self.price - other.price,
            self.by_seller - other.by_seller,
            self.by_operator - other.by_operator,
        )

    def add(self, other: "Part") -> None:
        self.price += other.price
        self.by_seller += other.by_seller
        self.by_operator += other.by_operator

    def units(self, units: int, of: int) -> "Part":
        """What the first units make of it, each amount dealt to the unit, nothing below zero."""
        amounts = (self.price, self.by_seller, self.by_operator)
        price, by_seller, by_operator = (sum(deal(one, [1] * of)[:units]) for one in amounts)
        return Part(price, by_seller, min(by_operator, price - by_seller))

    def worth(self, cash: int) -> "Part":
        """What of it the buyer paid so much for: discounts in proportion, half up."""
        if cash == self.cash:
            return self
        by_operator = half_up(self.by_operator * cash, self.cash)
        held = cash + by_operator
        by_seller = half_up(self.by_seller * held, self.held)
        return Part(held + by_seller, by_seller, by_operator)


@dataclass
class Line:
    offer: int
    quantity: int
    goods: Part
    shipping: Part
    commission: int
    units_back: int = 0
    goods_back: Part = field(default_factory=Part)
    shipping_back: Part = field(default_factory=Part)

    @property
    def units(self) -> int:
        return self.quantity - self.units_back

    @property
    def given_up(self) -> int:
        sold = self.goods.held
        return half_up(self.commission * self.goods_back.held, sold) if sold else 0


@dataclass
class Order:
    purchase: int
    seller: int
    due: datetime | None
    lines: list[Line] = field(default_factory=list)
    state: str = "created"
    disputed: bool = False
    extended: bool = False
    parcel: str = ""

    @property
    def value(self) -> int:
        """What its sellers get for it, from the buyer and the operator."""
        return sum(line.goods.held + line.shipping.held for line in self.lines)

    @property
    def subsidy(self) -> int:
        return sum(line.goods.by_operator + line.shipping.by_operator for line in self.lines)

    @property
    def price(self) -> int:
        """What the buyer pays of it."""
        return self.value - self.subsidy

    @property
    def refunded(self) -> int:
        return sum(line.goods_back.held + line.shipping_back.held for line in self.lines)

    @property
    def held(self) -> int:
        return self.value - self.refunded

    @property
    def cash(self) -> int:
        """What of that the buyer paid."""
        backs = [back for line in self.lines for back in (line.goods_back, line.shipping_back)]
        return self.price - sum(back.cash for back in backs)

    @property
    def kept(self) -> int:
        """Commission not given up."""
        return sum(line.commission - line.given_up for line in self.lines)


@dataclass
class Payment:
    purchase: int
    amount: int
    captured: int = 0
    refunded: int = 0
    returned: int = 0
    state: str = "created"


@dataclass
class Refund:
    payment: int
    amount: int
    attempt: int = 1
    state: str = "requested"


@dataclass
class Payout:
    seller: int
    amount: int
    state: str = "created"


class Books:
    """Everything there is, and moving money and units about in it."""

    def __init__(self, offers: list[Offer]) -> None:
        self.offers = offers
        self.purchases = 0
        self.orders: list[Order] = []
        self.payments: list[Payment] = []
        self.refunds: list[Refund] = []
        self.payouts: list[Payout] = []
        self.balance: Counter[tuple[str, int]] = Counter()

    def post(self, debit: tuple[str, int], credit: tuple[str, int], amount: int) -> None:
        self.balance[debit] -= amount
        self.balance[credit] += amount

    def orders_of(self, purchase: int) -> list[tuple[int, Order]]:
        return [(n, order) for n, order in enumerate(self.orders) if order.purchase == purchase]

    def payments_of(self, purchase: int) -> list[tuple[int, Payment]]:
        return [(n, one) for n, one in enumerate(self.payments) if one.purchase == purchase]

    def cash(self, purchase: int) -> int:
        return sum(one.captured - one.refunded for _, one in self.payments_of(purchase))

    def send_back(self, account: tuple[str, int], purchase: int, amount: int) -> None:
        """Out of an account, back to the payments of a purchase, the oldest first."""
        for n, payment in self.payments_of(purchase):
            part = min(amount, payment.captured - payment.refunded)
            if part:
                self.send_back_to(account, n, part)
                amount -= part
        assert amount == 0

    def send_back_to(self, account: tuple[str, int], payment: int, amount: int) -> None:
        self.payments[payment].refunded += amount
        self.refunds.append(Refund(payment, amount))
        self.post(account, ("refund_in_flight", payment), amount)

    def free(self, order: Order, line: Line, units: int) -> None:
        """Units not shipped yet go back to the shelf."""
        if order.state in ("created", "paid"):
            self.offers[line.offer].reserved -= units

    def take_all_off(self, order: Order) -> None:
        for line in order.lines:
            self.free(order, line, line.units)
            line.units_back = line.quantity
            line.goods_back, line.shipping_back = replace(line.goods), replace(line.shipping)

    def take_units_off(self, order: Order, line: Line, units: int) -> None:
        line.goods_back.add(line.goods.minus(line.goods_back).units(units, line.units))
        if order.state == "paid":  # what was sent cannot be unsent
            left = line.shipping.minus(line.shipping_back)
            line.shipping_back.add(left.units(units, line.units))
        self.free(order, line, units)
        line.units_back += units

    def take_amount_off(self, order: Order, amount: int) -> None:
        pairs = [
            (back, whole.minus(back))
            for line in order.lines
            for back, whole in ((line.goods_back, line.goods), (line.shipping_back, line.shipping))
        ]
        parts = deal(amount, [left.cash for _, left in pairs])
        for (back, left), cash in zip(pairs, parts, strict=True):
            if cash:
                back.add(left.worth(cash))

    def confirm_order(self, order: Order, now: datetime) -> None:
        for line in order.lines:
            self.free(order, line, line.units)
        order.state, order.due = "confirmed", now + SETTLE_AFTER

    def settle_order(self, n: int) -> None:
        order = self.orders[n]
        share = order.held - order.kept
        self.post(("escrow", n), ("commission", n), order.kept)
        self.post(("escrow", n), ("payable", order.seller), share)
        self.net(order.seller)
        order.state, order.due = "settled", None

    def net(self, seller: int) -> None:
        """A seller's debt is met out of what is payable, as far as that goes."""
        met = min(self.balance["payable", seller], -self.balance["receivable", seller])
        self.post(("payable", seller), ("receivable", seller), met)

    def unsettle(self, n: int, commission: int, share: int) -> None:
        """Operator and seller put back what they got of a settled order, the seller into debt."""
        seller = self.orders[n].seller
        paid = min(share, self.balance["payable", seller])
        self.post(("commission", n), ("escrow", n), commission)
        self.post(("payable", seller), ("escrow", n), paid)
        self.post(("receivable", seller), ("escrow", n), share - paid)
