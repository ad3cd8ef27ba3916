"""The clerk's returns: goods that come back, what is found when they are looked at, and silence."""

from datetime import datetime, timedelta

from tests.clerk.objections import Rma, Verdict
from tests.clerk.quarrels import A_DAY, ANOTHER, Quarrels
from tests.clerk.rules import Said
from tests.clerk.things import Gone, Order

WINDOW = timedelta(days=14)
WITHIN = {
    "requested": timedelta(days=2), "approved": timedelta(days=14), "shipped": timedelta(days=14),
    "received": timedelta(days=5),
}  # fmt: skip
"""For how long a return may stay where it is before silence is an answer."""


class GoodsBack(Quarrels):
    """Takes goods back, and gives back what they are worth."""

    def ask(self, k: int, by: str, units: list[tuple[int, int]], now: datetime) -> Said:
        """A buyer asks to send units of lines back."""
        order = self.orders[k]
        if refusal := self._unreturnable(k, by, now) or self._wrong_units(k, units):
            return refusal
        rma = Rma(k, dict(units), now + WITHIN["requested"])
        self.returns.append(rma)
        order.open, order.due = order.open + 1, None
        return (rma.due,)

    def _unreturnable(self, k: int, by: str, now: datetime) -> str:
        order = self.orders[k]
        if by == ANOTHER:
            return "unknown_order"
        if by == "seller":
            return "forbidden"
        if order.state not in ("delivered", "confirmed", "settled"):
            return "wrong_state"
        if order.disputed or order.charged_back:
            return order.frozen
        if order.open > sum(one.is_open and one.order == k for one in self.returns):
            return "disputed"
        assert order.arrived is not None
        return "window_over" if now > order.arrived + WINDOW else ""

    def _wrong_units(self, k: int, units: list[tuple[int, int]]) -> str:
        seen: set[int] = set()
        for no, wanted in units:
            if no >= len(self.orders[k].lines):
                return "unknown_line"
            if no in seen:
                return "named_twice"
            seen.add(no)
            coming = sum(
                one.units.get(no, 0) for one in self.returns if one.is_open and one.order == k
            )
            out = 0 if self.orders[k].never_left else self.orders[k].lines[no].units
            if wanted > out - coming:
                return "too_many_units"
        return ""

    # On the way

    def decide_return(self, n: int, by: str, approve: bool, words: bool, now: datetime) -> Said:
        rma = self.returns[n]
        if refusal := self._may_not(rma, by, "buyer", "requested"):
            return refusal
        if not approve and not words:
            return "no_reason"
        return self._move(rma, "approved" if approve else "declined", now)

    def give_up_return(self, n: int, by: str, now: datetime) -> Said:
        rma = self.returns[n]
        refusal = self._may_not(rma, by, "seller", "requested", "approved")
        return refusal or self._move(rma, "closed", now)

    def send_return(self, n: int, by: str, now: datetime) -> Said:
        rma = self.returns[n]
        return self._may_not(rma, by, "seller", "approved") or self._move(rma, "shipped", now)

    def receive_return(self, n: int, by: str, now: datetime) -> Said:
        rma = self.returns[n]
        refusal = self._may_not(rma, by, "buyer", "approved", "shipped")
        return refusal or self._move(rma, "received", now)

    def _may_not(self, rma: Rma, by: str, wrong: str, *states: str) -> str:
        if by == ANOTHER:
            return "unknown_return"
        if by == wrong:
            return "forbidden"
        return "" if rma.state in states else "wrong_state"

    def _move(self, rma: Rma, state: str, now: datetime) -> Said:
        """With the last step its order goes on."""
        rma.state = state
        rma.due = now + WITHIN[state] if state in WITHIN else None
        if rma.due is None:
            order = self.orders[rma.order]
            order.open -= 1
            self.go_on(order, now)
        return (rma.state, rma.refunded, rma.due)

    # Looking at it

    def inspect(self, n: int, by: str, verdicts: list[Verdict], now: datetime) -> Said:
        """Line by line, what is accepted and what the seller keeps of it; none: all in full."""
        rma = self.returns[n]
        if refusal := self._may_not(rma, by, "buyer", "approved", "shipped", "received"):
            return refusal
        if self.orders[rma.order].charged_back:
            return "charged_back"
        verdicts = verdicts or self._in_full(rma)
        return self._wrong_verdicts(rma, verdicts) or self._accept(rma, verdicts, now)

    def _in_full(self, rma: Rma) -> list[Verdict]:
        return [Verdict(no, units) for no, units in rma.units.items()]

    def _wrong_verdicts(self, rma: Rma, verdicts: list[Verdict]) -> str:
        seen: set[int] = set()
        for one in verdicts:
            if one.line not in rma.units:
                return "unknown_line"
            if one.line in seen:
                return "named_twice"
            seen.add(one.line)
            if one.accepted > rma.units[one.line]:
                return "too_many_units"
            if one.deduction > self._worth(self.orders[rma.order], one):
                return "too_much"
            short = one.accepted < rma.units[one.line] or one.deduction
            if short and not one.words:
                return "no_reason"
        return "" if seen == set(rma.units) else "incomplete"

    def _worth(self, order: Order, one: Verdict) -> int:
        """What the buyer would get for what is accepted; a bank may have taken some before."""
        line = order.lines[one.line]
        units = min(one.accepted, line.units)
        return line.price_of(units, order.added).cash(order.added) if units else 0

    def _accept(self, rma: Rma, verdicts: list[Verdict], now: datetime) -> Said:
        order, gone = self.orders[rma.order], Gone()
        for one in verdicts:
            line = order.lines[one.line]
            if units := min(one.accepted, line.units):
                gone.add(self.take_units(order, line, units, order.keep, one.deduction))
            if one.restock:
                self.offers[line.offer].on_hand += one.accepted
        if order.empty:  # then what was paid for its delivery goes back too
            gone.add(self.take_all(order, order.keep))
        if gone.hold:
            rma.refunded = self.give_back(rma.order, gone, None, now)
        said = self._move(rma, "inspected", now)
        if not order.held and order.state in ("delivered", "confirmed"):
            self.cancel(rma.order)
        return said

    def due_return(self, n: int, state: str, now: datetime) -> Said:
        """What silence says; but nothing is accepted while a bank has the money."""
        rma = self.returns[n]
        if rma.state != state or rma.due is None or rma.due > now:
            return "not_due"
        follows = {"requested": "approved", "approved": "closed", "shipped": "received"}
        if state in follows:
            return self._move(rma, follows[state], now)
        if not self.orders[rma.order].charged_back:
            return self._accept(rma, self._in_full(rma), now)
        rma.due = now + A_DAY
        return (rma.state, rma.refunded, rma.due)
