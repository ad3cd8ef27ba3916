"""Disputes as the API shows them. Amounts are minor units."""

from datetime import datetime
from typing import Annotated

import msgspec

from fondaco.aftercare.dispute_model import File, Kind, Statement
from fondaco.aftercare.dispute_rows import Dispute, Evidence
from fondaco.aftercare.model import Amount, Note
from fondaco.kernel.edge import id_pattern
from fondaco.kernel.ids import show

Shown = Annotated[list[File], msgspec.Meta(max_length=20)]


class NewDispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is claimed back (`amount`; all that is left if it is not named), and why. `return`
    names the declined return that it is about.
    """

    kind: Kind
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
    amount: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None
    files: Shown = []
    rma: Annotated[str, msgspec.Meta(pattern=id_pattern("rma"))] | None = msgspec.field(
        name="return", default=None
    )


class NewEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something said or shown."""

    text: Statement = ""
    files: Shown = []


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the seller gives what is claimed back; something must be said if not."""

    accept: bool
    text: Statement = ""
    files: Shown = []


class DisputeRuling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much of what is disputed goes back, and why; the rest is the seller's.

    `at_operators_cost`: the operator pays it, and the seller keeps everything.
    """

    refund: Amount
    ruling: Note
    at_operators_cost: bool = False


class DisputeMade(msgspec.Struct, frozen=True):
    """The new dispute, what it is about, and until when its seller may answer."""

    id: str
    amount: int
    currency: str
    due_at: datetime


class DisputeNow(msgspec.Struct, frozen=True):
    """Where the dispute stands, what has gone back for it, and when silence becomes an answer."""

    state: str
    refunded: int
    currency: str
    due_at: datetime | None


class EvidenceView(msgspec.Struct, frozen=True):
    """What a party said and showed."""

    party: str
    text: str
    files: list[File]
    at: datetime


class DisputeView(msgspec.Struct, frozen=True):
    """A dispute: `amount` is what it is about, `refunded` what goes back to the buyer."""

    id: str
    order: str
    seller: str
    buyer: str
    kind: str
    rma: str | None = msgspec.field(name="return")
    state: str
    amount: int
    refunded: int
    currency: str
    at_operators_cost: bool
    ruling: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class DisputeFile(msgspec.Struct, frozen=True):
    """A dispute with all that was said and shown, oldest first."""

    dispute: DisputeView
    evidence: list[EvidenceView]


class DisputePage(msgspec.Struct, frozen=True):
    """Disputes, latest first; `next` is the address of the page after, if there is one."""

    disputes: list[DisputeView]
    next: str | None


def dispute_view(one: Dispute) -> DisputeView:
    """A dispute as the API shows it."""
    return DisputeView(
        show("dsp", one.id), show("ord", one.order), show("sel", one.seller),
        show("per", one.buyer), one.kind, show("rma", one.rma) if one.rma is not None else None,
        one.state, one.amount, one.refunded, one.currency, one.at_operators_cost, one.ruling,
        one.opened_at, one.due_at, one.closed_at,
    )  # fmt: skip


def evidence_view(one: Evidence) -> EvidenceView:
    """Evidence as the API shows it."""
    return EvidenceView(one.party, one.text, list(one.files), one.at)
