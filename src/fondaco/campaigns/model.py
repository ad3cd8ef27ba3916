"""Campaigns: what may be taken off prices, for whom, how often, and who bears it.

All amounts are minor units of the market's currency. Every enum of refusals is in order of
precedence: the first that applies is the one given.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command

Code = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$(?!\\n)")]
"""What a buyer types. Capital and small letters are the same."""
Group = Annotated[str, msgspec.Meta(pattern="^([a-z0-9][a-z0-9_-]{0,39})?$(?!\\n)")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Number = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
Weight = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Kind(StrEnum):
    """What a campaign takes something off."""

    ITEM = "item"
    """Each line in its scope: an amount off every unit, or a part of the line."""
    ORDER = "order"
    """The goods in its scope together, over all their sellers."""
    SHIPPING = "shipping"
    """The shipping of the lines in its scope together."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines a campaign is for: all that are named must hold; none named, every line.

    A category stands for those below it too.
    """

    seller: int | None = None
    category: int | None = None
    product: int | None = None
    offer: int | None = None


class Discount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much: an amount, or numerator/denominator of what earlier campaigns left, up to `cap`.

    `minimum` is what the goods in scope must be worth after earlier campaigns; with `repeating`
    the amount is taken off once for each time that they are.
    """

    amount: Amount | None = None
    numerator: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    denominator: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 100
    cap: Amount | None = None
    minimum: Annotated[int, msgspec.Meta(ge=0, le=10**15)] = 0
    repeating: bool = False


class Funding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who bears a discount, as weights: 60 and 40, or 0 and 1 for the operator alone.

    A seller bears his weight of what is taken off his own lines, never of another's.
    """

    seller: Weight
    platform: Weight


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, how often by one buyer, and for how much in all; None: without end."""

    uses: Number | None = None
    uses_per_buyer: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    budget: Amount | None = None


class OpenCampaign(Command, frozen=True, kw_only=True, tag="open_campaign"):
    """Open a campaign. Without a code it applies by itself.

    `owner` is the seller whose own it is: then it is for his goods alone and he bears it; None:
    the operator's. Campaigns apply in order of `stage`, those of one stage in order of opening. Of
    an `exclusive_group` a purchase gets at most one.
    """

    market: int
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: Kind
    discount: Discount
    funding: Funding
    starts_at: datetime
    ends_at: datetime
    code: Code | None = None
    owner: int | None = None
    scope: Scope = Scope()
    stage: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 100
    exclusive_group: Group = ""
    limits: Limits = Limits()


class CampaignOpened(msgspec.Struct, frozen=True, tag="campaign_opened"):
    """The new campaign."""

    id: int


class CampaignRefusal(StrEnum):
    """Why a campaign was refused."""

    UNKNOWN_MARKET = "unknown_market"
    FORBIDDEN = "forbidden"
    UNKNOWN_SELLER = "unknown_seller"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_PRODUCT = "unknown_product"
    UNKNOWN_OFFER = "unknown_offer"
    BAD_DISCOUNT = "bad_discount"
    BAD_PERIOD = "bad_period"
    CODE_TAKEN = "code_taken"
    TOO_MANY = "too_many"


class EndCampaign(Command, frozen=True, kw_only=True, tag="end_campaign"):
    """End a campaign now. `owner` names whose it must be; None: anybody's."""

    campaign: int
    owner: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.campaign


class CampaignEnded(msgspec.Struct, frozen=True, tag="campaign_ended"):
    """When it ended: what is bought from then on does not get it."""

    ended_at: datetime


class EndRefusal(StrEnum):
    """Why a campaign could not be ended."""

    UNKNOWN_CAMPAIGN = "unknown_campaign"
    ALREADY_ENDED = "already_ended"


class CouponRefusal(StrEnum):
    """Why a purchase does not get what a coupon promises."""

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


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it was opened; nothing of it changes but that it may be ended."""

    id: int
    market: int
    owner: int | None
    name: str
    code: str | None
    currency: str
    kind: Kind
    scope: Scope
    discount: Discount
    funding: Funding
    limits: Limits
    starts_at: datetime
    ends_at: datetime
    stage: int
    exclusive_group: str
    created_at: datetime


class Line(msgspec.Struct, frozen=True):
    """A line of a purchase as campaigns see it: `categories` is its own and those above."""

    seller: int
    categories: tuple[int, ...]
    product: int | None
    offer: int
    quantity: int
    goods: int
    shipping: int


class Share(msgspec.Struct, frozen=True):
    """What one campaign takes off one line (counted from 0), by who bears it."""

    campaign: int
    line: int
    goods_seller_off: int = 0
    goods_platform_off: int = 0
    shipping_seller_off: int = 0
    shipping_platform_off: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return (
            self.goods_seller_off + self.goods_platform_off
            + self.shipping_seller_off + self.shipping_platform_off
        )  # fmt: skip


class Deal(msgspec.Struct, frozen=True):
    """What a purchase gets off its prices: each campaign's share of each line."""

    shares: tuple[Share, ...] = ()

    def by_line(self, lines: int) -> list[tuple[Share, ...]]:
        """The shares of each of so many lines."""
        found: list[tuple[Share, ...]] = [()] * lines
        for share in self.shares:
            found[share.line] += (share,)
        return found


NO_DEAL = Deal()
"""Nothing off."""
