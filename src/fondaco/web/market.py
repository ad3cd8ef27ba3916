"""What the front page of a market shows."""

from itertools import groupby
from typing import Final

import msgspec

from fondaco import markets
from fondaco.kernel import Database, Row
from fondaco.kernel.money import show
from fondaco.web.books import BooksReader
from fondaco.web.queries import sql

_MOST: Final = 120
"""The most products on the page."""


class Card(msgspec.Struct, frozen=True):
    """One product: its picture, or none, its price, and what else there is to say of that.

    `cheapest`: others ask more.
    """

    name: str
    picture: str
    price: str
    note: str
    href: str
    cheapest: bool = False


class Shelf(msgspec.Struct, frozen=True):
    """The products of one department."""

    anchor: str
    name: str
    cards: tuple[Card, ...]


class Figure(msgspec.Struct, frozen=True):
    """One number of the books, in words."""

    name: str
    amount: str


class Front(msgspec.Struct, frozen=True):
    """A market's front page. `balanced` says whether debits and credits are equal."""

    name: str
    shelves: tuple[Shelf, ...]
    figures: tuple[Figure, ...]
    balanced: bool


async def front(database: Database, reader: BooksReader) -> Front | None:
    """The front page of the market that was opened first; None while there is none."""
    opened = await markets.list_markets(database, 0, 1)
    if not opened:
        return None
    market = opened[0]
    rows = await database.fetch(sql.cards, market=market.id, limit=_MOST)
    shelves = [
        Shelf(f"shelf-{number}", name, tuple(_card(row, market.currency) for row in of_one))
        for number, ((_, name), of_one) in enumerate(
            groupby(rows, lambda row: (row["top"], row["department"])), 1
        )
    ]
    books = await reader.books(market.currency)
    figures = () if books is None else (
        Figure("Sales", show(books.sales, market.currency)),
        Figure("Held in escrow", show(books.held, market.currency)),
        Figure("Paid out to sellers", show(books.paid_out, market.currency)),
        Figure("Trial balance", show(books.difference, market.currency)),
    )  # fmt: skip
    balanced = books is not None and books.difference == 0
    return Front(market.name, tuple(shelves), figures, balanced)


def _card(row: Row, currency: str) -> Card:
    sellers = row["sellers"]
    return Card(
        row["name"], row["images"][0] if row["images"] else "", show(row["price"], currency),
        "1 seller" if sellers == 1 else f"{sellers} sellers", f"/products/{row['slug']}", True,
    )  # fmt: skip
