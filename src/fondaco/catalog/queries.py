"""Reading the catalogue."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from fondaco.catalog.model import Offer, Product, Variant
from fondaco.kernel import Database, Row, Tx, load_sql
from fondaco.kernel.ids import bucket_of

sql = load_sql("fondaco.catalog")


async def offers(source: Tx | Database, ids: Sequence[int]) -> dict[int, Offer]:
    """Offers by id, as they stand."""
    database = source.database if isinstance(source, Tx) else source
    unique = sorted(set(ids))
    rows = await source.fetch(
        sql.offers, ids=unique, buckets=[bucket_of(one, database.buckets) for one in unique]
    )
    return {row["id"]: Offer(*row) for row in rows}


async def tax_classes(source: Tx | Database, of: Iterable[Offer]) -> dict[int, str]:
    """The tax class of each offer: its product's, else its category's."""
    offers = list(of)
    asked = sorted({one.category for one in offers if one.tax_class is None})
    rows = await source.fetch(sql.category_tax_classes, ids=asked)
    by_category: dict[int, str] = {row["id"]: row["tax_class"] for row in rows}
    return {one.id: one.tax_class or by_category[one.category] for one in offers}


_LINEAGE: WeakKeyDictionary[Database, dict[int, tuple[int, ...]]] = WeakKeyDictionary()


async def lineage(
    source: Tx | Database, categories: Collection[int]
) -> Mapping[int, tuple[int, ...]]:
    """Each category with those above it, the nearest first.

    A category stays where it was added, so its line is read once.
    """
    database = source.database if isinstance(source, Tx) else source
    known = _LINEAGE.setdefault(database, {})
    if missing := set(categories) - known.keys():
        rows = await source.fetch(sql.lineage, ids=sorted(missing))
        known.update({row["category"]: tuple(row["path"]) for row in rows})
    return known


class Named(NamedTuple):
    """Categories and products that there are, of those that were named."""

    categories: set[int]
    products: set[int]


async def named(tx: Tx, *, categories: Sequence[int], products: Sequence[int]) -> Named:
    """Those of the ids that are categories, and those that are products."""
    rows = await tx.fetch(
        sql.named, categories=sorted(set(categories)), products=sorted(set(products))
    )
    return Named(
        {row["id"] for row in rows if row["category"]},
        {row["id"] for row in rows if not row["category"]},
    )


async def products_of(tx: Tx, variants: Iterable[int]) -> dict[int, int]:
    """The product of each variant."""
    rows = await tx.fetch(sql.products_of, ids=sorted(set(variants)))
    return {row["id"]: row["product"] for row in rows}


async def list_offers(
    database: Database, market: int, seller: int | None, after: int, limit: int
) -> list[Row]:
    """Offers of a market, or of one seller in it, with their products, beginning after an id."""
    if seller is None:
        return await database.fetch(sql.market_offers, market=market, after=after, limit=limit)
    return await database.fetch(
        sql.seller_offers, market=market, seller=seller, after=after, limit=limit
    )


async def variant_offers(
    database: Database, market: int, variants: Sequence[int], limit: int
) -> list[Row]:
    """The cheapest active offers of each variant in a market."""
    return await database.fetch(
        sql.variant_offers, market=market, variants=sorted(set(variants)), limit=limit
    )


async def list_categories(database: Database, after: int, limit: int) -> list[Row]:
    """Categories in order of adding, beginning after an id."""
    return await database.fetch(sql.list_categories, after=after, limit=limit)


async def list_products(
    database: Database, category: int | None, after: int, limit: int
) -> list[Product]:
    """Products with their variants, of one category or all, beginning after an id."""
    if category is None:
        rows = await database.fetch(sql.list_products, after=after, limit=limit)
    else:
        rows = await database.fetch(
            sql.category_products, category=category, after=after, limit=limit
        )
    return await _with_variants(database, rows)


async def product(database: Database, id_: int) -> Product | None:
    """One product with its variants."""
    rows = await database.fetch(sql.product, id=id_)
    found = await _with_variants(database, rows)
    return found[0] if found else None


async def product_by_slug(database: Database, slug: str) -> Product | None:
    """One product with its variants, by the name in its address."""
    found = await _with_variants(database, await database.fetch(sql.product_by_slug, slug=slug))
    return found[0] if found else None


async def path(database: Database, category: int) -> list[Row]:
    """A category and those above it, the topmost first: id, slug, name, parent."""
    up = (await lineage(database, [category]))[category]
    by_id = {row["id"]: row for row in await database.fetch(sql.categories, ids=list(up))}
    return [by_id[id_] for id_ in reversed(up)]


async def _with_variants(database: Database, rows: Sequence[Row]) -> list[Product]:
    variants: dict[int, list[Variant]] = {row["id"]: [] for row in rows}
    for row in await database.fetch(sql.variants, products=sorted(variants)):
        variants[row["product"]].append(
            Variant(row["id"], row["sku"], row["name"], row["image"], row["weight_g"])
        )
    return [
        Product(
            **{**dict(row), "images": tuple(row["images"]), "variants": tuple(variants[row["id"]])}
        )
        for row in rows
    ]
