"""The sandbox inside this process, for simulations and tests: no network, and time as you set it.

The same rules, faults and book as the process has, but for delays and webhooks: answers come at
once or are lost, and lost ones are found by look-up.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers import signing
from fondaco.payments.providers.base import (
    Ability,
    Action,
    Capture,
    Charge,
    Fact,
    NoAnswer,
    ReportLine,
    Return,
    Transfer,
    Unknown,
)
from fondaco.payments.providers.sandbox.book import Book, Total
from fondaco.payments.providers.sandbox.desk import NO_ANSWER, Desk
from fondaco.payments.providers.sandbox.modes import Dispute, Fees, Mode

ABILITIES: Final = frozenset(Ability)


class LocalSandbox:
    """A Provider without a process. `path` None keeps its book in memory."""

    name = "sandbox"
    abilities = ABILITIES
    receipt = b""

    def __init__(
        self,
        path: Path | None = None,
        *,
        now: Clock = system_clock,
        mode: Mode | None = None,
        fees: Fees | None = None,
        secret: str | None = None,
    ) -> None:
        self.secret = secret or signing.new_secret()
        self._now = now
        self._desk = Desk(Book(path, now), mode or Mode(), fees or Fees(), notify=False)

    @property
    def mode(self) -> Mode:
        """The faults it makes now; may be set."""
        return self._desk.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._desk.mode = mode

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Capture payments."""
        return [*self._silence([one.key for one in batch])] or self._desk.charge(batch)

    async def authorise(self, batch: Sequence[Charge]) -> list[Fact | Action | Unknown]:
        """Hold money."""
        return [*self._silence([one.key for one in batch])] or self._desk.authorise(batch)

    async def capture(self, batch: Sequence[Capture]) -> list[Fact | Unknown]:
        """Take held money."""
        return [*self._silence([one.key for one in batch])] or self._desk.capture(batch)

    async def void(self, keys: Sequence[str]) -> list[Fact | Unknown]:
        """End charges that have taken no money."""
        return [*self._silence(keys)] or self._desk.void(keys)

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back."""
        return [*self._silence([one.key for one in batch])] or self._desk.refund(batch)

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""
        return [*self._silence([one.key for one in batch])] or self._desk.pay_out(batch)

    async def look_up(self, keys: Sequence[str]) -> list[Fact | Unknown | None]:
        """What became of each key. Raises NoAnswer in an outage."""
        if self.mode.outage:
            raise NoAnswer("the sandbox is out")
        return self._desk.look_up(keys)

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook signed with `secret`. Raises BadSignature or BadWebhook."""
        return signing.verify(self.secret, headers, body, self._now())

    async def report(self, day: date) -> list[ReportLine]:
        """What moved money on a day."""
        if self.mode.outage:
            raise NoAnswer("the sandbox is out")
        return self._desk.report(day)

    def act(self, key: str, pays: bool = True) -> Fact | None:
        """The buyer acts on the page that a charge with Token.PAGE sent him to."""
        return self._desk.act(key, pays)

    def dispute(self, one: Dispute) -> Fact:
        """A buyer's bank disputes a charge, or ends its dispute. Raises DisputeError."""
        return self._desk.dispute(one)

    def totals(self) -> list[Total]:
        """Counts and sums by currency and kind."""
        return self._desk.book.totals()

    async def aclose(self) -> None:
        """Let go of the book."""
        self._desk.book.close()

    def _silence(self, keys: Sequence[str]) -> list[Unknown]:
        return [Unknown(key, NO_ANSWER) for key in keys] if self.mode.outage else []
