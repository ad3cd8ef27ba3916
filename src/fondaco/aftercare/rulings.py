"""How disputes end: by a ruling, the seller's word or silence; and what that makes of money."""

from datetime import datetime

from fondaco import markets, orders, payments
from fondaco.aftercare.dispute_model import (
    DisputeMoved,
    DisputeRefusal,
    DoDueDispute,
    RuleDispute,
)
from fondaco.aftercare.dispute_rows import Dispute
from fondaco.aftercare.docket import Docket, decide_each, open_docket, wrong_state
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.kernel.money import show


class Bench:
    """Ends disputes of a docket, with their money."""

    def __init__(self, docket: Docket, fees: markets.Fees) -> None:
        self._docket, self._fees = docket, fees

    def most(self, dispute: Dispute) -> int:
        """What may go back: the claim, as far as the order still has it."""
        return min(dispute.amount, self._docket.order(dispute).cash)

    def concede(self, dispute: Dispute, actor: str, cause: int, at: datetime) -> None:
        """The buyer gets what was claimed, and the order goes on with what is left of it."""
        self._give(dispute, self.most(dispute), cause, at)
        self._end(dispute, actor, cause, at)

    def left(self, dispute: Dispute) -> int:
        """What can go back still of what was paid for the purchase."""
        desk = self._docket.desk
        purchase = self._docket.order(dispute).purchase
        return sum(payment.left for payment in desk.opened_till().payments(purchase))

    def drop(self, dispute: Dispute, actor: str, cause: int, at: datetime) -> None:
        """The buyer gets nothing, and the order goes on."""
        self._release(dispute, cause, at)
        self._docket.close(dispute, "closed", actor, cause, at)

    def rule(self, dispute: Dispute, one: RuleDispute, cause: int, at: datetime) -> None:
        """The buyer gets the refund, the seller the rest of the order at once."""
        dispute.ruling, dispute.at_operators_cost = one.ruling, one.at_operators_cost
        if one.at_operators_cost:
            self._pay(dispute, one.refund, cause, at)
        else:
            self._give(dispute, one.refund, cause, at)
        order = self._end(dispute, "operator", cause, at)
        if order.state in ("shipped", "delivered"):
            self._docket.desk.confirm(order, "operator", cause, at)

    def _give(self, dispute: Dispute, amount: int, cause: int, at: datetime) -> None:
        """Take an amount off the order, like a refund; out of what is held once it is settled.

        What is held in another currency is let go, and given up as any refund then is.
        """
        desk, order = self._docket.desk, self._docket.order(dispute)
        here = dispute.held_currency == order.currency
        if not amount or not here:
            self._release(dispute, cause, at)
        if not amount:
            return
        held = dispute.held if order.state == "settled" and here else None
        keep = self._fees.policy(order.market, order.placed_at).keep_on_refund
        whole = amount == order.cash
        back = (
            desk.give_back_all(order, keep) if whole
            else desk.give_back_amount(order, amount, keep)
        )  # fmt: skip
        dispute.refunded = desk.refund(order, back, "ruling", cause, at, held=held)

    def _release(self, dispute: Dispute, cause: int, at: datetime) -> None:
        """The seller has again what was held."""
        orders.release(
            self._docket.desk, self._docket.order(dispute), dispute.held, cause, at,
            "dispute_dropped", currency=dispute.held_currency,
        )  # fmt: skip

    def _pay(self, dispute: Dispute, amount: int, cause: int, at: datetime) -> None:
        """The operator pays, and nothing is taken off the order."""
        desk, order = self._docket.desk, self._docket.order(dispute)
        self._release(dispute, cause, at)
        if amount:
            source = payments.Source(payments.GOODWILL(order.id), amount)
            till = desk.opened_till()
            dispute.refunded = till.refund(
                order.purchase, [source], order.id, amount, order.currency, "ruling", cause, at
            )

    def _end(self, dispute: Dispute, actor: str, cause: int, at: datetime) -> orders.Order:
        order = self._docket.order(dispute)
        dispute.settled_by = cause
        self._docket.close(dispute, "ruled", actor, cause, at)
        if not order.held and order.state in ("shipped", "delivered", "confirmed"):
            orders.cancel(self._docket.desk, order, actor, cause, at)
        return order


@command(DisputeMoved)
async def rule_dispute(tx: Tx, batch: Batch[RuleDispute]) -> list[DisputeMoved | Refused]:
    """Rule on disputes: part of what is disputed goes back, the rest is the seller's at once.

    DisputeRefusal says why not.
    """
    docket = await open_docket(tx, disputes=[one.dispute for one in batch], money=True)
    bench = Bench(docket, await markets.fees(tx))

    def decide(one: RuleDispute, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        if one.seller is not None or one.buyer is not None:
            detail = "Only the operator may rule on a dispute."
            return Refused(DisputeRefusal.FORBIDDEN, detail)
        if not dispute.open:
            return wrong_state(dispute, "ruled on")
        if docket.order(dispute).charged_back:
            return orders.charged_back()
        if one.refund > (most := bench.most(dispute)):
            detail = f"{show(most, dispute.currency)} is disputed."
            return Refused(DisputeRefusal.TOO_MUCH, detail, "/refund")
        if one.at_operators_cost and one.refund > (left := bench.left(dispute)):
            detail = f"{show(left, dispute.currency)} is left of what the buyer paid."
            return Refused(DisputeRefusal.TOO_MUCH, detail, "/refund")
        if not one.ruling.strip():
            return Refused(DisputeRefusal.NO_REASON, "Say why you rule so.", "/ruling")
        bench.rule(dispute, one, cause, at)
        return None

    return await decide_each(docket, batch, decide)


@command(DisputeMoved)
async def do_due_dispute(tx: Tx, batch: Batch[DoDueDispute]) -> list[DisputeMoved | Refused]:
    """Do what disputes' deadlines say, if they still say it: who is silent loses.

    While the buyer's bank has the money back, nothing is given: that waits day by day.
    """
    docket = await open_docket(tx, disputes=[one.dispute for one in batch], money=True)
    bench = Bench(docket, await markets.fees(tx))

    def decide(one: DoDueDispute, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        due = dispute.state == one.state and dispute.due_at is not None and dispute.due_at <= at
        if not due:
            return Refused(DisputeRefusal.NOT_DUE, "Nothing is due for this dispute.")
        if dispute.state == "answered":
            bench.drop(dispute, "system", cause, at)
        elif docket.order(dispute).charged_back:
            docket.postpone(dispute, at)
        else:
            bench.concede(dispute, "system", cause, at)
        return None

    return await decide_each(docket, batch, decide)
