"""The catalogue: names are taken once, and an offer is one per variant, condition and market."""

from typing import Any
from uuid import uuid4

import pytest

from fondaco import catalog
from fondaco.catalog import (
    AddCategory,
    AddProduct,
    CategoryRefusal,
    Condition,
    MakeOffer,
    NewVariant,
    OfferRefusal,
    ProductRefusal,
)
from tests.world import World


def name() -> str:
    return f"x-{uuid4().hex}"


async def category(world: World, parent: int | None = None) -> int:
    wish = AddCategory(slug=name(), name="Things", parent=parent)
    return (await world.do(catalog.add_category, wish)).id


def product(
    category: int, slug: str | None = None, skus: tuple[str, ...] | None = None
) -> AddProduct:
    variants = tuple(NewVariant(sku=sku) for sku in skus or (name(),))
    return AddProduct(slug=slug or name(), name="Thing", category=category, variants=variants)


async def variant(world: World) -> int:
    wish = product(await category(world))
    return (await world.do(catalog.add_product, wish)).variants[0]


async def offer(world: World, **over: Any) -> MakeOffer:
    """A wish to offer something, with some of it other than usual."""
    usual: dict[str, Any] = {"market": world.market, "price": 1000, "currency": "EUR"}
    usual["seller"] = over.get("seller") or await world.seller()
    usual["variant"] = over.get("variant") or await variant(world)
    return MakeOffer(**(usual | over))


async def test_categories_form_a_tree_and_are_listed_in_order(world: World) -> None:
    top = await category(world)
    below = await category(world, parent=top)
    listed = await catalog.list_categories(world.database, top - 1, 2)
    assert [(row["id"], row["parent"]) for row in listed] == [(top, None), (below, top)]


async def test_refuses_a_category_s_name_that_is_taken(world: World) -> None:
    wish = AddCategory(slug=name(), name="Things")
    first, second = await world.batch(catalog.add_category, [wish, wish])
    assert first.id
    assert second.code == CategoryRefusal.SLUG_TAKEN, "also within one batch"
    assert await world.refused(catalog.add_category, wish) == CategoryRefusal.SLUG_TAKEN


async def test_refuses_a_category_below_none(world: World) -> None:
    wish = AddCategory(slug=name(), name="Things", parent=1)
    assert await world.refused(catalog.add_category, wish) == CategoryRefusal.UNKNOWN_PARENT


async def test_a_product_is_kept_with_its_variants_in_order(world: World) -> None:
    home = await category(world)
    skus = (name(), name())
    wish = AddProduct(
        slug=name(), name="Lampe", category=home, description="Leuchtet.", images=("a.webp",),
        variants=(
            NewVariant(sku=skus[0], name="rot", image="r.webp", weight_g=250),
            NewVariant(sku=skus[1]),
        ),
    )  # fmt: skip
    added = await world.do(catalog.add_product, wish)
    kept = await catalog.product(world.database, added.id)
    assert kept is not None
    assert (kept.slug, kept.name, kept.category) == (wish.slug, "Lampe", home)
    assert (kept.description, kept.images) == ("Leuchtet.", ("a.webp",))
    assert tuple(one.id for one in kept.variants) == added.variants
    assert [(one.sku, one.name, one.weight_g) for one in kept.variants] == [
        (skus[0], "rot", 250), (skus[1], "", None),
    ]  # fmt: skip


async def test_products_are_listed_by_category_or_all(world: World) -> None:
    home, other = await category(world), await category(world)
    added = await world.batch(catalog.add_product, [product(c) for c in (home, other, home)])
    ids = [one.id for one in added]
    listed = await catalog.list_products(world.database, home, 0, 10)
    assert [one.id for one in listed] == [ids[0], ids[2]]
    everything = await catalog.list_products(world.database, None, ids[0] - 1, 3)
    assert [one.id for one in everything] == ids
    assert all(one.variants for one in everything)


async def test_an_unknown_product_is_none(world: World) -> None:
    assert await catalog.product(world.database, 1) is None


async def test_refuses_a_product_s_name_that_is_taken(world: World) -> None:
    home, slug = await category(world), name()
    answers = await world.batch(catalog.add_product, [product(home, slug), product(home, slug)])
    assert answers[1].code == ProductRefusal.SLUG_TAKEN, "also within one batch"
    refusal = await world.refused(catalog.add_product, product(home, slug))
    assert refusal == ProductRefusal.SLUG_TAKEN


async def test_refuses_a_sku_that_is_taken(world: World) -> None:
    home, sku = await category(world), name()
    wishes = [product(home, skus=(sku,)), product(home, skus=(name(), sku))]
    answers = await world.batch(catalog.add_product, wishes)
    assert (answers[1].code, answers[1].pointer) == (ProductRefusal.SKU_TAKEN, "/variants/1/sku")
    assert await world.refused(catalog.add_product, wishes[1]) == ProductRefusal.SKU_TAKEN


