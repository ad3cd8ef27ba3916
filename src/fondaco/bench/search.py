"""How well and how fast products are found: real questions with what people said of the answers.

The folder holds `products.parquet` (product_uid, product_title) and `labels_dev.parquet`
(search_term, product_uid, relevance from 1 to 3). Nothing of it ships with Fondaco.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from math import log2
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from fondaco import catalog, kernel, markets, parties, search
from fondaco.bench.house import database, done
from fondaco.bench.report import Result
from fondaco.kernel import Database, load_sql

sql = load_sql("fondaco.bench")

NAME: Final = "search"
OTHER: Final = "search by AND"
FORMULA: Final = (
    "NDCG@10: the sum of relevance / log2(place + 1) over ten places, by that of the best order of"
    " what was judged; relevance from 1 to 3 as judged, 0 where nobody judged"
)
_WARM: Final = 50

Judged = Mapping[str, Mapping[int, float]]
"""Of each question, the relevance of products by their number in the data."""


class Data(NamedTuple):
    """Products by their number, and the judged questions."""

    titles: dict[int, str]
    judged: Judged


def read(folder: Path | None) -> Data:
    """The folder's data. Raises ValueError that says what is missing."""
    if folder is None:
        raise ValueError("name the folder of products.parquet and labels_dev.parquet")
    try:
        products = pq.read_table(folder / "products.parquet").to_pylist()
        labels = pq.read_table(folder / "labels_dev.parquet").to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"the data cannot be read: {error}") from error
    judged: dict[str, dict[int, float]] = defaultdict(dict)
    for row in labels:
        judged[row["search_term"]][row["product_uid"]] = row["relevance"]
    return Data({row["product_uid"]: row["product_title"] for row in products}, judged)


def ndcg(found: Sequence[int], relevance: Mapping[int, float]) -> float:
    """How near the first ten found come to the best order of what was judged; see FORMULA."""
    best = sorted(relevance.values(), reverse=True)[:10]
    return _gain([relevance.get(one, 0.0) for one in found[:10]]) / _gain(best)


def _gain(relevance: Sequence[float]) -> float:
    return sum(each / log2(place + 1) for place, each in enumerate(relevance, 1))


async def bench(
    home: Path, folder: Path | None, progress: Callable[[str], None], scale: float
) -> list[Result]:
    """Ask a share of the questions, one at a time, of search and of PostgreSQL's own."""
    data = read(folder)
    async with database(home) as (_, opened):
        progress(f"search: listing {len(data.titles):,} products")
        market, numbers = await _list(opened, data.titles)
        asked = sorted(data.judged)
        Random(1).shuffle(asked)  # noqa: S311 - a share of the questions, the same each time
        asked = asked[: max(1, int(len(asked) * scale))]

        async def weighted(text: str) -> list[int]:
            ask = search.Ask(market=market, text=text, limit=10)
            return [numbers[card.product] for card in (await search.search(opened, ask)).cards]

        async def whole(text: str) -> list[int]:
            rows = await opened.fetch(sql.match_all, text=text)
            return [numbers[row["id"]] for row in rows]

        results = []
        for name, find in ((NAME, weighted), (OTHER, whole)):
            progress(f"{name}: {len(asked):,} questions")
            results.append(await _measure(name, find, asked, data))
        return results


async def _list(opened: Database, titles: Mapping[int, str]) -> tuple[int, dict[int, int]]:
    """Every product for sale in one market, taken in by search; the market, and their numbers."""
    wish = markets.OpenMarket(
        slug="search", name="Search", currency="USD", fee=markets.Fee(numerator=10)
    )
    [market] = await done(opened, markets.open_market, [wish], "market")
    seller = parties.Organise(kind=parties.Kind.SELLER, name="Seller", payout_account="iban")
    [sold_by] = await done(opened, parties.organise, [seller], "seller")
    [goods] = await done(
        opened, catalog.add_category, [catalog.AddCategory(slug="goods", name="Goods")], "category"
    )
    products = [
        catalog.AddProduct(
            slug=f"p-{number}", name=title[:300], category=goods.id,
            variants=(catalog.NewVariant(sku=str(number)),),
        )
        for number, title in titles.items()
    ]  # fmt: skip
    made = await done(opened, catalog.add_product, products, "product")
    offers = [
        catalog.MakeOffer(
            market=market.id, seller=sold_by.id, variant=one.variants[0], price=1000,
            currency="USD",
        )
        for one in made
    ]  # fmt: skip
    await done(opened, catalog.make_offer, offers, "offer")
    await kernel.subscribe(opened, [search.SUBSCRIBER])
    await kernel.deliver_all(opened, [search.SUBSCRIBER])
    while await search.reweigh(opened):
        pass
    await opened.fetch(sql.make_texts)
    await opened.fetch(sql.index_texts)
    return market.id, {one.id: number for one, number in zip(made, titles, strict=True)}


async def _measure(
    name: str, find: Callable[[str], Awaitable[list[int]]], asked: Sequence[str], data: Data
) -> Result:
    for text in asked[:_WARM]:
        await find(text)
    seconds: list[float] = []
    scores: list[float] = []
    empty = 0
    for text in asked:
        began = time.perf_counter()
        found = await find(text)
        seconds.append(time.perf_counter() - began)
        scores.append(ndcg(found, data.judged[text]))
        empty += not found
    ordered = sorted(seconds)
    detail: dict[str, Any] = {
        "ndcg_at_10": sum(scores) / len(scores),
        "empty_share": empty / len(asked),
        "p95_ms": _part(ordered, 0.95),
        "questions": len(asked),
        "products": len(data.titles),
        "formula": FORMULA,
    }
    rate = len(asked) / sum(seconds)
    return Result(name, 1, rate, None, _part(ordered, 0.5), _part(ordered, 0.99), detail)


def _part(ordered: Sequence[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000
