"""Web: the front page of a deployment, for whoever opens its address in a browser.

Owns the path `/`, its stylesheet and the pictures under `/pictures`. Promises pages that work
without script, from this server alone, and figures that are the ledger's, no older than a while.
Reads only; publishes nothing. Its routes are in `web.api`, so that only `serve` pays for the
web framework.
"""

from fondaco.web.books import Books, BooksReader
from fondaco.web.market import Card, Figure, Front, Shelf, front
from fondaco.web.pictures import PICTURES, Picture, picture

__all__ = [
    "PICTURES",
    "Books",
    "BooksReader",
    "Card",
    "Figure",
    "Front",
    "Picture",
    "Shelf",
    "front",
    "picture",
]
