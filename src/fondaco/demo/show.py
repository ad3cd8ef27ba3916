"""The whole demo on an empty database: furnish, trade for a month, read the books."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from fondaco.demo import catalogue, figures, furnish, plan
from fondaco.demo.figures import Figures
from fondaco.demo.furnish import House
from fondaco.demo.month import Month
from fondaco.kernel import SetClock, connect
from fondaco.payments.providers.sandbox import Fees, LocalSandbox

FEES = Fees(numerator=14, denominator=1000, fixed=25)


class Progress(Protocol):
    """Who hears how far the demo is."""

    def __call__(self, stage: str, purchases: int, /) -> None:
        """The stage it is at, and how many purchases were placed since the last call."""


class Outcome(msgspec.Struct, frozen=True):
    """What the demo made. `seconds` is the trading alone, without furnishing and reading."""

    house: House
    figures: Figures
    seconds: float


async def run(
    url: str, book: Path | None, now: datetime, purchases: int, seed: int, tell: Progress
) -> Outcome:
    """Run the demo on the migrated, empty database at `url`; the month ends at `now`.

    `book` is the file that the sandbox provider keeps its ledger in; None keeps it in memory.
    Raises DemoError where the database is not empty, and Unavailable.
    """
    opened = now - timedelta(days=plan.DAYS)
    clock = SetClock(opened)
    database = await connect(url, clock=clock)
    provider = LocalSandbox(book, now=clock, fees=FEES)
    try:
        tell("Furnishing the market", 0)
        house = await furnish.furnish(database, catalogue.load(), opened, purchases, seed)
        baskets = plan.draw(house.goods, house.buyers, opened, purchases, seed)
        month = Month(database, house, baskets, provider, clock, opened)
        begun = time.perf_counter()
        day = 0

        def next_day(placed: int) -> None:
            nonlocal day
            day += 1
            tell(f"Day {day}", placed)

        with _rarely_collecting():
            await month.run(next_day)
        seconds = time.perf_counter() - begun
        tell("Reading the books", 0)
        read = await figures.read(database, provider, house.currency, month.sold_out)
        return Outcome(house, read, seconds)
    finally:
        await provider.aclose()
        await database.close()


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """The plan is a few hundred thousand objects without a cycle: not to be searched for some."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
