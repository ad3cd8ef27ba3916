"""Risk: who may not be paid, because their names are like listed ones.

Owns the schema `risk`. Promises that nobody is paid who has not been compared with the latest
lists under all names, that a hit holds until a person decides, and that what was decided is
kept with the version of the list. Publishes nothing: whoever pays asks.
"""

from fondaco.risk.files import BadList, read_entries
from fondaco.risk.jobs import SWEEP, screen_due
from fondaco.risk.lists import import_list
from fondaco.risk.model import (
    REFUSALS,
    DecideHit,
    Entry,
    HitDecided,
    HitRefusal,
    ImportList,
    ImportRefusal,
    ListImported,
    Screen,
    Screened,
)
from fondaco.risk.names import Listed, Match, Watchlist
from fondaco.risk.queries import INVARIANTS, hits, lists
from fondaco.risk.screening import barred, decide_hit, screen

__all__ = [
    "INVARIANTS",
    "REFUSALS",
    "SWEEP",
    "BadList",
    "DecideHit",
    "Entry",
    "HitDecided",
    "HitRefusal",
    "ImportList",
    "ImportRefusal",
    "ListImported",
    "Listed",
    "Match",
    "Screen",
    "Screened",
    "Watchlist",
    "barred",
    "decide_hit",
    "hits",
    "import_list",
    "lists",
    "read_entries",
    "screen",
    "screen_due",
]
