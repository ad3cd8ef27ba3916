"""The JSON edge of markets: open one, look, set commission, tax and exchange rates.

Owns no rules: each handler turns its body into a command. Promises what the commands promise.
"""

from fondaco.markets.api import fees, fx, markets, tax

routes = (*markets.routes, *fees.routes, *tax.routes, *fx.routes)
