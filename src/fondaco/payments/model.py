"""Payments: what buyers pay, what goes back, what sellers are paid out. Minor units."""

from datetime import datetime
from enum import StrEnum

import msgspec

from fondaco import ledger, markets
from fondaco.kernel import Command

PSP_RECEIVABLE = ledger.account("psp_receivable")
PSP_FEE = ledger.account("psp_fee")
UNAPPLIED = ledger.account("unapplied", guarded=True)
PAYMENT_DIFFERENCE = ledger.account("payment_difference")
ESCROW = ledger.account("escrow", guarded=True)
REFUND_IN_FLIGHT = ledger.account("refund_in_flight")
COMMISSION = ledger.account("commission")
BRIDGE = ledger.account("bridge")
PAYABLE = ledger.account("payable", guarded=True)
PAYOUT_IN_FLIGHT = ledger.account("payout_in_flight", guarded=True)
BANK = ledger.account("bank")
PROMO = ledger.account("promo")
TAX_PAYABLE = ledger.account("tax_payable")
VAT_PAYABLE = ledger.account("vat_payable")
SELLER_CHARGE = ledger.account("seller_charge")
FX_POSITION = ledger.account("fx_position")
FX_GAIN_LOSS = ledger.account("fx_gain_loss")
DISPUTE_RECEIVABLE = ledger.account("dispute_receivable")
DISPUTE_FEE = ledger.account("dispute_fee")
ROUNDING = ledger.account("rounding")
BAD_DEBT = ledger.account("bad_debt")
RESERVE = ledger.account("reserve", guarded=True)
DISPUTE_HOLD = ledger.account("dispute_hold", guarded=True)
WALLET = ledger.account("wallet", guarded=True)
GIFT_CARD = ledger.account("gift_card", guarded=True)
BOND = ledger.account("bond", guarded=True)
RECEIVABLE = ledger.account("receivable", guarded=True, asset=True)
GOODWILL = ledger.account("goodwill")

STORE_CREDIT = ("wallet", "gift_card")
"""Providers that are ours: what they take and give passes over the payment's bridge."""


def provider_owes(provider: str, payment: int) -> ledger.Account:
    """The account that a provider's captures and refunds go through."""
    return (BRIDGE if provider in STORE_CREDIT else PSP_RECEIVABLE)(payment)


class Payment(msgspec.Struct):
    """One attempt to charge, as it stands inside a batch."""

    id: int
    purchase: int
    provider: str
    currency: str
    amount: int
    captured: int
    refunded: int
    returned: int
    fee: int
    charged_back: int
    state: str
    reason: str = ""

    @property
    def left(self) -> int:
        """What was captured and neither went back nor was taken back."""
        return self.captured - self.refunded - self.charged_back


class NewPayment(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to be made; its row commits before the provider hears of it."""

    id: int
    purchase: int
    provider: str
    token: str
    currency: str
    amount: int
    due_at: datetime
    created_at: datetime


class Settlement(msgspec.Struct, frozen=True):
    """A confirmed order's money: what is held, what the operator has of it, whose the rest is."""

    order: int
    seller: int
    market: int
    currency: str
    held: int
    withheld: int
    commission: int
    commission_vat: int
    cause: int
    at: datetime
    into: str = ""
    """The currency that the seller is paid in, where it is another."""
    rate: markets.Rate | None = None
    """The rate agreed at the sale, of minor units; else that of the day."""

    @property
    def share(self) -> int:
        """What the seller gets."""
        return self.held - self.withheld - self.commission - self.commission_vat


class ClawBack(msgspec.Struct, frozen=True):
    """What a seller gives up of a settled order."""

    order: int
    seller: int
    currency: str
    amount: int
    cause: int
    at: datetime
    into: str = ""
    """The currency that the seller is paid in, where it is another."""


class Hold(msgspec.Struct, frozen=True):
    """What is held of a seller's while a chargeback or dispute is open, and the fee he bears."""

    order: int
    seller: int
    currency: str
    amount: int
    fee: int
    cause: int
    at: datetime
    kind: str = "chargeback"


class Release(ClawBack, frozen=True):
    """What was held, and is the seller's again: the chargeback or dispute was won."""

    kind: str = "chargeback_won"


class Forfeit(ClawBack, frozen=True):
    """What a seller gives up of a settled order for good: the chargeback or dispute was lost.

    It comes out of what was `held`; the rest of that is the seller's again, or what it lacks is
    taken from him, as other chargebacks of the order may have changed what his part of it is.
    """

    held: int = 0
    kind: str = "chargeback_lost"


Owned = Settlement | ClawBack | Hold | Release | Forfeit
"""What becomes of a seller's money."""


class RefundFact(Command, frozen=True, kw_only=True, tag="refund_fact"):
    """What the provider says became of a refund."""

    refund: int
    succeeded: bool
    amount: int
    currency: str
    reason: str = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.refund


class RefundRecorded(msgspec.Struct, frozen=True, tag="refund_recorded"):
    """The refund's state now."""

    state: str


class RefundFactRefusal(StrEnum):
    """Why a provider's word on a refund was refused; the first that applies."""

    UNKNOWN_REFUND = "unknown_refund"
    WRONG_AMOUNT = "wrong_amount"
    ALREADY_FINAL = "already_final"


class PayOut(Command, frozen=True, kw_only=True, tag="pay_out"):
    """Pay a seller what is owed, or part of it. `amount` None means all that the rail can move.

    `rail` is what it is sent by: some move only whole units of a currency, and the rest stays owed.
    """

    seller: int
    currency: str
    amount: int | None = None
    minimum: int = 1
    rail: str = ""
    by: str = "system"
    """Who asks; somebody else must approve what is above the limit."""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.seller


class PayoutCreated(msgspec.Struct, frozen=True, tag="payout_created"):
    """A payout that is on its way, or that waits for a second person."""

    id: int
    amount: int
    currency: str
    state: str = "created"


class PayoutRefusal(StrEnum):
    """Why a payout was refused; the first that applies."""

    UNKNOWN_SELLER = "unknown_seller"
    NO_PAYOUT_ACCOUNT = "no_payout_account"
    UNVERIFIED_ACCOUNT = "unverified_account"
    ON_HOLD = "on_hold"
    UNDER_REVIEW = "under_review"
    NOTHING_OWED = "nothing_owed"
    OVER_BALANCE = "over_balance"
    BELOW_MINIMUM = "below_minimum"
    NOT_MOVABLE = "not_movable"
    NOT_BY_BANK = "not_by_bank"


class PayoutFact(Command, frozen=True, kw_only=True, tag="payout_fact"):
    """What the provider says became of a payout."""

    payout: int
    paid: bool
    amount: int
    currency: str
    reason: str = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.payout


class PayoutRecorded(msgspec.Struct, frozen=True, tag="payout_recorded"):
    """The payout's state now."""

    state: str


class PayoutFactRefusal(StrEnum):
    """Why a provider's word on a payout was refused; the first that applies."""

    UNKNOWN_PAYOUT = "unknown_payout"
    WRONG_AMOUNT = "wrong_amount"
    ALREADY_FINAL = "already_final"
