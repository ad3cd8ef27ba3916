"""Olist orders as read from the files: money in centavos, times in UTC."""

from datetime import datetime
from enum import StrEnum

import msgspec

from fondaco.replay.tables import Break


class OlistStatus(StrEnum):
    """How far the order had come when the data were taken."""

    CREATED = "created"
    APPROVED = "approved"
    INVOICED = "invoiced"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELED = "canceled"
    UNAVAILABLE = "unavailable"


class OlistItem(msgspec.Struct, frozen=True, gc=False):
    """One unit of a product from one seller; money in centavos."""

    item_no: int
    product_id: str
    seller_id: str
    price: int
    freight: int
    shipping_limit: datetime | None


class OlistPayment(msgspec.Struct, frozen=True, gc=False):
    """One payment of an order; `amount` in centavos."""

    sequence: int
    kind: str
    installments: int
    amount: int


class OlistOrder(msgspec.Struct, frozen=True):
    """One purchase with its items by number and its payments by sequence.

    A recorded time stays as it is, even where it lies before an earlier step's; a missing one is
    the latest of the steps before it. `customer_unique_id` is the person behind the per-order
    `customer_id`; without a customers file the two are the same.
    """

    order_id: str
    customer_id: str
    customer_unique_id: str
    status: OlistStatus
    purchased_at: datetime
    approved_at: datetime
    carrier_at: datetime
    delivered_at: datetime
    items: tuple[OlistItem, ...] = ()
    payments: tuple[OlistPayment, ...] = ()


class OlistCustomer(msgspec.Struct, frozen=True, gc=False):
    """Who is behind a customer id, and where."""

    unique_id: str
    city: str
    state: str


class OlistSeller(msgspec.Struct, frozen=True, gc=False):
    """Where a seller is."""

    city: str
    state: str


class OlistData(msgspec.Struct, frozen=True):
    """All usable orders in the order of the file, all rows left out, and remarks on whole files.

    `categories` has the category by product, where the files know it.
    """

    orders: list[OlistOrder]
    breaks: list[Break]
    notices: list[str]
    customers: dict[str, OlistCustomer]
    sellers: dict[str, OlistSeller]
    categories: dict[str, str]
