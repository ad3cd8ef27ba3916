"""Returns: what may be done to them, and what comes of it. Amounts are minor units.

Every enum of refusals is in order of precedence: the first that applies is the one given.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from fondaco.kernel import Command
from fondaco.orders import OnOrder

Days = Annotated[int, msgspec.Meta(ge=1, le=365)]
LineNo = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Note = Annotated[str, msgspec.Meta(max_length=2000)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How long each step of a return or dispute may take in a market, in days.

    `window_days` (of returns) and `dispute_days` run from delivery. `shipping_back`: the delivery
    charge goes back too when the whole order comes back and is accepted in full.
    """

    window_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 14
    decide_days: Days = 2
    send_days: Days = 14
    transit_days: Days = 14
    inspect_days: Days = 5
    shipping_back: bool = True
    dispute_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 30
    answer_days: Days = 3
    reply_days: Days = 7

    @property
    def window(self) -> timedelta:
        """For how long after delivery a return may be asked for."""
        return timedelta(days=self.window_days)


class SetPolicy(Command, frozen=True, kw_only=True, tag="set_policy"):
    """Set a market's terms. Returns and disputes that are open keep theirs."""

    market: int
    policy: Policy


class PolicySet(msgspec.Struct, frozen=True, tag="policy_set"):
    """The terms count from now on."""


class PolicyRefusal(StrEnum):
    """Why terms were refused."""

    UNKNOWN_MARKET = "unknown_market"


class Reason(StrEnum):
    """Why a buyer sends something back."""

    CHANGED_MIND = "changed_mind"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    OTHER = "other"


class Units(msgspec.Struct, frozen=True):
    """So many units of an order's line."""

    no: LineNo
    units: Count


MOST_CASES: Final = 50
"""Returns of one order that are ever asked for, and disputes over it: whoever reads them reads all.
"""


class RequestReturn(OnOrder, frozen=True, kw_only=True, tag="request_return"):
    """Ask to send units of a delivered order back."""

    lines: Annotated[tuple[Units, ...], msgspec.Meta(min_length=1, max_length=500)]
    reason: Reason
    note: Note = ""


class ReturnRequested(msgspec.Struct, frozen=True, tag="return_requested"):
    """The new return, and until when its seller may decide before it counts as approved."""

    id: int
    due_at: datetime


class ReturnMoved(msgspec.Struct, frozen=True, tag="return_moved"):
    """Where the return stands, what has gone back for it, and when silence becomes an answer."""

    state: str
    refunded: int = 0
    currency: str = ""
    due_at: datetime | None = None


class OnReturn(Command, frozen=True, kw_only=True):
    """Something done to one return. `seller` or `buyer` name whose it must be; None: anybody's."""

    rma: int
    seller: int | None = None
    buyer: int | None = None

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.rma


class DecideReturn(OnReturn, frozen=True, kw_only=True, tag="decide_return"):
    """Approve a return, or decline it for a reason."""

    approve: bool
    reason: Note = ""


class WithdrawReturn(OnReturn, frozen=True, kw_only=True, tag="withdraw_return"):
    """Give up a return of which nothing was sent yet."""


class ShipReturn(OnReturn, frozen=True, kw_only=True, tag="ship_return"):
    """The goods are on their way back."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tracking: Annotated[str, msgspec.Meta(max_length=100)] = ""


class ReceiveReturn(OnReturn, frozen=True, kw_only=True, tag="receive_return"):
    """The goods came back; they are to be looked at."""


class Inspected(msgspec.Struct, frozen=True):
    """What became of a line of a return: so many units accepted, the others refused.

    `deduction` is kept of what the buyer would get for them, say for wear. `restock` puts the
    accepted units back on the shelf.
    """

    no: LineNo
    accepted: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    deduction: Amount = 0
    restock: bool = False
    note: Note = ""


class InspectReturn(OnReturn, frozen=True, kw_only=True, tag="inspect_return"):
    """Say what is accepted of a return; none named: all of it, in full. The money goes back."""

    lines: Annotated[tuple[Inspected, ...], msgspec.Meta(max_length=500)] = ()


class DoDueReturn(OnReturn, frozen=True, kw_only=True, tag="do_due_return"):
    """Do what a return's deadline says: approve, close, count as received, or accept in full."""

    state: str


class ReturnRefusal(StrEnum):
    """Why something could not be done about a return."""

    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_RETURN = "unknown_return"
    FORBIDDEN = "forbidden"
    WRONG_STATE = "wrong_state"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"
    NOT_DUE = "not_due"
    WINDOW_OVER = "window_over"
    UNKNOWN_LINE = "unknown_line"
    NAMED_TWICE = "named_twice"
    INCOMPLETE = "incomplete"
    TOO_MANY_UNITS = "too_many_units"
    TOO_MUCH = "too_much"
    NO_REASON = "no_reason"
    TOO_MANY_RETURNS = "too_many_returns"
