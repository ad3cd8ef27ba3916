"""Commission: what a rule and a policy are, and the commands that set them.

Amounts are minor units. A rule set later is for later sales: what is sold keeps its commission.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command

Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Part = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Whole = Annotated[int, msgspec.Meta(gt=0, le=1_000_000)]
CurrencyCode = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


class Bound(msgspec.Struct, frozen=True):
    """The least and the most commission on a line, in one currency."""

    floor: Count = 0
    cap: Count | None = None


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """Commission on a line's price: numerator/denominator, at least `floor`, at most `cap`.

    Floor and cap are of the market's currency; those of other currencies are in `bounds`, and a
    currency that is not there has none.
    """

    numerator: Part
    denominator: Whole = 100
    floor: Count = 0
    cap: Count | None = None
    bounds: dict[CurrencyCode, Bound] = {}


class FeePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What a market charges on commission and does with it when goods go back.

    VAT on commission is numerator/denominator of it. `net_of_tax`: where prices include tax,
    commission is a share of the price without it. `keep_on_refund`: commission is not given back.
    """

    vat_numerator: Part = 0
    vat_denominator: Whole = 100
    net_of_tax: bool = False
    keep_on_refund: bool = False


class SetFee(Command, frozen=True, kw_only=True, tag="set_fee"):
    """Set commission in a market: for all, or one seller, product or category and all below it.

    `price_from` and `price_below` bound the unit price, minor units of the market's currency.
    From `valid_from` (None: now) until `valid_until` (None: without end).
    """

    market: int
    fee: Fee
    seller: int | None = None
    category: int | None = None
    product: int | None = None
    price_from: Count = 0
    price_below: Count | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class FeeSet(msgspec.Struct, frozen=True, tag="fee_set"):
    """The new rule."""

    id: int


class FeeRefusal(StrEnum):
    """Why a commission rule was refused; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_SELLER = "unknown_seller"
    BAD_FEE = "bad_fee"
    BAD_SCOPE = "bad_scope"
    BAD_BAND = "bad_band"
    BAD_PERIOD = "bad_period"


class EndFee(Command, frozen=True, kw_only=True, tag="end_fee"):
    """End a commission rule, now or at a time ahead. One that has not begun never will."""

    rule: int
    until: datetime | None = None


class FeeEnded(msgspec.Struct, frozen=True, tag="fee_ended"):
    """When the rule ends."""

    until: datetime


class EndFeeRefusal(StrEnum):
    """Why a rule was not ended; the first that applies."""

    UNKNOWN_RULE = "unknown_rule"
    BASE_RULE = "base_rule"
    ALREADY_ENDED = "already_ended"
    BAD_PERIOD = "bad_period"


class SetFeePolicy(Command, frozen=True, kw_only=True, tag="set_fee_policy"):
    """Set a market's fee policy from `valid_from` on (None: now)."""

    market: int
    policy: FeePolicy
    valid_from: datetime | None = None


class FeePolicySet(msgspec.Struct, frozen=True, tag="fee_policy_set"):
    """From when the policy is in force."""

    valid_from: datetime


class FeePolicyRefusal(StrEnum):
    """Why a fee policy was refused; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    BAD_FEE = "bad_fee"
    BAD_PERIOD = "bad_period"


class FeeRule(msgspec.Struct, frozen=True):
    """A commission rule as it stands. `floor` and `cap` are of `currency`."""

    id: int
    market: int
    seller: int | None
    category: int | None
    numerator: int
    denominator: int
    floor: int
    cap: int | None
    product: int | None = None
    price_from: int = 0
    price_below: int | None = None
    currency: str = ""
    bounds: dict[str, Bound] = {}
    valid_from: datetime = _ALWAYS
    valid_until: datetime | None = None
    base: bool = False
    revision: int = 0

    @property
    def banded(self) -> bool:
        """Whether it is for some prices only."""
        return self.price_from > 0 or self.price_below is not None

    def in_band(self, price: int, currency: str) -> bool:
        """Whether it is for this unit price; a band says nothing of another currency's prices."""
        if not self.banded:
            return True
        above = self.price_from <= price and currency == self.currency
        return above and (self.price_below is None or price < self.price_below)

    def in_force(self, at: datetime) -> bool:
        """Whether it is in force at a time. A base rule was from the beginning."""
        if at < self.valid_from:
            return self.base
        return self.valid_until is None or at < self.valid_until

    def for_currency(self, currency: str) -> "FeeRule":
        """The rule with the floor and cap of a currency."""
        if currency == self.currency:
            return self
        bound = self.bounds.get(currency, Bound())
        return msgspec.structs.replace(self, floor=bound.floor, cap=bound.cap, currency=currency)


class Policy(msgspec.Struct, frozen=True):
    """A fee policy as it stands."""

    id: int
    market: int
    vat_numerator: int
    vat_denominator: int
    net_of_tax: bool
    keep_on_refund: bool
    valid_from: datetime
    revision: int

    def terms(self) -> FeePolicy:
        """What it says."""
        return FeePolicy(**{name: getattr(self, name) for name in FeePolicy.__struct_fields__})
