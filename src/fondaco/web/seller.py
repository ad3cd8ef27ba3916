"""What the page of a seller shows: where it is, and what it sells."""

from typing import Final

import msgspec

from fondaco import markets, parties
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import show as show_id
from fondaco.kernel.money import show
from fondaco.web.market import Card
from fondaco.web.product import address, delivery, place
from fondaco.web.queries import sql

_MOST: Final = 48
"""Offers on a page."""


class SellerPage(msgspec.Struct, frozen=True):
    """A seller in a market. `next` leads to more of its offers, if there are."""

    market: str
    name: str
    place: str
    suspended: bool
    cards: tuple[Card, ...]
    next: str | None


async def seller_page(database: Database, seller: int, after: int) -> SellerPage | None:
    """The page of a seller, beginning after an offer; None where there is no such seller.

    One that is suspended is named, with nothing on offer.
    """
    opened = await markets.list_markets(database, 0, 1)
    known = await parties.organisations(database, [seller]) if opened else {}
    found = known.get(seller)
    if found is None or found["kind"] != parties.Kind.SELLER:
        return None
    market, suspended = opened[0], found["state"] == "suspended"
    rows: list[Row] = [] if suspended else await database.fetch(
        sql.sold_by, seller=seller, market=market.id, after=after, limit=_MOST + 1
    )  # fmt: skip
    here = f"/sellers/{show_id('sel', seller)}"
    more = len(rows) > _MOST
    rows = rows[:_MOST]
    return SellerPage(
        market=market.name, name=found["name"], place=place(found),
        suspended=suspended,
        cards=tuple(_card(row, market.currency) for row in rows),
        next=f"{here}?after={show_id('off', rows[-1]['id'])}" if more else None,
    )  # fmt: skip


def _card(row: Row, currency: str) -> Card:
    picture = row["image"] or (row["images"][0] if row["images"] else "")
    name = f"{row['name']}, {row['variant']}" if row["variant"] else row["name"]
    return Card(
        name, picture, show(row["price"], currency), delivery(row["shipping"], currency),
        address(row["slug"], row["sku"]),
    )  # fmt: skip
