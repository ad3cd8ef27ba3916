"""The clerk's quarrels: what buyers claim back, what is said of it, and how it ends."""

from copy import deepcopy
from datetime import datetime, timedelta

from tests.clerk.cases import Cases
from tests.clerk.objections import Claim
from tests.clerk.rules import Said
from tests.clerk.things import Order

ANSWER_WITHIN, REPLY_WITHIN = timedelta(days=3), timedelta(days=7)
CLAIM_WITHIN = timedelta(days=30)
A_DAY = timedelta(days=1)
MOST_SAID = 50
ANOTHER = "stranger"
"""Who is no party to it, and is told of nothing."""


class Quarrels(Cases):
    """Opens claims, hears both sides, and ends them."""

    def claim(
        self, k: int, amount: int | None, by: str, about: int | None, now: datetime
    ) -> Said:  # fmt: skip
        """Somebody wants an amount of an order back, or all that is left; `about` a return."""
        order = self.orders[k]
        if refusal := self._unclaimable(order, by, now):
            return refusal
        declined = [n for n, one in enumerate(self.returns)
                    if one.order == k and one.state == "declined"]  # fmt: skip
        if about is not None and about not in declined:
            return "unknown_return"
        if not order.cash or (amount or 0) > order.cash:
            return "too_much"
        amount = amount or order.cash
        claim = Claim(k, amount, now + ANSWER_WITHIN)
        if order.state == "settled":
            claim.held = self._hold_back(k, amount, now)
        claim.said["buyer"] += 1
        self.claims.append(claim)
        order.open, order.due = order.open + 1, None
        return (amount, claim.due)

    def _unclaimable(self, order: Order, by: str, now: datetime) -> str:
        if by == ANOTHER:
            return "unknown_order"
        if by == "seller":
            return "forbidden"
        if order.state not in ("shipped", "delivered", "confirmed", "settled"):
            return "wrong_state"
        if order.disputed or any(one.is_open and self.orders[one.order] is order
                                 for one in self.claims):  # fmt: skip
            return "disputed"
        if order.frozen:
            return order.frozen
        late = order.arrived is not None and now > order.arrived + CLAIM_WITHIN
        return "window_over" if late else ""

    def _hold_back(self, k: int, amount: int, now: datetime) -> int:
        """What the seller would give up of a settled order is kept apart until it is decided."""
        order, trial = self.orders[k], deepcopy(self.orders[k])
        whole = amount == order.cash
        gone = (
            self.take_all(trial, order.keep) if whole
            else self.take_amount(trial, amount, order.keep)
        )  # fmt: skip
        if gone.share:
            self.give(order.seller, ("dispute_hold", "order", k), gone.share, now, reserve=True)
            self.draw_for(order.seller, "refund")
        return gone.share

    # What the parties say

    def testify(self, n: int, by: str, words: bool) -> Said:
        claim = self.claims[n]
        if by == ANOTHER:
            return "unknown_dispute"
        if not claim.is_open:
            return "wrong_state"
        if not words:
            return "nothing_said"
        if claim.said[by] >= MOST_SAID:
            return "too_much_said"
        claim.said[by] += 1
        return self._where(claim)

    def answer(self, n: int, by: str, accept: bool, words: bool, now: datetime) -> Said:
        """The seller gives way, or says why not; then the buyer has the word."""
        claim = self.claims[n]
        if refusal := self._not_his_turn(claim, by, "buyer", "open"):
            return refusal
        if accept and self.orders[claim.order].charged_back:
            return "charged_back"
        if not accept and not words:
            return "nothing_said"
        claim.said[by] += words
        if accept:
            self._concede(claim, now)
        else:
            claim.state, claim.due = "answered", now + REPLY_WITHIN
        return self._where(claim)

    def escalate(self, n: int, by: str, words: bool) -> Said:
        claim = self.claims[n]
        if refusal := self._not_his_turn(claim, by, "seller", "answered"):
            return refusal
        claim.said[by] += words
        claim.state, claim.due = "under_review", None
        return self._where(claim)

    def withdraw(self, n: int, by: str, now: datetime) -> Said:
        claim = self.claims[n]
        if refusal := self._not_his_turn(claim, by, "seller", claim.state):
            return refusal
        if not claim.is_open:
            return "wrong_state"
        self._drop(claim, now)
        return self._where(claim)

    def _not_his_turn(self, claim: Claim, by: str, wrong: str, state: str) -> str:
        if by == ANOTHER:
            return "unknown_dispute"
        if by == wrong:
            return "forbidden"
        return "" if claim.state == state else "wrong_state"

    def _where(self, claim: Claim) -> Said:
        return (claim.state, claim.refunded, claim.due)

    # How it ends

    def adjudge(
        self, n: int, by: str, amount: int, at_operators_cost: bool, words: bool, now: datetime
    ) -> Said:
        """The operator decides; what is left of an order under way is the seller's at once."""
        claim = self.claims[n]
        order = self.orders[claim.order]
        if by != "operator":
            return "unknown_dispute" if by == ANOTHER else "forbidden"
        if not claim.is_open:
            return "wrong_state"
        if order.charged_back:
            return "charged_back"
        if amount > min(claim.amount, order.cash):
            return "too_much"
        if at_operators_cost and amount > self.cash(order.purchase):
            return "too_much"
        if not words:
            return "no_reason"
        if at_operators_cost:
            self._let_have(claim)
            goodwill = ("goodwill", "order", claim.order)
            claim.refunded = self.send_back(goodwill, order.purchase, amount)
        else:
            self._pay_claim(claim, amount, now)
        self._end(claim, "ruled", now)
        if order.state in ("shipped", "delivered"):
            self.confirm_order(claim.order, now)
        return self._where(claim)

    def due_claim(self, n: int, state: str, now: datetime) -> Said:
        """Who is silent loses; but nothing is given while a bank has the money."""
        claim = self.claims[n]
        if claim.state != state or claim.due is None or claim.due > now:
            return "not_due"
        if state == "answered":
            self._drop(claim, now)
        elif self.orders[claim.order].charged_back:
            claim.due = now + A_DAY
        else:
            self._concede(claim, now)
        return self._where(claim)

    def _concede(self, claim: Claim, now: datetime) -> None:
        self._pay_claim(claim, min(claim.amount, self.orders[claim.order].cash), now)
        self._end(claim, "ruled", now)

    def _drop(self, claim: Claim, now: datetime) -> None:
        self._let_have(claim)
        self._end(claim, "closed", now)

    def _let_have(self, claim: Claim) -> None:
        """The seller has again what was held."""
        seller = self.orders[claim.order].seller
        hold = ("dispute_hold", "order", claim.order)
        self.post(hold, ("payable", "seller", seller), claim.held)
        self.net(seller)

    def _pay_claim(self, claim: Claim, amount: int, now: datetime) -> None:
        """An amount goes back, of a settled order out of what was held."""
        k, order = claim.order, self.orders[claim.order]
        if not amount:
            self._let_have(claim)
            return
        whole = amount == order.cash
        gone = (
            self.take_all(order, order.keep) if whole
            else self.take_amount(order, amount, order.keep)
        )  # fmt: skip
        pot = ("escrow", "order", k)
        if order.state == "settled":
            pot = ("bridge", "order", k)
            self.share_out(k, gone)
            self.forfeit(k, gone.share, claim.held, now)
        claim.refunded = self.send_back(pot, order.purchase, gone.cash)
        self.post(pot, ("promo", "order", k), gone.subsidy)

    def _end(self, claim: Claim, state: str, now: datetime) -> None:
        """The order goes on; one that a ruling left nothing of ends."""
        order = self.orders[claim.order]
        claim.state, claim.due = state, None
        order.open -= 1
        self.go_on(order, now)
        ended = not order.held and order.state in ("shipped", "delivered", "confirmed")
        if state == "ruled" and ended:
            self.cancel(claim.order)