async def test_refuses_a_sku_twice_in_one_product(world: World) -> None:
    sku = name()
    wish = product(await category(world), skus=(sku, sku))
    assert await world.refused(catalog.add_product, wish) == ProductRefusal.SKU_TAKEN


async def test_refuses_a_product_in_no_category(world: World) -> None:
    assert await world.refused(catalog.add_product, product(1)) == ProductRefusal.UNKNOWN_CATEGORY


async def test_an_offer_stands_as_it_was_made(world: World) -> None:
    wish = await offer(world, price=4999, shipping=490)
    id_ = (await world.do(catalog.make_offer, wish)).id
    stands = (await catalog.offers(world.database, [id_, 1]))[id_]
    assert (stands.market, stands.seller, stands.variant) == (
        world.market, wish.seller, wish.variant,
    )  # fmt: skip
    assert (stands.currency, stands.price, stands.shipping) == ("EUR", 4999, 490)
    assert stands.active
    product_category = await world.rows(
        "select p.category from catalog.product p join catalog.variant v on v.product = p.id"
        " where v.id = :variant",
        variant=wish.variant,
    )
    assert stands.category == product_category[0]["category"]


async def test_the_same_offer_again_changes_the_one_that_stands(world: World) -> None:
    seller, what = await world.seller(), await variant(world)
    first = await offer(world, seller=seller, variant=what, price=1000)
    cheaper = await offer(world, seller=seller, variant=what, price=900, shipping=50, active=False)
    used = await offer(world, seller=seller, variant=what, condition=Condition.USED)
    id_ = (await world.do(catalog.make_offer, first)).id
    assert (await world.do(catalog.make_offer, cheaper)).id == id_
    stands = (await catalog.offers(world.database, [id_]))[id_]
    assert (stands.price, stands.shipping, stands.active) == (900, 50, False)
    assert (await world.do(catalog.make_offer, used)).id != id_


async def test_the_same_offer_twice_in_one_batch_leaves_the_later(world: World) -> None:
    seller, what = await world.seller(), await variant(world)
    wishes = [await offer(world, seller=seller, variant=what, price=price) for price in (7, 5, 6)]
    made = await world.batch(catalog.make_offer, wishes)
    assert len({one.id for one in made}) == 1
    assert (await catalog.offers(world.database, [made[0].id]))[made[0].id].price == 6


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"market": 1}, OfferRefusal.UNKNOWN_MARKET),
        ({"seller": 1}, OfferRefusal.UNKNOWN_SELLER),
        ({"variant": 1}, OfferRefusal.UNKNOWN_VARIANT),
        ({"currency": "USD"}, OfferRefusal.FOREIGN_CURRENCY),
        ({"market": 1, "seller": 1, "variant": 1}, OfferRefusal.UNKNOWN_MARKET),
    ],
)
async def test_refuses_an_offer(world: World, over: dict[str, Any], refusal: OfferRefusal) -> None:
    assert await world.refused(catalog.make_offer, await offer(world, **over)) == refusal


async def test_one_bad_offer_does_not_harm_its_batch(world: World) -> None:
    wishes = [await offer(world), await offer(world, currency="USD"), await offer(world)]
    answers = await world.batch(catalog.make_offer, wishes)
    assert answers[1].code == OfferRefusal.FOREIGN_CURRENCY
    stand = await catalog.offers(world.database, [answers[0].id, answers[2].id])
    assert [stand[answers[n].id].variant for n in (0, 2)] == [wishes[n].variant for n in (0, 2)]


async def test_offers_are_listed_by_market_by_seller_and_by_price(world: World) -> None:
    what, sellers = await variant(world), [await world.seller() for _ in range(3)]
    prices = (700, 500, 600)
    wishes = [
        await offer(world, seller=seller, variant=what, price=price, active=price != 500)
        for seller, price in zip(sellers, prices, strict=True)
    ]
    made = [one.id for one in await world.batch(catalog.make_offer, wishes)]
    in_market = await catalog.list_offers(world.database, world.market, None, 0, 10)
    assert [row["id"] for row in in_market] == sorted(made)
    of_seller = await catalog.list_offers(world.database, world.market, sellers[1], 0, 10)
    assert [row["id"] for row in of_seller] == [made[1]]
    cheapest = await catalog.variant_offers(world.database, world.market, [what], 10)
    assert [row["price"] for row in cheapest] == [600, 700], "without the one withdrawn"
    assert len(await catalog.variant_offers(world.database, world.market, [what], 1)) == 1
