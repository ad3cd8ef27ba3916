"""What the page of a product shows: its variants, who sells them, and which offer stands first."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from fondaco import catalog, markets, parties
from fondaco.kernel import Database, Row
from fondaco.kernel.ids import show as show_id
from fondaco.kernel.money import show
from fondaco.web.linked import linked
from fondaco.web.queries import sql

_MOST_OFFERS: Final = 50
"""The most offers of one variant on the page."""
_FEW: Final = 5
"""From so many units on a buyer is told how many are left."""


class Choice(msgspec.Struct, frozen=True):
    """A variant: its name, the cheapest price in words, and whether it is the one shown."""

    name: str
    href: str
    price: str
    chosen: bool


class Shelf(msgspec.Struct, frozen=True):
    """A category that the product stands in, and where all of it is shown."""

    name: str
    href: str


class ShownOffer(msgspec.Struct, frozen=True):
    """One seller's offer. `total` is one unit with its delivery; `stock` says what can be had."""

    seller: str
    seller_href: str
    place: str
    condition: str
    price: str
    delivery: str
    total: str
    stock: str
    available: bool


class ProductPage(msgspec.Struct, frozen=True):
    """A product in a market. `best` is the offer that stands first, for the `reason` given."""

    market: str
    name: str
    slug: str
    description: tuple[str, ...]
    path: tuple[Shelf, ...]
    pictures: tuple[str, ...]
    choices: tuple[Choice, ...]
    best: ShownOffer | None
    reason: str
    others: tuple[ShownOffer, ...]
    data: Markup
    """The same for machines: schema.org's Product as JSON-LD, fit to stand in a script element."""


async def product_page(database: Database, slug: str, sku: str | None) -> ProductPage | None:
    """The page of a product, or of one variant of it; None where there is no such thing.

    Without a variant named, it is the one that can be had the cheapest with its delivery.
    """
    opened = await markets.list_markets(database, 0, 1)
    product = await catalog.product_by_slug(database, slug) if opened else None
    if product is None:
        return None
    market = opened[0]
    rows = await database.fetch(
        sql.offers_of, market=market.id, variants=[one.id for one in product.variants],
        limit=_MOST_OFFERS,
    )  # fmt: skip
    offers: dict[int, list[Row]] = {one.id: [] for one in product.variants}
    for row in rows:
        offers[row["variant"]].append(row)
    chosen = _chosen(product.variants, offers, sku)
    if chosen is None:
        return None
    mine = offers[chosen.id]
    sellers = await parties.organisations(database, [row["seller"] for row in mine])
    shown = [_offer(row, sellers[row["seller"]], market.currency) for row in mine]
    pictures = dict.fromkeys([*([chosen.image] if chosen.image else []), *product.images])
    return ProductPage(
        market=market.name, name=product.name, slug=product.slug,
        description=tuple(part for part in product.description.split("\n") if part.strip()),
        path=tuple(
            Shelf(row["name"], f"/search?category={show_id('cat', row['id'])}")
            for row in await catalog.path(database, product.category)
        ),
        pictures=tuple(pictures),
        choices=tuple(
            _choice(product, one, offers[one.id], one is chosen, market.currency)
            for one in product.variants
        ),
        best=shown[0] if shown else None, reason=reason(mine), others=tuple(shown[1:]),
        data=linked(product, chosen.sku, list(pictures), [
            (row, sellers[row["seller"]]["name"]) for row in mine
        ], market.currency),
    )  # fmt: skip


def _chosen(
    variants: Sequence[catalog.Variant], offers: dict[int, list[Row]], sku: str | None
) -> catalog.Variant | None:
    if sku is not None:
        return next((one for one in variants if one.sku == sku), None)
    return min(variants, key=lambda one: _rank(offers[one.id]), default=None)


def _rank(offers: Sequence[Row]) -> tuple[bool, bool, int]:
    if not offers:
        return True, True, 0
    return False, offers[0]["free"] == 0, _total(offers[0])


def _total(offer: Row) -> int:
    total: int = offer["price"] + offer["shipping"]
    return total


def reason(offers: Sequence[Row]) -> str:
    """Why the first of a variant's offers stands first, for whoever wonders whom it serves."""
    here = [one for one in offers if one["free"]]
    if not here:
        return "Nobody has it in stock just now." if offers else "Nobody offers it just now."
    if len(offers) == 1:
        return "The only seller who offers it."
    if len(here) == 1:
        return "The only seller who has it in stock."
    if _total(here[1]) == _total(here[0]):
        return "As cheap with delivery as any other, and the first to offer it."
    return f"The cheapest with delivery of {len(here)} offers in stock."


def _choice(
    product: catalog.Product, one: catalog.Variant, offers: Sequence[Row], chosen: bool,
    currency: str,
) -> Choice:  # fmt: skip
    cheapest = f"from {show(min(row['price'] for row in offers), currency)}" if offers else ""
    here = any(row["free"] for row in offers)
    href = address(product.slug, one.sku)
    return Choice(one.name or one.sku, href, cheapest if here else "sold out", chosen)


def address(slug: str, sku: str) -> str:
    """Where a product is shown, in one variant of it."""
    return f"/products/{slug}?{urlencode({'variant': sku})}"


def _offer(row: Row, seller: Any, currency: str) -> ShownOffer:
    return ShownOffer(
        seller=seller["name"], seller_href=f"/sellers/{show_id('sel', row['seller'])}",
        place=place(seller), condition=row["condition"].capitalize(),
        price=show(row["price"], currency), delivery=delivery(row["shipping"], currency),
        total=show(_total(row), currency), stock=stock_words(row["free"]),
        available=row["free"] > 0,
    )  # fmt: skip


def place(seller: Any) -> str:
    """Where a seller is, as far as it said."""
    return ", ".join(part for part in (seller["city"], seller["country"]) if part)


def delivery(amount: int, currency: str) -> str:
    """What bringing it costs."""
    return f"{show(amount, currency)} delivery" if amount else "Free delivery"


def stock_words(units: int) -> str:
    """What can be had of an offer."""
    if not units:
        return "Sold out"
    return f"Only {units} left" if units <= _FEW else "In stock"
