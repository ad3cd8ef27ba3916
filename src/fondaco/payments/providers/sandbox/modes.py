"""The faults that the sandbox can be told to make, and its fees.

Which key a fault strikes follows from the seed and the key alone, not from time, batch or order:
the same run again meets the same faults. A fault strikes a key at most once, so retries end.
"""

from enum import StrEnum
from hashlib import blake2b
from typing import Annotated

import msgspec

from fondaco.kernel.money import half_up

_Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]


class Token(StrEnum):
    """Payment method tokens. Any other is declined as `unknown_token`."""

    OK = "tok_ok"
    DECLINED = "tok_declined"
    INSUFFICIENT_FUNDS = "tok_insufficient_funds"
    SLOW = "tok_slow"
    """Captured; the answer comes `slow_token_ms` later, for the whole request."""
    LOST = "tok_lost"
    """Captured; the first answer is lost, the next request or look-up gets it."""
    PAGE = "tok_page"
    """The buyer is sent to the provider's page first; what he does there is told by webhook."""


CLOSED_ACCOUNT = "acct_closed"
"""A payout to this account fails; every other account takes the money."""


class Mode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the sandbox behaves; as made, it behaves well. Fractions are of the keys, 0 to 1."""

    seed: int = 0
    slow_ms: _Milliseconds = 0
    """Every answer is this late; the work is done before."""
    slow_token_ms: _Milliseconds = 2000
    lose: _Fraction = 0.0
    """The work is done, the answer never comes."""
    lose_before: _Fraction = 0.0
    """The request never arrives."""
    decline: _Fraction = 0.0
    fail_refund: _Fraction = 0.0
    fail_payout: _Fraction = 0.0
    outage: bool = False
    """Every request is answered 503 and nothing is done."""
    webhook_delay_ms: _Milliseconds = 0
    reorder_ms: _Milliseconds = 0
    """Each webhook is held back by up to this much more, so that they overtake each other."""
    repeat: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    """How often each webhook is sent."""
    late: _Fraction = 0.0
    """These webhooks come `late_ms` after they should."""
    late_ms: _Milliseconds = 600_000
    wrong_amount: _Fraction = 0.0
    """These charges take a tenth more or less than was asked, one at least."""

    def strikes(self, fraction: float, fault: str, key: str) -> bool:
        """Whether a fault that strikes a fraction of the keys strikes this one."""
        return fraction > 0 and self._roll(fault, key) < fraction * 2**64

    def webhook_delays(self, key: str) -> list[int]:
        """Milliseconds from the fact to each of its webhooks."""
        window = self.reorder_ms + 1
        late = self.late_ms if self.strikes(self.late, "late", key) else 0
        return [
            self.webhook_delay_ms + late + self._roll(f"reorder {copy}", key) % window
            for copy in range(self.repeat)
        ]

    def taken(self, amount: int, key: str) -> int:
        """What a charge of `amount` takes: usually that."""
        if not self.strikes(self.wrong_amount, "wrong_amount", key):
            return amount
        change = max(1, amount // 10)
        return amount - change if self._roll("less", key) % 2 and amount > 1 else amount + change

    def _roll(self, fault: str, key: str) -> int:
        text = f"{self.seed} {fault} {key}".encode()
        return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


class Ruling(StrEnum):
    """What is to become of a dispute."""

    OPENED = "opened"
    WON = "won"
    LOST = "lost"


class Dispute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A buyer's bank disputes a charge, or ends its dispute. `amount` None: all that is left.

    Won is what we win: the money comes back, the fee does not.
    """

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    charge_key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    stage: Ruling = Ruling.OPENED
    amount: Annotated[int, msgspec.Meta(ge=1)] | None = None
    fee: Annotated[int, msgspec.Meta(ge=0)] = 1500
    reason: Annotated[str, msgspec.Meta(max_length=100)] = "fraudulent"


class Fees(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider keeps of a capture: a share, rounded half up, and a fixed part."""

    numerator: Annotated[int, msgspec.Meta(ge=0)] = 0
    denominator: Annotated[int, msgspec.Meta(ge=1)] = 1
    fixed: Annotated[int, msgspec.Meta(ge=0)] = 0

    def of(self, amount: int) -> int:
        """The fee in minor units, never more than the amount."""
        return min(half_up(amount * self.numerator, self.denominator) + self.fixed, amount)
