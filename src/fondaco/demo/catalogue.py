"""The catalogue that comes with the package: products, their pictures, and who offers them.

Products, prices and pictures come from two openly licensed sample shops (`data/NOTICE.md`); the
merchants are invented. Everything is read from the installed package, so the demo needs no network.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

DATA = Path(str(files("fondaco.demo") / "data"))
IMAGES = DATA / "images"


class DemoCategory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shelf of the shop; `parent` is the slug of the one above, None at the top."""

    slug: str
    name: str
    parent: str | None


class DemoVariant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is actually bought: one colour, size or medium of a product.

    `price_minor` is the list price, which each seller raises or lowers; `image` names a picture.
    """

    sku: str
    name: str
    options: dict[str, str]
    price_minor: int
    weight_g: int
    image: str


class DemoProduct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product with at least one variant; the first of `images` is the one to lead with."""

    slug: str
    name: str
    description: str
    category: str
    images: tuple[str, ...]
    variants: tuple[DemoVariant, ...]


class DemoSeller(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invented merchant, who offers every variant of the named categories.

    `country` is an ISO 3166 code. `shipping_minor` is charged for each line, whatever its size.
    """

    slug: str
    name: str
    city: str
    country: str
    categories: tuple[str, ...]
    price_percent: int
    shipping_minor: int

    def price_of(self, variant: DemoVariant) -> int:
        """What this seller asks for one unit, in minor units, rounded half up."""
        return (variant.price_minor * self.price_percent + 50) // 100


class DemoOffer(msgspec.Struct, frozen=True):
    """One seller's price for one variant, in minor units of the catalogue's currency."""

    seller: str
    sku: str
    price_minor: int


class DemoCatalogue(msgspec.Struct, frozen=True):
    """Everything that the demo market sells and everybody who sells it.

    Categories stand after their parents, so they can be created in order. All amounts are minor
    units of `currency`.
    """

    currency: str
    categories: tuple[DemoCategory, ...]
    products: tuple[DemoProduct, ...]
    sellers: tuple[DemoSeller, ...]

    def offers(self) -> tuple[DemoOffer, ...]:
        """Every seller's price for every variant that they sell, always in the same order."""
        return tuple(
            DemoOffer(seller.slug, variant.sku, seller.price_of(variant))
            for seller in self.sellers
            for product in self.products
            if product.category in seller.categories
            for variant in product.variants
        )


class _Goods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`catalogue.json` as it is written: the goods without their sellers."""

    currency: str
    categories: tuple[DemoCategory, ...]
    products: tuple[DemoProduct, ...]


def load() -> DemoCatalogue:
    """Read the catalogue of the demo market out of the package."""
    goods = msgspec.json.decode((DATA / "catalogue.json").read_bytes(), type=_Goods)
    sellers = msgspec.json.decode((DATA / "sellers.json").read_bytes(), type=tuple[DemoSeller, ...])
    return DemoCatalogue(goods.currency, goods.categories, goods.products, sellers)


def image_path(name: str) -> Path:
    """Where the picture of that name lies on this machine, to be read or served.

    Raises FileNotFoundError for any other name, also for one that leads out of the folder, so
    a name taken from a request is safe to pass.
    """
    if name not in _pictures():
        raise FileNotFoundError(f"the demo catalogue has no picture {name!r}")
    return IMAGES / name


@cache
def _pictures() -> frozenset[str]:
    return frozenset(path.name for path in IMAGES.iterdir())
