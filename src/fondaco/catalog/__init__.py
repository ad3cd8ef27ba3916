"""The catalogue: categories, products, variants (the SKUs), and what each seller offers.

Owns the schema `catalog`. Promises that an offer is priced in its market's currency and that a
seller has one offer per variant, condition and market. Publishes `product.added` and
`offer.changed`.
"""

from fondaco.catalog.commands import add_category, add_product, make_offer
from fondaco.catalog.model import (
    AddCategory,
    AddProduct,
    CategoryRefusal,
    Condition,
    MakeOffer,
    NewVariant,
    Offer,
    OfferRefusal,
    Product,
    ProductRefusal,
    Variant,
)
from fondaco.catalog.prices import PriceRefusal, SetPrice, prices, set_price
from fondaco.catalog.queries import (
    lineage,
    list_categories,
    list_offers,
    list_products,
    named,
    offers,
    path,
    product,
    product_by_slug,
    products_of,
    tax_classes,
    variant_offers,
)

REFUSALS = (CategoryRefusal, ProductRefusal, OfferRefusal, PriceRefusal)
"""Every enum of refusals that an answer over HTTP may carry."""

__all__ = [
    "REFUSALS",
    "AddCategory",
    "AddProduct",
    "CategoryRefusal",
    "Condition",
    "MakeOffer",
    "NewVariant",
    "Offer",
    "OfferRefusal",
    "PriceRefusal",
    "Product",
    "ProductRefusal",
    "SetPrice",
    "Variant",
    "add_category",
    "add_product",
    "lineage",
    "list_categories",
    "list_offers",
    "list_products",
    "make_offer",
    "named",
    "offers",
    "path",
    "prices",
    "product",
    "product_by_slug",
    "products_of",
    "set_price",
    "tax_classes",
    "variant_offers",
]
