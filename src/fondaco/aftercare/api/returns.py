"""Returns: asked for, decided, sent, received and inspected over HTTP."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import orders, parties
from fondaco.aftercare.api.views import (
    Caller,
    Decision,
    Inspection,
    NewReturn,
    ReturnList,
    ReturnMade,
    ReturnNow,
    ReturnPage,
    ReturnShipment,
    ReturnView,
    return_view,
)
from fondaco.aftercare.inspection import inspect_return
from fondaco.aftercare.model import (
    DecideReturn,
    Inspected,
    InspectReturn,
    ReceiveReturn,
    RequestReturn,
    ReturnMoved,
    ShipReturn,
    Units,
    WithdrawReturn,
)
from fondaco.aftercare.queries import (
    one_return,
    returns_of_buyer,
    returns_of_order,
    returns_of_seller,
)
from fondaco.aftercare.returns import (
    decide_return,
    receive_return,
    request_return,
    ship_return,
    withdraw_return,
)
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import id_in_path, id_pattern, next_page, parsed
from fondaco.kernel.ids import root_of, show

_NEWEST = 2**63 - 1
_UNKNOWN = "unknown_return"


@post(
    "/api/orders/{order_id:str}/returns",
    dto=Strict[NewReturn],
    **writes("orders:write", "buyer", "operator"),
)
async def new_return(
    data: JSONBody[NewReturn],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ReturnMade:
    """Ask to send units of a delivered order back; it is held until that is decided."""
    wish = RequestReturn(
        order=id_in_path("ord", order_id), buyer=parties.only_buyer(request.auth),
        lines=tuple(Units(one.no, one.units) for one in data.lines), reason=data.reason,
        note=data.note,
    )  # fmt: skip
    made = await submit(request, request_return, wish, idempotency_key, "unknown_order")
    return ReturnMade(show("rma", made.id), made.due_at)


@get("/api/orders/{order_id:str}/returns", **reads())
async def order_returns(request: Caller, order_id: FromPath[str]) -> ReturnList:
    """Returns of an order, latest first: all of them, of which there are 50 at most."""
    id_, database = id_in_path("ord", order_id), request.app.state.database
    rows = await orders.orders_of(database, [root_of(id_)])
    bought = await orders.purchase(database, root_of(id_))
    order = next((row for row in rows if row["id"] == id_), None)
    if bought is None or order is None or not _whose(request, order["seller"], bought["buyer"]):
        raise Problem(404, "unknown_order", "There is no such order.")
    return ReturnList([return_view(one) for one in await returns_of_order(database, id_)])


@get("/api/returns", **reads())
async def own_returns(
    request: Caller,
    seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None,
    buyer: Annotated[str | None, QueryParameter(pattern=id_pattern("per"))] = None,
    after: Annotated[str | None, after("rma")] = None,
    limit: Limit = 50,
) -> ReturnPage:
    """A seller's or buyer's returns, latest first; the operator names whose."""
    database, before = request.app.state.database, parsed("rma", after) or _NEWEST
    of_seller = parties.only_seller(request.auth) or parsed("sel", seller)
    of_buyer = parties.only_buyer(request.auth) or parsed("per", buyer)
    if parties.only_seller(request.auth) is None and of_buyer is not None:
        found = await returns_of_buyer(database, of_buyer, before, limit)
    elif of_seller is not None:
        found = await returns_of_seller(database, of_seller, before, limit)
    else:
        raise Problem(400, "invalid_parameter", "Name the seller or buyer.", parameter="seller")
    views = [return_view(one) for one in found]
    last = views[-1].id if views else ""
    page = next_page("/api/returns", views, limit, last, seller=seller, buyer=buyer)
    return ReturnPage(views, page)


@get("/api/returns/{return_id:str}", **reads())
async def see_return(request: Caller, return_id: FromPath[str]) -> ReturnView:
    """A return with its lines."""
    rma = await one_return(request.app.state.database, id_in_path("rma", return_id))
    if rma is None or not _whose(request, rma.seller, rma.buyer):
        raise Problem(404, _UNKNOWN, "There is no such return.")
    return return_view(rma)


@post(
    "/api/returns/{return_id:str}/decision",
    dto=Strict[Decision],
    **writes("orders:write", "seller", "operator"),
)
async def decide(
    data: JSONBody[Decision],
    request: Caller,
    return_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ReturnNow:
    """Approve a return, or decline it for a reason."""
    wish = DecideReturn(approve=data.approve, reason=data.reason, **_mine(request, return_id))
    return _now(await submit(request, decide_return, wish, idempotency_key, _UNKNOWN))


@post("/api/returns/{return_id:str}/withdrawal", **writes("orders:write", "buyer", "operator"))
async def withdraw(
    request: Caller, return_id: FromPath[str], idempotency_key: IdempotencyKey
) -> ReturnNow:
    """Give up a return of which nothing was sent yet."""
    wish = WithdrawReturn(**_mine(request, return_id))
    return _now(await submit(request, withdraw_return, wish, idempotency_key, _UNKNOWN))


@post(
    "/api/returns/{return_id:str}/shipment",
    dto=Strict[ReturnShipment],
    **writes("orders:write", "buyer", "operator"),
)
async def send_back(
    data: JSONBody[ReturnShipment],
    request: Caller,
    return_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ReturnNow:
    """Say with whom an approved return is on its way."""
    wish = ShipReturn(carrier=data.carrier, tracking=data.tracking, **_mine(request, return_id))
    return _now(await submit(request, ship_return, wish, idempotency_key, _UNKNOWN))


@post("/api/returns/{return_id:str}/receipt", **writes("orders:write", "seller", "operator"))
async def receive(
    request: Caller, return_id: FromPath[str], idempotency_key: IdempotencyKey
) -> ReturnNow:
    """Say that a return has come back; it waits for inspection."""
    wish = ReceiveReturn(**_mine(request, return_id))
    return _now(await submit(request, receive_return, wish, idempotency_key, _UNKNOWN))


@post(
    "/api/returns/{return_id:str}/inspection",
    dto=Strict[Inspection],
    **writes("orders:write", "seller", "operator"),
)
async def inspect(
    data: JSONBody[Inspection],
    request: Caller,
    return_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> ReturnNow:
    """Accept or refuse what came back; the money goes back at once."""
    verdicts = tuple(
        Inspected(one.no, one.accepted, one.deduction, one.restock, one.note) for one in data.lines
    )
    wish = InspectReturn(lines=verdicts, **_mine(request, return_id))
    return _now(await submit(request, inspect_return, wish, idempotency_key, _UNKNOWN))


def _now(moved: ReturnMoved) -> ReturnNow:
    return ReturnNow(moved.state, moved.refunded, moved.currency, moved.due_at)


def _whose(request: Caller, seller: int, buyer: int) -> bool:
    """Whether somebody may see what is this seller's and this buyer's."""
    only_seller, only_buyer = parties.only_seller(request.auth), parties.only_buyer(request.auth)
    return only_seller in (None, seller) and only_buyer in (None, buyer)


def _mine(request: Caller, text: str) -> dict[str, Any]:
    """The return that a path names, and whose it must be."""
    return {
        "rma": id_in_path("rma", text),
        "seller": parties.only_seller(request.auth),
        "buyer": parties.only_buyer(request.auth),
    }


routes = (
    new_return, order_returns, own_returns, see_return, decide, withdraw, send_back, receive,
    inspect,
)  # fmt: skip
