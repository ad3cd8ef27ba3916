"""Adding categories and products, and making offers."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

import msgspec

from fondaco import markets, parties
from fondaco.catalog.model import (
    AddCategory,
    AddProduct,
    CategoryAdded,
    CategoryRefusal,
    MakeOffer,
    OfferMade,
    OfferRefusal,
    ProductAdded,
    ProductRefusal,
)
from fondaco.catalog.queries import sql
from fondaco.kernel import Batch, Event, Refused, Row, Tx, as_json, command, publish


@command(CategoryAdded)
async def add_category(tx: Tx, batch: Batch[AddCategory]) -> list[CategoryAdded | Refused]:
    """Add categories. CategoryRefusal says why not."""
    rows = await tx.fetch(
        sql.known_categories,
        slugs=[one.slug for one in batch],
        ids=[one.parent for one in batch if one.parent is not None],
    )
    taken, known = {row["slug"] for row in rows}, {row["id"] for row in rows}
    outcomes: list[CategoryAdded | Refused] = []
    new = []
    for one in batch:
        if one.slug in taken:
            detail = f"There is a category {one.slug!r}."
            outcomes.append(Refused(CategoryRefusal.SLUG_TAKEN, detail, "/slug"))
        elif one.parent is not None and one.parent not in known:
            detail = "There is no such parent category."
            outcomes.append(Refused(CategoryRefusal.UNKNOWN_PARENT, detail, "/parent"))
        else:
            taken.add(one.slug)
            id_ = tx.mint()
            new.append({"id": id_, **msgspec.structs.asdict(one)})
            outcomes.append(CategoryAdded(id_))
    await tx.fetch(sql.insert_categories, rows=as_json(new))
    return outcomes


@command(ProductAdded)
async def add_product(tx: Tx, batch: Batch[AddProduct]) -> list[ProductAdded | Refused]:
    """Add products with their variants. ProductRefusal says why not."""
    taken = await _taken(tx, batch)
    known = {
        row["id"]
        for row in await tx.fetch(
            sql.known_categories, slugs=[], ids=sorted({one.category for one in batch})
        )
    }
    outcomes: list[ProductAdded | Refused] = []
    products: list[dict[str, Any]] = []
    variants = []
    for one, at in zip(batch, batch.at, strict=True):
        if (refusal := _product_refusal(one, taken, known)) is not None:
            outcomes.append(refusal)
            continue
        taken |= {f"slug {one.slug}", *(f"sku {variant.sku}" for variant in one.variants)}
        id_ = tx.mint()
        products.append(
            {
                "id": id_,
                "slug": one.slug,
                "name": one.name,
                "description": one.description,
                "category": one.category,
                "images": one.images,
                "tax_class": one.tax_class,
                "created_at": at,
            }
        )
        ids = tuple(tx.mint() for _ in one.variants)
        for number, variant in zip(ids, one.variants, strict=True):
            row = {"id": number, "product": id_, "sku": variant.sku, "name": variant.name}
            variants.append({**row, "image": variant.image, "weight_g": variant.weight_g})
        outcomes.append(ProductAdded(id_, ids))
    await tx.fetch(sql.insert_products, rows=as_json(products))
    await tx.fetch(sql.insert_variants, rows=as_json(variants))
    publish(tx, [Event("product.added", one["id"], {}, one["created_at"]) for one in products])
    return outcomes


async def _taken(tx: Tx, batch: Sequence[AddProduct]) -> set[str]:
    rows = await tx.fetch(
        sql.taken_names,
        slugs=[one.slug for one in batch],
        skus=[variant.sku for one in batch for variant in one.variants],
    )
    return {row["name"] for row in rows}


def _product_refusal(one: AddProduct, taken: set[str], known: set[int]) -> Refused | None:
    if f"slug {one.slug}" in taken:
        return Refused(ProductRefusal.SLUG_TAKEN, f"There is a product {one.slug!r}.", "/slug")
    seen: set[str] = set()
    for no, variant in enumerate(one.variants):
        if f"sku {variant.sku}" in taken or variant.sku in seen:
            detail = f"There is a variant with the SKU {variant.sku!r}."
            return Refused(ProductRefusal.SKU_TAKEN, detail, f"/variants/{no}/sku")
        seen.add(variant.sku)
    if one.category not in known:
        detail = "There is no such category."
        return Refused(ProductRefusal.UNKNOWN_CATEGORY, detail, "/category")
    return None


@command(OfferMade)
async def make_offer(tx: Tx, batch: Batch[MakeOffer]) -> list[OfferMade | Refused]:
    """Make or change offers. OfferRefusal says why not.

    The same offer twice in one batch: the later one stands.
    """
    known_markets = await markets.markets(tx, [one.market for one in batch])
    sellers = await parties.known_organisations(tx, [one.seller for one in batch])
    rows = await tx.fetch(sql.variant_products, ids=sorted({one.variant for one in batch}))
    variants = {row["id"]: row for row in rows}
    outcomes: list[OfferMade | Refused] = []
    new: dict[tuple[int, int, int, str], dict[str, Any]] = {}
    order: list[tuple[int, int, int, str] | None] = []
    for one, at in zip(batch, batch.at, strict=True):
        market = known_markets.get(one.market)
        refusal = _offer_refusal(
            one, market.currency if market else None, one.seller in sellers, variants
        )
        if refusal is not None:
            outcomes.append(refusal)
            order.append(None)
            continue
        name = (one.market, one.variant, one.seller, one.condition.value)
        new[name] = _offer_row(one, tx.mint(), variants[one.variant], at)
        order.append(name)
        outcomes.append(OfferMade(0))
    stored = await tx.fetch(
        sql.upsert_offers, bucket=tx.bucket, rows=as_json([new[n] for n in sorted(new)])
    )
    publish(tx, [_changed(new[name]) for name in sorted(new)])
    ids = {(r["market"], r["variant"], r["seller"], r["condition"]): r["id"] for r in stored}
    return [
        OfferMade(ids[name]) if name else outcome
        for name, outcome in zip(order, outcomes, strict=True)
    ]


def _changed(row: dict[str, Any]) -> Event:
    payload = {"market": row["market"], "product": row["product"]}
    return Event("offer.changed", row["variant"], payload, row["at"])


def _offer_row(one: MakeOffer, id_: int, variant: Row, at: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "market": one.market,
        "seller": one.seller,
        "variant": one.variant,
        "product": variant["product"],
        "category": variant["category"],
        "tax_class": variant["tax_class"],
        "condition": one.condition,
        "currency": one.currency,
        "price": one.price,
        "shipping": one.shipping,
        "state": "active" if one.active else "withdrawn",
        "at": at,
    }


def _offer_refusal(
    one: MakeOffer, currency: str | None, seller_known: bool, variants: Container[int]
) -> Refused | None:
    if currency is None:
        return Refused(OfferRefusal.UNKNOWN_MARKET, "There is no such market.", "/market")
    if not seller_known:
        return Refused(OfferRefusal.UNKNOWN_SELLER, "There is no such seller.", "/seller")
    if one.variant not in variants:
        return Refused(OfferRefusal.UNKNOWN_VARIANT, "There is no such variant.", "/variant")
    if one.currency != currency:
        detail = f"This market sells in {currency}, not {one.currency}."
        return Refused(OfferRefusal.FOREIGN_CURRENCY, detail, "/currency")
    return None
