"""Search: what a market lists for the words that somebody types.

Owns the schema `search`: what each term says of each product, and what each market lists. Promises
that an answer is never empty while the market lists anything within the filters asked for, and says
what was spelt anew or given up for that. Follows the catalogue's news; publishes nothing.
"""

from fondaco.search.finding import bands, rarity, search
from fondaco.search.jobs import SUBSCRIBER, SWEEP, receive
from fondaco.search.model import (
    MOST,
    Answer,
    Ask,
    Band,
    Card,
    Facet,
    Relaxed,
    Sort,
    UnknownCategory,
    UnknownPlace,
)
from fondaco.search.queries import INVARIANTS
from fondaco.search.weighing import list_again, reweigh, text, weigh
from fondaco.search.words import Term, terms

__all__ = [
    "INVARIANTS",
    "MOST",
    "SUBSCRIBER",
    "SWEEP",
    "Answer",
    "Ask",
    "Band",
    "Card",
    "Facet",
    "Relaxed",
    "Sort",
    "Term",
    "UnknownCategory",
    "UnknownPlace",
    "bands",
    "list_again",
    "rarity",
    "receive",
    "reweigh",
    "search",
    "terms",
    "text",
    "weigh",
]
