"""Web: the pages of a deployment, for whoever opens its address in a browser.

Owns the paths `/`, `/search`, `/products`, `/sellers`, their stylesheet and the pictures under
`/pictures`. Promises pages that work without script, from this server alone, figures that are the
ledger's, no older than a while, and that whichever offer stands first does so for the reason it
gives. Reads only; publishes nothing. Its routes are in `web.api`, so that only `serve` pays for the
web framework.
"""

from fondaco.web.books import Books, BooksReader
from fondaco.web.market import Card, Figure, Front, Shelf, front
from fondaco.web.pictures import PICTURES, Picture, picture
from fondaco.web.product import ProductPage, product_page
from fondaco.web.results import Results, results
from fondaco.web.seller import SellerPage, seller_page

__all__ = [
    "PICTURES",
    "Books",
    "BooksReader",
    "Card",
    "Figure",
    "Front",
    "Picture",
    "ProductPage",
    "Results",
    "SellerPage",
    "Shelf",
    "front",
    "picture",
    "product_page",
    "results",
    "seller_page",
]
