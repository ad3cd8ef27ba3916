"""Replays the Olist orders on a fresh database and says what came of them."""

import time
from pathlib import Path

from fondaco.kernel import Database
from fondaco.replay.lanes import Lanes, Progress, ReplayError, first_failure
from fondaco.replay.olist_figures import Figures, TopSeller, figures
from fondaco.replay.olist_files import OlistData, Unreadable, read_olist
from fondaco.replay.olist_market import furnish
from fondaco.replay.olist_trade import trade
from fondaco.replay.running import run_fresh, silent

__all__ = ["Figures", "Progress", "ReplayError", "TopSeller", "Unreadable", "replay", "run"]


def run(
    folder: Path, home: Path | None = None, url: str | None = None, progress: Progress | None = None
) -> Figures:
    """Replay the files of a folder on a fresh database, which is gone afterwards.

    The database is made in the server at `url`, else in the embedded one on `home`, else in a
    temporary one. Raises Unreadable, ReplayError, EmbeddedError or Unavailable.
    """

    async def trade_all(
        database: Database, data: OlistData, tell: Progress, began: float
    ) -> Figures:
        return await replay(database, data, tell, began=began)

    return run_fresh(lambda: read_olist(folder), trade_all, home, url, progress)


async def replay(
    database: Database,
    data: OlistData,
    progress: Progress | None = None,
    *,
    began: float | None = None,
) -> Figures:
    """Trade the orders through the same commands as live ones; the figures of the database.

    The database is migrated and otherwise empty. `began` is the reading of `time.perf_counter`
    from which `seconds` counts. Raises ReplayError if a command is refused.
    """
    tell = progress or silent
    since = time.perf_counter() if began is None else began
    lanes = Lanes(database)
    try:
        tell("furnishing", 0, 1)
        house = await furnish(lanes, data)
        tell("furnishing", 1, 1)
        await trade(lanes, house, data.orders, tell)
    except BaseExceptionGroup as failures:
        raise first_failure(failures) from None
    seconds = time.perf_counter() - since
    tell("checking", 0, 1)
    found = await figures(database, seconds, data.breaks, data.notices)
    tell("checking", 1, 1)
    return found
