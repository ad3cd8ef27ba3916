"""Markets: what each one sells in, for how much commission, and how long things may take."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

from fondaco.kernel import Command
from fondaco.markets.fees import Count, Fee, FeePolicy
from fondaco.markets.tax_model import TaxPolicy

ZONE: Final = "^(UTC|[A-Z][A-Za-z_]{1,30}(/[A-Z][A-Za-z_-]{1,30}){1,2})$(?!\\n)"
TimeZone = Annotated[str, msgspec.Meta(pattern=ZONE)]
"""A time zone by its IANA name, e.g. `Europe/Berlin`."""


class Timers(msgspec.Struct, frozen=True, kw_only=True):
    """How long each step may take."""

    pay_within: timedelta = timedelta(minutes=30)
    ship_within: timedelta = timedelta(days=5)
    confirm_within: timedelta = timedelta(days=10)
    settle_after: timedelta = timedelta(0)
    scan_within: timedelta = timedelta(days=15)


class OpenMarket(Command, frozen=True, kw_only=True, tag="open_market"):
    """Open a market with its default commission.

    Without a tax policy no tax is charged. `seed_tax` loads the tax rates that ship with Fondaco
    wherever there are none. Which day it is goes by the time zone, for good.
    """

    slug: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$(?!\\n)")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]
    locale: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Z]{2})?$(?!\\n)")] = "en"
    fee: Fee
    policy: FeePolicy = FeePolicy()
    timers: Timers = Timers()
    payout_minimum: Count = 0
    tax: TaxPolicy | None = None
    seed_tax: bool = False
    time_zone: TimeZone = "UTC"


class MarketOpened(msgspec.Struct, frozen=True, tag="market_opened"):
    """The new market."""

    id: int


class OpenRefusal(StrEnum):
    """Why a market was refused; the first that applies."""

    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    SLUG_TAKEN = "slug_taken"
    BAD_FEE = "bad_fee"


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """A market as it stands."""

    id: int
    slug: str
    name: str
    currency: str
    locale: str
    timers: Timers
    payout_minimum: int
    created_at: datetime
    tax: TaxPolicy | None = None
    time_zone: str = "UTC"

    def day(self, at: datetime) -> date:
        """The day that it is there at an instant."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()
