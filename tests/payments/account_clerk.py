"""A clerk for one seller's account: the same rules in plain Python, one at a time, no SQL.

Written from the rules as told to people, to be compared with what the house makes of them.
Amounts are cents. Each verb returns what it moved, or the code it refuses with.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

COMMISSION = 10
"""Percent of a sale."""


def part(amount: int, percent: int) -> int:
    """So much percent, half up."""
    return (amount * percent * 2 + 100) // 200


@dataclass
class Owed:
    """A debt that is open."""

    since: datetime
    left: int


@dataclass
class Clerk:
    """A seller's account, and what it was told about it."""

    payable: int = 0
    bond: int = 0
    flying: int = 0
    kept: dict[date, int] = field(default_factory=dict)
    debts: list[Owed] = field(default_factory=list)
    sales: list[int] = field(default_factory=list)
    reserve_percent: int = 0
    reserve_days: int = 1
    target: int | None = None
    bond_percent: int = 0
    draws: frozenset[str] = frozenset()
    draw_after: int | None = None

    @property
    def debt(self) -> int:
        return sum(one.left for one in self.debts)

    def told(self) -> tuple[int, int, int, int]:
        return self.payable, sum(self.kept.values()), self.bond, self.debt

    def sell(self, price: int, now: datetime) -> None:
        share = price - part(price, COMMISSION)
        self.sales.append(share)
        rest = share - min(share, self.debt)
        kept = min(part(share, self.reserve_percent), rest)
        if kept:
            day = now.date() + timedelta(days=self.reserve_days)
            self.kept[day] = self.kept.get(day, 0) + kept
        missing = max((self.target or 0) - self.bond, 0)
        withheld = min(part(share, self.bond_percent), missing, rest - kept)
        self.bond += withheld
        self.payable += share - kept - withheld
        self._net()

    def refund(self, sale: int, now: datetime) -> None:
        self._give(self.sales.pop(sale), now, reserve=True)
        self._draw("refund")

    def charge(self, amount: int, kind: str, now: datetime) -> None:
        self._give(amount, now, reserve=False)
        self._draw(kind)

    def set_bond(
        self, target: int, percent: int, draws: frozenset[str], draw_after: int | None
    ) -> None:
        self.target, self.bond_percent = target, percent
        self.draws, self.draw_after = draws, draw_after

    def deposit(self, amount: int) -> int | str:
        if self.target is None:
            return "no_bond"
        if amount > max(self.target - self.bond, 0):
            return "over_target"
        self.bond += amount
        return amount

    def draw(self, amount: int | None) -> int | str:
        if self.target is None:
            return "no_bond"
        wanted = min(self.debt, self.bond) if amount is None else amount
        if not self.debt or wanted > self.debt:
            return "no_debt"
        if not self.bond or wanted > self.bond:
            return "over_bond"
        self.bond -= wanted
        self._meet(wanted)
        return wanted

    def refund_bond(self) -> int | str:
        if self.target is None:
            return "no_bond"
        if self.debt:
            return "in_debt"
        over = self.bond - self.target
        if over <= 0:
            return "over_bond"
        self.bond -= over
        self.payable += over
        return over

    def lower(self, amount: int | None) -> int | str:
        if not self.debt:
            return "no_debt"
        wanted = self.debt if amount is None else amount
        if wanted > self.debt:
            return "over_debt"
        self._meet(wanted)
        return wanted

    def pay_out(self) -> int | str:
        owed = max(self.payable - self.debt, 0)
        if not owed:
            return "nothing_owed"
        self._net()
        self.payable -= owed
        self.flying += owed
        return owed

    def bounce(self, amount: int) -> None:
        self.flying -= amount
        self.payable += amount

    def morning(self, now: datetime) -> None:
        """What is due by a time: reserves come free, then old debts draw on the bond."""
        for day in sorted(self.kept):
            if day <= now.date():
                self.payable += self.kept.pop(day)
                self._net()
        if self.target is not None and self.draw_after is not None:
            old = now - timedelta(days=self.draw_after)
            due = sum(one.left for one in self.debts if one.since <= old)
            met = min(due, self.bond)
            self.bond -= met
            self._meet(met)

    def _give(self, amount: int, now: datetime, *, reserve: bool) -> None:
        paid = min(self.payable, amount)
        self.payable -= paid
        amount -= paid
        for day in sorted(self.kept) if reserve else ():
            drawn = min(self.kept[day], amount)
            self.kept[day] -= drawn
            amount -= drawn
            if not self.kept[day]:
                del self.kept[day]
        if amount:
            self.debts.append(Owed(now, amount))

    def _draw(self, kind: str) -> None:
        if self.target is not None and kind in self.draws:
            met = min(self.bond, self.debt)
            self.bond -= met
            self._meet(met)

    def _net(self) -> None:
        met = min(self.payable, self.debt)
        self.payable -= met
        self._meet(met)

    def _meet(self, amount: int) -> None:
        """The oldest debt is met first."""
        for one in self.debts:
            met = min(one.left, amount)
            one.left -= met
            amount -= met
        self.debts = [one for one in self.debts if one.left]
