"""The JSON edge of what the operator decides of a seller's account: bond, reserve and debt."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, Strict, submit, writes
from fondaco.kernel.edge import Currency, SellerId, id_in_path, parsed
from fondaco.kernel.ids import show
from fondaco.payments.account_model import (
    Amount,
    BondMoved,
    BondRule,
    Count,
    Days,
    DebtLowered,
    DepositBond,
    DrawBond,
    Part,
    Reason,
    RecordRecovery,
    RefundBond,
    SetBond,
    SetReserve,
    Whole,
    WriteOff,
)
from fondaco.payments.bonds import deposit_bond, draw_bond, refund_bond, set_bond
from fondaco.payments.debts import record_recovery, set_reserve, write_off

Caller = Request[Any, parties.Access, State]


class BondTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be in deposit, and numerator/denominator of each sale withheld until then.

    Debt of the kinds in `draws` is met out of it at once; any after `draw_after_days`.
    """

    currency: Currency
    target: Count
    numerator: Part = 0
    denominator: Whole = 100
    draws: list[BondRule] = []
    draw_after_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None


class BondSetView(msgspec.Struct, frozen=True):
    """What the bond lacks. Minor units."""

    missing: int


class PaidIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money that a seller paid, under the bank's or provider's reference. Minor units."""

    currency: Currency
    amount: Amount
    reference: Reason


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision, with its reason; left out, the amount is all that there is. Minor units."""

    currency: Currency
    reason: Reason
    amount: Amount | None = None


class Moved(msgspec.Struct, frozen=True):
    """What moved, and what is left of the bond or debt. Minor units."""

    id: str
    amount: int
    left: int


class ReserveTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numerator/denominator of each sale's proceeds kept back for some days."""

    numerator: Part
    days: Days
    denominator: Whole = 100
    seller: SellerId | None = None


class ReserveSetView(msgspec.Struct, frozen=True):
    """For how many days it is kept back."""

    days: int


@post("/api/sellers/{seller_id:str}/bond", dto=Strict[BondTerms], **writes("admin"))
async def add_bond(
    data: JSONBody[BondTerms],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> BondSetView:
    """Set what a seller must have in deposit, and what may draw on it."""
    days = data.draw_after_days
    wish = SetBond(
        seller=id_in_path("sel", seller_id), currency=data.currency, target=data.target,
        numerator=data.numerator, denominator=data.denominator, draws=tuple(data.draws),
        draw_after=None if days is None else timedelta(days=days),
    )  # fmt: skip
    done = await submit(request, set_bond, wish, idempotency_key, "unknown_seller")
    return BondSetView(done.missing)


@post("/api/sellers/{seller_id:str}/bond/deposits", dto=Strict[PaidIn], **writes("admin"))
async def add_deposit(
    data: JSONBody[PaidIn],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Moved:
    """Record what a seller paid into its bond."""
    wish = DepositBond(
        seller=id_in_path("sel", seller_id), currency=data.currency, amount=data.amount,
        reference=data.reference,
    )  # fmt: skip
    return _moved(await submit(request, deposit_bond, wish, idempotency_key))


@post("/api/sellers/{seller_id:str}/bond/draws", dto=Strict[Decided], **writes("admin"))
async def add_draw(
    data: JSONBody[Decided],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Moved:
    """Meet a seller's debt out of its bond."""
    wish = DrawBond(
        seller=id_in_path("sel", seller_id), currency=data.currency, amount=data.amount,
        reason=data.reason,
    )  # fmt: skip
    return _moved(await submit(request, draw_bond, wish, idempotency_key))


@post("/api/sellers/{seller_id:str}/bond/refunds", dto=Strict[Decided], **writes("admin"))
async def add_bond_refund(
    data: JSONBody[Decided],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Moved:
    """Give what a bond is over its target back to the seller's balance."""
    wish = RefundBond(
        seller=id_in_path("sel", seller_id), currency=data.currency, amount=data.amount,
        reason=data.reason,
    )  # fmt: skip
    return _moved(await submit(request, refund_bond, wish, idempotency_key))


@post("/api/sellers/{seller_id:str}/recoveries", dto=Strict[PaidIn], **writes("admin"))
async def add_recovery(
    data: JSONBody[PaidIn],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Moved:
    """Record what a seller paid of its debt."""
    wish = RecordRecovery(
        seller=id_in_path("sel", seller_id), currency=data.currency, amount=data.amount,
        reference=data.reference,
    )  # fmt: skip
    return _moved(await submit(request, record_recovery, wish, idempotency_key, "unknown_seller"))


@post("/api/sellers/{seller_id:str}/write-offs", dto=Strict[Decided], **writes("admin"))
async def add_write_off(
    data: JSONBody[Decided],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Moved:
    """Give up a seller's debt, or part of it, with the reason."""
    wish = WriteOff(
        seller=id_in_path("sel", seller_id), currency=data.currency, amount=data.amount,
        reason=data.reason,
    )  # fmt: skip
    return _moved(await submit(request, write_off, wish, idempotency_key, "unknown_seller"))


@post("/api/markets/{market_id:str}/reserve", dto=Strict[ReserveTerms], **writes("admin"))
async def add_reserve(
    data: JSONBody[ReserveTerms],
    request: Caller,
    market_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ReserveSetView:
    """Keep part of each sale settled from now on back for some days, of all sellers or one."""
    wish = SetReserve(
        market=id_in_path("mkt", market_id), numerator=data.numerator,
        denominator=data.denominator, days=data.days, seller=parsed("sel", data.seller),
    )  # fmt: skip
    done = await submit(request, set_reserve, wish, idempotency_key, "unknown_market")
    return ReserveSetView(done.days)


def _moved(done: BondMoved | DebtLowered) -> Moved:
    return Moved(show("mov", done.id), done.amount, done.left)


routes = (
    add_bond, add_deposit, add_draw, add_bond_refund, add_recovery, add_write_off, add_reserve,
)  # fmt: skip
