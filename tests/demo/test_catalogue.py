"""The catalogue in the package is whole: what it names exists, and what it sells has a price."""

from collections import defaultdict
from itertools import pairwise

import pytest

from fondaco.demo.catalogue import DATA, IMAGES, DemoCatalogue, DemoVariant, image_path, load


@pytest.fixture(scope="module")
def catalogue() -> DemoCatalogue:
    return load()


def variants_of(catalogue: DemoCatalogue) -> list[DemoVariant]:
    return [variant for product in catalogue.products for variant in product.variants]


def prices_by_sku(catalogue: DemoCatalogue) -> dict[str, list[int]]:
    prices: dict[str, list[int]] = defaultdict(list)
    for offer in catalogue.offers():
        prices[offer.sku].append(offer.price_minor)
    return prices


def test_every_named_picture_is_there_and_is_webp(catalogue: DemoCatalogue) -> None:
    for product in catalogue.products:
        assert product.images
        for name in product.images:
            head = image_path(name).read_bytes()[:12]
            assert (head[:4], head[8:]) == (b"RIFF", b"WEBP"), name


def test_every_variant_is_shown_among_the_pictures_of_its_product(
    catalogue: DemoCatalogue,
) -> None:
    for product in catalogue.products:
        assert {variant.image for variant in product.variants} <= set(product.images)


def test_no_picture_is_shipped_in_vain(catalogue: DemoCatalogue) -> None:
    named = {name for product in catalogue.products for name in product.images}
    assert {path.name for path in IMAGES.iterdir()} == named


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 4_000_000


@pytest.mark.parametrize(
    "name", ["", ".", "..", "nothing.webp", "../NOTICE.md", "../../__init__.py", "x" * 9999]
)
def test_a_name_that_is_no_picture_is_refused(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        image_path(name)


def test_an_absolute_path_is_no_picture() -> None:
    with pytest.raises(FileNotFoundError):
        image_path(str(DATA / "NOTICE.md"))


def test_every_variant_has_its_own_sku_a_price_and_a_weight(catalogue: DemoCatalogue) -> None:
    variants = variants_of(catalogue)
    assert len({variant.sku for variant in variants}) == len(variants)
    for variant in variants:
        assert variant.sku
        assert variant.name
        assert variant.price_minor > 0
        assert variant.weight_g > 0


def test_variants_of_one_product_can_be_told_apart(catalogue: DemoCatalogue) -> None:
    for product in catalogue.products:
        options = [sorted(variant.options.items()) for variant in product.variants]
        assert options
        assert all(left != right for left, right in pairwise(sorted(options)))


def test_products_are_named_described_and_unique(catalogue: DemoCatalogue) -> None:
    assert len({product.slug for product in catalogue.products}) == len(catalogue.products)
    for product in catalogue.products:
        assert product.name
        assert product.description
        assert not set(product.description) & set("<>")


def test_every_product_stands_in_a_category_that_exists(catalogue: DemoCatalogue) -> None:
    known = {category.slug for category in catalogue.categories}
    assert len(known) == len(catalogue.categories)
    assert {product.category for product in catalogue.products} <= known


def test_a_category_stands_after_its_parent(catalogue: DemoCatalogue) -> None:
    seen: set[str | None] = {None}
    for category in catalogue.categories:
        assert category.parent in seen
        seen.add(category.slug)


def test_sellers_sell_from_categories_that_hold_products(catalogue: DemoCatalogue) -> None:
    stocked = {product.category for product in catalogue.products}
    assert len({seller.slug for seller in catalogue.sellers}) == len(catalogue.sellers) == 12
    for seller in catalogue.sellers:
        assert seller.categories
        assert set(seller.categories) <= stocked
        assert seller.shipping_minor > 0
        assert 96 <= seller.price_percent <= 108
        assert len(seller.country) == 2


def test_everything_is_for_sale_and_half_of_it_from_rivals(catalogue: DemoCatalogue) -> None:
    prices = prices_by_sku(catalogue)
    assert set(prices) == {variant.sku for variant in variants_of(catalogue)}
    assert all(1 <= len(asked) <= 4 for asked in prices.values())
    rivalled = sum(len(asked) > 1 for asked in prices.values())
    assert 0.4 <= rivalled / len(prices) <= 0.6


def test_rivals_ask_different_prices(catalogue: DemoCatalogue) -> None:
    for asked in prices_by_sku(catalogue).values():
        assert len(set(asked)) == len(asked)
        assert min(asked) > 0


def test_a_seller_rounds_half_up(catalogue: DemoCatalogue) -> None:
    seller = next(seller for seller in catalogue.sellers if seller.price_percent == 105)
    variant = next(iter(variants_of(catalogue)))
    priced = DemoVariant(variant.sku, variant.name, {}, 90, variant.weight_g, variant.image)
    assert seller.price_of(priced) == 95, "94.5"


@pytest.mark.parametrize("source", ["spree", "saleor"])
def test_the_notice_and_the_licence_of_each_source_are_shipped(source: str) -> None:
    notice = (DATA / "NOTICE.md").read_text(encoding="utf-8")
    licence = (DATA / f"LICENSE.{source}").read_text(encoding="utf-8")
    assert f"LICENSE.{source}" in notice
    assert "Redistribution and use in source and binary forms" in licence
    for line in licence.splitlines():
        if line.startswith("Copyright"):
            assert line in notice
