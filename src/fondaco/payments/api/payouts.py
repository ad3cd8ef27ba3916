"""The JSON edge of payments: what sellers are owed, and paying them out."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Currency, SellerId, id_in_path, id_pattern, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.payments.model import PayOut
from fondaco.payments.payouts import pay_out
from fondaco.payments.queries import balances, payouts_of

Caller = Request[Any, parties.Access, State]


class NewPayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money to be sent to a seller: all that is owed, or `amount` of it, in minor units."""

    currency: Currency
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None
    seller: SellerId | None = None


class PayoutMade(msgspec.Struct, frozen=True):
    """A payout that is on its way, or `awaiting_approval` by a second person."""

    id: str
    amount: int
    currency: str
    state: str


class PayoutView(msgspec.Struct, frozen=True):
    """A payout as it stands; `reason` says why it failed."""

    id: str
    seller: str
    currency: str
    amount: int
    state: str
    reason: str
    created_at: datetime


class PayoutPage(msgspec.Struct, frozen=True):
    """Payouts in order; `next` is the address of the page after, if there is one."""

    payouts: list[PayoutView]
    next: str | None


class BalanceView(msgspec.Struct, frozen=True):
    """What a seller is owed, or what is on its way to it. Minor units."""

    account: str
    currency: str
    amount: int


class Balances(msgspec.Struct, frozen=True):
    """A seller's balances, by account and currency."""

    balances: list[BalanceView]


@post("/api/payouts", dto=Strict[NewPayout], **writes("payouts:write", "operator", "seller"))
async def new_payout(
    data: JSONBody[NewPayout], request: Caller, idempotency_key: IdempotencyKey
) -> PayoutMade:
    """Pay a seller out; the operator names the seller."""
    seller = parties.seller_for(request.auth, parsed("sel", data.seller))
    wish = PayOut(
        seller=seller, currency=data.currency, amount=data.amount,
        rail=request.app.state.payer, by=request.auth.by,
    )  # fmt: skip
    made = await submit(request, pay_out, wish, idempotency_key)
    return PayoutMade(show("out", made.id), made.amount, made.currency, made.state)


@get("/api/payouts", **reads("read", "operator", "seller"))
async def all_payouts(
    request: Caller,
    seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None,
    after: Annotated[str | None, after("out")] = None,
    limit: Limit = 50,
) -> PayoutPage:
    """A seller's payouts; the operator names the seller."""
    whose = parties.only_seller(request.auth) or parsed("sel", seller)
    if whose is None:
        raise Problem(400, "invalid_parameter", "Name the seller.", parameter="seller")
    rows = await payouts_of(request.app.state.database, whose, parsed("out", after) or 0, limit)
    views = [
        PayoutView(
            show("out", row["id"]), show("sel", row["seller"]), row["currency"], row["amount"],
            row["state"], row["reason"], row["created_at"],
        )
        for row in rows
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return PayoutPage(views, next_page("/api/payouts", views, limit, last, seller=seller))


@get("/api/sellers/{seller_id:str}/balances", **reads("read", "operator", "seller"))
async def seller_balances(request: Caller, seller_id: FromPath[str]) -> Balances:
    """What a seller is owed and what is on its way."""
    id_ = id_in_path("sel", seller_id)
    mine = parties.only_seller(request.auth)
    database = request.app.state.database
    known = (await parties.organisations(database, [id_])).get(id_)
    if known is None or known["kind"] != "seller" or (mine is not None and mine != id_):
        raise Problem(404, "unknown_seller", "There is no such seller.")
    rows = await balances(database, id_)
    return Balances([BalanceView(r["account"], r["currency"], r["amount"]) for r in rows])


routes = (new_payout, all_payouts, seller_balances)
