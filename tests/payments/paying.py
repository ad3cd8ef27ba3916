"""Payouts that wait, are decided on, and come back from the bank."""

from typing import Any

from fondaco import payments
from fondaco.payments import payout_decisions, payout_terms
from fondaco.payments.payout_model import (
    DecidePayout,
    PayoutEvery,
    ReturnPayout,
    SetPayoutPolicy,
)
from tests.world import World


async def policy(world: World, every: PayoutEvery = PayoutEvery.DAY, **more: Any) -> None:
    """How payouts go in the currency of a market of the world's own."""
    usual: dict[str, Any] = {"currency": "EUR"}
    wish = SetPayoutPolicy(every=every, **(usual | more))
    await world.do(payout_terms.set_payout_policy, wish)


async def asked(world: World, seller: int, amount: int | None = None) -> payments.PayoutCreated:
    """A payout that ann asked for."""
    wish = payments.PayOut(seller=seller, currency="EUR", amount=amount, by="ann")
    return await world.do(payments.pay_out, wish)


async def decided(world: World, payout: int, approve: bool = True, by: str = "bob") -> str:
    """The payout's state after somebody decided on it."""
    wish = DecidePayout(payout=payout, approve=approve, by=by, reason="looked at")
    return (await world.do(payout_decisions.decide_payout, wish)).state


async def paid(world: World, payout: payments.PayoutCreated) -> None:
    """The provider says that it arrived."""
    fact = payments.PayoutFact(payout=payout.id, paid=True, amount=payout.amount, currency="EUR")
    await world.do(payments.record_payout, fact)


def came_back(payout: payments.PayoutCreated, **more: Any) -> ReturnPayout:
    """The bank's word that a payout came back."""
    usual: dict[str, Any] = {
        "payout": payout.id, "amount": payout.amount, "currency": "EUR", "reference": "bank-1",
        "reason": "AC04 closed account",
    }  # fmt: skip
    return ReturnPayout(**(usual | more))


async def decide_payouts(world: World, seller: int) -> None:
    """One payout that waits, one approved and returned, one turned down."""
    await policy(world, approval_above=0)
    back = await asked(world, seller, 100)
    await decided(world, back.id)
    await paid(world, back)
    await world.do(payout_decisions.return_payout, came_back(back))
    await decided(world, (await asked(world, seller, 100)).id, approve=False)
    await asked(world, seller, 100)
    await policy(world)
