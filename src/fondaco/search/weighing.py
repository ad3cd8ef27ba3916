"""Keeping the weights: texts of products as terms, batches at a time."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from fondaco.kernel import Database, Row, Tx, as_json
from fondaco.search.queries import sql
from fondaco.search.words import terms

NAME: Final = 5
"""What a word of the name counts for; the category's and variants' names less, the rest 1."""
BESIDE: Final = 2
_DESCRIBED: Final = 200
"""Words of a description that count: what a thing is stands at the beginning."""
_DRIFT: Final = 0.05
_PAGE: Final = 1000


class Text(NamedTuple):
    """A product's text: how often each term stands in it, a name's word counting for more."""

    product: int
    frequencies: dict[str, int]
    words: dict[str, str]

    @property
    def length(self) -> int:
        """Length as weights are made with it."""
        return sum(self.frequencies.values())


def text(row: Row) -> Text:
    """The text of a product: id, name, description, category and variants' names."""
    frequencies: Counter[str] = Counter()
    words: dict[str, str] = {}
    parts = [(NAME, terms(row["name"])), (1, terms(row["description"])[:_DESCRIBED])]
    beside = dict.fromkeys(one for name in row["variants"] for one in terms(name))
    parts += [(BESIDE, terms(row["category"])), (BESIDE, list(beside))]
    for count, found in parts:
        for one in found:
            frequencies[one.term] += count
            words.setdefault(one.term, one.word)
    return Text(row["id"], dict(frequencies), words)


async def weigh(database: Database, products: Iterable[int]) -> None:
    """Take products in, or anew. Safe to repeat; one at a time does it, others wait."""
    ids = sorted(set(products))
    for first in range(0, len(ids), _PAGE):
        page = ids[first : first + _PAGE]
        texts = [text(row) for row in await database.fetch(sql.texts, products=page)]
        async with database.transaction() as tx:
            await _take_in(tx, texts)


async def _take_in(tx: Tx, texts: Collection[Text]) -> None:
    statistics = await tx.fetch_one(sql.lock_statistics)
    assert statistics is not None, "the migration puts the one row in"
    ids = [one.product for one in texts]
    old = {row["product"]: row for row in await tx.fetch(sql.old_documents, products=ids)}
    counts: Counter[str] = Counter()
    gone: list[tuple[str, int]] = []
    for one in texts:
        before = set(old[one.product]["terms"]) if one.product in old else set()
        counts.update(one.frequencies.keys() - before)
        counts.subtract(before - one.frequencies.keys())
        gone += [(term, one.product) for term in before - one.frequencies.keys()]
    documents = statistics["documents"] + len(texts) - len(old)
    length = statistics["length"] + sum(one.length for one in texts)
    length -= sum(row["length"] for row in old.values())
    average = _average(statistics["average"], length, documents)
    rows = [
        (one.product, one.length, list(one.frequencies), list(one.frequencies.values()))
        for one in texts
    ]
    columns = ("product", "length", "terms", "frequencies")
    records = as_json([dict(zip(columns, row, strict=True)) for row in rows])
    await tx.fetch(
        sql.drop_weights, terms=[term for term, _ in gone], products=[one for _, one in gone]
    )
    await tx.fetch(sql.put_documents, rows=records, average=average)
    await tx.fetch(sql.put_weights, products=ids)
    await _count(tx, counts, {term: word for one in texts for term, word in one.words.items()})
    await tx.fetch(sql.set_statistics, documents=documents, length=length, average=average)


async def _count(tx: Tx, counts: Counter[str], words: dict[str, str]) -> None:
    more = sorted(term for term, count in counts.items() if count > 0)
    fewer = sorted(term for term, count in counts.items() if count < 0)
    await tx.fetch(
        sql.count_terms,
        terms=more, words=[words[term] for term in more], documents=[counts[t] for t in more],
    )  # fmt: skip
    await tx.fetch(sql.uncount_terms, terms=fewer, documents=[-counts[term] for term in fewer])


def _average(kept: float, length: int, documents: int) -> float:
    """The average to weigh with: the kept one until the true one is a twentieth away."""
    true = length / documents if length else 1.0
    return true if abs(kept - true) > _DRIFT * true else kept


async def reweigh(database: Database) -> int:
    """Weigh up to a page of texts anew that were weighed with another average; how many."""
    async with database.transaction() as tx:
        statistics = await tx.fetch_one(sql.lock_statistics)
        assert statistics is not None, "the migration puts the one row in"
        average = statistics["average"]
        rows = await tx.fetch(sql.stale_documents, average=average, limit=_PAGE)
        if rows:
            products = sorted(row["product"] for row in rows)
            await tx.fetch(sql.set_average, products=products, average=average)
            await tx.fetch(sql.put_weights, products=products)
    return len(rows)


async def list_again(database: Database, pairs: Iterable[tuple[int, int]]) -> None:
    """List products in markets as they are offered now; pairs of market and product."""
    wanted = sorted(set(pairs))
    for first in range(0, len(wanted), _PAGE):
        page = wanted[first : first + _PAGE]
        async with database.transaction() as tx:
            await tx.fetch(sql.lock_statistics)  # two that list the same would tell old news last
            await tx.fetch(
                sql.put_listings, markets=[m for m, _ in page], products=[p for _, p in page]
            )
