"""What the page of a search shows."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

import msgspec

from fondaco import markets, search
from fondaco.kernel import Database
from fondaco.kernel.ids import show as show_id
from fondaco.kernel.money import show
from fondaco.web.market import Card

_SAID: Final = {
    search.Relaxed.NOTHING: "",
    search.Relaxed.SOME_TERMS: "Nothing has all of these words. These products have some of them.",
    search.Relaxed.ALL_TERMS: "Nothing has these words. This is what most sellers sell.",
}
_ORDERS: Final = {
    search.Sort.RELEVANCE: "Best match",
    search.Sort.PRICE_UP: "Price, low to high",
    search.Sort.PRICE_DOWN: "Price, high to low",
    search.Sort.NEWEST: "Newest",
}


class Link(msgspec.Struct, frozen=True):
    """A way to narrow down or to sort; one that is taken leads back out."""

    name: str
    href: str
    chosen: bool
    count: int | None = None


class Choice(msgspec.Struct, frozen=True):
    """Links of one kind under their heading."""

    name: str
    links: tuple[Link, ...]


class Results(msgspec.Struct, frozen=True):
    """A page of products found. `corrected` is what was looked for instead, if anything."""

    market: str
    query: str
    count: str
    corrected: str | None
    notice: str
    cards: tuple[Card, ...]
    choices: tuple[Choice, ...]
    next: str | None


async def results(database: Database, ask: search.Ask) -> Results | None:
    """What a search of the market that was opened first shows; None while there is none.

    The question's own market is not looked at. Raises what `search.search` raises.
    """
    opened = await markets.list_markets(database, 0, 1)
    if not opened:
        return None
    [market] = opened
    ask = msgspec.structs.replace(ask, market=market.id)
    answer = await search.search(database, ask)
    products = "1 product" if answer.total == 1 else f"{answer.total:,} products"
    following = None if answer.next is None else _href(ask, after=show_id("prd", answer.next))
    return Results(
        market=market.name,
        query=ask.text,
        count=f"More than {products}" if answer.more else products,
        corrected=answer.corrected,
        notice=_SAID[answer.relaxed],
        cards=tuple(_card(one, market.currency) for one in answer.cards),
        choices=tuple(one for one in _choices(ask, answer, market.currency) if one.links),
        next=following,
    )


def _card(one: search.Card, currency: str) -> Card:
    many = "1 seller" if one.sellers == 1 else f"{one.sellers} sellers"
    picture = one.images[0] if one.images else ""
    return Card(one.name, picture, show(one.price, currency), many, f"/products/{one.slug}", True)


def _choices(ask: search.Ask, answer: search.Answer, currency: str) -> Iterable[Choice]:
    yield Choice("Sort by", tuple(
        Link(name, _href(ask, sort=sort.value), sort is ask.sort) for sort, name in _ORDERS.items()
    ))  # fmt: skip
    yield Choice("Category", tuple(
        Link(
            one.name, _href(ask, category=None if _in(ask, one) else show_id("cat", one.id)),
            _in(ask, one), one.count,
        )
        for one in answer.categories
    ))  # fmt: skip
    narrowed = ask.min_price > 0 or ask.max_price < 10**15
    prices = [
        Link(
            f"{show(one.low, currency)} to {show(one.high, currency)}",
            _href(ask, min_price=one.low, max_price=one.high), False, one.count,
        )
        for one in answer.bands
    ]  # fmt: skip
    every = Link("Any price", _href(ask, min_price=None, max_price=None), False)
    yield Choice("Price", (every, *prices) if narrowed else tuple(prices))


def _in(ask: search.Ask, one: search.Facet) -> bool:
    return ask.category == one.id


def _href(ask: search.Ask, **changed: object) -> str:
    """The address of this search with something changed; a page begins at its first product."""
    asked: dict[str, object] = {
        "q": ask.text or None,
        "category": None if ask.category is None else show_id("cat", ask.category),
        "min_price": ask.min_price or None,
        "max_price": ask.max_price if ask.max_price < 10**15 else None,
        "sort": None if ask.sort is search.Sort.RELEVANCE else ask.sort.value,
    }
    kept = {name: value for name, value in (asked | changed).items() if value is not None}
    return f"/search?{urlencode(kept)}" if kept else "/search"
