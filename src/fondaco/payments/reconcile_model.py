"""What a provider says of a day against the journal: what is compared, and what did not fit.

Amounts are minor units, signed as in our account with the provider, and net of its fee.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command
from fondaco.payments.account_model import Reason


class Movement(StrEnum):
    """What moved money."""

    CAPTURE = "capture"
    REFUND = "refund"
    PAYOUT = "payout"
    DISPUTE = "dispute"
    OTHER = "other"
    """Something that the books have no counterpart for, a fee beside payments for one."""


class BreakKind(StrEnum):
    """How a movement did not fit."""

    MISSING_WITH_US = "missing_with_us"
    MISSING_WITH_THEM = "missing_with_them"
    AMOUNT_DIFFERS = "amount_differs"
    DUPLICATE = "duplicate"
    IN_FLIGHT = "in_flight"
    """Booked on the day, and may stand in the report of the next, which is not there yet."""


class Booked(msgspec.Struct, frozen=True):
    """One movement of our account with a provider, as the journal has it."""

    movement: Movement
    key: str
    amount: int
    fee: int
    currency: str
    at: datetime


class Break(msgspec.Struct, frozen=True):
    """One movement that did not fit. `no` counts those of the same kind and key.

    `reference` is the provider's name for it; `ours` or `theirs` is None where it is missing.
    """

    kind: BreakKind
    movement: Movement
    key: str
    no: int
    reference: str
    currency: str
    ours: int | None
    theirs: int | None
    reason: str

    @property
    def difference(self) -> int:
        """How much more is in the provider's account than in our books."""
        return (self.theirs or 0) - (self.ours or 0)


class Compared(msgspec.Struct, frozen=True):
    """What came of a comparison: lines of the report, those that fit, and the breaks."""

    lines: int
    matched: int
    breaks: tuple[Break, ...]


class RecordReconciliation(Command, frozen=True, kw_only=True, tag="record_reconciliation"):
    """Keep what came of comparing a provider's day; of an earlier comparison what fits clears."""

    provider: str
    day: date
    found: Compared


class ReconciliationRecorded(msgspec.Struct, frozen=True, tag="reconciliation_recorded"):
    """How many lines there were, how many fit, and how many breaks there are."""

    lines: int
    matched: int
    breaks: int


class BookTo(StrEnum):
    """The account that a difference is booked to."""

    FEE = "psp_fee"
    ROUNDING = "rounding"
    PAYMENT_DIFFERENCE = "payment_difference"


class ResolveBreak(Command, frozen=True, kw_only=True, tag="resolve_break"):
    """A person explains a break, and books the difference where money did move."""

    id: int
    note: Reason
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    book: BookTo | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.id


class BreakResolved(msgspec.Struct, frozen=True, tag="break_resolved"):
    """What was booked: above zero, the provider owes us so much more."""

    booked: int


class BreakRefusal(StrEnum):
    """Why a break was not resolved; the first that applies."""

    UNKNOWN_BREAK = "unknown_break"
    NOT_OPEN = "not_open"
    STILL_IN_FLIGHT = "still_in_flight"
    NOTHING_TO_BOOK = "nothing_to_book"


RECONCILE_REFUSALS: Final = (BreakRefusal,)
"""What an answer over HTTP about breaks may carry."""
