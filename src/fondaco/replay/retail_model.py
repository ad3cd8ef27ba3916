"""The Online Retail invoices as read from the files: money in pence, times in UTC."""

from datetime import datetime
from enum import StrEnum

import msgspec

from fondaco.replay.tables import Break


class Reason(StrEnum):
    """Why a row was not traded; the first that applies."""

    UNREADABLE = "unreadable"
    ADJUSTMENT = "adjustment"
    NO_SALE = "no_sale"
    NEGATIVE_QUANTITY = "negative_quantity"
    POSITIVE_CANCELLATION = "positive_cancellation"
    NEGATIVE_PRICE = "negative_price"
    NO_PRICE = "no_price"
    CANCELLATION_WITHOUT_CUSTOMER = "cancellation_without_customer"
    CANCELLATION_WITHOUT_SALE = "cancellation_without_sale"


class RetailLine(msgspec.Struct, frozen=True, gc=False):
    """A row of an invoice or of a cancellation; `units` are positive, `price` is that of one.

    `row` counts over all files, `file` and `line` say where it stands.
    """

    row: int
    file: str
    line: int
    invoice: str
    code: str
    units: int
    price: int
    at: datetime
    customer: str


class Invoice(msgspec.Struct):
    """What one customer bought at once. `customer` is empty where the files have none.

    It is of the earliest time of its rows, which a few invoices spread over two minutes.
    """

    number: str
    customer: str
    at: datetime
    lines: list[RetailLine]


class GiveBack(msgspec.Struct, frozen=True):
    """Units of a line of an earlier invoice that a row of a cancellation takes back."""

    cancellation: RetailLine
    invoice: str
    line_no: int
    units: int


class RetailData(msgspec.Struct, frozen=True):
    """Every row of the files: sold, taken back, or reported."""

    rows: int
    invoices: list[Invoice]
    back: list[GiveBack]
    cancellations: int
    matched: int
    reported: dict[Reason, int]
    breaks: list[Break]
