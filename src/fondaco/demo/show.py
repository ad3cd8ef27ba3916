"""The whole demo on an empty database: furnish, trade for a month, read the books."""

import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from fondaco import web
from fondaco.demo import catalogue, figures, furnish, plan
from fondaco.demo.figures import Figures
from fondaco.demo.furnish import House
from fondaco.demo.month import Month
from fondaco.kernel import SetClock, connect
from fondaco.kernel.memory import seldom_collecting
from fondaco.payments.providers.sandbox import Fees, LocalSandbox

BOOK = "sandbox.book"
"""Where `serve` keeps the sandbox provider's ledger."""

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
    url: str, home: Path | None, now: datetime, purchases: int, seed: int, tell: Progress
) -> Outcome:
    """Run the demo on the migrated, empty database at `url`; the month ends at `now`.

    `home` is the data folder that `serve` will be given: the products' pictures go there, and the
    ledger of the sandbox provider. None leaves the pictures out and keeps the ledger in memory.
    Raises DemoError where the database has a market already, and Unavailable.
    """
    opened = now - timedelta(days=plan.DAYS)
    clock = SetClock(opened)
    database = await connect(url, clock=clock)
    provider = LocalSandbox(home and home / BOOK, now=clock, fees=FEES)
    try:
        tell("Furnishing the market", 0)
        house = await furnish.furnish(database, catalogue.load(), opened, purchases, seed)
        if home is not None:
            shutil.copytree(catalogue.IMAGES, home / web.PICTURES, dirs_exist_ok=True)
        baskets = plan.draw(house.goods, house.buyers, opened, purchases, seed)
        month = Month(database, house, baskets, provider, clock, opened)
        begun = time.perf_counter()
        days = 0

        def turned(placed: int) -> None:
            nonlocal days
            days += plan.TURN.days
            tell(f"Day {days}", placed)

        with seldom_collecting():
            await month.run(turned)
        seconds = time.perf_counter() - begun
        tell("Reading the books", 0)
        read = await figures.read(database, provider, house.currency, month.sold_out)
        return Outcome(house, read, seconds)
    finally:
        await provider.aclose()
        await database.close()
