"""Markets: brand, currency, locale, commission, tax policy and timers of each marketplace.

Owns the schema `markets`, tax rates by place among it. Promises that a market always has a
commission rule, and that a rule or rate set later never touches what is already sold. Publishes
nothing: its readers ask.
"""

from fondaco.markets.commands import open_market, set_fee
from fondaco.markets.fx import FxSource, FxTable, fx_table, load_fx, set_fx_rates
from fondaco.markets.fx_model import (
    FRESH,
    CurrencyRate,
    Exchange,
    FxRate,
    FxRatesRefusal,
    SetFxRates,
)
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
from fondaco.markets.tables import (
    BadRow,
    BadTable,
    ShippedFx,
    read_fx_rates,
    read_tax_rates,
)
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

REFUSALS = (OpenRefusal, FeeRefusal, TaxRateRefusal, FxRatesRefusal)
"""Every enum of refusals that an answer over HTTP may carry."""

__all__ = [
    "ELSEWHERE",
    "FRESH",
    "NO_TAX",
    "REFUSALS",
    "STANDARD",
    "ZERO",
    "BadRow",
    "BadTable",
    "CurrencyRate",
    "Exchange",
    "Fee",
    "FeeRefusal",
    "FeeRule",
    "Fees",
    "FxRate",
    "FxRatesRefusal",
    "FxSource",
    "FxTable",
    "Market",
    "OpenMarket",
    "OpenRefusal",
    "Prices",
    "Rate",
    "Remitter",
    "Rounding",
    "SeedTax",
    "SetFee",
    "SetFxRates",
    "SetTaxRate",
    "ShippedFx",
    "TaxPolicy",
    "TaxRate",
    "TaxRateRefusal",
    "TaxTable",
    "Timers",
    "fees",
    "fx_table",
    "list_markets",
    "list_tax_rates",
    "load_fx",
    "market_by_slug",
    "markets",
    "open_market",
    "payout_minimums",
    "read_fx_rates",
    "read_tax_rates",
    "seed_tax",
    "set_fee",
    "set_fx_rates",
    "set_tax_rate",
    "tax_table",
]
