"""Purchases and orders as the API shows them: ids as text, minor units."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fondaco import payments
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import parse, root_of, show
from fondaco.orders.checkout import Bought, Charging
from fondaco.orders.discounts import DiscountView, discounts_by_line
from fondaco.orders.queries import lines_of, orders_of
from fondaco.orders.rows import PARTS, part_of


class PlacedOrderView(msgspec.Struct, frozen=True):
    """One seller's part of a purchase just placed. `total` is what the buyer pays of it."""

    id: str
    seller: str
    goods: int
    shipping: int
    total: int


class ActionView(msgspec.Struct, frozen=True):
    """What the buyer must do to pay: follow `url`, finish in the provider's own fields with
    `client_secret`, or pay as `details` say.
    """

    url: str
    client_secret: str
    details: dict[str, str]


class ChargeView(msgspec.Struct, frozen=True):
    """A payment: `captured`, `declined`, `returned` (came too late), `pending`, `waiting`, or
    `action_required` of the buyer; what comes of that shows in the purchase.

    What waits was captured, and goes back unless the rest is paid in time.
    """

    id: str
    status: str
    amount: int
    currency: str
    reason: str = ""
    action: ActionView | None = None


class PurchaseMade(msgspec.Struct, frozen=True):
    """A purchase that stands: its units are promised until `pay_by`, or paid for.

    `payment` is the last charge that was asked for, `credit` what store credit paid before it.
    """

    id: str
    currency: str
    total: int
    pay_by: datetime
    orders: list[PlacedOrderView]
    payment: ChargeView
    credit: list[ChargeView]


def charge_view(charging: Charging) -> ChargeView:
    """A charge as shown."""
    act = charging.action
    return ChargeView(
        show("pay", charging.payment), charging.status, charging.amount, charging.currency,
        charging.reason,
        None if act is None else ActionView(act.url, act.client_secret, act.details),
    )  # fmt: skip


def made_view(bought: Bought) -> PurchaseMade:
    """A purchase that was just placed, as shown."""
    placed = bought.placed
    return PurchaseMade(
        show("pur", placed.purchase),
        placed.currency,
        placed.total,
        placed.pay_by,
        [
            PlacedOrderView(show("ord", o.id), show("sel", o.seller), o.goods, o.shipping, o.total)
            for o in placed.orders
        ],
        charge_view(bought.charges[-1]),
        [charge_view(one) for one in bought.charges[:-1]],
    )


class LineView(msgspec.Struct, frozen=True):
    """A line. `discount` is off goods and shipping; `refunded` is what the buyer got back.

    `tax` is at the rate numerator/denominator; none where the market charges no tax.
    """

    no: int
    offer: str
    variant: str
    sku: str
    name: str
    quantity: int
    unit_price: int
    goods: int
    shipping: int
    discount: int
    tax: int
    tax_class: str | None
    tax_numerator: int | None
    tax_denominator: int | None
    refunded_units: int
    units_to_ship: int
    refunded: int
    discounts: list[DiscountView]


class OrderView(msgspec.Struct, frozen=True):
    """One seller's part of a purchase, as it stands. `due_at` is when its state's time is up,
    `trade_status` what Alipay calls the state.

    `total`: what the buyer paid; `tax` is inside the prices, or on top where `tax_added`.
    `commission` is what was agreed at the sale: what a refund gives back of it is not taken off.
    """

    id: str
    purchase: str
    market: str
    seller: str
    currency: str
    goods: int
    shipping: int
    tax: int
    tax_added: bool
    total: int
    commission: int
    refunded: int
    state: str
    trade_status: str
    disputed: bool
    due_at: datetime | None
    placed_at: datetime
    lines: list[LineView]


class PaymentView(msgspec.Struct, frozen=True):
    """An attempt to pay, as it stands."""

    id: str
    provider: str
    currency: str
    amount: int
    captured: int
    refunded: int
    state: str
    reason: str
    created_at: datetime


