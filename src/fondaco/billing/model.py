"""Invoices and credit notes of the operator to its sellers, and what is asked for and answered."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command

By = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LegalName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$(?!\\n)")]
TaxNumber = Annotated[str, msgspec.Meta(max_length=30)]
Prefix = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9][A-Z0-9-]{0,19}$(?!\\n)")]
MONTH: Final = "^2[0-9]{3}-(0[1-9]|1[0-2])$(?!\\n)"
Month = Annotated[str, msgspec.Meta(pattern=MONTH)]
"""A calendar month in the market's time zone, e.g. `2026-10`."""


class Business(msgspec.Struct, frozen=True):
    """Who somebody is before the law. `address` has line breaks; `tax_id` is a VAT number."""

    name: str
    address: str
    country: str
    tax_id: str = ""


class SetBusiness(Command, frozen=True, kw_only=True, tag="set_business"):
    """Say who runs a market, or who a seller is. Documents that were issued keep what was so.

    A market's documents are numbered after its `prefix`; a seller has none.
    """

    party: int
    name: LegalName
    address: Address
    country: Country
    tax_id: TaxNumber = ""
    prefix: Prefix | None = None
    by: By

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.party


class BusinessSet(msgspec.Struct, frozen=True, tag="business_set"):
    """The tax id in its normal spelling."""

    tax_id: str


class BusinessRefusal(StrEnum):
    """Why it was not kept; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_SELLER = "unknown_seller"
    UNKNOWN_TAX_ID = "unknown_tax_id"
    PREFIX_TAKEN = "prefix_taken"


class Bill(Command, frozen=True, kw_only=True, tag="bill"):
    """Invoice what a market took of a seller in a month, and credit what it gave back."""

    market: int
    seller: int
    month: Month
    by: By

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class Billed(msgspec.Struct, frozen=True, tag="billed"):
    """The numbers of the documents: of each currency an invoice, a credit note, or both."""

    numbers: list[str]


class BillRefusal(StrEnum):
    """Why nothing was issued; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_SELLER = "unknown_seller"
    MONTH_NOT_OVER = "month_not_over"
    NO_ISSUER = "no_issuer"
    ALREADY_BILLED = "already_billed"
    NOTHING_TO_BILL = "nothing_to_bill"


REFUSALS: Final = (BusinessRefusal, BillRefusal)
"""Every enum of refusals that an answer over HTTP may carry."""


class Line(msgspec.Struct, frozen=True):
    """What is invoiced or credited. Minor units.

    `what` is `commission` on so many orders (`quantity`), or a charge (`one_off`, `subscription`,
    `penalty`) with its reason in `about`. `about` of credited commission is the invoice that had
    it, or its month if there is none.
    """

    what: str
    about: str
    quantity: int
    vat_numerator: int
    vat_denominator: int
    net: int
    vat: int


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice (`invoice`), or a `credit_note` about what was invoiced. Minor units.

    It says what has happened: commission and charges were kept back from what the seller is owed,
    what is credited was given back to it. Nothing is to be paid on it. `issued_on` is the day in
    the market's time zone.
    """

    number: str
    kind: str
    market: str
    seller: str
    month: str
    currency: str
    issued_at: datetime
    issued_on: date
    issuer: Business
    recipient: Business
    lines: list[Line]
    net: int
    vat: int

    @property
    def total(self) -> int:
        """What it is over, VAT included."""
        return self.net + self.vat

    @property
    def reverse_charge(self) -> bool:
        """Whether VAT is for the recipient to pay: a business with a tax id of another country."""
        abroad = self.recipient.country != self.issuer.country
        return bool(abroad and self.issuer.tax_id and self.recipient.tax_id and not self.vat)


def first_day(month: str) -> date:
    """The day a month begins with."""
    return date.fromisoformat(f"{month}-01")
