"""Disputes from the claim until the operator has heard both sides."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from fondaco import markets, orders, payments
from fondaco.aftercare.counter import by, forbidden
from fondaco.aftercare.dispute_model import (
    MOST_SAID,
    AddEvidence,
    AnswerDispute,
    DisputeMoved,
    DisputeOpened,
    DisputeRefusal,
    EscalateDispute,
    OpenDispute,
    WithdrawDispute,
)
from fondaco.aftercare.dispute_rows import Dispute
from fondaco.aftercare.docket import Docket, decide_each, open_docket, wrong_state
from fondaco.aftercare.model import MOST_CASES, Policy
from fondaco.aftercare.policies import policies
from fondaco.aftercare.queries import sql
from fondaco.aftercare.rulings import Bench
from fondaco.kernel import Batch, Refused, Tx, command
from fondaco.kernel.ids import root_of
from fondaco.kernel.money import show

_UNDER_WAY = ("shipped", "delivered", "confirmed", "settled")


@command(DisputeOpened)
async def open_dispute(tx: Tx, batch: Batch[OpenDispute]) -> list[DisputeOpened | Refused]:
    """Open disputes. What is claimed stays where it is until they are closed.

    An open order is held. Of a settled one, what its seller would give up is taken off what he is
    owed and held apart. DisputeRefusal says why not.
    """
    docket = await open_docket(tx, [one.order for one in batch])
    opener = await _Opener.ready(tx, docket)
    outcomes: list[DisputeOpened | Refused] = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        order = orders.find(docket.desk, one)
        if isinstance(order, Refused):
            outcomes.append(order)
        else:
            outcomes.append(opener.refusal(one, order, at) or opener.open(one, order, cause, at))
    await docket.write()
    return outcomes


class _Opener:
    """What opening a dispute is decided by."""

    def __init__(
        self, tx: Tx, docket: Docket, terms: dict[int, Policy], arrived: dict[int, datetime],
        declined: dict[int, int], fees: markets.Fees, exchanged: dict[int, payments.Exchanged],
    ) -> None:  # fmt: skip
        self._tx, self._docket, self._terms, self._fees = tx, docket, terms, fees
        self._exchanged = exchanged
        self._arrived, self._declined = arrived, declined

    @classmethod
    async def ready(cls, tx: Tx, docket: Docket) -> "_Opener":
        """Read terms, when orders arrived, and which returns were declined."""
        found = docket.desk.by_id
        terms = await policies(tx, [order.market for order in found.values()])
        rows = await tx.fetch(sql.arrived_at, bucket=tx.bucket, orders=sorted(found))
        arrived = {row["entity"]: row["at"] for row in rows}
        purchases = sorted(docket.desk.by_purchase)
        rows = await tx.fetch(sql.declined_returns, bucket=tx.bucket, purchases=purchases)
        declined = {row["id"]: row["order"] for row in rows}
        abroad = [one.id for one in found.values() if one.settle_in and one.state == "settled"]
        exchanged = await payments.exchanged(tx, abroad)
        return cls(tx, docket, terms, arrived, declined, await markets.fees(tx), exchanged)

    def refusal(self, one: OpenDispute, order: orders.Order, at: datetime) -> Refused | None:
        if one.seller is not None:
            return forbidden("buyer", "open a dispute")
        if order.state not in _UNDER_WAY:
            detail = f"An order that is {order.state} cannot be disputed."
            return Refused(DisputeRefusal.WRONG_STATE, detail)
        if order.disputed or self._docket.undecided(order.id):
            return Refused(DisputeRefusal.DISPUTED, "The order is disputed already.")
        if order.charged_back:
            return orders.charged_back()
        if order.open_cases:
            detail = "A return of the order is open; wait until it is decided, or withdraw it."
            return Refused(DisputeRefusal.CASE_OPEN, detail)
        return self._too_late(order, at) or self._wrong_claim(one, order)

    def _too_late(self, order: orders.Order, at: datetime) -> Refused | None:
        days = timedelta(days=self._terms[order.market].dispute_days)
        arrived = self._arrived.get(order.id)
        if arrived is None or at <= arrived + days:
            return None
        detail = f"The time to dispute the order ended at {(arrived + days).isoformat()}."
        return Refused(DisputeRefusal.WINDOW_OVER, detail)

    def _wrong_claim(self, one: OpenDispute, order: orders.Order) -> Refused | None:
        if one.rma is not None and self._declined.get(one.rma) != order.id:
            detail = "No such return of the order was declined."
            return Refused(DisputeRefusal.UNKNOWN_RETURN, detail, "/return")
        if not order.cash or (one.amount or 0) > order.cash:
            detail = f"{show(order.cash, order.currency)} of the order is left."
            return Refused(DisputeRefusal.TOO_MUCH, detail, "/amount")
        if self._docket.opened(order.id) >= MOST_CASES:
            detail = f"An order is disputed {MOST_CASES} times at most."
            return Refused(DisputeRefusal.TOO_MANY_DISPUTES, detail)
        return None

    def open(
        self, one: OpenDispute, order: orders.Order, cause: int, at: datetime
    ) -> DisputeOpened:
        policy, amount = self._terms[order.market], one.amount or order.cash
        keep = self._fees.policy(order.market, order.placed_at).keep_on_refund
        held, held_in = orders.hold_back(
            self._docket.desk, order, amount, cause, at, keep=keep,
            exchanged=self._exchanged.get(order.id),
        )  # fmt: skip
        due_at = at + timedelta(days=policy.answer_days)
        dispute = Dispute(
            self._tx.mint(), order.id, order.seller, order.buyer, order.currency, one.kind.value,
            one.rma, amount, held, held_in, "open", policy.reply_days, due_at, at,
        )  # fmt: skip
        self._docket.add(dispute, at)
        self._docket.say(dispute, "buyer", one.text, one.files, at)
        return DisputeOpened(dispute.id, amount, order.currency, due_at)


def _silent(one: Any) -> Refused | None:
    if one.text.strip() or one.files:
        return None
    return Refused(DisputeRefusal.NOTHING_SAID, "Say or show something.", "/text")


@command(DisputeMoved)
async def add_evidence(tx: Tx, batch: Batch[AddEvidence]) -> list[DisputeMoved | Refused]:
    """Keep what a party says and shows in an undecided dispute. DisputeRefusal says why not."""
    docket = await open_docket(tx, disputes=[one.dispute for one in batch])
    rows = await tx.fetch(
        sql.said_so_far, bucket=tx.bucket, disputes=sorted(docket.by_id),
        purchases=sorted({root_of(one.order) for one in docket.by_id.values()}),
    )  # fmt: skip
    said = Counter({(row["dispute"], row["party"]): row["times"] for row in rows})

    def decide(one: AddEvidence, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        if not dispute.open:
            return wrong_state(dispute, "given evidence")
        if (refusal := _silent(one)) is not None:
            return refusal
        if said[dispute.id, by(one)] >= MOST_SAID:
            detail = f"A party says something {MOST_SAID} times at most."
            return Refused(DisputeRefusal.TOO_MUCH_SAID, detail)
        said[dispute.id, by(one)] += 1
        docket.say(dispute, by(one), one.text, one.files, at)
        return None

    return await decide_each(docket, batch, decide)


@command(DisputeMoved)
async def answer_dispute(tx: Tx, batch: Batch[AnswerDispute]) -> list[DisputeMoved | Refused]:
    """Give what is claimed back, or say why not; then the buyer has the word."""
    docket = await open_docket(tx, disputes=[one.dispute for one in batch], money=True)
    bench = Bench(docket, await markets.fees(tx))

    def decide(one: AnswerDispute, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        if one.buyer is not None:
            return forbidden("seller", "answer a dispute")
        if dispute.state != "open":
            return wrong_state(dispute, "answered")
        if one.accept and docket.order(dispute).charged_back:
            return orders.charged_back()
        if not one.accept and (refusal := _silent(one)) is not None:
            return refusal
        if one.text.strip() or one.files:
            docket.say(dispute, by(one), one.text, one.files, at)
        if one.accept:
            bench.concede(dispute, by(one), cause, at)
        else:
            docket.move(dispute, "answered", by(one), cause, at, dispute.reply_days)
        return None

    return await decide_each(docket, batch, decide)


@command(DisputeMoved)
async def escalate_dispute(tx: Tx, batch: Batch[EscalateDispute]) -> list[DisputeMoved | Refused]:
    """Ask the operator to rule, once the seller has answered. DisputeRefusal says why not."""
    docket = await open_docket(tx, disputes=[one.dispute for one in batch])

    def decide(one: EscalateDispute, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        if one.seller is not None:
            return forbidden("buyer", "ask for a ruling")
        if dispute.state != "answered":
            return wrong_state(dispute, "brought before the operator")
        if one.text.strip() or one.files:
            docket.say(dispute, by(one), one.text, one.files, at)
        docket.move(dispute, "under_review", by(one), cause, at)
        return None

    return await decide_each(docket, batch, decide)


@command(DisputeMoved)
async def withdraw_dispute(tx: Tx, batch: Batch[WithdrawDispute]) -> list[DisputeMoved | Refused]:
    """Claim nothing any more: the seller has again what was held. DisputeRefusal says why not."""
    docket = await open_docket(tx, disputes=[one.dispute for one in batch])
    bench = Bench(docket, await markets.fees(tx))

    def decide(one: WithdrawDispute, dispute: Dispute, cause: int, at: datetime) -> Refused | None:
        if one.seller is not None:
            return forbidden("buyer", "withdraw a dispute")
        if not dispute.open:
            return wrong_state(dispute, "withdrawn")
        bench.drop(dispute, by(one), cause, at)
        return None

    return await decide_each(docket, batch, decide)
