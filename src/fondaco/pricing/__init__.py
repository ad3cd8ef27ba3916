"""Pricing: pure quotes, no tables and no I/O.

Owns nothing. Promises that a quote is exact: line totals are quantity times unit price,
commission is rounded half up once per line and frozen at sale, and whatever is given back of a
line cumulates to exactly what was charged for it.
"""

from fondaco.pricing.fx import exchange
from fondaco.pricing.parts import NOTHING, Part
from fondaco.pricing.quote import LineQuote, commission, given_up, list_price, quote_line
from fondaco.pricing.tax import TaxId, reverse_charged, tax_id, tax_of, taxes, without_tax

__all__ = [
    "NOTHING",
    "LineQuote",
    "Part",
    "TaxId",
    "commission",
    "exchange",
    "given_up",
    "list_price",
    "quote_line",
    "reverse_charged",
    "tax_id",
    "tax_of",
    "taxes",
    "without_tax",
]
