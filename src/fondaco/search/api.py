"""The JSON edge of search."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter

from fondaco import markets, parties
from fondaco.kernel import Problem
from fondaco.kernel.api import Limit, after, reads
from fondaco.kernel.edge import id_in_path, id_pattern, next_page, parsed
from fondaco.kernel.ids import show
from fondaco.search.finding import search
from fondaco.search.model import Answer, Ask, Relaxed, Sort, UnknownCategory, UnknownPlace

Caller = Request[Any, parties.Access, State]
_Price = QueryParameter(ge=0, le=10**15, description="Minor units of the market's currency.")


class FoundProduct(msgspec.Struct, frozen=True):
    """A product as it is sold at this moment: its cheapest price, and how many sell it.

    `score` tells how well the words describe it; it compares products of one answer only.
    """

    id: str
    slug: str
    name: str
    images: list[str]
    category: str
    price: int
    sellers: int
    score: float


class CountedGroup(msgspec.Struct, frozen=True):
    """How many of the products are in a category, or sold by a seller."""

    id: str
    name: str
    count: int


class CountedBand(msgspec.Struct, frozen=True):
    """How many of the products cost from `min_price` to `max_price`, both included."""

    min_price: int
    max_price: int
    count: int


class FoundPage(msgspec.Struct, frozen=True):
    """A page of products; `next` is the address of the page after, if any.

    `total` and the facets count all pages together: the best 1,000 products, and `more` says
    whether there are others. `corrected` is the text that was looked for instead of `q`. `relaxed`
    says what was given up so that the answer is not empty.
    """

    products: list[FoundProduct]
    next: str | None
    total: int
    more: bool
    currency: str
    corrected: str | None
    relaxed: Relaxed
    categories: list[CountedGroup]
    sellers: list[CountedGroup]
    prices: list[CountedBand]


@get("/api/markets/{market_id:str}/search", **reads())
async def search_market(
    request: Caller,
    market_id: FromPath[str],
    q: Annotated[str, QueryParameter(max_length=200, description="Words; none: everything.")] = "",
    category: Annotated[str | None, QueryParameter(pattern=id_pattern("cat"))] = None,
    min_price: Annotated[int, _Price] = 0,
    max_price: Annotated[int, _Price] = 10**15,
    in_stock: Annotated[bool, QueryParameter()] = False,
    sort: Annotated[Sort, QueryParameter()] = Sort.RELEVANCE,
    after: Annotated[str | None, after("prd")] = None,
    limit: Limit = 50,
) -> FoundPage:
    """Products that a market lists for words, best first, with what they can be narrowed down by.

    A category takes in those below it. Misspelt words are looked for as they were probably meant.
    """
    database = request.app.state.database
    id_ = id_in_path("mkt", market_id)
    market = (await markets.markets(database, [id_])).get(id_)
    if market is None:
        raise Problem(404, "unknown_market", "There is no such market.")
    if min_price > max_price:
        raise _invalid("max_price", "It is below min_price.")
    if "\0" in q:
        raise _invalid("q", "Text has a NUL character.")
    ask = Ask(
        market=id_, text=q, category=parsed("cat", category), min_price=min_price,
        max_price=max_price, in_stock=in_stock, sort=sort, after=parsed("prd", after), limit=limit,
    )  # fmt: skip
    try:
        answer = await search(database, ask)
    except UnknownCategory:
        raise _invalid("category", "There is no such category.") from None
    except UnknownPlace:
        raise _invalid("after", "It is not among the products found.") from None
    asked = {
        "q": q or None, "category": category, "min_price": min_price or None,
        "max_price": max_price if max_price < 10**15 else None,
        "in_stock": "true" if in_stock else None, "sort": sort.value,
    }  # fmt: skip
    return _view(answer, market.currency, f"/api/markets/{market_id}/search", limit, asked)


def _invalid(parameter: str, detail: str) -> Problem:
    return Problem(400, "invalid_parameter", detail, parameter=parameter)


def _view(answer: Answer, currency: str, path: str, limit: int, asked: dict[str, Any]) -> FoundPage:
    products = [
        FoundProduct(
            show("prd", one.product), one.slug, one.name, list(one.images),
            show("cat", one.category), one.price, one.sellers, round(one.score, 4),
        )
        for one in answer.cards
    ]  # fmt: skip
    following = None
    if answer.next is not None:
        following = next_page(path, [None] * limit, limit, show("prd", answer.next), **asked)
    return FoundPage(
        products=products,
        next=following,
        total=answer.total,
        more=answer.more,
        currency=currency,
        corrected=answer.corrected,
        relaxed=answer.relaxed,
        categories=[CountedGroup(show("cat", f.id), f.name, f.count) for f in answer.categories],
        sellers=[CountedGroup(show("sel", f.id), f.name, f.count) for f in answer.sellers],
        prices=[CountedBand(band.low, band.high, band.count) for band in answer.bands],
    )


routes = (search_market,)
