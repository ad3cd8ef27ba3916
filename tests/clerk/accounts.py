"""The clerk's sellers: what they are owed, keep in reserve and bond, and owe."""

from calendar import monthrange
from datetime import datetime, timedelta

from tests.clerk.books import Books, Spot
from tests.clerk.rules import Said
from tests.clerk.sums import half_up
from tests.clerk.things import Bond, Owed, Subscription


def percent_of(amount: int, percent: int) -> int:
    return half_up(amount * percent, 100)


class Accounts(Books):
    """Money comes in and goes out in one order: debt first, then reserve and bond."""

    def payable(self, seller: int) -> int:
        return self.on("payable", "seller", seller)

    def debt(self, seller: int) -> int:
        return sum(one.left for one in self.sellers[seller].debts)

    def earn(self, seller: int, source: Spot, amount: int, now: datetime) -> None:
        """A sale's proceeds, if there are any."""
        if not amount:
            return
        mine = self.sellers[seller]
        rest = amount - min(amount, self.debt(seller))
        kept = 0
        if terms := mine.reserve or self.reserve:
            percent, days = terms
            kept = min(percent_of(amount, percent), rest)
            day = now.date() + timedelta(days=days)
            if kept:
                mine.kept[day] = mine.kept.get(day, 0) + kept
        withheld = 0
        if mine.bond is not None:
            missing = max(mine.bond.target - self.on("bond", "seller", seller), 0)
            withheld = min(percent_of(amount, mine.bond.percent), missing, rest - kept)
        self.post(source, ("reserve", "seller", seller), kept)
        self.post(source, ("bond", "seller", seller), withheld)
        self.post(source, ("payable", "seller", seller), amount - kept - withheld)
        self.net(seller)

    def net(self, seller: int) -> None:
        """A debt is met out of what is payable, as far as that goes."""
        met = min(self.payable(seller), self.debt(seller))
        self._meet(seller, ("payable", "seller", seller), met)

    def give(
        self, seller: int, sink: Spot, amount: int, now: datetime, reserve: bool = False
    ) -> None:
        """What a seller must give: out of the payable, the reserve if it may, the rest is debt."""
        mine = self.sellers[seller]
        paid = min(self.payable(seller), amount)
        self.post(("payable", "seller", seller), sink, paid)
        amount -= paid
        for day in sorted(mine.kept) if reserve else ():
            drawn = min(mine.kept[day], amount)
            mine.kept[day] -= drawn
            amount -= drawn
            self.post(("reserve", "seller", seller), sink, drawn)
        mine.kept = {day: left for day, left in mine.kept.items() if left}
        if amount:
            mine.debts.append(Owed(now, amount))
            self.post(("receivable", "seller", seller), sink, amount)

    def draw_for(self, seller: int, kind: str) -> None:
        """Debt of some kinds is met out of the bond at once."""
        bond = self.sellers[seller].bond
        if bond is not None and kind in bond.draws:
            met = min(self.on("bond", "seller", seller), self.debt(seller))
            self._meet(seller, ("bond", "seller", seller), met)

    def _meet(self, seller: int, source: Spot, amount: int) -> None:
        """The oldest debt is met first."""
        self.post(source, ("receivable", "seller", seller), amount)
        for one in self.sellers[seller].debts:
            met = min(one.left, amount)
            one.left -= met
            amount -= met
        self.sellers[seller].debts = [one for one in self.sellers[seller].debts if one.left]

    def _receipt(self) -> Spot:
        """The bank, for money that a seller paid in."""
        self.receipts += 1
        return ("bank", "receipt", self.receipts - 1)

    # What is decided about an account

    def set_reserve(self, seller: int | None, percent: int, days: int) -> Said:
        if seller is None:
            self.reserve = (percent, days)
        else:
            self.sellers[seller].reserve = (percent, days)
        return (days,)

    def release_due(self, now: datetime) -> None:
        """What was kept back until a day that has come is payable."""
        for n, mine in enumerate(self.sellers):
            for day in sorted(mine.kept):
                if day <= now.date():
                    spot = ("reserve", "seller", n)
                    self.post(spot, ("payable", "seller", n), mine.kept.pop(day))
                    self.net(n)

    def charge(self, seller: int, amount: int, kind: str, now: datetime) -> Said:
        vat = 0 if kind == "penalty" else percent_of(amount, self.rules.vat)
        before = self.debt(seller)
        self.give(seller, ("seller_charge", "seller", seller), amount, now)
        self.give(seller, ("vat_payable", "seller", seller), vat, now)
        self.draw_for(seller, kind)
        return (amount, vat, max(self.debt(seller) - before, 0))

    def subscribe(self, seller: int, amount: int, weekly: bool, now: datetime) -> Said:
        self.subscriptions.append(Subscription(seller, amount, weekly, now))
        return ()

    def unsubscribe(self, n: int, now: datetime) -> Said:
        one = self.subscriptions[n]
        if one.ends is not None and one.ends <= now:
            return "already_ended"
        one.ends = now
        return (now,)

    def charge_due(self, now: datetime) -> int:
        """One period of each subscription that has begun; how many were charged."""
        due = []
        for one in self.subscriptions:
            begins = one.starts + timedelta(weeks=one.charged)
            if not one.weekly:
                months = one.starts.month - 1 + one.charged
                year, month = one.starts.year + months // 12, months % 12 + 1
                day = min(one.starts.day, monthrange(year, month)[1])
                begins = one.starts.replace(year=year, month=month, day=day)
            if begins <= now and (one.ends is None or begins < one.ends):
                due.append((begins, one))
        for _, one in sorted(due, key=lambda pair: pair[0]):
            self.charge(one.seller, one.amount, "subscription", now)
            one.charged += 1
        return len(due)

    def set_bond(
        self, seller: int, target: int, percent: int, draws: frozenset[str],
        after: timedelta | None, now: datetime,
    ) -> Said:  # fmt: skip
        look_at = None if after is None else now
        self.sellers[seller].bond = Bond(target, percent, draws, after, look_at)
        return (max(target - self.on("bond", "seller", seller), 0),)

    def deposit(self, seller: int, amount: int) -> Said:
        bond = self.sellers[seller].bond
        if bond is None:
            return "no_bond"
        if amount > max(bond.target - self.on("bond", "seller", seller), 0):
            return "over_target"
        self.post(self._receipt(), ("bond", "seller", seller), amount)
        return (amount, self.on("bond", "seller", seller))

    def draw(self, seller: int, amount: int | None) -> Said:
        held, debt = self.on("bond", "seller", seller), self.debt(seller)
        if self.sellers[seller].bond is None:
            return "no_bond"
        wanted = min(debt, held) if amount is None else amount
        if not debt or wanted > debt:
            return "no_debt"
        if not held or wanted > held:
            return "over_bond"
        self._meet(seller, ("bond", "seller", seller), wanted)
        return (wanted, held - wanted)

    def draw_due(self, now: datetime) -> None:
        """Debts that are older than a bond's terms allow are met out of it; looked at hourly."""
        for n, mine in enumerate(self.sellers):
            bond = mine.bond
            if bond is None or bond.draw_after is None or (bond.look_at or now) > now:
                continue
            bond.look_at = now + timedelta(hours=1)
            old = sum(one.left for one in mine.debts if one.since <= now - bond.draw_after)
            met = min(old, self.on("bond", "seller", n))
            self._meet(n, ("bond", "seller", n), met)

    def refund_bond(self, seller: int) -> Said:
        bond = self.sellers[seller].bond
        if bond is None:
            return "no_bond"
        if self.debt(seller):
            return "in_debt"
        over = self.on("bond", "seller", seller) - bond.target
        if over <= 0:
            return "over_bond"
        self.post(("bond", "seller", seller), ("payable", "seller", seller), over)
        return (over, bond.target)

    def lower(self, seller: int, amount: int | None, paid: bool) -> Said:
        """A debt is paid, or given up."""
        debt = self.debt(seller)
        if not debt:
            return "no_debt"
        wanted = debt if amount is None else amount
        if wanted > debt:
            return "over_debt"
        source = self._receipt() if paid else ("bad_debt", "seller", seller)
        self._meet(seller, source, wanted)
        return (wanted, debt - wanted)
