"""Orders: what a seller, a buyer or the operator may do to one seller's part of a purchase."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from fondaco import parties
from fondaco.kernel import Problem
from fondaco.kernel.api import IdempotencyKey, Limit, Strict, after, reads, submit, writes
from fondaco.kernel.edge import Amount, Made, id_in_path, id_pattern, next_page, parsed
from fondaco.kernel.ids import root_of, show
from fondaco.orders.actions import (
    Confirm,
    Dispute,
    Extend,
    Refund,
    RefundLine,
    Rule,
    Ship,
)
from fondaco.orders.aftersale import dispute, refund, rule
from fondaco.orders.api.purchases import Caller
from fondaco.orders.fulfil import confirm, extend, ship
from fondaco.orders.model import Quantity, Text
from fondaco.orders.queries import orders_of, orders_of_seller, purchase
from fondaco.orders.views import OrderView, order_views

_NEWEST = 2**63 - 1
_UNKNOWN = "unknown_order"


class LineUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a line."""

    no: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    units: Quantity


class NewShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The carrier that units of lines were handed to; none named: all that is left to ship."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tracking: Annotated[str, msgspec.Meta(max_length=100)] = ""
    lines: Annotated[list[LineUnits], msgspec.Meta(max_length=500)] = []


class NewRefund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units of lines to give back the money for, or an amount; neither means all that is left.

    After settlement the operator gives up his commission on it, unless he keeps it. `as_credit`:
    into the buyer's wallet, instead of back to where it came from.
    """

    lines: Annotated[list[LineUnits], msgspec.Meta(max_length=500)] = []
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None
    reason: Text = "refund"
    keep_commission: bool = False
    as_credit: bool = False


class NewDispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class NewRuling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of what the buyer paid goes back, in minor units; the seller gets the rest."""

    refund: Amount
    ruling: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class StateNow(msgspec.Struct, frozen=True):
    """The order's state now."""

    state: str


class Extension(msgspec.Struct, frozen=True):
    """When the order confirms itself now."""

    due_at: datetime


class Disputed(msgspec.Struct, frozen=True):
    """The order's money is frozen until the operator rules."""

    disputed: bool


class GivenBack(msgspec.Struct, frozen=True):
    """What goes back to the buyer, and the order's state now."""

    amount: int
    currency: str
    state: str


class OrderPage(msgspec.Struct, frozen=True):
    """Orders, latest first; `next` is the address of the page after, if there is one."""

    orders: list[OrderView]
    next: str | None


@get("/api/orders", **reads("read", "seller", "operator"))
async def seller_orders(
    request: Caller,
    seller: Annotated[str | None, QueryParameter(pattern=id_pattern("sel"))] = None,
    after: Annotated[str | None, after("ord")] = None,
    limit: Limit = 50,
) -> OrderPage:
    """A seller's orders, latest first; the operator names the seller."""
    whose = parties.only_seller(request.auth) or parsed("sel", seller)
    if whose is None:
        raise Problem(400, "invalid_parameter", "Name the seller.", parameter="seller")
    database = request.app.state.database
    rows = await orders_of_seller(database, whose, parsed("ord", after) or _NEWEST, limit)
    views = await order_views(database, rows)
    last = views[-1].id if views else ""
    return OrderPage(views, next_page("/api/orders", views, limit, last, seller=seller))


@get("/api/orders/{order_id:str}", **reads())
async def one_order(request: Caller, order_id: FromPath[str]) -> OrderView:
    """An order with its lines."""
    row = await own_order(request, order_id)
    return (await order_views(request.app.state.database, [row]))[0]


