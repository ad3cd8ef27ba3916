"""What may be done to one order, and what comes of it. Amounts are minor units.

Every enum of refusals is in order of precedence: the first that applies is the one given.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command
from fondaco.kernel.ids import root_of
from fondaco.orders.model import Quantity, Text
from fondaco.shipping import Scan


class OnOrder(Command, frozen=True, kw_only=True):
    """Something done to one order. `seller` or `buyer` name whose it must be; None: anybody's."""

    order: int
    seller: int | None = None
    buyer: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return root_of(self.order)


class OrderRefusal(StrEnum):
    """Why something could not be done to an order."""

    UNKNOWN_ORDER = "unknown_order"
    FORBIDDEN = "forbidden"
    WRONG_STATE = "wrong_state"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"
    CASE_OPEN = "case_open"
    NOT_DISPUTED = "not_disputed"
    NOT_DUE = "not_due"
    EXTENDED_BEFORE = "extended_before"
    LINES_OR_AMOUNT = "lines_or_amount"
    UNKNOWN_LINE = "unknown_line"
    TOO_MANY_UNITS = "too_many_units"
    TOO_MUCH = "too_much"
    BUYER_ERASED = "buyer_erased"


class RefundLine(msgspec.Struct, frozen=True):
    """So many units of a line."""

    no: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    units: Quantity


class Ship(OnOrder, frozen=True, kw_only=True, tag="ship"):
    """Hand units of an order's lines over to a carrier; none named: all that is left to ship."""

    lines: tuple[RefundLine, ...] = ()
    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tracking: Annotated[str, msgspec.Meta(max_length=100)] = ""


class Shipped(msgspec.Struct, frozen=True, tag="shipped"):
    """The parcel that is on its way."""

    parcel: int


class RecordScan(Command, frozen=True, kw_only=True, tag="record_scan"):
    """What a carrier (or the seller) says of a parcel."""

    parcel: int
    kind: Scan
    place: Annotated[str, msgspec.Meta(max_length=200)] = ""
    seller: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.parcel


class ScanRecorded(msgspec.Struct, frozen=True, tag="scan_recorded"):
    """Where parcel and order stand now."""

    parcel_state: str
    order_state: str


class ScanRefusal(StrEnum):
    """Why a scan was refused."""

    UNKNOWN_PARCEL = "unknown_parcel"


class Confirm(OnOrder, frozen=True, kw_only=True, tag="confirm"):
    """Say that the goods arrived and are right: what is held goes to the seller."""


class Confirmed(msgspec.Struct, frozen=True, tag="confirmed"):
    """The order's state now: confirmed, or settled where the market settles at once."""

    state: str


class Extend(OnOrder, frozen=True, kw_only=True, tag="extend"):
    """Ask once for more time before the order confirms itself."""


class Extended(msgspec.Struct, frozen=True, tag="extended"):
    """When the order confirms itself now."""

    due_at: datetime


class Refund(OnOrder, frozen=True, kw_only=True, tag="refund"):
    """Give back money of a paid order: all that is left, units of lines, or an amount.

    After settlement the seller gives up his part, and the operator his commission unless it is
    kept (`keep_commission`; before settlement none was earned yet).
    """

    lines: tuple[RefundLine, ...] = ()
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None
    reason: Text = "refund"
    keep_commission: bool = False
    as_credit: bool = False
    """Into the buyer's wallet, instead of back to where it came from."""


class Refunded(msgspec.Struct, frozen=True, tag="refunded"):
    """What goes back to the buyer, and the order's state now."""

    amount: int
    currency: str
    state: str


class Dispute(OnOrder, frozen=True, kw_only=True, tag="dispute"):
    """Freeze an order's money until the operator rules."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Disputed(msgspec.Struct, frozen=True, tag="disputed"):
    """The order is frozen."""


class Rule(OnOrder, frozen=True, kw_only=True, tag="rule"):
    """Decide a dispute: `refund` of what the buyer paid goes back, the rest to the seller."""

    refund: Annotated[int, msgspec.Meta(ge=0, le=10**15)]
    ruling: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class DoDue(OnOrder, frozen=True, kw_only=True, tag="do_due"):
    """Do what an order's deadline says: expire, cancel and refund, confirm, or settle."""

    state: str


class DueDone(msgspec.Struct, frozen=True, tag="due_done"):
    """The order's state now."""

    state: str
