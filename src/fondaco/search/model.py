"""What is asked of a search, and what it answers."""

from datetime import datetime
from enum import StrEnum

import msgspec

MOST = 1000
"""Products of an answer: the best ones are looked at, sorted and counted, and no more."""


class Sort(StrEnum):
    """In which order products are shown."""

    RELEVANCE = "relevance"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"
    NEWEST = "newest"


class Relaxed(StrEnum):
    """What was given up so that the answer is not empty."""

    NOTHING = "nothing"
    SOME_TERMS = "some_terms"
    """No product has all the words; those shown have some."""
    ALL_TERMS = "all_terms"
    """No product has any of them; shown is what most sellers sell."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for. Prices are minor units of the market's currency, both included.

    `category` takes in those below it. `after` is the last product of the page before.
    """

    market: int
    text: str = ""
    category: int | None = None
    min_price: int = 0
    max_price: int = 10**15
    in_stock: bool = False
    sort: Sort = Sort.RELEVANCE
    after: int | None = None
    limit: int = 24


class Match(msgspec.Struct, frozen=True):
    """A product that was found, as the market lists it. `held`: how many of the terms it has."""

    product: int
    score: float
    held: int
    category: int
    price: int
    sellers: tuple[int, ...]
    added: datetime


class Card(msgspec.Struct, frozen=True):
    """A product of the page as it is sold at this moment: cheapest price, number of sellers."""

    product: int
    slug: str
    name: str
    images: tuple[str, ...]
    category: int
    price: int
    sellers: int
    score: float


class Facet(msgspec.Struct, frozen=True):
    """How many of the products are in a category, or sold by a seller."""

    id: int
    name: str
    count: int


class Band(msgspec.Struct, frozen=True):
    """How many of the products cost from `low` to `high`, both included, in minor units."""

    low: int
    high: int
    count: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of products and what can be narrowed down.

    `total` and the facets count all pages together, at most the best MOST. `corrected` is the text
    that was looked for instead of what was typed, if it was another.
    """

    cards: list[Card]
    total: int
    more: bool
    next: int | None
    corrected: str | None
    relaxed: Relaxed
    categories: list[Facet]
    sellers: list[Facet]
    bands: list[Band]


class UnknownPlace(Exception):
    """What was asked for begins after a product that is not among those found."""


class UnknownCategory(Exception):
    """There is no such category."""