class PurchaseView(msgspec.Struct, frozen=True):
    """A purchase with its orders and payments, as it stands."""

    id: str
    market: str
    buyer: str
    currency: str
    total: int
    reference: str
    country: str
    region: str
    tax_id: str
    pay_by: datetime
    placed_at: datetime
    orders: list[OrderView]
    payments: list[PaymentView]


async def order_views(database: Database, rows: Sequence[Row]) -> list[OrderView]:
    """Orders with their lines."""
    by_id = {row["id"]: row for row in rows}
    lines: dict[int, list[LineView]] = {id_: [] for id_ in by_id}
    purchases = sorted({root_of(id_) for id_ in lines})
    off = await discounts_by_line(database, purchases)
    for line in await lines_of(database, purchases):
        order = line["order"]
        if order in lines:
            lines[order].append(_line(line, by_id[order], off.get((order, line["no"]), [])))
    return [_order(row, lines[row["id"]]) for row in rows]


def _line(row: Row, order: Row, discounts: list[DiscountView]) -> LineView:
    here = row["quantity"] - row["refunded_units"] - row["shipped_units"]
    waits = order["state"] in ("created", "paid")
    back = [part_of(row, f"refunded_{name}") for name in PARTS]
    off = [part_of(row, name) for name in PARTS]
    return LineView(
        row["no"], show("off", row["offer"]), show("var", row["variant"]), row["sku"], row["name"],
        row["quantity"], row["unit_price"], row["goods"], row["shipping"],
        sum(part.seller_off + part.platform_off for part in off), sum(part.tax for part in off),
        row["tax_class"], row["tax_numerator"], row["tax_denominator"],
        row["refunded_units"], max(here, 0) if waits else 0,
        sum(part.cash(added=order["tax_added"]) for part in back), discounts,
    )  # fmt: skip


def _order(row: Row, lines: list[LineView]) -> OrderView:
    return OrderView(
        show("ord", row["id"]), show("pur", row["purchase"]), show("mkt", row["market"]),
        show("sel", row["seller"]), row["currency"], row["goods"], row["shipping"],
        row["tax"], row["tax_added"], row["due"] - row["subsidy"], row["commission"],
        row["refunded"] - row["refunded_subsidy"], row["state"],
        payments.TRADE_STATUS[row["state"]], row["disputed"], row["due_at"],
        row["placed_at"], lines,
    )  # fmt: skip


async def purchase_view(database: Database, row: Row) -> PurchaseView:
    """A purchase with everything in it."""
    return (await purchase_views(database, [row]))[0]


async def purchase_views(database: Database, rows: Sequence[Row]) -> list[PurchaseView]:
    """Purchases with their orders, lines and payments."""
    ids = [row["id"] for row in rows]
    orders: dict[int, list[OrderView]] = {id_: [] for id_ in ids}
    for view in await order_views(database, await orders_of(database, ids)):
        orders[parse("pur", view.purchase)].append(view)
    paid: dict[int, list[PaymentView]] = {id_: [] for id_ in ids}
    for payment in await payments.payments_of(database, ids):
        paid[payment["purchase"]].append(_payment(payment))
    return [_purchase(row, orders[row["id"]], paid[row["id"]]) for row in rows]


def _purchase(
    row: Row, orders: list[OrderView], paid: list[PaymentView]
) -> PurchaseView:  # fmt: skip
    return PurchaseView(
        show("pur", row["id"]), show("mkt", row["market"]), show("per", row["buyer"]),
        row["currency"], row["total"], row["reference"], row["country"], row["region"],
        row["tax_id"], row["pay_by"], row["placed_at"], orders, paid,
    )  # fmt: skip


def _payment(row: Row) -> PaymentView:
    return PaymentView(
        show("pay", row["id"]), row["provider"], row["currency"], row["amount"], row["captured"],
        row["refunded"], row["state"], row["reason"], row["created_at"],
    )  # fmt: skip
