"""The sandbox inside this process, for simulations and tests: no network, and time as you set it.

The same rules, faults and book as the process has, but for delays and webhooks: answers come at
once or are lost, and lost ones are found by look-up.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fondaco.kernel.clock import Clock, system_clock
from fondaco.payments.providers import signing
from fondaco.payments.providers.base import Charge, Fact, NoAnswer, Return, Transfer, Unknown
from fondaco.payments.providers.sandbox.book import Book, Total
from fondaco.payments.providers.sandbox.desk import NO_ANSWER, Desk
from fondaco.payments.providers.sandbox.modes import Fees, Mode


class LocalSandbox:
    """A Provider without a process. `path` None keeps its book in memory."""

    name = "sandbox"

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

    async def charge(self, batch: Sequence[Charge]) -> list[Fact | Unknown]:
        """Capture payments."""
        return self._silence(batch) or self._desk.charge(batch)

    async def refund(self, batch: Sequence[Return]) -> list[Fact | Unknown]:
        """Give captured money back."""
        return self._silence(batch) or self._desk.refund(batch)

    async def pay_out(self, batch: Sequence[Transfer]) -> list[Fact | Unknown]:
        """Send money out."""
        return self._silence(batch) or self._desk.pay_out(batch)

    async def look_up(self, keys: Sequence[str]) -> list[Fact | None]:
        """What became of each key. Raises NoAnswer in an outage."""
        if self.mode.outage:
            raise NoAnswer("the sandbox is out")
        return self._desk.look_up(keys)

    def verify(self, headers: Mapping[str, str], body: bytes) -> list[Fact]:
        """The facts in a webhook signed with `secret`. Raises BadSignature or BadWebhook."""
        return signing.verify(self.secret, headers, body, self._now())

    def totals(self) -> list[Total]:
        """Counts and sums by currency and kind."""
        return self._desk.book.totals()

    async def aclose(self) -> None:
        """Let go of the book."""
        self._desk.book.close()

    def _silence(self, batch: Sequence[Charge | Return | Transfer]) -> list[Fact | Unknown]:
        if not self.mode.outage:
            return []
        return [Unknown(one.key, NO_ANSWER) for one in batch]
