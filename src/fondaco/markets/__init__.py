"""Markets: brand, currency, locale, commission, tax policy and timers of each marketplace.

Owns the schema `markets`, tax rates by place among it. Promises that a market always has a
commission rule, and that a rule or rate set later never touches what is already sold. Publishes
nothing: its readers ask.
"""

from fondaco.markets.commands import open_market, set_fee
from fondaco.markets.model import (
    Fee,
    FeeRefusal,
    FeeRule,
    Market,
    OpenMarket,
    OpenRefusal,
    SetFee,
    Timers,
)
from fondaco.markets.queries import (
    Fees,
    fees,
    list_markets,
    market_by_slug,
    markets,
    payout_minimums,
)
from fondaco.markets.tables import BadRow, BadTable, read_tax_rates
from fondaco.markets.tax import TaxTable, list_tax_rates, seed_tax, set_tax_rate, tax_table
from fondaco.markets.tax_model import (
    ELSEWHERE,
    NO_TAX,
    STANDARD,
    ZERO,
    Prices,
    Rate,
    Remitter,
    Rounding,
    SeedTax,
    SetTaxRate,
    TaxPolicy,
    TaxRate,
    TaxRateRefusal,
)

__all__ = [
    "ELSEWHERE",
    "NO_TAX",
    "STANDARD",
    "ZERO",
    "BadRow",
    "BadTable",
    "Fee",
    "FeeRefusal",
    "FeeRule",
    "Fees",
    "Market",
    "OpenMarket",
    "OpenRefusal",
    "Prices",
    "Rate",
    "Remitter",
    "Rounding",
    "SeedTax",
    "SetFee",
    "SetTaxRate",
    "TaxPolicy",
    "TaxRate",
    "TaxRateRefusal",
    "TaxTable",
    "Timers",
    "fees",
    "list_markets",
    "list_tax_rates",
    "market_by_slug",
    "markets",
    "open_market",
    "payout_minimums",
    "read_tax_rates",
    "seed_tax",
    "set_fee",
    "set_tax_rate",
    "tax_table",
]
