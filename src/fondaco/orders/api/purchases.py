"""Purchases: buy one or a thousand, look, pay again."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response.base import ASGIResponse

from fondaco import parties, payments
from fondaco.kernel import Problem, Sent
from fondaco.kernel.api import (
    IdempotencyKey,
    Limit,
    Lines,
    Strict,
    after,
    answer_lines,
    bulk,
    plain_answer,
    problem_of,
    reads,
    writes,
)
from fondaco.kernel.edge import (
    ProblemDocument,
    accepted,
    id_in_path,
    id_pattern,
    line_key,
    next_page,
    parsed,
)
from fondaco.kernel.ids import show
from fondaco.orders.bodies import NewPayment, NewPurchase
from fondaco.orders.checkout import Bought
from fondaco.orders.model import Attempt
from fondaco.orders.queries import purchase, purchases_of
from fondaco.orders.views import (
    ChargeView,
    PurchaseMade,
    PurchaseView,
    charge_view,
    made_view,
    purchase_view,
    purchase_views,
)

Caller = Request[Any, parties.Access, State]
_NEWEST = 2**63 - 1


class RefundView(msgspec.Struct, frozen=True):
    """Money on its way back to the buyer, or back; minor units."""

    id: str
    payment: str
    order: str | None
    currency: str
    amount: int
    state: str
    reason: str
    created_at: datetime


class Refunds(msgspec.Struct, frozen=True):
    """Refunds of a purchase, oldest first."""

    refunds: list[RefundView]


class PurchaseOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one line: the purchase, or the problem that it met."""

    status: int
    purchase: PurchaseMade | None = None
    problem: ProblemDocument | None = None


class PurchasePage(msgspec.Struct, frozen=True):
    """Purchases, latest first; `next` is the address of the page after, if there is one."""

    purchases: list[PurchaseView]
    next: str | None


@post(
    "/api/purchases",
    dto=Strict[NewPurchase],
    **writes("purchases:write", "buyer", "operator", outcome=PurchaseMade),
)
async def buy(
    data: JSONBody[NewPurchase], request: Caller, idempotency_key: IdempotencyKey
) -> ASGIResponse:
    """Place a purchase and charge for it; a 201 means that it has committed."""
    buyer = parties.buyer_for(request.auth, parsed("per", data.buyer))
    _payable(request, data)
    codes = [card.code for card in data.gift_cards]
    [cards] = await payments.card_tokens(request.app.state.database, [codes])
    if "" in cards:
        where = f"/gift_cards/{cards.index('')}/code"
        raise Problem(422, "unknown_card", "There is no such gift card.", pointer=where)
    outcome = await request.app.state.checkout.buy(
        data.wish(buyer, cards), request.auth.principal, idempotency_key
    )
    return plain_answer(201, made_view(accepted(outcome)))


@get("/api/purchases", **reads("read", "buyer", "operator"))
async def buyer_purchases(
    request: Caller,
    buyer: Annotated[str | None, QueryParameter(pattern=id_pattern("per"))] = None,
    after: Annotated[str | None, after("pur")] = None,
    limit: Limit = 50,
) -> PurchasePage:
    """A buyer's purchases, latest first; the operator names the buyer."""
    whose = parties.only_buyer(request.auth) or parsed("per", buyer)
    if whose is None:
        raise Problem(400, "invalid_parameter", "Name the buyer.", parameter="buyer")
    database = request.app.state.database
    rows = await purchases_of(database, whose, parsed("pur", after) or _NEWEST, limit)
    views = await purchase_views(database, rows)
    last = views[-1].id if views else ""
    return PurchasePage(views, next_page("/api/purchases", views, limit, last, buyer=buyer))


@get("/api/purchases/{purchase_id:str}", **reads("read", "buyer", "operator"))
async def one_purchase(request: Caller, purchase_id: FromPath[str]) -> PurchaseView:
    """A purchase with its orders, lines and payments."""
    row = await _own(request, purchase_id)
    return await purchase_view(request.app.state.database, row)


