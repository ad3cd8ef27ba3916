"""Pricing: what is charged for a line, and what the operator keeps of it.

Owns no tables: quotes are pure, and only explaining a commission reads. Promises that a quote is
exact: line totals are quantity times unit price, commission is rounded half up once per line and
frozen at sale, and whatever is given back of a line cumulates to exactly what was charged for it.
"""

from fondaco.pricing.engine import TaxAnswer, TaxedLine, TaxEngine, TaxQuestion
from fondaco.pricing.explain import Explained, explain, sale_of
from fondaco.pricing.fx import exchange
from fondaco.pricing.parts import NOTHING, Part
from fondaco.pricing.quote import (
    LineQuote,
    commission,
    given_up,
    line_fee,
    list_price,
    quote_line,
    vat_on,
)
from fondaco.pricing.tax import TaxId, reverse_charged, tax_id, tax_of, taxes, without_tax

__all__ = [
    "NOTHING",
    "Explained",
    "LineQuote",
    "Part",
    "TaxAnswer",
    "TaxEngine",
    "TaxId",
    "TaxQuestion",
    "TaxedLine",
    "commission",
    "exchange",
    "explain",
    "given_up",
    "line_fee",
    "list_price",
    "quote_line",
    "reverse_charged",
    "sale_of",
    "tax_id",
    "tax_of",
    "taxes",
    "vat_on",
    "without_tax",
]
