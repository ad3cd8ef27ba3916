"""A product as linked data, for machines that read pages: schema.org's words, as JSON-LD."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from markupsafe import Markup

from fondaco import catalog
from fondaco.kernel import Row
from fondaco.kernel.money import show

_SCHEMA: Final = "https://schema.org"
_CONDITIONS: Final = {
    "new": "NewCondition", "refurbished": "RefurbishedCondition", "used": "UsedCondition",
}  # fmt: skip


def linked(
    product: catalog.Product, sku: str, pictures: Sequence[str],
    offers: Sequence[tuple[Row, str]], currency: str,
) -> Markup:  # fmt: skip
    """A variant with its offers, each with its seller's name."""
    told: dict[str, Any] = {
        "@context": _SCHEMA, "@type": "Product", "name": product.name, "sku": sku,
        "description": product.description, "url": f"/products/{product.slug}",
        "image": [f"/pictures/{name}" for name in pictures],
    }  # fmt: skip
    if offers:
        prices = [row["price"] for row, _ in offers]
        told["offers"] = {
            "@type": "AggregateOffer", "priceCurrency": currency, "offerCount": len(offers),
            "lowPrice": _plain(min(prices), currency), "highPrice": _plain(max(prices), currency),
            "offers": [_offer(row, name, currency) for row, name in offers],
        }  # fmt: skip
    # an end tag in a name must not end the script element
    text = msgspec.json.encode(told).decode().replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - JSON without an angle bracket


def _offer(row: Row, seller: str, currency: str) -> dict[str, Any]:
    here = "InStock" if row["free"] else "OutOfStock"
    return {
        "@type": "Offer", "price": _plain(row["price"], currency), "priceCurrency": currency,
        "availability": f"{_SCHEMA}/{here}",
        "itemCondition": f"{_SCHEMA}/{_CONDITIONS[row['condition']]}",
        "seller": {"@type": "Organization", "name": seller},
    }  # fmt: skip


def _plain(amount: int, currency: str) -> str:
    """An amount as a plain decimal of whole units."""
    return show(amount, currency).split()[0].replace(",", "")
