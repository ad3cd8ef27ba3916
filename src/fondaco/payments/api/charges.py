"""The JSON edge of charges to sellers: once, as a penalty, or by subscription."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Made, MarketId, Zoned, id_in_path, next_page, parsed
from fondaco.kernel.ids import parse, show
from fondaco.payments.account_model import (
    Amount,
    ChargeSeller,
    EndSubscription,
    Every,
    Reason,
    SetSubscription,
)
from fondaco.payments.account_queries import charges_of, subscriptions_of
from fondaco.payments.api.accounts import known_seller
from fondaco.payments.charges import charge_seller, end_subscription, set_subscription

Caller = Request[Any, parties.Access, State]


class NewCharge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A charge in the market's currency, without its VAT; a penalty bears VAT only if `taxed`."""

    market: MarketId
    amount: Amount
    reason: Reason
    penalty: bool = False
    taxed: bool | None = None


class ChargeMade(msgspec.Struct, frozen=True):
    """The charge, its VAT, and what of both is debt now. Minor units."""

    id: str
    amount: int
    vat: int
    debt: int
    currency: str


class ChargeView(msgspec.Struct, frozen=True):
    """What a seller was charged, and what for. Minor units."""

    id: str
    market: str
    kind: str
    currency: str
    amount: int
    vat: int
    reason: str
    subscription: str | None
    period: int | None
    created_at: datetime


class ChargePage(msgspec.Struct, frozen=True):
    """Charges in order; `next` is the address of the page after, if there is one."""

    charges: list[ChargeView]
    next: str | None


class NewSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A charge each week or month, in advance, in the market's currency and without its VAT."""

    market: MarketId
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    every: Every
    amount: Amount
    starts_at: Zoned | None = None
    ends_at: Zoned | None = None


class SubscriptionView(msgspec.Struct, frozen=True):
    """A subscription: how often it was charged, and when it is next. Minor units."""

    id: str
    market: str
    name: str
    every: str
    currency: str
    amount: int
    starts_at: datetime
    ends_at: datetime | None
    charged: int
    next_at: datetime | None


class SubscriptionPage(msgspec.Struct, frozen=True):
    """Subscriptions in order; `next` is the address of the page after, if there is one."""

    subscriptions: list[SubscriptionView]
    next: str | None


class SubscriptionEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When it ends; left out: now."""

    ends_at: Zoned | None = None


class SubscriptionEndView(msgspec.Struct, frozen=True):
    """When it ends."""

    ends_at: datetime


@post("/api/sellers/{seller_id:str}/charges", dto=Strict[NewCharge], **writes("admin"))
async def add_charge(
    data: JSONBody[NewCharge],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ChargeMade:
    """Charge a seller once, out of what it is owed; the rest is debt."""
    wish = ChargeSeller(
        seller=id_in_path("sel", seller_id), market=parse("mkt", data.market), amount=data.amount,
        reason=data.reason, penalty=data.penalty, taxed=data.taxed,
    )  # fmt: skip
    done = await submit(request, charge_seller, wish, idempotency_key, "unknown_seller")
    return ChargeMade(show("chg", done.id), done.amount, done.vat, done.debt, done.currency)


@get("/api/sellers/{seller_id:str}/charges", **reads("read", "operator", "seller"))
async def all_charges(
    request: Caller,
    seller_id: FromPath[str],
    after: Annotated[str | None, after("chg")] = None,
    limit: Limit = 50,
) -> ChargePage:
    """What a seller was charged."""
    id_ = await known_seller(request, seller_id)
    rows = await charges_of(request.app.state.database, id_, parsed("chg", after) or 0, limit)
    views = [
        ChargeView(
            show("chg", row["id"]), show("mkt", row["market"]), row["kind"], row["currency"],
            row["amount"], row["vat"], row["reason"],
            None if row["subscription"] is None else show("sub", row["subscription"]),
            row["period"], row["created_at"],
        )
        for row in rows
    ]  # fmt: skip
    last = views[-1].id if views else ""
    return ChargePage(views, next_page(f"/api/sellers/{seller_id}/charges", views, limit, last))


@post("/api/sellers/{seller_id:str}/subscriptions", dto=Strict[NewSubscription], **writes("admin"))
async def add_subscription(
    data: JSONBody[NewSubscription],
    request: Caller,
    seller_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Made:
    """Charge a seller each week or month from a time on."""
    wish = SetSubscription(
        seller=id_in_path("sel", seller_id), market=parse("mkt", data.market), name=data.name,
        every=data.every, amount=data.amount, starts_at=data.starts_at, ends_at=data.ends_at,
    )  # fmt: skip
    done = await submit(request, set_subscription, wish, idempotency_key, "unknown_seller")
    return Made(show("sub", done.id))


@get("/api/sellers/{seller_id:str}/subscriptions", **reads("read", "operator", "seller"))
async def all_subscriptions(
    request: Caller,
    seller_id: FromPath[str],
    after: Annotated[str | None, after("sub")] = None,
    limit: Limit = 50,
) -> SubscriptionPage:
    """A seller's subscriptions, also those that ended."""
    id_ = await known_seller(request, seller_id)
    rows = await subscriptions_of(request.app.state.database, id_, parsed("sub", after) or 0, limit)
    views = [
        SubscriptionView(
            show("sub", row["id"]), show("mkt", row["market"]), row["name"], row["every"],
            row["currency"], row["amount"], row["starts_at"], row["ends_at"], row["charged"],
            row["next_at"],
        )
        for row in rows
    ]  # fmt: skip
    path = f"/api/sellers/{seller_id}/subscriptions"
    return SubscriptionPage(views, next_page(path, views, limit, views[-1].id if views else ""))


@post(
    "/api/subscriptions/{subscription_id:str}/end",
    dto=Strict[SubscriptionEnd], **writes("admin", status=200),
)  # fmt: skip
async def stop_subscription(
    data: JSONBody[SubscriptionEnd],
    request: Caller,
    subscription_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> SubscriptionEndView:
    """End a subscription, now or at a time ahead; what was charged stays."""
    wish = EndSubscription(subscription=id_in_path("sub", subscription_id), ends_at=data.ends_at)
    done = await submit(request, end_subscription, wish, idempotency_key, "unknown_subscription")
    return SubscriptionEndView(done.ends_at)


routes = (add_charge, all_charges, add_subscription, all_subscriptions, stop_subscription)
