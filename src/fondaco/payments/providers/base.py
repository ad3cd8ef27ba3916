"""What Fondaco asks of a payment provider, and what a provider answers. Always in batches."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Protocol

import msgspec

MAX_BATCH: Final = 1000
"""The most items that one request to a provider carries."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Amount = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Utc = Annotated[datetime, msgspec.Meta(tz=True)]


class Charge(msgspec.Struct, frozen=True):
    """Take money from a buyer. `amount` is in minor units.

    `key` is our payment's id as text: the same for every retry, so the buyer pays once.
    `reference` is what people see, on a bank statement for one.
    """

    key: Key
    amount: _Amount
    currency: _Text
    token: _Text
    reference: _Text = ""


class Return(msgspec.Struct, frozen=True):
    """Give back a captured charge, or part of it: a refund."""

    key: Key
    charge_key: Key
    amount: _Amount
    currency: _Text


class Transfer(msgspec.Struct, frozen=True):
    """Send money to an account outside: a payout."""

    key: Key
    account: _Text
    amount: _Amount
    currency: _Text


class Capture(msgspec.Struct, frozen=True):
    """Take what the charge `key` authorised, or part of it; once, and the rest is let go."""

    key: Key
    amount: _Amount
    currency: _Text


class FactKind(StrEnum):
    """What became of a request, for good; only AUTHORIZED is followed by CAPTURED or VOIDED."""

    CAPTURED = "captured"
    DECLINED = "declined"
    AUTHORIZED = "authorized"
    VOIDED = "voided"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    PAID_OUT = "paid_out"
    PAYOUT_FAILED = "payout_failed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


class Fact(msgspec.Struct, frozen=True, tag="fact"):
    """What the provider says happened to the request with `key`: final, one for each key.

    `id` names the event and is the same in the answer, in each webhook and in a look-up. `fee` is
    what the provider keeps of a capture. A decline is a fact too; `reason` says why.

    A dispute is a fact about the charge with `key`: `reference` is the provider's name for it,
    `fee` what it costs, and `respond_by` when evidence must be there.
    """

    id: str
    kind: FactKind
    key: Key
    amount: int
    currency: str
    fee: int
    reason: str
    at: _Utc
    reference: str = ""
    respond_by: _Utc | None = None


class Action(msgspec.Struct, frozen=True, tag="action"):
    """The buyer must do something first: follow `url`, or finish in the provider's own fields
    with `client_secret`. `details` are for people to read, an account to pay to for one. What
    came of it is told by a webhook or a look-up.
    """

    key: str
    url: str = ""
    client_secret: str = ""
    details: dict[str, str] = {}


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """No definite answer: it may have happened or not. Ask again with the same key, or look it up.

    `reason` is for the log. `key_reused` says that the key stood for another request before, and
    that nothing was done now; a look-up tells what the key means.
    """

    key: str
    reason: str


class NoAnswer(Exception):
    """The provider could not be asked. A look-up raises it: silence must not read as 'never'."""


class ProviderError(Exception):
    """The provider refused the whole request as malformed: a bug on our side. Nothing was done."""


class Unable(Exception):
    """Asked for what the provider cannot do; its `abilities` say so beforehand."""


class BadWebhook(Exception):
    """A webhook that must not be believed, or cannot be read."""


class BadSignature(BadWebhook):
    """A webhook that is not from the provider, was changed on its way, or is too old."""


class Ability(StrEnum):
    """What a provider can do beside charging, giving back and telling what became of it."""

    HOLD = "hold"
    """Authorise first, then capture or void."""
    PAY_OUT = "pay_out"
    REPORT = "report"


class ReportLine(msgspec.Struct, frozen=True):
    """One movement in a provider's own account of a day, to be compared with the journal.

    `key` is ours, or empty where the provider has none; `amount` is signed: what a refund takes
    away is negative. `reference` is the provider's name for it. Minor units.
    """

    key: str
    kind: str
    amount: int
    fee: int
    currency: str
    at: _Utc
    reference: str = ""


class Provider(Protocol):
    """A payment provider. One outcome for each item, in order; only bugs raise.

    Sending a key again is safe and gives the same fact. `Unknown` promises nothing; whoever gets
    it keeps the key and asks again. What `abilities` does not name raises Unable.
    """

    @property
    def name(self) -> str:
        """Stored with each payment, so that its refunds find the way back."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can do beyond the least."""

    @property
    def receipt(self) -> bytes:
        """What it wants to read when a webhook was taken; empty: any 200 will do."""

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Capture payments. A charge of 0 is captured."""

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Hold money without taking it, until it is captured or voided."""

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Take authorised money."""

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """End charges that have not taken money: authorised ones, and ones that wait for the
        buyer. What took its money meanwhile is told instead.
        """

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back, never more than was captured."""

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of each key; Unknown while the buyer may still act, None if the provider
        never saw it. Raises NoAnswer.
        """

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook. Raises BadSignature or BadWebhook, and NoAnswer where the
        provider has to be asked for the rest of the story and is away.

        A webhook may come twice, late, out of order, and before the answer to the request itself;
        one body may hold a fact twice. `Fact.id` tells them apart.
        """

    async def report(self, day: date) -> list[ReportLine]:
        """The provider's account of one day in UTC, oldest first. Raises NoAnswer."""

    async def aclose(self) -> None:
        """Close its connections."""
