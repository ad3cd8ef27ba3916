"""Disputes: what may be done to them, and what comes of it. Amounts are minor units.

Every enum of refusals is in order of precedence: the first that applies is the one given.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.aftercare.model import Amount, Note
from fondaco.kernel import Command
from fondaco.orders import OnOrder

Statement = Annotated[str, msgspec.Meta(max_length=5000)]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that shows something, kept elsewhere: its name, where it is, and the SHA-256 of it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$(?!\\n)")]


Files = Annotated[tuple[File, ...], msgspec.Meta(max_length=20)]


class Kind(StrEnum):
    """What a dispute is about."""

    NOT_RECEIVED = "not_received"
    NOT_AS_DESCRIBED = "not_as_described"


class OpenDispute(OnOrder, frozen=True, kw_only=True, tag="open_dispute"):
    """Claim `amount` of what was paid for an order back; None: all that is left of it.

    `rma` names the declined return that it is about, if it is about one.
    """

    kind: Kind
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
    files: Files = ()
    rma: int | None = None


class DisputeOpened(msgspec.Struct, frozen=True, tag="dispute_opened"):
    """The new dispute, what it is about, and until when its seller may answer before it is lost."""

    id: int
    amount: int
    currency: str
    due_at: datetime


class DisputeMoved(msgspec.Struct, frozen=True, tag="dispute_moved"):
    """Where the dispute stands, what has gone back for it, and when silence becomes an answer."""

    state: str
    refunded: int
    currency: str
    due_at: datetime | None


class OnDispute(Command, frozen=True, kw_only=True):
    """Something done to one dispute. `seller` or `buyer` name whose it must be; None: anybody's."""

    dispute: int
    seller: int | None = None
    buyer: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.dispute


class AddEvidence(OnDispute, frozen=True, kw_only=True, tag="add_evidence"):
    """Say or show something. It is kept as it is."""

    text: Statement = ""
    files: Files = ()


class AnswerDispute(OnDispute, frozen=True, kw_only=True, tag="answer_dispute"):
    """The seller gives what is claimed back, or says why not."""

    accept: bool
    text: Statement = ""
    files: Files = ()


class EscalateDispute(OnDispute, frozen=True, kw_only=True, tag="escalate_dispute"):
    """The buyer is not content with the answer: the operator is to rule."""

    text: Statement = ""
    files: Files = ()


class WithdrawDispute(OnDispute, frozen=True, kw_only=True, tag="withdraw_dispute"):
    """The buyer claims nothing any more."""


class RuleDispute(OnDispute, frozen=True, kw_only=True, tag="rule_dispute"):
    """Decide: `refund` of what is disputed goes back, the rest is the seller's.

    `at_operators_cost`: the operator pays the refund, and the seller keeps everything.
    """

    refund: Amount
    ruling: Note = ""
    at_operators_cost: bool = False


class DoDueDispute(OnDispute, frozen=True, kw_only=True, tag="do_due_dispute"):
    """Do what a dispute's deadline says: the silent party loses."""

    state: str


MOST_SAID: Final = 50
"""How often a party says or shows something in a dispute, its claim or answer included."""


class DisputeRefusal(StrEnum):
    """Why something could not be done about a dispute."""

    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_DISPUTE = "unknown_dispute"
    FORBIDDEN = "forbidden"
    WRONG_STATE = "wrong_state"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"
    CASE_OPEN = "case_open"
    NOT_DUE = "not_due"
    WINDOW_OVER = "window_over"
    UNKNOWN_RETURN = "unknown_return"
    TOO_MUCH = "too_much"
    NO_REASON = "no_reason"
    NOTHING_SAID = "nothing_said"
    TOO_MUCH_SAID = "too_much_said"
    TOO_MANY_DISPUTES = "too_many_disputes"
