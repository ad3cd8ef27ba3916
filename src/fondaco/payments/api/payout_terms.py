"""The JSON edge of when sellers are paid, holds, second-person approval and returned payouts."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, Strict, submit, writes
from fondaco.kernel.edge import Currency, id_in_path
from fondaco.payments.account_model import Amount, Count, Reason
from fondaco.payments.payout_decisions import decide_payout, return_payout
from fondaco.payments.payout_model import (
    DecidePayout,
    HoldPayouts,
    LiftHold,
    PayoutEvery,
    ReturnPayout,
    SetPayoutPolicy,
    SetPayoutSchedule,
)
from fondaco.payments.payout_terms import (
    hold_payouts,
    lift_hold,
    set_payout_policy,
    set_payout_schedule,
)

Caller = Request[Any, parties.Access, State]


class PolicyTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How payouts of a currency go; above `approval_above` a second person must approve."""

    currency: Currency
    every: PayoutEvery
    minimum: Count = 0
    approval_above: Count | None = None


class ScheduleTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a seller is paid, and the least; `every` left out: as the policy says."""

    currency: Currency
    every: PayoutEvery | None = None
    minimum: Count = 0


class ScheduleSetView(msgspec.Struct, frozen=True):
    """When the seller is paid next; null where payouts are by request."""

    next_at: datetime | None


class HoldReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why nothing is paid to the seller."""

    reason: Reason


class HoldView(msgspec.Struct, frozen=True):
    """Whether the seller's payouts are on hold."""

    held: bool


class AccountTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The account a seller is paid to; nothing is paid to one that is not verified."""

    account: Reason
    verified: bool = False


class AccountView(msgspec.Struct, frozen=True):
    """Whether the account may be paid to."""

    verified: bool


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a payout that waits is approved, by another person than who asked for it."""

    approve: bool
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class BankReturn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payout that came back, under the bank's reference. Minor units."""

    amount: Amount
    currency: Currency
    reference: Reason
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""


class StateView(msgspec.Struct, frozen=True):
    """The payout's state now."""

    state: str


@post("/api/payout-policies", dto=Strict[PolicyTerms], **writes("admin"))
async def add_policy(
    data: JSONBody[PolicyTerms], request: Caller, idempotency_key: IdempotencyKey
) -> PolicyTerms:
    """Say how often sellers are paid in a currency, the least, and what must be approved."""
    wish = SetPayoutPolicy(**msgspec.structs.asdict(data))
    await submit(request, set_payout_policy, wish, idempotency_key)
    return data


@post("/api/sellers/{seller_id:str}/payout-schedule", dto=Strict[ScheduleTerms], **writes("admin"))
async def add_schedule(
    data: JSONBody[ScheduleTerms],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ScheduleSetView:
    """Pay a seller at times of its own."""
    wish = SetPayoutSchedule(seller=id_in_path("sel", seller_id), **msgspec.structs.asdict(data))
    done = await submit(request, set_payout_schedule, wish, idempotency_key, "unknown_seller")
    return ScheduleSetView(done.next_at)


@post("/api/sellers/{seller_id:str}/payout-account", dto=Strict[AccountTerms], **writes("admin"))
async def add_account(
    data: JSONBody[AccountTerms],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> AccountView:
    """Set the account that a seller is paid to, verified or not yet."""
    wish = parties.SetPayoutAccount(
        seller=id_in_path("sel", seller_id), account=data.account, verified=data.verified
    )
    done = await submit(
        request, parties.set_payout_account, wish, idempotency_key, "unknown_seller"
    )
    return AccountView(done.verified)


@post("/api/sellers/{seller_id:str}/payout-holds", dto=Strict[HoldReason], **writes("admin"))
async def add_hold(
    data: JSONBody[HoldReason],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> HoldView:
    """Pay a seller nothing for now; what it is owed stays owed."""
    wish = HoldPayouts(seller=id_in_path("sel", seller_id), reason=data.reason, by=request.auth.by)
    done = await submit(request, hold_payouts, wish, idempotency_key, "unknown_seller")
    return HoldView(done.held)


@post("/api/sellers/{seller_id:str}/payout-holds/lift", **writes("admin"))
async def end_hold(
    request: Caller, seller_id: FromPath[str], idempotency_key: IdempotencyKey
) -> HoldView:
    """Pay a seller again."""
    wish = LiftHold(seller=id_in_path("sel", seller_id))
    done = await submit(request, lift_hold, wish, idempotency_key, "unknown_seller")
    return HoldView(done.held)


@post("/api/payouts/{payout_id:str}/decision", dto=Strict[Decision], **writes("admin"))
async def add_decision(
    data: JSONBody[Decision],
    request: Caller,
    payout_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> StateView:
    """Approve a payout that somebody else asked for, or turn it down."""
    wish = DecidePayout(
        payout=id_in_path("out", payout_id), approve=data.approve, by=request.auth.by,
        reason=data.reason,
    )  # fmt: skip
    done = await submit(request, decide_payout, wish, idempotency_key, "unknown_payout")
    return StateView(done.state)


@post("/api/payouts/{payout_id:str}/return", dto=Strict[BankReturn], **writes("admin"))
async def add_return(
    data: JSONBody[BankReturn],
    request: Caller,
    payout_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> StateView:
    """Record that the bank sent a payout back: the seller is owed it again."""
    wish = ReturnPayout(payout=id_in_path("out", payout_id), **msgspec.structs.asdict(data))
    done = await submit(request, return_payout, wish, idempotency_key, "unknown_payout")
    return StateView(done.state)


routes = (
    add_policy, add_schedule, add_account, add_hold, end_hold, add_decision, add_return,
)  # fmt: skip
