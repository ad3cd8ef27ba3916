"""Replays the Online Retail invoices on a fresh database and says what came of them."""

import time
from pathlib import Path

from fondaco.kernel import Database
from fondaco.replay.lanes import Lanes, Progress, ReplayError, first_failure
from fondaco.replay.retail_figures import Figures, figures
from fondaco.replay.retail_files import read_retail
from fondaco.replay.retail_market import furnish
from fondaco.replay.retail_model import Reason, RetailData
from fondaco.replay.retail_trade import trade
from fondaco.replay.running import run_fresh
from fondaco.replay.tables import Unreadable

__all__ = ["Figures", "Progress", "Reason", "ReplayError", "Unreadable", "run"]


def run(
    folder: Path, home: Path | None = None, url: str | None = None, progress: Progress | None = None
) -> Figures:
    """Replay the files of a folder on a fresh database, which is gone afterwards.

    The database is made in the server at `url`, else in the embedded one on `home`, else in a
    temporary one. Raises Unreadable, ReplayError, EmbeddedError or Unavailable.
    """
    return run_fresh(lambda: read_retail(folder), _replay, home, url, progress)


async def _replay(database: Database, data: RetailData, tell: Progress, began: float) -> Figures:
    lanes = Lanes(database)
    try:
        tell("furnishing", 0, 1)
        shop = await furnish(lanes, data)
        tell("furnishing", 1, 1)
        await trade(lanes, shop, data, tell)
    except BaseExceptionGroup as failures:
        raise first_failure(failures) from None
    seconds = time.perf_counter() - began
    tell("checking", 0, 1)
    found = await figures(database, data, seconds)
    tell("checking", 1, 1)
    return found
