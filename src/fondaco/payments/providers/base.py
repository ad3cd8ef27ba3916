"""What Fondaco asks of a payment provider, and what a provider answers. Always in batches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
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


class FactKind(StrEnum):
    """What became of a request, for good."""

    CAPTURED = "captured"
    DECLINED = "declined"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    PAID_OUT = "paid_out"
    PAYOUT_FAILED = "payout_failed"


class Fact(msgspec.Struct, frozen=True, tag="fact"):
    """What the provider says happened to the request with `key`: final, one for each key.

    `id` names the event and is the same in the answer, in each webhook and in a look-up. `fee` is
    what the provider keeps of a capture. A decline is a fact too; `reason` says why.
    """

    id: str
    kind: FactKind
    key: Key
    amount: int
    currency: str
    fee: int
    reason: str
    at: _Utc


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


class BadWebhook(Exception):
    """A webhook that must not be believed, or cannot be read."""


class BadSignature(BadWebhook):
    """A webhook that is not from the provider, was changed on its way, or is too old."""


class Provider(Protocol):
    """A payment provider. One outcome for each item, in order; only bugs raise.

    Sending a key again is safe and gives the same fact. `Unknown` promises nothing; whoever gets
    it keeps the key and asks again.
    """

    @property
    def name(self) -> str:
        """Stored with each payment, so that its refunds find the way back."""

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Unknown]:
        """Capture payments. A charge of 0 is captured."""

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back, never more than was captured."""

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""

    async def look_up(self, keys: Sequence[str]) -> list[Fact | None]:
        """What became of each key; None if the provider never saw it. Raises NoAnswer."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook; raises BadSignature or BadWebhook.

        A webhook may come twice, late, out of order, and before the answer to the request itself;
        one body may hold a fact twice. `Fact.id` tells them apart.
        """
