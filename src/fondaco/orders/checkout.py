"""The checkout: place a purchase, charge for it, record what the provider says.

Each step is safe to repeat under the same key: the purchase by its idempotency key, the charge
by the payment's id, the provider's word by its event's id. So whoever is cut off in between
sends the same request again and gets the same answer.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from fondaco import payments
from fondaco.kernel import Gatherer, KeyReused, Refused, Sent
from fondaco.kernel.batcher import Batcher
from fondaco.kernel.ids import minted_at_ms, show
from fondaco.orders.jobs import payment_fact
from fondaco.orders.model import (
    Attempt,
    Attempted,
    Place,
    Placed,
    RecordPayment,
)
from fondaco.orders.place import place
from fondaco.orders.receive import attempt, record_payment

_FRESH_MS: Final = 20_000
"""Within this time of its making nobody else asks about a payment, so it can be charged unseen."""

_Answer = payments.Fact | payments.Action | payments.Unknown
_NOT_PAID: Final = ("failed", "voided")


class Charged(StrEnum):
    """How a charge stands."""

    CAPTURED = "captured"
    DECLINED = "declined"
    PENDING = "pending"
    """The provider has not said; a webhook or a later look-up will tell."""
    WAITING = "waiting"
    """Captured, and waits for the other tenders of its purchase."""
    RETURNED = "returned"
    """Captured too late, or a second time: the money goes back."""
    ACTION_REQUIRED = "action_required"
    """The buyer must act first, on the provider's page for one; `action` says where."""


class Charging(msgspec.Struct, frozen=True):
    """A payment and how it stands; `reason` says why it was declined."""

    payment: int
    status: Charged
    amount: int
    currency: str
    reason: str = ""
    action: payments.Action | None = None


class Bought(msgspec.Struct, frozen=True):
    """A purchase that stands, and the charges for it in the order they were asked for.

    The first that is not captured is the last.
    """

    placed: Placed
    charges: tuple[Charging, ...]


class _Due(msgspec.Struct, frozen=True):
    """What is to be charged."""

    payment: int
    amount: int
    currency: str
    tender: tuple[str, str]
    reference: str


class Checkout:
    """Buys and pays for concurrent callers, in batches of commands and of charges."""

    def __init__(self, gatherer: Gatherer, providers: payments.Providers) -> None:
        self._gatherer = gatherer
        self._charges: Mapping[str, Batcher[payments.Charge, _Answer]] = {
            name: Batcher(provider.charge) for name, provider in providers.items()
        }

    async def buy(self, wish: Place, principal: str, key: str) -> Bought | Refused:
        """Place a purchase and charge its tenders. May raise KeyReused or Overloaded."""
        placed = await self._gatherer.submit(place, wish, principal, key)
        if isinstance(placed, Refused):
            return placed
        return await self._bought(wish, placed)

    async def buy_all(
        self, sent: Sequence[Sent[Place]]
    ) -> list[Bought | Refused | KeyReused | Exception]:
        """Place and charge many; one answer each, in order. Overloaded: none was taken."""
        answers = await self._gatherer.submit_all(place, sent)
        good = [n for n, answer in enumerate(answers) if isinstance(answer, Placed)]
        bought: list[Bought | Refused | KeyReused | Exception] = list(answers)  # type: ignore[arg-type]
        charged = await asyncio.gather(*(self._bought(sent[n].command, answers[n]) for n in good))
        for n, one in zip(good, charged, strict=True):
            bought[n] = one
        return bought

    async def _bought(self, wish: Place, placed: object) -> Bought:
        assert isinstance(placed, Placed)
        charges = []
        for due in _dues(wish, placed):
            charges.append(await self._charge(due))
            if charges[-1].status not in (Charged.CAPTURED, Charged.WAITING):
                break
        return Bought(placed, tuple(charges))

    async def pay(self, wish: Attempt, principal: str, key: str) -> Charging | Refused:
        """Try again to pay for a purchase that waits. May raise KeyReused or Overloaded."""
        made = await self._gatherer.submit(attempt, wish, principal, key)
        if isinstance(made, Refused):
            return made
        assert isinstance(made, Attempted)
        tender = (wish.provider, wish.token)
        reference = show("pur", wish.purchase)
        return await self._charge(_Due(made.payment, made.amount, made.currency, tender, reference))

    async def _charge(self, due: _Due) -> Charging:
        state, reason = await self._state(due) if _old(due) else ("created", "")
        if state in _NOT_PAID:  # given up meanwhile: to charge now would only be to give back
            return _charging(due, Charged.DECLINED, reason)
        provider, token = due.tender
        fact = await self._charges[provider].call(
            payments.Charge(
                show("pay", due.payment), due.amount, due.currency, token, due.reference
            )
        )
        if isinstance(fact, payments.Fact):
            return await self._recorded(due, payment_fact(fact, due.payment))
        return await self._known(due, fact if isinstance(fact, payments.Action) else None)

    async def _recorded(self, due: _Due, word: Sent[RecordPayment]) -> Charging:
        answer = await self._gatherer.submit(record_payment, word.command, word.principal, word.key)
        if isinstance(answer, Refused):  # somebody else recorded another word first
            return await self._known(due)
        if answer.applied:
            return _charging(due, Charged.CAPTURED)
        if answer.state in _NOT_PAID:
            return _charging(due, Charged.DECLINED, answer.reason)
        if answer.waits:
            return _charging(due, Charged.WAITING)
        return _charging(due, Charged.RETURNED)

    async def _known(self, due: _Due, action: payments.Action | None = None) -> Charging:
        """How a charge stands by what is recorded, as the provider says nothing now.

        It may have said something before, under the same key: then that was told, and stays so.
        """
        state, reason = await self._state(due)
        if state in _NOT_PAID:
            return _charging(due, Charged.DECLINED, reason)
        if state != "created":
            return _charging(due, Charged.CAPTURED)
        if action is not None:
            return _charging(due, Charged.ACTION_REQUIRED, action=action)
        return _charging(due, Charged.PENDING)

    async def _state(self, due: _Due) -> tuple[str, str]:
        """The payment's state, and why it is that."""
        rows = await payments.payments(self._gatherer.database, [due.payment])
        return (rows[0]["state"], rows[0]["reason"]) if rows else ("created", "")


def _old(due: _Due) -> bool:
    return time.time_ns() // 1_000_000 - minted_at_ms(due.payment) > _FRESH_MS


def _dues(wish: Place, placed: Placed) -> list[_Due]:
    return [
        _Due(
            payment, tender.due(placed.total, wish.tenders), placed.currency,
            (tender.provider, tender.token), show("pur", placed.purchase),
        )
        for payment, tender in zip(placed.payments, wish.tenders, strict=True)
    ]  # fmt: skip


def _charging(
    due: _Due, status: Charged, reason: str = "", action: payments.Action | None = None
) -> Charging:
    return Charging(due.payment, status, due.amount, due.currency, reason, action)
