"""The JSON edge of purchases: buy one or a thousand, look, pay again."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import Parameter

from fondaco import parties, payments
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, public, reads, writes
from fondaco.kernel.edge import accepted, id_in_path, id_pattern
from fondaco.kernel.ids import parse, show
from fondaco.orders.hearsay import hear
from fondaco.orders.model import Attempt
from fondaco.orders.queries import purchase, purchases_of
from fondaco.orders.views import (
    ChargeView,
    NewPayment,
    NewPurchase,
    PurchaseMade,
    PurchaseView,
    charge_view,
    made_view,
    purchase_view,
    purchase_views,
)

Caller = Request[Any, parties.Access, State]
_NEWEST = 2**63 - 1


class PurchasePage(msgspec.Struct, frozen=True):
    """Purchases, latest first; `next` is the address of the page after, if there is one."""

    purchases: list[PurchaseView]
    next: str | None


@post("/api/purchases", dto=Strict[NewPurchase], **writes("purchases:write", "buyer", "operator"))
async def buy(data: NewPurchase, request: Caller, idempotency_key: IdempotencyKey) -> PurchaseMade:
    """Place a purchase and charge for it; a 201 means that it has committed."""
    buyer = parties.buyer_for(request.auth, parse("per", data.buyer) if data.buyer else None)
    outcome = await request.app.state.checkout.buy(
        data.wish(buyer), request.auth.principal, idempotency_key
    )
    return made_view(accepted(outcome))


@get("/api/purchases", **reads("read", "buyer"))
async def my_purchases(
    request: Caller,
    after: Annotated[str | None, Parameter(pattern=id_pattern("pur"))] = None,
    limit: Limit = 50,
) -> PurchasePage:
    """The buyer's own purchases, latest first."""
    database = request.app.state.database
    before = parse("pur", after) if after else _NEWEST
    rows = await purchases_of(database, request.auth.party, before, limit)
    more = f"/api/purchases?after={show('pur', rows[-1]['id'])}&limit={limit}"
    return PurchasePage(await purchase_views(database, rows), more if len(rows) == limit else None)


@get("/api/purchases/{purchase_id:str}", **reads("read", "buyer", "operator"))
async def one_purchase(request: Caller, purchase_id: str) -> PurchaseView:
    """A purchase with its orders, lines and payments."""
    row = await _own(request, purchase_id)
    return await purchase_view(request.app.state.database, row)


@post(
    "/api/purchases/{purchase_id:str}/payments",
    dto=Strict[NewPayment],
    **writes("purchases:write", "buyer", "operator"),
)
async def pay_again(
    data: NewPayment, request: Caller, purchase_id: str, idempotency_key: IdempotencyKey
) -> ChargeView:
    """Try again to pay for a purchase whose payment was declined."""
    wish = Attempt(
        purchase=id_in_path("pur", purchase_id), provider=data.provider, token=data.token,
        buyer=parties.only_buyer(request.auth),
    )  # fmt: skip
    outcome = await request.app.state.checkout.pay(wish, request.auth.principal, idempotency_key)
    return charge_view(accepted(outcome, "unknown_purchase"))


class Heard(msgspec.Struct, frozen=True):
    """How many of a webhook's facts were news."""

    news: int


@post("/api/webhooks/{provider:str}", status_code=200, **public(400, 404, 405, 413))
async def webhook(request: Caller, provider: str) -> Heard:
    """A provider's signed word on payments, refunds and payouts. Repeated facts do no harm."""
    known = request.app.state.providers.get(provider)
    if known is None:
        raise Problem(404, "not_found", "There is no such provider.")
    try:
        facts = known.verify(request.headers, await request.body())
    except payments.BadWebhook as error:
        raise Problem(400, "bad_webhook", f"Not believed: {error}.") from None
    return Heard(await hear(request.app.state.gatherer, facts))


async def _own(request: Caller, text: str) -> Any:
    row = await purchase(request.app.state.database, id_in_path("pur", text))
    mine = parties.only_buyer(request.auth)
    if row is None or (mine is not None and row["buyer"] != mine):
        raise Problem(404, "unknown_purchase", "There is no such purchase.")
    return row


routes = (buy, my_purchases, one_purchase, pay_again, webhook)
