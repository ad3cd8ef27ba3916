"""The books as the front page shows them: the ledger's, read again after a while."""

import asyncio
import time
from typing import Final

import msgspec

from fondaco import ledger
from fondaco.kernel import Database, Unavailable
from fondaco.kernel.log import logger

log = logger("web")

_SHORTEST: Final = 5.0
"""Seconds that figures are shown for before they are read again."""

_SHARE: Final = 20
"""Reading may take one part in so many of the time: a large ledger is read less often."""

_PATIENCE: Final = 1.0
"""Seconds that the very first visitor waits for the figures."""


class Books(msgspec.Struct, frozen=True):
    """Where the buyers' money is. Minor units of one currency."""

    sales: int
    held: int
    paid_out: int
    commission: int
    difference: int
    """Debits less credits over all accounts: zero, or the books are wrong."""

    @classmethod
    def of(cls, lines: list[ledger.TrialLine], currency: str) -> "Books":
        """The figures of one currency out of a trial balance."""
        mine = {line.account: line for line in lines if line.currency == currency}
        none = ledger.TrialLine("", currency, 0, 0)
        escrow = mine.get("escrow", none)
        return cls(
            sales=escrow.credits,
            held=-escrow.balance,
            paid_out=-mine.get("bank", none).balance,
            commission=-mine.get("commission", none).balance,
            difference=sum(line.balance for line in mine.values()),
        )


class BooksReader:
    """Reads the trial balance in the background, one reading at a time, however many visit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lines: list[ledger.TrialLine] | None = None
        self._good_until = 0.0
        self._reading: asyncio.Task[None] | None = None

    async def books(self, currency: str) -> Books | None:
        """The latest figures; None while there are none yet. Waits only for the first ones."""
        if time.monotonic() >= self._good_until and self._reading is None:
            self._reading = asyncio.create_task(self._read())
        if self._lines is None and self._reading is not None:
            await asyncio.wait([self._reading], timeout=_PATIENCE)
        return None if self._lines is None else Books.of(self._lines, currency)

    async def _read(self) -> None:
        began = time.monotonic()
        try:
            self._lines = await ledger.trial_balance(self._database)
        except Unavailable as error:
            log.warning("books not read", error=str(error))
        except Exception:  # the page does without them; the next visit tries again
            log.exception("books not read")
        finally:
            took = time.monotonic() - began
            self._good_until = time.monotonic() + max(_SHORTEST, _SHARE * took)
            self._reading = None
