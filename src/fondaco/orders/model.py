"""Orders: what buyers, sellers, providers and the operator may wish, and what comes of it.

All amounts are minor units of the market's currency. Every enum of refusals is in order of
precedence: the first that applies is the one given.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco import markets
from fondaco.kernel import Command

Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reference = Annotated[str, msgspec.Meta(max_length=100)]
"""What the buyer, or an import, calls a purchase."""
TaxIdText = Annotated[str, msgspec.Meta(max_length=40)]
"""A business's tax id as people write it."""
Coupons = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=40)], ...],
    msgspec.Meta(max_length=10),
]
"""Codes of coupons, as the buyer typed them."""


class Agreed(msgspec.Struct, frozen=True):
    """A price agreed outside the catalogue, for imports and quotes."""

    unit_price: int
    shipping: int


class PlaceLine(msgspec.Struct, frozen=True):
    """So many units of an offer."""

    offer: int
    quantity: Quantity
    agreed: Agreed | None = None


class Tender(msgspec.Struct, frozen=True):
    """How (part of) a purchase is paid; `amount` None means what the other tenders leave."""

    provider: str
    token: str
    amount: int | None = None

    def due(self, total: int, tenders: "tuple[Tender, ...]") -> int:
        """What it pays of a total."""
        if self.amount is not None:
            return self.amount
        return total - sum(other.amount or 0 for other in tenders)


class Place(Command, frozen=True, kw_only=True, tag="place"):
    """Buy lines from any number of sellers, to be paid once.

    `country` and `region` say where it is sent to, which is where tax is due; without them it is
    the market's home. A business gives its `tax_id`.

    `currency` is the market's unless said otherwise; in another one each offer needs a price of
    its own, or the purchase a `quote`.

    `lenient` is for imports: what is captured above or below the total is accepted and posted
    as a difference, and a purchase without lines may stand.
    """

    market: int
    buyer: int
    lines: tuple[PlaceLine, ...]
    tenders: tuple[Tender, ...]
    currency: str | None = None
    expected_total: int | None = None
    reference: Reference = ""
    lenient: bool = False
    country: markets.CountryOrNone = ""
    region: markets.Region = ""
    tax_id: TaxIdText = ""
    coupons: Coupons = ()
    quote: int | None = None
    tax_quote: int | None = None


class PlacedOrder(msgspec.Struct, frozen=True):
    """One seller's part of a purchase."""

    id: int
    seller: int
    goods: int
    shipping: int
    total: int
    """What the buyer pays of it: less discounts, with tax."""


class Placed(msgspec.Struct, frozen=True, tag="placed"):
    """The purchase stands, its units are promised, and it waits for its payments."""

    purchase: int
    currency: str
    total: int
    pay_by: datetime
    orders: tuple[PlacedOrder, ...]
    payments: tuple[int, ...]


class PlaceRefusal(StrEnum):
    """Why a purchase was refused."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_BUYER = "unknown_buyer"
    EMPTY = "empty"
    UNKNOWN_QUOTE = "unknown_quote"
    RATE_OUT_OF_DATE = "rate_out_of_date"
    FOREIGN_CURRENCY = "foreign_currency"
    UNKNOWN_OFFER = "unknown_offer"
    OFFER_WITHDRAWN = "offer_withdrawn"
    SELLER_SUSPENDED = "seller_suspended"
    TOO_MANY_SELLERS = "too_many_sellers"
    UNKNOWN_TAX_QUOTE = "unknown_tax_quote"
    TAX_OUT_OF_DATE = "tax_out_of_date"
    UNKNOWN_TAX_ID = "unknown_tax_id"
    UNKNOWN_TAX_RATE = "unknown_tax_rate"
    UNKNOWN_COUPON = "unknown_coupon"
    FOREIGN_COUPON = "foreign_coupon"
    COUPON_TOO_EARLY = "coupon_too_early"
    COUPON_ENDED = "coupon_ended"
    COUPON_EXPIRED = "coupon_expired"
    COUPON_EXCLUDED = "coupon_excluded"
    COUPON_USED_UP = "coupon_used_up"
    COUPON_USED_BY_BUYER = "coupon_used_by_buyer"
    COUPON_NOT_APPLICABLE = "coupon_not_applicable"
    COUPON_BELOW_MINIMUM = "coupon_below_minimum"
    COUPON_BUDGET_SPENT = "coupon_budget_spent"
    TAX_CHANGED = "tax_changed"
    TOO_MUCH = "too_much"
    PRICE_CHANGED = "price_changed"
    WRONG_TENDERS = "wrong_tenders"
    SOLD_OUT = "sold_out"


class Paid(StrEnum):
    """What a provider may say of an attempt to charge."""

    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"


class RecordPayment(Command, frozen=True, kw_only=True, tag="record_payment"):
    """A provider's word on one attempt to charge."""

    payment: int
    result: Paid
    amount: int = 0
    currency: str = ""
    fee: int = 0
    reason: str = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payment


class PaymentRecorded(msgspec.Struct, frozen=True, tag="payment_recorded"):
    """The payment's state now, and whether it paid for its purchase.

    `waits`: it was captured and waits for the other tenders.
    """

    purchase: int
    state: str
    applied: bool
    reason: str = ""
    waits: bool = False


class PaymentRefusal(StrEnum):
    """Why a provider's word was refused."""

    UNKNOWN_PAYMENT = "unknown_payment"
    ALREADY_FINAL = "already_final"
    BELOW_ZERO = "below_zero"


class Attempt(Command, frozen=True, kw_only=True, tag="attempt"):
    """Try again to pay for a purchase that still waits for its money."""

    purchase: int
    provider: str
    token: str
    buyer: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.purchase


class Attempted(msgspec.Struct, frozen=True, tag="attempted"):
    """The new attempt, to be sent to its provider."""

    payment: int
    amount: int
    currency: str


class AttemptRefusal(StrEnum):
    """Why another attempt was refused."""

    UNKNOWN_PURCHASE = "unknown_purchase"
    NOT_WAITING = "not_waiting"
    UNDER_WAY = "under_way"


class ReturnUnapplied(Command, frozen=True, kw_only=True, tag="return_unapplied"):
    """Give back what was captured for a purchase and never applied to an order."""

    purchase: int
    reason: Text = "unapplied"

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.purchase


class UnappliedReturned(msgspec.Struct, frozen=True, tag="unapplied_returned"):
    """What goes back to the buyer."""

    amount: int


class UnappliedRefusal(StrEnum):
    """Why nothing was given back."""

    NOTHING_UNAPPLIED = "nothing_unapplied"
