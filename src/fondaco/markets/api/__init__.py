"""The JSON edge of markets: open one, look, set commission and tax rates.

Owns no rules: each handler turns its body into a command. Promises what the commands promise.
"""

from fondaco.markets.api import markets, tax

routes = (*markets.routes, *tax.routes)
