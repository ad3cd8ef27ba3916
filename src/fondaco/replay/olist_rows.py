"""One row of each Olist file: from its texts to a key and a checked record.

Each function raises `fields.BadField` for a row that cannot be used.
"""

from typing import Final

from fondaco.replay import fields
from fondaco.replay.olist_model import (
    OlistCustomer,
    OlistItem,
    OlistOrder,
    OlistPayment,
    OlistSeller,
    OlistStatus,
)

COLUMNS: Final = {
    "orders": (
        "order_id",
        "customer_id",
        "order_status",
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
    ),
    "order_items": (
        "order_id",
        "order_item_id",
        "product_id",
        "seller_id",
        "price",
        "freight_value",
        "shipping_limit_date",
    ),
    "order_payments": (
        "order_id",
        "payment_sequential",
        "payment_type",
        "payment_installments",
        "payment_value",
    ),
    "customers": ("customer_id", "customer_unique_id", "customer_city", "customer_state"),
    "sellers": ("seller_id", "seller_city", "seller_state"),
    "products": ("product_id", "product_category_name"),
}


def order(
    customers: dict[str, OlistCustomer], order_id: str, customer_id: str, status: str, *times: str
) -> tuple[str, OlistOrder]:
    """An orders row; times that are missing become the latest of the earlier ones."""
    order_id = fields.text("order_id", order_id)
    customer_id = fields.text("customer_id", customer_id)
    purchased, approved, carrier, delivered = map(fields.moment, COLUMNS["orders"][3:], times)
    if purchased is None:
        raise fields.BadField("order_purchase_timestamp is missing")
    approved = approved or purchased
    carrier = carrier or max(purchased, approved)
    delivered = delivered or max(purchased, approved, carrier)
    known = customers.get(customer_id)
    return order_id, OlistOrder(
        order_id=order_id,
        customer_id=customer_id,
        customer_unique_id=known.unique_id if known else customer_id,
        status=_status(status.strip()),
        purchased_at=purchased,
        approved_at=approved,
        carrier_at=carrier,
        delivered_at=delivered,
    )


def _status(status: str) -> OlistStatus:
    try:
        return OlistStatus(status)
    except ValueError:
        problem = f"{status[:40]!r} is unknown" if status else "is missing"
        raise fields.BadField(f"order_status {problem}") from None


def item(
    orders: dict[str, OlistOrder],
    order_id: str,
    item_no: str,
    product_id: str,
    seller_id: str,
    price: str,
    freight: str,
    shipping_limit: str,
) -> tuple[tuple[str, int], OlistItem]:
    """An order_items row; its order must be among `orders`."""
    made = OlistItem(
        item_no=fields.whole("order_item_id", item_no, least=1),
        product_id=fields.text("product_id", product_id),
        seller_id=fields.text("seller_id", seller_id),
        price=fields.cents("price", price),
        freight=fields.cents("freight_value", freight),
        shipping_limit=fields.moment("shipping_limit_date", shipping_limit),
    )
    return (_of_order(orders, order_id), made.item_no), made


def payment(
    orders: dict[str, OlistOrder],
    order_id: str,
    sequence: str,
    kind: str,
    installments: str,
    amount: str,
) -> tuple[tuple[str, int], OlistPayment]:
    """An order_payments row; its order must be among `orders`."""
    made = OlistPayment(
        sequence=fields.whole("payment_sequential", sequence, least=1),
        kind=fields.text("payment_type", kind),
        installments=fields.whole("payment_installments", installments, least=0),
        amount=fields.cents("payment_value", amount),
    )
    return (_of_order(orders, order_id), made.sequence), made


def _of_order(orders: dict[str, OlistOrder], order_id: str) -> str:
    order_id = fields.text("order_id", order_id)
    if order_id not in orders:
        raise fields.BadField(f"order {order_id} is not in the orders file")
    return order_id


def customer(customer_id: str, unique: str, city: str, state: str) -> tuple[str, OlistCustomer]:
    """A customers row, by the per-order customer id."""
    unique = fields.text("customer_unique_id", unique)
    place = _label("customer_city", city), _label("customer_state", state)
    return fields.text("customer_id", customer_id), OlistCustomer(unique, *place)


def seller(seller_id: str, city: str, state: str) -> tuple[str, OlistSeller]:
    """A sellers row."""
    place = _label("seller_city", city), _label("seller_state", state)
    return fields.text("seller_id", seller_id), OlistSeller(*place)


def category(product_id: str, name: str) -> tuple[str, str]:
    """A products row; the category may be empty."""
    return fields.text("product_id", product_id), _label("product_category_name", name)


def _label(name: str, value: str) -> str:
    return fields.text(name, value) if value else ""