@post(
    "/api/purchases/{purchase_id:str}/payments",
    dto=Strict[NewPayment],
    **writes("purchases:write", "buyer", "operator"),
)
async def pay_again(
    data: JSONBody[NewPayment],
    request: Caller,
    purchase_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ChargeView:
    """Try again to pay for a purchase whose payment was declined."""
    _takes(request, data, "/provider")
    wish = Attempt(
        purchase=id_in_path("pur", purchase_id), provider=data.provider, token=data.token,
        buyer=parties.only_buyer(request.auth),
    )  # fmt: skip
    outcome = await request.app.state.checkout.pay(wish, request.auth.principal, idempotency_key)
    return charge_view(accepted(outcome, "unknown_purchase"))


@get("/api/purchases/{purchase_id:str}/refunds", **reads("read", "buyer", "operator"))
async def refunds(request: Caller, purchase_id: FromPath[str]) -> Refunds:
    """What goes back, or went back, of a purchase's payments."""
    row = await _own(request, purchase_id)
    found = await payments.refunds_of(request.app.state.database, row["id"])
    return Refunds([_refund(one) for one in found])


@post(
    "/api/purchases/bulk",
    dto=Lines[list[NewPurchase]],
    **bulk("purchases:write", "buyer", "operator", outcomes=list[PurchaseOutcome]),
)
async def buy_all(
    data: JSONBody[list[NewPurchase]], request: Caller, idempotency_key: IdempotencyKey
) -> Response[Any]:
    """Place up to 1,000 purchases and charge for them; one outcome each, in the same form.

    The body is a JSON array, or `application/x-ndjson` with one purchase a line. A line that is
    not what is asked for fails the whole request, and nothing is changed. Each purchase is
    then decided for itself, under the key and its line number.
    """
    for n, one in enumerate(data):
        _payable(request, one, f"/{n}")
    codes = [[card.code for card in one.gift_cards] for one in data]
    cards = await payments.card_tokens(request.app.state.database, codes)
    sent = [
        Sent(
            one.wish(
                parties.buyer_for(request.auth, parsed("per", one.buyer), f"/{n}/buyer"), cards[n]
            ),
            request.auth.principal,
            line_key(idempotency_key, n),
        )
        for n, one in enumerate(data)
    ]
    outcomes = await request.app.state.checkout.buy_all(sent)
    return answer_lines(request, [_outcome(one) for one in outcomes])


def _payable(request: Caller, data: NewPurchase, where: str = "") -> None:
    """Refuse what is not paid at all, or through a provider not chosen here."""
    if data.payment is not None:
        _takes(request, data.payment, f"{where}/payment/provider")
    elif not data.wallet and not data.gift_cards:
        raise Problem(422, "invalid_body", "Say how it is paid.", pointer=f"{where}/payment")


def _takes(request: Caller, payment: NewPayment, pointer: str) -> None:
    # Store credit is somebody's: it is drawn on by its owner's key or its code, never by a token.
    here = sorted(set(request.app.state.providers) - set(payments.Purse))
    if payment.provider not in here:
        detail = f"Payments are taken by {', '.join(here)}."
        raise Problem(422, "unknown_provider", detail, pointer=pointer)


def _outcome(answer: object) -> PurchaseOutcome:
    if isinstance(answer, Bought):
        return PurchaseOutcome(201, made_view(answer))
    problem = problem_of(answer)
    return PurchaseOutcome(problem.status, problem=problem)


def _refund(row: Any) -> RefundView:
    return RefundView(
        show("ref", row["id"]), show("pay", row["payment"]),
        None if row["order"] is None else show("ord", row["order"]), row["currency"],
        row["amount"], row["state"], row["reason"], row["created_at"],
    )  # fmt: skip


async def _own(request: Caller, text: str) -> Any:
    row = await purchase(request.app.state.database, id_in_path("pur", text))
    mine = parties.only_buyer(request.auth)
    if row is None or (mine is not None and row["buyer"] != mine):
        raise Problem(404, "unknown_purchase", "There is no such purchase.")
    return row


routes = (buy, buy_all, buyer_purchases, one_purchase, refunds, pay_again)
