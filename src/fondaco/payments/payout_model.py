"""When sellers are paid, who is not, and what people and banks decide of payouts. Minor units."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command
from fondaco.payments.account_model import Amount, Count, Reason

SENDABLE: Final = frozenset({"created", "approved"})
"""States in which a payout may be with the provider: nothing more is to be decided before."""


class PayoutEvery(StrEnum):
    """How often a seller is paid. Days, weeks (from Monday) and months turn at midnight UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    REQUEST = "request"


class SetPayoutPolicy(Command, frozen=True, kw_only=True, tag="set_payout_policy"):
    """How payouts of a currency go unless a seller's own schedule says otherwise.

    What is above `approval_above` waits for a second person; None: nothing waits.
    """

    currency: str
    every: PayoutEvery
    minimum: Count = 0
    approval_above: Count | None = None


class PayoutPolicySet(msgspec.Struct, frozen=True, tag="payout_policy_set"):
    """The policy stands."""

    currency: str


class PayoutPolicyRefusal(StrEnum):
    """Why a policy was refused."""

    UNKNOWN_CURRENCY = "unknown_currency"


class SetPayoutSchedule(Command, frozen=True, kw_only=True, tag="set_payout_schedule"):
    """Pay a seller as often as said, no less than `minimum`; `every` None: as the policy says."""

    seller: int
    currency: str
    every: PayoutEvery | None = None
    minimum: Count = 0

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class PayoutScheduleSet(msgspec.Struct, frozen=True, tag="payout_schedule_set"):
    """When the seller's turn is; None where payouts are by request."""

    next_at: datetime | None


class PayoutTermsRefusal(StrEnum):
    """Why a schedule or hold was refused; the first that applies."""

    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_SELLER = "unknown_seller"
    ALREADY_ON_HOLD = "already_on_hold"
    NOT_ON_HOLD = "not_on_hold"


class HoldPayouts(Command, frozen=True, kw_only=True, tag="hold_payouts"):
    """Pay a seller nothing until the hold is lifted; what it is owed stays owed."""

    seller: int
    reason: Reason
    by: str

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class LiftHold(Command, frozen=True, kw_only=True, tag="lift_hold"):
    """Pay a seller again."""

    seller: int

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class HoldChanged(msgspec.Struct, frozen=True, tag="hold_changed"):
    """Whether the seller's payouts are on hold now."""

    held: bool


class TakeTurn(Command, frozen=True, kw_only=True, tag="take_turn"):
    """Pay a seller what is owed at its turn, which is taken once."""

    seller: int
    currency: str
    turn: datetime
    rail: str = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class TurnTaken(msgspec.Struct, frozen=True, tag="turn_taken"):
    """The payout, or why there was none at this turn."""

    payout: int | None
    why: str
    next_at: datetime | None


class TurnRefusal(StrEnum):
    """Why no turn was taken."""

    NOT_DUE = "not_due"


class DecidePayout(Command, frozen=True, kw_only=True, tag="decide_payout"):
    """A second person approves a payout, or turns it down with a reason."""

    payout: int
    approve: bool
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payout


class ReturnPayout(Command, frozen=True, kw_only=True, tag="return_payout"):
    """The bank sent a payout back after it had left: it is owed to the seller again."""

    payout: int
    amount: Amount
    currency: str
    reference: Reason
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payout


class PayoutDecided(msgspec.Struct, frozen=True, tag="payout_decided"):
    """The payout's state now."""

    state: str


class PayoutDecisionRefusal(StrEnum):
    """Why a decision or return was refused; the first that applies."""

    UNKNOWN_PAYOUT = "unknown_payout"
    NOT_AWAITING_APPROVAL = "not_awaiting_approval"
    SAME_PERSON = "same_person"
    SELLER_ON_HOLD = "seller_on_hold"
    UNDER_REVIEW = "under_review"
    WRONG_AMOUNT = "wrong_amount"
    NOT_PAID = "not_paid"


PAYOUT_REFUSALS: Final = (PayoutPolicyRefusal, PayoutTermsRefusal, PayoutDecisionRefusal)
"""What an answer over HTTP about payouts' terms may carry."""
