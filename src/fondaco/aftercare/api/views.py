"""Returns as the API shows them. Amounts are minor units."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.datastructures import State

from fondaco import parties
from fondaco.aftercare.model import Amount, Count, LineNo, Note, Reason
from fondaco.aftercare.queries import Return
from fondaco.kernel.ids import show

Caller = Request[Any, parties.Access, State]


class UnitsBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a line."""

    no: LineNo
    units: Count


class NewReturn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be sent back, and why."""

    lines: Annotated[list[UnitsBack], msgspec.Meta(min_length=1, max_length=500)]
    reason: Reason
    note: Note = ""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a return is approved; a reason is needed where it is not."""

    approve: bool
    reason: Note = ""


class ReturnShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The carrier that the goods are on their way back with."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    tracking: Annotated[str, msgspec.Meta(max_length=100)] = ""


class LineVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a line accepted. `deduction`: kept of what would go back for them;
    `restock`: back on the shelf. A note is needed unless all goes back.
    """

    no: LineNo
    accepted: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    deduction: Amount = 0
    restock: bool = False
    note: Note = ""


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is accepted, each line of the return once; none named: all of it, in full."""

    lines: Annotated[list[LineVerdict], msgspec.Meta(max_length=500)] = []


class ReturnMade(msgspec.Struct, frozen=True):
    """The new return, and until when its seller may decide before it counts as approved."""

    id: str
    due_at: datetime


class ReturnNow(msgspec.Struct, frozen=True):
    """Where the return stands, what has gone back for it, and when silence becomes an answer."""

    state: str
    refunded: int
    currency: str
    due_at: datetime | None


class ReturnLineView(msgspec.Struct, frozen=True):
    """Units of a line that come back, and what the inspection said of them."""

    no: int
    units: int
    accepted: int
    deduction: int
    restocked: int
    refunded: int
    note: str


class ReturnView(msgspec.Struct, frozen=True):
    """A return. `decision` is what its seller said of it, `refunded` what the buyer gets back."""

    id: str
    order: str
    seller: str
    buyer: str
    state: str
    reason: str
    note: str
    decision: str
    carrier: str
    tracking: str
    lines: list[ReturnLineView]
    refunded: int
    currency: str
    requested_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class ReturnList(msgspec.Struct, frozen=True):
    """Returns of an order, latest first."""

    returns: list[ReturnView]


class ReturnPage(msgspec.Struct, frozen=True):
    """Returns, latest first; `next` is the address of the page after, if there is one."""

    returns: list[ReturnView]
    next: str | None


def return_view(rma: Return) -> ReturnView:
    """A return as the API shows it."""
    lines = [
        ReturnLineView(
            one.line, one.units, one.accepted, one.deduction, one.restocked, one.refunded, one.note
        )
        for one in rma.lines
    ]
    return ReturnView(
        show("rma", rma.id), show("ord", rma.order), show("sel", rma.seller),
        show("per", rma.buyer), rma.state, rma.reason, rma.note, rma.decision, rma.carrier,
        rma.tracking, lines, rma.refunded, rma.currency, rma.requested_at, rma.due_at,
        rma.closed_at,
    )  # fmt: skip
