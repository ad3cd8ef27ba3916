"""The JSON edge of aftercare: returns, disputes, and the terms of both.

Owns the paths below `/api/returns` and `/api/disputes`, those of an order that end in either, and
`/api/markets/{market_id}/aftercare-policy`. Promises that a buyer and a seller see and touch only
their own.
"""

from fondaco.aftercare.api import disputes, policies, returns

routes = (*returns.routes, *disputes.routes, *policies.routes)

__all__ = ["routes"]
