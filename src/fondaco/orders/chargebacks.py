"""Chargebacks: what a buyer's bank takes back through the provider, and what becomes of it.

While one is open its orders are frozen and what their sellers had of them is held. Lost, it is a
refund that the bank made for us; won, all is as it was. The provider's fee is gone either way and
is passed on to the sellers unless the operator bears it.
"""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from fondaco import payments
from fondaco.kernel import Batch, Command, Refused, Tx, as_json, command
from fondaco.kernel.money import share
from fondaco.orders.aftersale import cancel
from fondaco.orders.desk import Desk, lock_desk
from fondaco.orders.disputes import Disputes
from fondaco.orders.holding import freeze_for, lose, release, thaw
from fondaco.orders.queries import sql
from fondaco.orders.rows import Order

_MONEY_MOVES = ("paid", "shipped", "delivered", "confirmed", "settled")
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class Stage(StrEnum):
    """How far a chargeback has come."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class RecordChargeback(Command, frozen=True, kw_only=True, tag="record_chargeback"):
    """A provider's word on a chargeback: opened, won or lost.

    `reference` is the provider's name for it. `order` says which order of the purchase it is
    about; None deals it over all by what is left of them. Amounts are minor units.
    """

    payment: int
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    stage: Stage
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)]
    currency: str
    fee: Amount = 0
    fee_on_seller: bool = True
    order: int | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    evidence_due_at: datetime | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payment


class ChargebackRecorded(msgspec.Struct, frozen=True, tag="chargeback_recorded"):
    """The chargeback's state now."""

    id: int
    state: str


class ChargebackRefusal(StrEnum):
    """Why a provider's word on a chargeback was refused; the first that applies."""

    UNKNOWN_PAYMENT = "unknown_payment"
    FOREIGN_CURRENCY = "foreign_currency"
    NOT_CAPTURED = "not_captured"
    UNKNOWN_ORDER = "unknown_order"
    ALREADY_FINAL = "already_final"
    OPEN_ALREADY = "open_already"


class _Part(msgspec.Struct):
    order: int
    amount: int
    held: int


class _Case(msgspec.Struct):
    """A chargeback as it stands inside a batch."""

    id: int
    purchase: int
    payment: int
    reference: str
    currency: str
    amount: int
    covered: int
    beyond: int
    waiting: int
    fee: int
    reason: str
    state: str
    evidence_due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    parts: list[_Part]


@command(ChargebackRecorded)
async def record_chargeback(
    tx: Tx, batch: Batch[RecordChargeback]
) -> list[ChargebackRecorded | Refused]:
    """Record what providers say of chargebacks. ChargebackRefusal says why not.

    Words may come out of order: one that is won or lost unheard of is opened first.
    """
    desk = await lock_desk(tx, by_payments=[one.payment for one in batch])
    desk_of_cases = _Cases(tx, desk, await _cases(tx, desk))
    outcomes = [
        desk_of_cases.record(one, cause, at)
        for one, cause, at in zip(batch, batch.ids, batch.at, strict=True)
    ]
    await desk_of_cases.write()
    return outcomes


async def _cases(tx: Tx, desk: Desk) -> dict[tuple[int, str], _Case]:
    purchases = sorted({payment.purchase for payment in _till(desk).by_id.values()})
    rows = await tx.fetch(sql.chargebacks, bucket=tx.bucket, purchases=purchases)
    return {
        (row["payment"], row["reference"]): msgspec.convert(
            {**dict(row), "parts": msgspec.json.decode(row["parts"])}, _Case
        )
        for row in rows
    }


def _till(desk: Desk) -> payments.Till:
    if desk.till is None:
        raise AssertionError("the desk was opened with the till")
    return desk.till


