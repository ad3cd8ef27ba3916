"""The JSON edge of aftercare: returns and their terms.

Owns the paths below `/api/returns`, `/api/orders/{order_id}/returns` and
`/api/markets/{market_id}/return-policy`. Promises that a buyer and a seller see and touch only
their own.
"""

from fondaco.aftercare.api import policies, returns

routes = (*returns.routes, *policies.routes)

__all__ = ["routes"]
