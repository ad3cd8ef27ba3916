"""Markets: brand, currency, locale, commission, tax policy and timers of each marketplace.

Owns the schema `markets`, tax rates by place among it. Promises that a market always has a
commission rule, that which rule applies to a sale follows one order of precedence that can be
asked for, and that a rule, policy or rate set later never touches what is already sold. Publishes
nothing: its readers ask.
"""

from fondaco.markets.book import Considered, Fees, Sale, Standing, fees
from fondaco.markets.commands import open_market
from fondaco.markets.fee_commands import end_fee, set_fee, set_fee_policy
from fondaco.markets.fees import (
    Bound,
    EndFee,
    EndFeeRefusal,
    Fee,
    FeeEnded,
    FeePolicy,
    FeePolicyRefusal,
    FeePolicySet,
    FeeRefusal,
    FeeRule,
    FeeSet,
    SetFee,
    SetFeePolicy,
)
from fondaco.markets.fx import FxSource, FxTable, fx_table, fx_tables, load_fx, set_fx_rates
from fondaco.markets.fx_model import (
    FRESH,
    Code,
    CurrencyRate,
    Exchange,
    FxRate,
    FxRatesRefusal,
    SetFxRates,
)
from fondaco.markets.model import Market, OpenMarket, OpenRefusal, Timers
from fondaco.markets.queries import (
    list_fee_rules,
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
    CountryOrNone,
    Prices,
    Rate,
    Region,
    Remitter,
    Rounding,
    SeedTax,
    SetTaxRate,
    TaxPolicy,
    TaxRate,
    TaxRateRefusal,
)

REFUSALS = (
    OpenRefusal, FeeRefusal, EndFeeRefusal, FeePolicyRefusal, TaxRateRefusal, FxRatesRefusal,
)  # fmt: skip
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
    "Bound",
    "Code",
    "Considered",
    "CountryOrNone",
    "CurrencyRate",
    "EndFee",
    "EndFeeRefusal",
    "Exchange",
    "Fee",
    "FeeEnded",
    "FeePolicy",
    "FeePolicyRefusal",
    "FeePolicySet",
    "FeeRefusal",
    "FeeRule",
    "FeeSet",
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
    "Region",
    "Remitter",
    "Rounding",
    "Sale",
    "SeedTax",
    "SetFee",
    "SetFeePolicy",
    "SetFxRates",
    "SetTaxRate",
    "ShippedFx",
    "Standing",
    "TaxPolicy",
    "TaxRate",
    "TaxRateRefusal",
    "TaxTable",
    "Timers",
    "end_fee",
    "fees",
    "fx_table",
    "fx_tables",
    "list_fee_rules",
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
    "set_fee_policy",
    "set_fx_rates",
    "set_tax_rate",
    "tax_table",
]
