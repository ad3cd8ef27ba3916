"""What is sold: categories, products, variants, and each seller's offers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from fondaco import markets
from fondaco.kernel import Command

Price = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
TaxClass = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$(?!\\n)")]
"""Which tax rate goods are taxed at, e.g. `standard` or `reduced`."""
Slug = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,99}$(?!\\n)")]


class AddCategory(Command, frozen=True, kw_only=True, tag="add_category"):
    """Add a category, under a parent or at the top, with the tax class of what is in it."""

    slug: Slug
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    parent: int | None = None
    tax_class: TaxClass = markets.STANDARD


class CategoryAdded(msgspec.Struct, frozen=True, tag="category_added"):
    """The new category."""

    id: int


class CategoryRefusal(StrEnum):
    """Why a category was refused; the first that applies."""

    SLUG_TAKEN = "slug_taken"
    UNKNOWN_PARENT = "unknown_parent"


class NewVariant(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU of a product."""

    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    name: Annotated[str, msgspec.Meta(max_length=300)] = ""
    image: Annotated[str, msgspec.Meta(max_length=300)] = ""
    weight_g: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None


class AddProduct(Command, frozen=True, kw_only=True, tag="add_product"):
    """Add a product with its variants. Without a tax class it has that of its category."""

    slug: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,149}$(?!\\n)")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    category: int
    description: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    images: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    tax_class: TaxClass | None = None
    variants: Annotated[tuple[NewVariant, ...], msgspec.Meta(min_length=1, max_length=200)]


class ProductAdded(msgspec.Struct, frozen=True, tag="product_added"):
    """The new product, and its variants in the order given."""

    id: int
    variants: tuple[int, ...]


class ProductRefusal(StrEnum):
    """Why a product was refused; the first that applies."""

    SLUG_TAKEN = "slug_taken"
    SKU_TAKEN = "sku_taken"
    UNKNOWN_CATEGORY = "unknown_category"


class Condition(StrEnum):
    """What state the goods are in."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"


class MakeOffer(Command, frozen=True, kw_only=True, tag="make_offer"):
    """Offer a variant in a market at a price, or change the price of the offer that stands.

    Price and shipping (for one line) are minor units of the market's currency.
    """

    market: int
    seller: int
    variant: int
    price: Price
    shipping: Price = 0
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$(?!\\n)")]
    condition: Condition = Condition.NEW
    active: bool = True

    def root(self) -> int:
        """Id whose bucket the command belongs to."""
        return self.variant  # so that the offers of a variant share a bucket


class OfferMade(msgspec.Struct, frozen=True, tag="offer_made"):
    """The offer as it stands now."""

    id: int


class OfferRefusal(StrEnum):
    """Why an offer was refused; the first that applies."""

    UNKNOWN_MARKET = "unknown_market"
    UNKNOWN_SELLER = "unknown_seller"
    UNKNOWN_VARIANT = "unknown_variant"
    FOREIGN_CURRENCY = "foreign_currency"


class Offer(msgspec.Struct, frozen=True):
    """An offer as it stands; what a quote is made from."""

    id: int
    market: int
    seller: int
    variant: int
    category: int
    currency: str
    price: int
    shipping: int
    active: bool
    product: int
    tax_class: str | None = None
    """That of the product; None where that of the category holds."""


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product with its variants."""

    id: int
    slug: str
    name: str
    description: str
    category: int
    images: tuple[str, ...]
    created_at: datetime
    variants: tuple["Variant", ...]


class Variant(msgspec.Struct, frozen=True):
    """A SKU as it stands."""

    id: int
    sku: str
    name: str
    image: str
    weight_g: int | None