@post(
    "/api/orders/{order_id:str}/shipment",
    dto=Strict[NewShipment],
    **writes("orders:write", "seller", "operator"),
)
async def ship_order(
    data: JSONBody[NewShipment],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Made:
    """Hand an order, or part of it, over to a carrier; the parcel that is on its way."""
    wish = Ship(
        carrier=data.carrier, tracking=data.tracking, lines=_units(data.lines),
        **_mine(request, order_id),
    )  # fmt: skip
    shipped = await submit(request, ship, wish, idempotency_key, _UNKNOWN)
    return Made(show("par", shipped.parcel))


@post("/api/orders/{order_id:str}/confirmation", **writes("orders:write", "buyer", "operator"))
async def confirm_order(
    request: Caller, order_id: FromPath[str], idempotency_key: IdempotencyKey
) -> StateNow:
    """Say that the goods arrived and are right: what is held goes to the seller."""
    wish = Confirm(**_mine(request, order_id))
    confirmed = await submit(request, confirm, wish, idempotency_key, _UNKNOWN)
    return StateNow(confirmed.state)


@post("/api/orders/{order_id:str}/extension", **writes("orders:write", "buyer", "operator"))
async def extend_order(
    request: Caller, order_id: FromPath[str], idempotency_key: IdempotencyKey
) -> Extension:
    """Ask, once, for more time before the order confirms itself."""
    wish = Extend(**_mine(request, order_id))
    extended = await submit(request, extend, wish, idempotency_key, _UNKNOWN)
    return Extension(extended.due_at)


@post(
    "/api/orders/{order_id:str}/refunds",
    dto=Strict[NewRefund],
    **writes("orders:write", "seller", "operator"),
)
async def refund_order(
    data: JSONBody[NewRefund],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> GivenBack:
    """Give back money of a paid order: all that is left, units of lines, or an amount."""
    wish = Refund(
        lines=_units(data.lines),
        amount=data.amount,
        reason=data.reason,
        keep_commission=data.keep_commission,
        as_credit=data.as_credit,
        **_mine(request, order_id),
    )
    back = await submit(request, refund, wish, idempotency_key, _UNKNOWN)
    return GivenBack(back.amount, back.currency, back.state)


@post(
    "/api/orders/{order_id:str}/dispute",
    dto=Strict[NewDispute],
    **writes("orders:write", "buyer", "operator"),
)
async def dispute_order(
    data: JSONBody[NewDispute],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> Disputed:
    """Freeze an order's money until the operator rules."""
    wish = Dispute(reason=data.reason, **_mine(request, order_id))
    await submit(request, dispute, wish, idempotency_key, _UNKNOWN)
    return Disputed(disputed=True)


@post(
    "/api/orders/{order_id:str}/ruling",
    dto=Strict[NewRuling],
    **writes("orders:write", "operator"),
)
async def rule_order(
    data: JSONBody[NewRuling],
    request: Caller,
    order_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> GivenBack:
    """Decide a dispute: part of what is left goes back, the rest to the seller."""
    wish = Rule(refund=data.refund, ruling=data.ruling, **_mine(request, order_id))
    back = await submit(request, rule, wish, idempotency_key, _UNKNOWN)
    return GivenBack(back.amount, back.currency, back.state)


async def own_order(request: Caller, text: str) -> Any:
    """The row of an order that the caller may see; a 404 Problem if there is none."""
    id_, database = id_in_path("ord", text), request.app.state.database
    row = next((r for r in await orders_of(database, [root_of(id_)]) if r["id"] == id_), None)
    seller, buyer = parties.only_seller(request.auth), parties.only_buyer(request.auth)
    theirs = row is None or (seller is not None and row["seller"] != seller)
    if not theirs and buyer is not None:
        bought = await purchase(database, root_of(id_))
        theirs = bought is None or bought["buyer"] != buyer
    if theirs:
        raise Problem(404, _UNKNOWN, "There is no such order.")
    return row


def _units(lines: list[LineUnits]) -> tuple[RefundLine, ...]:
    return tuple(RefundLine(line.no, line.units) for line in lines)


def _mine(request: Caller, text: str) -> dict[str, Any]:
    """The order that a path names, and whose it must be."""
    return {
        "order": id_in_path("ord", text),
        "seller": parties.only_seller(request.auth),
        "buyer": parties.only_buyer(request.auth),
    }


routes = (
    seller_orders, one_order, ship_order, confirm_order, extend_order, refund_order,
    dispute_order, rule_order,
)  # fmt: skip
