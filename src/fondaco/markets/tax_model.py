"""Tax: rates by place and class, and a market's policy about them."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$(?!\\n)")]
"""ISO 3166-1, two letters."""
Place = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2}|[*])$(?!\\n)")]
"""A country, or `*`: everywhere that has no rate of its own."""
Share = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
CountryOrNone = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$(?!\\n)")]
Region = Annotated[str, msgspec.Meta(pattern="^[A-Z0-9-]{0,10}$(?!\\n)")]
"""A part of a country that has rates of its own, or nothing."""
TaxClass = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$(?!\\n)")]
"""What kind of goods a rate is for, e.g. `standard` or `reduced`."""

STANDARD = "standard"
ZERO = "zero"
"""The class of what is never taxed; it needs no rate."""
ELSEWHERE = "*"
"""The country of a rate that holds wherever there is no rate at all."""


class Prices(StrEnum):
    """Whether the prices shown hold the tax."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


class Remitter(StrEnum):
    """Who pays the tax to the authority: the operator (as facilitator), or each seller."""

    PLATFORM = "platform"
    SELLER = "seller"


class Rounding(StrEnum):
    """What is rounded half up: the tax of each line, or of each order, dealt back to its lines."""

    LINE = "line"
    ORDER = "order"


class TaxPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How a market taxes what is sold in it.

    `country` and `region` are the market's home: what is sent nowhere in particular is taxed
    there, and a buyer with a tax id of another country is not charged (`reverse_charge`).
    `shipping` says whether shipping is taxed at the rate of the goods, or not at all.
    """

    prices: Prices
    remitter: Remitter
    country: Country
    region: Region = ""
    rounding: Rounding = Rounding.LINE
    shipping: bool = True
    reverse_charge: bool = True


class Rate(msgspec.Struct, frozen=True):
    """A share of an amount, exactly: numerator over denominator."""

    numerator: int
    denominator: int

    def shown(self) -> str:
        """As people write it: `5.5 %`."""
        percent = round(Decimal(self.numerator * 100) / self.denominator, 4).normalize()
        return f"{percent:f} %"


NO_TAX = Rate(0, 1)


class SetTaxRate(Command, frozen=True, kw_only=True, tag="set_tax_rate"):
    """Set the rate of a place and class from a day on, or correct the one of that day.

    `valid_until` is the first day on which it no longer holds. What is sold keeps its tax.
    """

    country: Place
    region: Region = ""
    tax_class: TaxClass = STANDARD
    numerator: Share
    denominator: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    valid_from: date
    valid_until: date | None = None
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""


class TaxRateSet(msgspec.Struct, frozen=True, tag="tax_rate_set"):
    """The rate stands; `changed` is false if it stood so before."""

    changed: bool


class TaxRateRefusal(StrEnum):
    """Why a rate was refused; the first that applies."""

    OVER_WHOLE = "over_whole"
    ENDS_BEFORE_START = "ends_before_start"


class SeedTax(Command, frozen=True, kw_only=True, tag="seed_tax"):
    """Load the rates that ship with Fondaco where there is none; from a day on, else today."""

    valid_from: date | None = None


class TaxSeeded(msgspec.Struct, frozen=True, tag="tax_seeded"):
    """How many rates were loaded; those that stood before are left alone."""

    rates: int


class TaxRate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate as it stands."""

    country: str
    region: str
    tax_class: str
    numerator: int
    denominator: int
    valid_from: date
    valid_until: date | None = None
    source: str = ""

    @property
    def rate(self) -> Rate:
        """The share itself."""
        return Rate(self.numerator, self.denominator)
