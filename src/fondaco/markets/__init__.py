"""Markets: brand, currency, locale, commission policy and timers of each marketplace.

Owns the schema `markets`. Promises that a market always has a commission rule, and that a rule
set later never touches what is already sold. Publishes nothing: its readers ask.
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

__all__ = [
    "Fee",
    "FeeRefusal",
    "FeeRule",
    "Fees",
    "Market",
    "OpenMarket",
    "OpenRefusal",
    "SetFee",
    "Timers",
    "fees",
    "list_markets",
    "market_by_slug",
    "markets",
    "open_market",
    "payout_minimums",
    "set_fee",
]
