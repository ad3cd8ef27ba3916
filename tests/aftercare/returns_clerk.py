"""The returns clerk: what becomes of orders whose goods come back, one thing at a time.

Plain Python without SQL or batches, on its own reading of the rules. Prices are whole minor units
a piece, so a unit is worth its price; commission is 10 %, with 20 % VAT on it, both half up.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAYS = {"requested": 2, "approved": 14, "shipped": 14, "received": 5}
CONFIRM, WINDOW = timedelta(days=10), timedelta(days=30)


def half_up(share: int, of: int) -> int:
    """A quotient of what is not negative, rounded half up."""
    return (2 * share + of) // (2 * of)


@dataclass
class Line:
    """Units at a price, and what of them came back."""

    price: int
    units: int
    shipping: int
    back: int = 0
    cash_back: int = 0
    kept: int = 0
    shipping_back: bool = False
    given: int = 0
    vat_given: int = 0

    @property
    def goods(self) -> int:
        return self.price * self.units

    @property
    def commission(self) -> int:
        return half_up(self.goods * 10, 100)

    @property
    def vat(self) -> int:
        return half_up(self.commission * 20, 100)

    def take(self, units: int, deduction: int = 0) -> int:
        """Units go back, less what the seller keeps; what the buyer gets."""
        cash = units * self.price - deduction
        before, after = self.cash_back, self.cash_back + cash
        given = self._share(self.commission, after) - self._share(self.commission, before)
        vat = self._share(self.vat, after) - self._share(self.vat, before)
        given = min(given, cash)
        self.given += given
        self.vat_given += min(vat, cash - given)
        self.back, self.cash_back, self.kept = self.back + units, after, self.kept + deduction
        return cash

    def _share(self, whole: int, cash: int) -> int:
        return half_up(whole * cash, self.goods) if self.goods else 0


@dataclass
class Order:
    """An order that arrived."""

    lines: list[Line]
    arrived: datetime
    due: datetime | None
    state: str = "delivered"
    open: int = 0
    buyer: int = 0

    @property
    def held(self) -> int:
        return sum(one.goods + one.shipping for one in self.lines) - self.buyer

    @property
    def commission(self) -> int:
        return sum(one.commission - one.given for one in self.lines)

    @property
    def vat(self) -> int:
        return sum(one.vat - one.vat_given for one in self.lines)

    @property
    def emptied(self) -> bool:
        return all(one.back == one.units and not one.kept for one in self.lines)


@dataclass
class Return:
    """Units of lines that come back."""

    order: Order
    units: dict[int, int]
    due: datetime | None
    state: str = "requested"
    refunded: int = 0


@dataclass
class Clerk:
    """All orders and returns, and what was put back on the shelf."""

    orders: list[Order] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    restocked: int = 0

    def request(self, k: int, wanted: dict[int, int], now: datetime) -> str:
        order = self.orders[k]
        if order.state == "cancelled":
            return "wrong_state"
        if now > order.arrived + WINDOW:
            return "window_over"
        for n, units in wanted.items():
            coming = sum(r.units.get(n, 0) for r in self.returns if r.order is order and r.due)
            if units > order.lines[n].units - order.lines[n].back - coming:
                return "too_many_units"
        self.returns.append(Return(order, wanted, now + timedelta(days=2)))
        order.open, order.due = order.open + 1, None
        return "requested"

    def move(self, r: Return, sources: tuple[str, ...], state: str, now: datetime) -> str:
        if r.state not in sources:
            return "wrong_state"
        r.state = state
        r.due = now + timedelta(days=DAYS[state]) if state in DAYS else None
        if r.due is None:
            self._let_go(r.order, now)
        return state

    def _let_go(self, order: Order, now: datetime) -> None:
        order.open -= 1
        if not order.open and order.state == "delivered":
            order.due = now + CONFIRM

    def inspect(
        self, r: Return, verdicts: dict[int, tuple[int, int]], restock: bool, now: datetime
    ) -> str:
        if r.state not in ("approved", "shipped", "received"):
            return "wrong_state"
        for n, (accepted, deduction) in verdicts.items():
            if accepted > r.units[n]:
                return "too_many_units"
            if deduction > accepted * r.order.lines[n].price:
                return "too_much"
        self._accept(r, verdicts, now)
        self.restocked += sum(accepted for accepted, _ in verdicts.values()) if restock else 0
        return "inspected"

    def _accept(self, r: Return, verdicts: dict[int, tuple[int, int]], now: datetime) -> None:
        order = r.order
        r.refunded = sum(order.lines[n].take(*one) for n, one in verdicts.items())
        if order.emptied:
            r.refunded += self._shipping(order)
        order.buyer += r.refunded
        r.state, r.due = "inspected", None
        self._let_go(order, now)
        self._close(order)

    def _shipping(self, order: Order) -> int:
        back = sum(one.shipping for one in order.lines if not one.shipping_back)
        for one in order.lines:
            one.shipping_back = True
        return back

    def _close(self, order: Order) -> None:
        if order.state == "delivered" and not order.held:
            order.state, order.due = "cancelled", None

    def refund(self, k: int, n: int, units: int) -> str:
        order = self.orders[k]
        if order.state == "cancelled":
            return "wrong_state"
        if order.open:
            return "case_open"
        line = order.lines[n]
        if units > line.units - line.back:
            return "too_many_units"
        if order.state == "settled" and not order.held:
            return "too_much"
        order.buyer += line.take(units)
        if order.state == "delivered" and order.emptied:
            order.buyer += self._shipping(order)
            order.state, order.due = "cancelled", None
        return order.state

    def confirm(self, k: int) -> str:
        order = self.orders[k]
        if order.state != "delivered":
            return "wrong_state"
        if order.open:
            return "case_open"
        order.state, order.due = "settled", None
        return "settled"

    def sweep(self, now: datetime) -> None:
        for r in self.returns:
            if r.due is not None and r.due <= now:
                follows = {"requested": "approved", "approved": "closed", "shipped": "received"}
                if r.state in follows:
                    self.move(r, (r.state,), follows[r.state], now)
                else:
                    self._accept(r, {n: (units, 0) for n, units in r.units.items()}, now)
        for k, order in enumerate(self.orders):
            if order.due is not None and order.due <= now:
                self.confirm(k)