class _Cases:
    """Chargebacks of locked purchases, and what a batch does with them."""

    def __init__(self, tx: Tx, desk: Desk, cases: dict[tuple[int, str], _Case]) -> None:
        self._tx, self._desk, self._cases = tx, desk, cases
        self._till, self._disputes = _till(desk), Disputes(desk)
        self._changed: dict[int, _Case] = {}

    def record(
        self, one: RecordChargeback, cause: int, at: datetime
    ) -> ChargebackRecorded | Refused:
        refusal = self._refusal(one)
        if refusal is not None:
            return refusal
        case = self._cases.get((one.payment, one.reference))
        if case is None:
            case = self._open(one, cause, at)
        if one.stage is not Stage.OPEN:
            self._close(case, one.stage, cause, at)
        self._changed[case.id] = case
        return ChargebackRecorded(case.id, case.state)

    def _refusal(self, one: RecordChargeback) -> Refused | None:
        payment = self._till.by_id.get(one.payment)
        if payment is None:
            detail = "There is no such payment."
            return Refused(ChargebackRefusal.UNKNOWN_PAYMENT, detail, "/payment")
        if one.currency != payment.currency:
            detail = f"The payment is in {payment.currency}."
            return Refused(ChargebackRefusal.FOREIGN_CURRENCY, detail, "/currency")
        if not payment.captured:
            detail = f"Nothing was captured: the payment is {payment.state}."
            return Refused(ChargebackRefusal.NOT_CAPTURED, detail, "/payment")
        orders = self._desk.by_purchase.get(payment.purchase, [])
        if one.order is not None and one.order not in {order.id for order in orders}:
            detail = "The payment is not for this order."
            return Refused(ChargebackRefusal.UNKNOWN_ORDER, detail, "/order")
        case = self._cases.get((one.payment, one.reference))
        if case is not None and case.state != "open":
            detail = f"The chargeback is {case.state}."
            return Refused(ChargebackRefusal.ALREADY_FINAL, detail, "/stage")
        if case is not None and one.stage is Stage.OPEN:
            detail = "The chargeback is open already."
            return Refused(ChargebackRefusal.OPEN_ALREADY, detail, "/stage")
        return None

    def _open(self, one: RecordChargeback, cause: int, at: datetime) -> _Case:
        payment = self._till.by_id[one.payment]
        within = min(one.amount, payment.captured - payment.refunded - payment.charged_back)
        contested = self._contested()
        free = [
            (order, cash)
            for order in self._desk.by_purchase.get(payment.purchase, [])
            if order.state in _MONEY_MOVES and one.order in (None, order.id)
            and (cash := order.cash - contested[order.id])
        ]  # fmt: skip
        waiting = within if self._waits(payment.purchase) else 0
        dealt = min(within - waiting, sum(cash for _, cash in free))
        parts = share(dealt, [cash for _, cash in free]) if free else []
        case = _Case(
            self._tx.mint(), payment.purchase, payment.id, one.reference, payment.currency,
            one.amount, within, one.amount - dealt, waiting, one.fee, one.reason, "open",
            one.evidence_due_at, at, None, [],
        )  # fmt: skip
        self._till.charge_back(payment, one.amount, within, one.fee, cause, at)
        if waiting:
            self._set_aside(payment, waiting, cause, at, again=False)
        fees = share(one.fee if one.fee_on_seller and dealt else 0, parts) if parts else []
        for (order, _), amount, fee in zip(free, parts, fees, strict=True):
            if amount:
                held = freeze_for(self._desk, order, amount, fee, cause, at)
                case.parts.append(_Part(order.id, amount, held))
        self._cases[one.payment, one.reference] = case
        return case

    def _waits(self, purchase: int) -> bool:
        """Whether what was captured for a purchase still waits for the rest."""
        return any(order.state == "created" for order in self._desk.by_purchase.get(purchase, []))

    def _set_aside(
        self, payment: payments.Payment, amount: int, cause: int, at: datetime, *, again: bool
    ) -> payments.Source:
        """What waited waits no longer, for the bank has it; or `again`. Meanwhile it covers what
        will have been lost, if it is.
        """
        waiting = payments.Source(payments.UNAPPLIED(payment.purchase), amount)
        cover = payments.Source(payments.PAYMENT_DIFFERENCE(payment.purchase), amount)
        debit, credit = (cover, waiting) if again else (waiting, cover)
        self._till.pour(payment, "chargeback_waiting", [debit], [credit], cause, at)
        return waiting

    def _wait_again(
        self, case: _Case, payment: payments.Payment, cause: int, at: datetime
    ) -> None:  # fmt: skip
        """Money that was taken while it waited waits again, or goes back if it came too late."""
        held = self._set_aside(payment, case.waiting, cause, at, again=True)
        if not self._waits(case.purchase):
            reason = "cannot be applied"
            self._till.refund(
                case.purchase, [held], None, held.amount, case.currency, reason, cause, at,
                only=payment,
            )  # fmt: skip

    def _contested(self) -> Counter[int]:
        """What of orders other chargebacks that are open may take already."""
        parts: Counter[int] = Counter()
        for case in self._cases.values():
            if case.state == "open":
                parts.update({part.order: part.amount for part in case.parts})
        return parts

    def _close(self, case: _Case, stage: Stage, cause: int, at: datetime) -> None:
        case.state, case.closed_at = stage.value, at
        payment = self._till.by_id[case.payment]
        if stage is Stage.WON:
            self._till.win_back(payment, case.amount, case.covered, cause, at)
            if case.waiting:
                self._wait_again(case, payment, cause, at)
        elif case.beyond:
            self._till.lose(payment, case.beyond, cause, at)
        for part in case.parts:
            order = self._desk.by_id[part.order]
            if stage is Stage.WON:
                release(self._desk, order, part.held, cause, at)
            else:
                lose(self._desk, order, part.amount, part.held, payment, cause, at)
            self._thaw(order, case, cause, at)

    def _thaw(self, order: Order, case: _Case, cause: int, at: datetime) -> None:
        """An order goes on unless something else is open about it; empty and unsettled, it ends."""
        others = (
            part.order
            for other in self._cases.values()
            if other.id != case.id and other.state == "open"
            for part in other.parts
        )
        if order.id in others:
            return
        thaw(self._desk, order, at)
        if order.state != "settled" and order.held == 0 and case.state == "lost":
            if order.disputed:
                self._disputes.close(order, 0, "The buyer's bank took all of it back.", at)
            cancel(self._desk, order, "provider", cause, at)

    async def write(self) -> None:
        await self._desk.write()
        await self._disputes.write(self._tx)
        rows: list[Any] = [self._changed[key] for key in sorted(self._changed)]
        parts = [
            {"chargeback": case.id, **msgspec.structs.asdict(part)}
            for case in rows
            for part in case.parts
        ]
        await self._tx.fetch(
            sql.write_chargebacks, bucket=self._tx.bucket, rows=as_json(rows), parts=as_json(parts)
        )
