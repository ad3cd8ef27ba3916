"""Finding products: the terms' weights summed, then narrowed down, counted, sorted and paged."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log1p
from typing import Any, Final

from fondaco.kernel import Database, Statement
from fondaco.search.model import (
    MOST,
    Answer,
    Ask,
    Band,
    Card,
    Facet,
    Match,
    Relaxed,
    Sort,
    UnknownCategory,
    UnknownPlace,
)
from fondaco.search.queries import sql
from fondaco.search.spelling import understand

_FACETS: Final = 20
"""Categories and sellers that an answer names; those with most products."""

_EDGES: Final = sorted({0, *(step * 10**power for power in range(2, 16) for step in (1, 2, 5))})
"""Where bands of prices begin, in minor units."""

_USUAL: Final = 0.04
"""A term that is in more than this share of the texts finds no product of its own if the question
has a rarer one: it tells little, and most of the time would go into it."""
_FEW: Final = 1000
"""In a catalogue so small that this many are more, every term finds products."""

_LISTED: Final[dict[Sort, Statement]] = {
    Sort.RELEVANCE: sql.listed_widely,
    Sort.PRICE_UP: sql.listed_cheap,
    Sort.PRICE_DOWN: sql.listed_dear,
    Sort.NEWEST: sql.listed_new,
}
_ORDER: Final[dict[Sort, Callable[[Match], Any]]] = {
    Sort.RELEVANCE: lambda it: (-round(it.score, 6), -len(it.sellers), -it.product),
    Sort.PRICE_UP: lambda it: (it.price, -round(it.score, 6), it.product),
    Sort.PRICE_DOWN: lambda it: (-it.price, -round(it.score, 6), -it.product),
    Sort.NEWEST: lambda it: (-it.added.timestamp(), -it.product),
}


def rarity(documents: int, of: int) -> float:
    """What a term that stands in some of all texts says of one: the less, the more it is usual."""
    return log1p((of - documents + 0.5) / (documents + 0.5))


async def search(database: Database, ask: Ask) -> Answer:
    """The products that a market lists for a text, best first, or all that it lists.

    Raises UnknownCategory, and UnknownPlace where `after` is not among the products found.
    """
    narrowed = await _narrowed(database, ask)
    meant = await understand(database, ask.text)
    matches: list[Match] = []
    if meant.terms:
        matches = await _matches(database, meant.terms, narrowed)
    relaxed = _relaxed(matches, len(meant.terms) + meant.lost)
    if not matches:
        asked = bool(meant.terms) or meant.lost
        relaxed = Relaxed.ALL_TERMS if asked else Relaxed.NOTHING
        matches = await _fetch(database, _LISTED[ask.sort], narrowed)
    matches.sort(key=_ORDER[ask.sort])
    page = _page(matches, ask)
    cards = await _cards(database, ask.market, page)
    last = page[-1].product if page else None
    return Answer(
        cards=cards,
        total=len(matches),
        more=len(matches) == MOST,
        next=last if page and page[-1] is not matches[-1] else None,
        corrected=meant.corrected,
        relaxed=relaxed,
        categories=await _named(database, (one.category for one in matches)),
        sellers=await _named(database, (seller for one in matches for seller in one.sellers)),
        bands=bands([one.price for one in matches]),
    )


async def _narrowed(database: Database, ask: Ask) -> dict[str, Any]:
    """What the statements that list products take of a question."""
    categories = None
    if ask.category is not None:
        rows = await database.fetch(sql.below, category=ask.category)
        categories = [row["id"] for row in rows]
        if not categories:
            raise UnknownCategory
    return {
        "market": ask.market, "categories": categories, "low": ask.min_price,
        "high": ask.max_price, "in_stock": ask.in_stock, "limit": MOST,
    }  # fmt: skip


async def _matches(
    database: Database, terms: dict[str, int], narrowed: dict[str, Any]
) -> list[Match]:
    [counts] = await database.fetch(sql.counts)
    every = counts["documents"]
    usual = {term for term, documents in terms.items() if documents > max(_FEW, _USUAL * every)}
    if len(usual) == len(terms):
        usual = set()
    for left_out in (usual, set()) if usual else (usual,):
        parts = [sorted(terms.keys() - left_out), sorted(left_out)]
        rarities = [[rarity(terms[term], every) for term in part] for part in parts]
        found = await _fetch(database, sql.matches, {
            **narrowed, "terms": parts[0], "rarities": rarities[0],
            "usual": parts[1], "usual_rarities": rarities[1],
        })  # fmt: skip
        if found:
            break
    return found


async def _fetch(database: Database, statement: Statement, values: dict[str, Any]) -> list[Match]:
    rows = await database.fetch(statement, **values)
    return [
        Match(product, score, held, category, price, tuple(sellers), added)
        for product, score, held, category, price, sellers, added in rows
    ]


def _relaxed(matches: Sequence[Match], wanted: int) -> Relaxed:
    has_all = any(one.held == wanted for one in matches)
    return Relaxed.NOTHING if has_all else Relaxed.SOME_TERMS


def _page(matches: Sequence[Match], ask: Ask) -> Sequence[Match]:
    first = 0
    if ask.after is not None:
        places = (n for n, one in enumerate(matches, 1) if one.product == ask.after)
        first = next(places, 0)
        if not first:
            raise UnknownPlace
    return matches[first : first + ask.limit]


async def _cards(database: Database, market: int, page: Sequence[Match]) -> list[Card]:
    """The products of a page as they are sold now; one that nobody sells any more is left out."""
    ids = [one.product for one in page]
    rows = {r["id"]: r for r in await database.fetch(sql.cards, market=market, products=ids)}
    return [
        Card(
            row["id"], row["slug"], row["name"], tuple(row["images"]), row["category"],
            row["price"], row["sellers"], one.score,
        )
        for one in page
        if (row := rows.get(one.product)) is not None
    ]  # fmt: skip


async def _named(database: Database, ids: Iterable[int]) -> list[Facet]:
    most = sorted(Counter(ids).items(), key=lambda each: (-each[1], each[0]))[:_FACETS]
    rows = await database.fetch(sql.names, ids=[id_ for id_, _ in most])
    names = {row["id"]: row["name"] for row in rows}
    return [Facet(id_, names[id_], count) for id_, count in most]


def bands(prices: Iterable[int]) -> list[Band]:
    """Prices by steps of 1, 2 and 5; each falls into one band, and none is empty."""
    counts = Counter(bisect_right(_EDGES, price) for price in prices)
    return [
        Band(_EDGES[place - 1], _EDGES[place] - 1 if place < len(_EDGES) else 10**15, count)
        for place, count in sorted(counts.items())
    ]
