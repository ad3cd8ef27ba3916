"""Exchange rates: dated facts, exact to the last digit given."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command
from fondaco.markets.tax_model import Rate

FRESH: Final = timedelta(days=7)
"""How old a rate may be: over the longest run of days on which none is set."""

Code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]
Part = Annotated[int, msgspec.Meta(ge=1, le=10**8)]


class CurrencyRate(msgspec.Struct, frozen=True):
    """So much of a currency for one unit of the base: numerator over denominator."""

    currency: Code
    numerator: Part
    denominator: Part = 1


class SetFxRates(Command, frozen=True, kw_only=True, tag="set_fx_rates"):
    """Set the exchange rates of a day against a base, or correct those that stand."""

    base: Code
    on: date
    rates: Annotated[tuple[CurrencyRate, ...], msgspec.Meta(min_length=1, max_length=300)]
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""


class FxRatesSet(msgspec.Struct, frozen=True, tag="fx_rates_set"):
    """The rates stand; how many of them are new or changed."""

    changed: int


class FxRatesRefusal(StrEnum):
    """Why rates were refused; the first that applies."""

    UNKNOWN_CURRENCY = "unknown_currency"
    RATE_TWICE = "rate_twice"


class FxRate(msgspec.Struct, frozen=True):
    """A rate as it stands: so much of `currency` for one unit of `base`, on a day."""

    base: str
    currency: str
    on: date
    numerator: int
    denominator: int


class Exchange(msgspec.Struct, frozen=True):
    """What one unit of a currency is worth in another, in major units, and from which day."""

    rate: Rate
    on: date
