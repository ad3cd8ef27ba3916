"""What the clerk keeps a record of. Things are named by running numbers, not by ids."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.clerk.sums import Part, half_up


@dataclass
class Gone:
    """What went back of an order: the fall of what it held, and whose that was."""

    hold: int = 0
    subsidy: int = 0
    withheld: int = 0
    commission: int = 0
    vat: int = 0

    @property
    def cash(self) -> int:
        return self.hold - self.subsidy

    @property
    def share(self) -> int:
        """What the seller gives up of it, once it was settled."""
        return self.hold - self.withheld - self.commission - self.vat

    def add(self, other: "Gone") -> None:
        self.hold += other.hold
        self.subsidy += other.subsidy
        self.withheld += other.withheld
        self.commission += other.commission
        self.vat += other.vat


@dataclass
class Line:
    offer: int
    quantity: int
    goods: Part
    shipping: Part
    commission: int
    vat: int = 0
    units_back: int = 0
    goods_back: Part = field(default_factory=Part)
    shipping_back: Part = field(default_factory=Part)
    commission_back: int = 0
    vat_back: int = 0
    kept: int = 0
    """What the seller keeps of units that came back: what other units do not stand for."""

    @property
    def units(self) -> int:
        return self.quantity - self.units_back

    def price_of(self, units: int, added: bool) -> Part:
        """What the next units were sold for, as far as it has not gone back."""
        goods = self.goods.minus(self.goods_back)
        if self.kept:
            goods = goods.worth(goods.cash(added) - self.kept, added)
        return goods.units(units, self.units)

    def take(
        self, goods: Part, shipping: Part, *, added: bool, withheld: bool, keep: bool
    ) -> Gone:  # fmt: skip
        """Note that this went back. Commission follows the goods, never more than went back."""
        before = self.goods_back.net
        self.goods_back.add(goods)
        self.shipping_back.add(shipping)
        self.kept = min(self.kept, self.goods.minus(self.goods_back).cash(added))
        gone = Gone(
            goods.held(added) + shipping.held(added),
            goods.by_operator + shipping.by_operator,
            goods.tax + shipping.tax if withheld else 0,
        )
        if keep:
            return gone
        room = gone.hold - gone.withheld
        gone.commission = min(self._earned(self.commission, before), room)
        gone.vat = min(self._earned(self.vat, before), room - gone.commission)
        self.commission_back += gone.commission
        self.vat_back += gone.vat
        return gone

    def _earned(self, fee: int, before: int) -> int:
        """What of a fee was earned on the goods that have gone back since."""
        sold = self.goods.net
        if not sold:
            return 0
        return half_up(fee * self.goods_back.net, sold) - half_up(fee * before, sold)


@dataclass
class Order:
    purchase: int
    seller: int
    buyer: int
    added: bool
    remitted: bool
    """Whether the operator remits its tax."""
    keep: bool
    """Whether the operator keeps his commission when goods go back."""
    due: datetime | None
    lines: list[Line] = field(default_factory=list)
    gone: Gone = field(default_factory=Gone)
    state: str = "created"
    disputed: bool = False
    charged_back: bool = False
    extended: bool = False
    open: int = 0
    """How many returns and claims of it are open."""
    arrived: datetime | None = None
    parcel: str = ""
    never_left: bool = False
    """Whether it was confirmed, by a ruling, before any of it was shipped."""

    @property
    def frozen(self) -> str:
        """Why its money must stay where it is, if it must."""
        if self.disputed:
            return "disputed"
        return "charged_back" if self.charged_back else "case_open" if self.open else ""

    @property
    def parts(self) -> list[Part]:
        return [part for line in self.lines for part in (line.goods, line.shipping)]

    @property
    def value(self) -> int:
        """What is to be held for it, from the buyer and the operator."""
        return sum(part.held(self.added) for part in self.parts)

    @property
    def subsidy(self) -> int:
        return sum(part.by_operator for part in self.parts)

    @property
    def price(self) -> int:
        """What the buyer pays of it."""
        return self.value - self.subsidy

    @property
    def held(self) -> int:
        return self.value - self.gone.hold

    @property
    def cash(self) -> int:
        """What of what is held the buyer paid."""
        return self.price - self.gone.cash

    @property
    def withheld(self) -> int:
        tax = sum(part.tax for part in self.parts) if self.remitted else 0
        return tax - self.gone.withheld

    @property
    def commission(self) -> int:
        """What is not given up of it."""
        return sum(line.commission - line.commission_back for line in self.lines)

    @property
    def vat(self) -> int:
        return sum(line.vat - line.vat_back for line in self.lines)

    @property
    def empty(self) -> bool:
        return all(line.units == 0 and not line.kept for line in self.lines)


@dataclass
class Payment:
    purchase: int
    amount: int
    provider: str = "sandbox"
    purse: int = 0
    """The buyer whose wallet, or the card, that it is drawn on."""
    currency: str = "EUR"
    captured: int = 0
    refunded: int = 0
    returned: int = 0
    charged_back: int = 0
    drawn: bool = False
    state: str = "created"

    @property
    def left(self) -> int:
        return self.captured - self.refunded - self.charged_back


@dataclass
class Refund:
    payment: int
    amount: int
    credit_to: int | None = None
    attempt: int = 1
    state: str = "requested"


@dataclass
class Payout:
    seller: int
    amount: int
    by: str = "system"
    state: str = "created"


@dataclass
class Owed:
    """A debt that is open."""

    since: datetime
    left: int


@dataclass
class Bond:
    target: int
    percent: int
    draws: frozenset[str]
    draw_after: timedelta | None
    look_at: datetime | None


@dataclass
class Subscription:
    seller: int
    amount: int
    weekly: bool
    starts: datetime
    ends: datetime | None = None
    charged: int = 0


@dataclass
class Seller:
    """What a seller's account rests on beside its balances."""

    reserve: tuple[int, int] | None = None  # percent, days
    bond: Bond | None = None
    kept: dict[date, int] = field(default_factory=dict)
    debts: list[Owed] = field(default_factory=list)
    on_hold: bool = False
    verified: bool = True
    turn: tuple[str, int, datetime] | None = None  # how often, the least, when next


@dataclass
class Card:
    expires: datetime | None
    blocked: bool = False


@dataclass
class Case:
    """A chargeback, with what of it falls to each order: the amount, and what is held for it."""

    payment: int
    amount: int
    covered: int
    beyond: int
    waiting: int
    parts: list[tuple[int, int, int]]
    state: str = "open"
