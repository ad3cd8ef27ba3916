"""A clerk who trades by the book: one command at a time, with plain dicts, no SQL, no batches.

What the house does in batches must come to the same. A verb returns what it did as a tuple, or
the code of the refusal as a string. Things are named by running numbers, not by ids. Each file
of this folder adds the verbs of one desk; the last are those of paying sellers out.
"""

from datetime import datetime, timedelta

from tests.clerk.goods_back import GoodsBack
from tests.clerk.rules import Said
from tests.clerk.things import Payout


def next_turn(every: str, now: datetime) -> datetime:
    """The midnight at which the day, or the week from Monday, after begins."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1 if every == "day" else 7 - midnight.weekday())


class Clerk(GoodsBack):
    """Decides by the rules, in the order in which commands come."""

    def set_payout_policy(self, least: int, approval_above: int | None) -> Said:
        self.least_payout, self.approval_above = least, approval_above
        return ()

    def hold(self, seller: int) -> Said:
        if self.sellers[seller].on_hold:
            return "already_on_hold"
        self.sellers[seller].on_hold = True
        return (True,)

    def lift(self, seller: int) -> Said:
        if not self.sellers[seller].on_hold:
            return "not_on_hold"
        self.sellers[seller].on_hold = False
        return (False,)

    def pay_out(self, seller: int, amount: int | None, by: str, least: int = 1) -> Said:
        mine = self.sellers[seller]
        if not mine.verified:
            return "unverified_account"
        if mine.on_hold:
            return "on_hold"
        owed = max(self.payable(seller) - self.debt(seller), 0)
        if not owed:
            return "nothing_owed"
        wanted = owed if amount is None else amount
        if wanted > owed:
            return "over_balance"
        if wanted < max(least, self.least_payout):
            return "below_minimum"
        limit = self.approval_above
        state = "awaiting_approval" if limit is not None and wanted > limit else "created"
        self.net(seller)
        flight = ("payout_in_flight", "payout", len(self.payouts))
        self.post(("payable", "seller", seller), flight, wanted)
        self.payouts.append(Payout(seller, wanted, by, state))
        return (wanted, state)

    def decide(self, n: int, approve: bool, by: str) -> Said:
        payout = self.payouts[n]
        if payout.state != "awaiting_approval":
            return "not_awaiting_approval"
        if approve and by == payout.by:
            return "same_person"
        if approve and self.sellers[payout.seller].on_hold:
            return "seller_on_hold"
        payout.state = "approved" if approve else "failed"
        if not approve:
            self._owe_again(n, "payout_in_flight")
        return (payout.state,)

    def record_payout(self, n: int, paid: bool) -> Said:
        payout = self.payouts[n]
        if payout.state not in ("created", "approved"):
            return "already_final"
        payout.state = "paid" if paid else "failed"
        if paid:
            flight = ("payout_in_flight", "payout", n)
            self.post(flight, ("bank", "payout", n), payout.amount)
        else:
            self._owe_again(n, "payout_in_flight")
        return (payout.state,)

    def return_payout(self, n: int) -> Said:
        """The bank sent it back after it had left."""
        if self.payouts[n].state != "paid":
            return "not_paid"
        self.payouts[n].state = "returned"
        self._owe_again(n, "bank")
        return ("returned",)

    def _owe_again(self, n: int, account: str) -> None:
        payout = self.payouts[n]
        spot = ("payable", "seller", payout.seller)
        self.post((account, "payout", n), spot, payout.amount)

    def schedule(self, seller: int, every: str, least: int, now: datetime) -> Said:
        turn = next_turn(every, now)
        self.sellers[seller].turn = (every, least, turn)
        return (turn,)

    def take_turns(self, now: datetime) -> int:
        """Pay those whose turn has come; how many turns were taken."""
        taken = 0
        for n, mine in enumerate(self.sellers):
            if mine.turn is not None and mine.turn[2] <= now:
                every, least, _ = mine.turn
                mine.turn = (every, least, next_turn(every, now))
                self.pay_out(n, None, "system", least)
                taken += 1
        return taken
