"""Store credit: what it is, and what may be done with it. Minor units.

A wallet is a person's, a gift card belongs to whoever knows its code. Both pay as a tender: what
is drawn passes over the payment's bridge, so the owner's and the deal's side each balance.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco.kernel import Command

Amount = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Reason = Annotated[str, msgspec.Meta(max_length=200)]


class Purse(StrEnum):
    """Where store credit is; also the name of the tender that draws on it."""

    WALLET = "wallet"
    GIFT_CARD = "gift_card"


class GrantCredit(Command, frozen=True, kw_only=True, tag="grant_credit"):
    """Give a person store credit, at the operator's expense."""

    person: int
    currency: str
    amount: Amount
    reason: Reason = ""

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.person


class CreditGranted(msgspec.Struct, frozen=True, tag="credit_granted"):
    """What is in the wallet now."""

    balance: int


class GrantRefusal(StrEnum):
    """Why no credit was given; the first that applies."""

    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_CURRENCY = "unknown_currency"


class IssueGiftCard(Command, frozen=True, kw_only=True, tag="issue_gift_card"):
    """Issue a card under the hash of its code; `hint` is the code's end, to tell cards apart."""

    hash: bytes
    hint: str
    currency: str
    amount: Amount
    expires_at: datetime | None = None


class GiftCardIssued(msgspec.Struct, frozen=True, tag="gift_card_issued"):
    """The new card."""

    id: int


class CardRefusal(StrEnum):
    """Why a card was not issued or changed; the first that applies."""

    UNKNOWN_CARD = "unknown_card"
    UNKNOWN_CURRENCY = "unknown_currency"
    EXPIRED = "expired"
    CODE_TAKEN = "code_taken"


class BlockGiftCard(Command, frozen=True, kw_only=True, tag="block_gift_card"):
    """Block a card, or unblock it: nothing can be drawn on it meanwhile."""

    card: int
    blocked: bool = True


class GiftCardBlocked(msgspec.Struct, frozen=True, tag="gift_card_blocked"):
    """Whether the card is blocked now."""

    blocked: bool


class Draw(Command, frozen=True, kw_only=True, tag="draw_credit"):
    """Pay a payment out of a wallet or card."""

    purse: Purse
    subject: int
    payment: int
    currency: str
    amount: Annotated[int, msgspec.Meta(ge=0, le=10**15)]

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.subject


class Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    """What is left."""

    balance: int


class DrawRefusal(StrEnum):
    """Why nothing was drawn; the first that applies."""

    UNKNOWN_CARD = "unknown_card"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    INSUFFICIENT = "insufficient_credit"


class PutBack(Command, frozen=True, kw_only=True, tag="put_back_credit"):
    """Put a refund of a payment into a wallet or back on a card, blocked or not."""

    purse: Purse
    subject: int
    payment: int
    refund: int
    currency: str
    amount: Amount

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.subject


class WasPutBack(msgspec.Struct, frozen=True, tag="was_put_back"):
    """What is there now."""

    balance: int
