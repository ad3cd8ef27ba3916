"""Disputes: opened, answered, brought before the operator and ruled on over HTTP."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.aftercare.api.dispute_views import (
    DisputeFile,
    DisputeMade,
    DisputeNow,
    DisputePage,
    DisputeRuling,
    NewAnswer,
    NewDispute,
    NewEvidence,
    dispute_view,
    evidence_view,
)
from fondaco.aftercare.api.views import Caller
from fondaco.aftercare.dispute_model import (
    AddEvidence,
    AnswerDispute,
    DisputeMoved,
    EscalateDispute,
    OpenDispute,
    RuleDispute,
    WithdrawDispute,
)
from fondaco.aftercare.dispute_rows import (
    disputes_of_buyer,
    disputes_of_seller,
    evidence_of,
    one_dispute,
    open_disputes,
)
from fondaco.aftercare.disputes import (
    add_evidence,
    answer_dispute,
    escalate_dispute,
    open_dispute,
    withdraw_dispute,
)
from fondaco.aftercare.rulings import rule_dispute
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import id_in_path, id_pattern, next_page, parsed
from fondaco.kernel.ids import show

_NEWEST = 2**63 - 1
_UNKNOWN = "unknown_dispute"


@post(
    "/api/orders/{order_id:str}/disputes",
    dto=Strict[NewDispute],
    **writes("orders:write", "buyer", "operator"),
)
async def new_dispute(
    data: JSONBody[NewDispute],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> DisputeMade:
    """Claim back what an order did not keep; the money stays where it is until it is decided."""
    wish = OpenDispute(
        order=id_in_path("ord", order_id), buyer=parties.only_buyer(request.auth), kind=data.kind,
        amount=data.amount, text=data.text, files=tuple(data.files), rma=parsed("rma", data.rma),
    )  # fmt: skip
    made = await submit(request, open_dispute, wish, idempotency_key, "unknown_order")
    return DisputeMade(show("dsp", made.id), made.amount, made.currency, made.due_at)


@get("/api/disputes", **reads())
async def own_disputes(
    request: Caller,
    seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None,
    buyer: Annotated[str | None, QueryParameter(pattern=id_pattern("per"))] = None,
    after: Annotated[str | None, after("dsp")] = None,
    limit: Limit = 50,
) -> DisputePage:
    """A seller's or buyer's disputes, latest first; the operator names whose, or sees all open."""
    database, before = request.app.state.database, parsed("dsp", after) or _NEWEST
    of_seller = parties.only_seller(request.auth) or parsed("sel", seller)
    of_buyer = parties.only_buyer(request.auth) or parsed("per", buyer)
    if parties.only_seller(request.auth) is None and of_buyer is not None:
        found = await disputes_of_buyer(database, of_buyer, before, limit)
    elif of_seller is not None:
        found = await disputes_of_seller(database, of_seller, before, limit)
    else:
        found = await open_disputes(database, before, limit)
    views = [dispute_view(one) for one in found]
    last = views[-1].id if views else ""
    page = next_page("/api/disputes", views, limit, last, seller=seller, buyer=buyer)
    return DisputePage(views, page)


@get("/api/disputes/{dispute_id:str}", **reads())
async def see_dispute(request: Caller, dispute_id: FromPath[str]) -> DisputeFile:
    """A dispute with all that was said and shown."""
    database = request.app.state.database
    found = await one_dispute(database, id_in_path("dsp", dispute_id))
    mine = _mine(request, dispute_id)
    if (
        found is None
        or mine["seller"] not in (None, found.seller)
        or mine["buyer"] not in (None, found.buyer)
    ):
        raise Problem(404, _UNKNOWN, "There is no such dispute.")
    told = [evidence_view(one) for one in await evidence_of(database, found)]
    return DisputeFile(dispute_view(found), told)


@post(
    "/api/disputes/{dispute_id:str}/evidence",
    dto=Strict[NewEvidence],
    **writes("orders:write", "buyer", "seller", "operator"),
)
async def new_evidence(
    data: JSONBody[NewEvidence],
    request: Caller,
    dispute_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> DisputeNow:
    """Say or show something. It is kept as it is, and both parties see it."""
    wish = AddEvidence(text=data.text, files=tuple(data.files), **_mine(request, dispute_id))
    return _now(await submit(request, add_evidence, wish, idempotency_key, _UNKNOWN))


@post(
    "/api/disputes/{dispute_id:str}/answer",
    dto=Strict[NewAnswer],
    **writes("orders:write", "seller", "operator"),
)
async def answer(
    data: JSONBody[NewAnswer],
    request: Caller,
    dispute_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> DisputeNow:
    """Give what is claimed back, or say why not."""
    wish = AnswerDispute(
        accept=data.accept, text=data.text, files=tuple(data.files), **_mine(request, dispute_id)
    )
    return _now(await submit(request, answer_dispute, wish, idempotency_key, _UNKNOWN))


@post(
    "/api/disputes/{dispute_id:str}/escalation",
    dto=Strict[NewEvidence],
    **writes("orders:write", "buyer", "operator"),
)
async def escalate(
    data: JSONBody[NewEvidence],
    request: Caller,
    dispute_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> DisputeNow:
    """Ask the operator to rule, once the seller has answered."""
    wish = EscalateDispute(text=data.text, files=tuple(data.files), **_mine(request, dispute_id))
    return _now(await submit(request, escalate_dispute, wish, idempotency_key, _UNKNOWN))


@post("/api/disputes/{dispute_id:str}/withdrawal", **writes("orders:write", "buyer", "operator"))
async def withdraw_claim(
    request: Caller, dispute_id: FromPath[str], idempotency_key: IdempotencyKey
) -> DisputeNow:
    """Claim nothing any more."""
    wish = WithdrawDispute(**_mine(request, dispute_id))
    return _now(await submit(request, withdraw_dispute, wish, idempotency_key, _UNKNOWN))


@post(
    "/api/disputes/{dispute_id:str}/ruling",
    dto=Strict[DisputeRuling],
    **writes("orders:write", "operator"),
)
async def new_ruling(
    data: JSONBody[DisputeRuling],
    request: Caller,
    dispute_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> DisputeNow:
    """Decide: part of what is disputed goes back, the rest is the seller's at once."""
    wish = RuleDispute(
        refund=data.refund, ruling=data.ruling, at_operators_cost=data.at_operators_cost,
        **_mine(request, dispute_id),
    )  # fmt: skip
    return _now(await submit(request, rule_dispute, wish, idempotency_key, _UNKNOWN))


def _now(moved: DisputeMoved) -> DisputeNow:
    return DisputeNow(moved.state, moved.refunded, moved.currency, moved.due_at)


def _mine(request: Caller, text: str) -> dict[str, Any]:
    """The dispute that a path names, and whose it must be."""
    return {
        "dispute": id_in_path("dsp", text),
        "seller": parties.only_seller(request.auth),
        "buyer": parties.only_buyer(request.auth),
    }


routes = (
    new_dispute, own_disputes, see_dispute, new_evidence, answer, escalate, withdraw_claim,
    new_ruling,
)  # fmt: skip
