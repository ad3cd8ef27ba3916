"""A seller's own account: what it is charged, keeps in deposit and reserve, and owes. Minor units.

Every enum of refusals is in order of precedence: the first that applies is the one given.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command

Amount = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]
Days = Annotated[int, msgspec.Meta(ge=1, le=730)]
Part = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Whole = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class OfSeller(Command, frozen=True, kw_only=True):
    """A wish about one seller's account."""

    seller: int

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class ChargeKind(StrEnum):
    """What the operator charges sellers for beside commission."""

    ONE_OFF = "one_off"
    SUBSCRIPTION = "subscription"
    PENALTY = "penalty"


class ChargeSeller(OfSeller, frozen=True, kw_only=True, tag="charge_seller"):
    """Charge a seller once, in a market's currency; `amount` is without VAT.

    VAT is that of the market's fee policy; a penalty bears none unless `taxed` says so.
    """

    market: int
    amount: Amount
    reason: Reason
    penalty: bool = False
    taxed: bool | None = None


class Charged(msgspec.Struct, frozen=True, tag="charged"):
    """The charge, and what of it is debt now because nothing was owed to the seller."""

    id: int
    amount: int
    vat: int
    debt: int
    currency: str


class ChargeRefusal(StrEnum):
    """Why a charge or a subscription was refused."""

    UNKNOWN_SELLER = "unknown_seller"
    UNKNOWN_MARKET = "unknown_market"
    BAD_PERIOD = "bad_period"


class Every(StrEnum):
    """How often a subscription is charged."""

    WEEK = "week"
    MONTH = "month"


class SetSubscription(OfSeller, frozen=True, kw_only=True, tag="set_subscription"):
    """Charge a seller each week or month, in advance, from `starts_at` (None: now) on."""

    market: int
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    every: Every
    amount: Amount
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class SubscriptionSet(msgspec.Struct, frozen=True, tag="subscription_set"):
    """The new subscription."""

    id: int


class EndSubscription(Command, frozen=True, kw_only=True, tag="end_subscription"):
    """Charge no period that begins at `ends_at` (None: now) or later."""

    subscription: int
    ends_at: datetime | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.subscription


class SubscriptionEnded(msgspec.Struct, frozen=True, tag="subscription_ended"):
    """When it ends."""

    ends_at: datetime


class SubscriptionRefusal(StrEnum):
    """Why a subscription was not ended or charged."""

    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    ALREADY_ENDED = "already_ended"
    BAD_PERIOD = "bad_period"
    NOT_DUE = "not_due"


class ChargePeriod(Command, frozen=True, kw_only=True, tag="charge_period"):
    """Charge a subscription's period; the first is 0."""

    subscription: int
    period: int

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.subscription


class BondRule(StrEnum):
    """What debt draws on a bond at once: of a charge's kind, or of a refund after payout."""

    ONE_OFF = "one_off"
    SUBSCRIPTION = "subscription"
    PENALTY = "penalty"
    REFUND = "refund"


class SetBond(OfSeller, frozen=True, kw_only=True, tag="set_bond"):
    """What a seller must have in deposit, and what may draw on it.

    Until `target` is reached, numerator/denominator of each sale's proceeds is withheld for it.
    Debt of the kinds in `draws` is met out of it at once; any debt after `draw_after`.
    """

    currency: Currency
    target: Count
    numerator: Part = 0
    denominator: Whole = 100
    draws: tuple[BondRule, ...] = ()
    draw_after: timedelta | None = None


class BondSet(msgspec.Struct, frozen=True, tag="bond_set"):
    """The terms are in force; `missing` is what the bond lacks."""

    missing: int


class DepositBond(OfSeller, frozen=True, kw_only=True, tag="deposit_bond"):
    """A seller paid into its bond; `reference` is the bank's or provider's."""

    currency: Currency
    amount: Amount
    reference: Reason


class DrawBond(OfSeller, frozen=True, kw_only=True, tag="draw_bond"):
    """Meet a seller's debt out of its bond: all of it (None), or this much."""

    currency: Currency
    reason: Reason
    amount: Amount | None = None


class RefundBond(OfSeller, frozen=True, kw_only=True, tag="refund_bond"):
    """Give a bond back to the seller's balance: all over its target (None), or this much."""

    currency: Currency
    reason: Reason
    amount: Amount | None = None


class BondMoved(msgspec.Struct, frozen=True, tag="bond_moved"):
    """What moved, and what the bond holds now."""

    id: int
    amount: int
    left: int


class BondRefusal(StrEnum):
    """Why a bond was not set or moved."""

    UNKNOWN_SELLER = "unknown_seller"
    UNKNOWN_CURRENCY = "unknown_currency"
    BAD_RATE = "bad_rate"
    NO_BOND = "no_bond"
    OVER_TARGET = "over_target"
    NO_DEBT = "no_debt"
    IN_DEBT = "in_debt"
    OVER_BOND = "over_bond"


class SetReserve(Command, frozen=True, kw_only=True, tag="set_reserve"):
    """Keep numerator/denominator of each sale's proceeds back for some days, from now on.

    Of all sellers in a market, or of one, whose own terms come first; 0 exempts.
    """

    market: int
    numerator: Part
    denominator: Whole = 100
    days: Days
    seller: int | None = None


class ReserveSet(msgspec.Struct, frozen=True, tag="reserve_set"):
    """The terms are in force."""

    days: int


class ReserveRefusal(StrEnum):
    """Why reserve terms were refused, or a tranche was not released."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_SELLER = "unknown_seller"
    BAD_RATE = "bad_rate"
    NOT_DUE = "not_due"


class ReleaseReserve(OfSeller, frozen=True, kw_only=True, tag="release_reserve"):
    """Give a seller what was kept back until a day that has come."""

    currency: Currency
    release_on: date


class ReserveReleased(msgspec.Struct, frozen=True, tag="reserve_released"):
    """What came free, and what of it met a debt."""

    amount: int
    netted: int


class RecordRecovery(OfSeller, frozen=True, kw_only=True, tag="record_recovery"):
    """A seller paid (part of) its debt; `reference` is the bank's or provider's."""

    currency: Currency
    amount: Amount
    reference: Reason


class WriteOff(OfSeller, frozen=True, kw_only=True, tag="write_off"):
    """Give up a seller's debt: all of it (None), or this much. The reason is kept."""

    currency: Currency
    reason: Reason
    amount: Amount | None = None


class DebtLowered(msgspec.Struct, frozen=True, tag="debt_lowered"):
    """What of the debt is gone, and what is left of it."""

    id: int
    amount: int
    left: int


class DebtRefusal(StrEnum):
    """Why a debt was not lowered."""

    UNKNOWN_SELLER = "unknown_seller"
    NO_DEBT = "no_debt"
    OVER_DEBT = "over_debt"
